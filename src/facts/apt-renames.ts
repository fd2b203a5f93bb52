/**
 * What to install instead of an apt package that a release no longer has. Which release has what is known by apt-suites.ts, which
 * every suggestion is checked against; this file knows names that belong together.
 *
 * Sources: rules.md table F (S25–S28, S52, S93); `Provides`, `Replaces` and the descriptions of transitional packages in Debian 11 to
 * 13; the Java of each release as the package indexes have it. 2026-11.
 */
import { inSuite, presence } from './apt-suites.js';

/** A name to write in place of another one. */
export interface AptReplacement {
  readonly name: string;
  /** The old name was an empty package that only brought this one: nothing else changes. */
  readonly isRename: boolean;
}

/** Empty packages of older releases and what they brought. */
const TRANSITIONAL =
  'libgl1-mesa-glx libgl1 libegl1-mesa libegl1 ttf-dejavu fonts-dejavu ttf-liberation fonts-liberation libgles2-mesa libgles2 ' +
  'libdc1394-22-dev libdc1394-dev libcurl3-dev libcurl4-openssl-dev ttf-freefont fonts-freefont-ttf policykit-1 polkitd';

/** The same thing under another name or in another version: what is built or run against it may notice. Of several the first there is. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  'libatlas-base-dev': 'libopenblas-dev',
  'libatlas-dev': 'libopenblas-dev',
  'libopenblas-base': 'libopenblas0',
  'python3-distutils': 'python3-setuptools',
  netcat: 'netcat-openbsd',
  'libmysqlclient-dev': 'default-libmysqlclient-dev',
  'libmariadbclient-dev': 'libmariadb-dev',
  'mysql-client': 'default-mysql-client',
  'mysql-server': 'default-mysql-server',
  'chromium-browser': 'chromium',
  // The empty package of Debian 12 brought libgdk-pixbuf-xlib-2.0-0 as well, which hardly anything needs.
  'libgdk-pixbuf2.0-0': 'libgdk-pixbuf-2.0-0',
  'libgdk-pixbuf2.0-dev': 'libgdk-pixbuf-2.0-dev',
  'libgobject-2.0-0': 'libglib2.0-0t64 libglib2.0-0',
  'libpango1.0-0': 'libpango-1.0-0',
  libodbc1: 'libodbc2',
  ntp: 'ntpsec',
  'libwebkit2gtk-4.0-37': 'libwebkit2gtk-4.1-0',
  'libwebkit2gtk-4.0-dev': 'libwebkit2gtk-4.1-dev',
  libasound2: 'libasound2t64',
  'libldap-2.4-2': 'libldap2 libldap-2.5-0',
  'libldap-2.5-0': 'libldap2',
  libaio1: 'libaio1t64',
  libncurses5: 'libncurses6',
  libncursesw5: 'libncursesw6',
  libtinfo5: 'libtinfo6',
  libpcre3: 'libpcre2-8-0',
  'libpcre3-dev': 'libpcre2-dev',
  'libssl1.1': 'libssl3t64 libssl3',
  'libssl1.0.0': 'libssl3t64 libssl3',
  'libssl1.0-dev': 'libssl-dev',
  libffi6: 'libffi8 libffi7',
  libffi7: 'libffi8',
  libtiff5: 'libtiff6',
  libwebp6: 'libwebp7',
  'libpng12-dev': 'libpng-dev',
  'libpng12-0': 'libpng16-16t64 libpng16-16',
  libcurl3: 'libcurl4t64 libcurl4',
  'libav-tools': 'ffmpeg',
  libtbb2: 'libtbb12',
  libenchant1c2a: 'libenchant-2-2',
  libjpeg8: 'libjpeg62-turbo',
  'libjpeg8-dev': 'libjpeg-dev',
  'libjpeg-turbo8': 'libjpeg62-turbo',
  'libjpeg-turbo8-dev': 'libjpeg-dev',
  'libhdf5-103': 'libhdf5-310',
  'libhdf5-103-1': 'libhdf5-310',
  liblept5: 'libleptonica6',
  'exfat-utils': 'exfatprogs',
  libicu60: 'libicu76 libicu72 libicu67',
  libicu63: 'libicu76 libicu72 libicu67',
  libicu66: 'libicu76 libicu72 libicu67',
  libicu67: 'libicu76 libicu72',
  libicu70: 'libicu76 libicu72 libicu67',
  libicu72: 'libicu76',
  libgdal20: 'libgdal36 libgdal32 libgdal28',
  libgdal28: 'libgdal36 libgdal32',
  libgdal32: 'libgdal36',
  libavcodec58: 'libavcodec61 libavcodec59',
  libavcodec59: 'libavcodec61',
  libavformat58: 'libavformat61 libavformat59',
  libavformat59: 'libavformat61',
  libswscale5: 'libswscale8 libswscale6',
  libswscale6: 'libswscale8',
};

/** What a suite has in place of a package; undefined where nobody here knows. */
export function replacementFor(name: string, suite: string): AptReplacement | undefined {
  const pairs = TRANSITIONAL.split(' ');
  const at = pairs.findIndex((each, i) => i % 2 === 0 && each === name);
  const renamed = at < 0 ? undefined : pairs[at + 1];
  if (renamed !== undefined && isInstallable(renamed, suite)) return { name: renamed, isRename: true };
  const found = candidates(name).find((candidate) => isInstallable(candidate, suite));
  return found === undefined ? undefined : { name: found, isRename: false };
}

/** NOTE: of Ubuntu apt-suites.ts has no index: libgl1 and libegl1 are in all since 18.04, the others in 24.04 (its sources) and later. */
function isInstallable(name: string, suite: string): boolean {
  if (/^(?:noble|plucky|questing|resolute)$/.test(suite))
    return /^(?:lib(?:gl1|egl1|asound2t64|ldap2|ncursesw?6|tinfo6)|python3-setuptools)$/.test(name);
  return ['package', 'provided'].includes(presence(name, suite) ?? '');
}

function candidates(name: string): readonly string[] {
  const known = Object.hasOwn(SUCCESSORS, name) ? SUCCESSORS[name] : undefined;
  if (known !== undefined) return known.split(' ');
  const java = /^openjdk-\d+-(.+)$/.exec(name)?.[1];
  if (java !== undefined) return [`openjdk-21-${java}`, `openjdk-17-${java}`, `openjdk-11-${java}`, `default-${java}`];
  const python2 = /^python2?(-.+)$/.exec(name)?.[1];
  if (python2 !== undefined) return [`python3${python2}`];
  if (name === 'python' || name === 'python2' || name === 'python2-minimal') return ['python3'];
  if (name === 'cython') return ['cython3'];
  const client = /^postgresql(-client)?-\d+$/.exec(name);
  if (client !== null) return [`postgresql${client[1] ?? ''}`];
  const compiler = /^(gcc|g\+\+|gfortran|clang)-\d+$/.exec(name)?.[1];
  return compiler === undefined ? [] : [compiler];
}

/** Names that no other archive is known to carry, so that a repository of somebody else makes no difference. */
export function isOnlyDistributions(name: string): boolean {
  return /^(?:libgl1-mesa-glx|libegl1-mesa|software-properties-common|python3-distutils|libatlas-base-dev|netcat)$/.test(name);
}

/** Java as `default-jre-headless` and its like are in every release. */
export function defaultJava(name: string): string | undefined {
  const kind = /^openjdk-\d+-(jre-headless|jre|jdk-headless|jdk)$/.exec(name)?.[1];
  return kind === undefined || inSuite(`default-${kind}`, 'bookworm') !== true ? undefined : `default-${kind}`;
}
