/**
 * Images that are an operating system and little else.
 *
 * Sources (read 2026-11-20, dates are those of the copies): docker-library/official-images (2026-08-21); debuerreotype's package
 * lists; GoogleContainerTools/distroless (2026-08-21); sclorg/s2i-python-container and s2i-base-container (2026); edu.chainguard.dev (2025-02-05).
 */
import { baseName } from '../../model/paths.js';
import { type Distribution, distributionInTag, floating, named, ofCodename, windows } from '../distributions.js';
import { DEBIAN_STABLE, NEWEST_ALPINE, NEWEST_UBUNTU_LTS, release } from '../lifecycles.js';
import { compareVersions } from '../versions.js';
import {
  BARE_ALPINE,
  BARE_DEBIAN,
  BARE_RED_HAT,
  BARE_UBUNTU,
  byTag,
  commands,
  type Draft,
  leadingVersion,
  NO_PYTHON,
  python,
  ROOT,
  type Rows,
  type Tag,
} from './tags.js';

/** Names and facts of distributions. */
export const systems = (): Rows => [
  // Distributions
  ['debian public.ecr.aws/debian/debian', debian],
  ['debian/eol', (tag) => ({ ...debian(tag), archiveSources: true })],
  ['ubuntu public.ecr.aws/ubuntu/ubuntu public.ecr.aws/lts/ubuntu', ubuntu],
  ['alpine', alpine],
  // All of its releases have ended (docker-library/docs centos/deprecated.md): rules speak of those.
  ['centos', (tag) => ({ ...redHat('centos', '8')(tag), frozen: true })],
  ['quay.io/centos/centos', redHat('centos')],
  ['rockylinux rockylinux/rockylinux quay.io/rockylinux/rockylinux', redHat('rocky')],
  ['almalinux quay.io/almalinuxorg/almalinux', redHat('alma')],
  [
    'almalinux/8-base almalinux/9-base almalinux/10-base',
    ({ name }) => ({
      distribution: named('alma', /(\d+)-base$/.exec(name)?.[1]),
      user: ROOT,
    }),
  ],
  ['fedora quay.io/fedora/fedora registry.fedoraproject.org/fedora', redHat('fedora')],
  ['amazonlinux public.ecr.aws/amazonlinux/amazonlinux', redHat('amazonlinux', '2023')],
  ['oraclelinux container-registry.oracle.com/os/oraclelinux', redHat('oraclelinux')],
  ['registry.access.redhat.com/* registry.redhat.io/* redhat/*', ubi],
  ['quay.io/sclorg/*', sclorg],
  [
    'opensuse/leap registry.opensuse.org/opensuse/leap',
    ({ text }) => ({
      distribution: release('opensuse', text ?? '') === undefined ? { id: 'opensuse', floating: true } : named('opensuse', text),
      user: ROOT,
    }),
  ],
  ['archlinux', { distribution: { id: 'archlinux', floating: true }, user: ROOT }],
  ['photon', { distribution: { id: 'photon', floating: false }, user: ROOT }],
  ['mcr.microsoft.com/azurelinux/base/core', { distribution: { id: 'azurelinux', floating: false }, user: ROOT }],
  [
    'busybox',
    ({ text }) => ({
      distribution: { id: 'busybox', floating: false },
      ...(/glibc/.test(text ?? '') ? { libc: 'glibc' as const } : /musl/.test(text ?? '') ? { libc: 'musl' as const } : {}),
      user: ROOT,
      python: NO_PYTHON,
    }),
  ],
  // NOTE: every tag of `bash` stands on Alpine; `5.2-alpine3.19` and `alpine3.19` say on which, `5.2` does not.
  [
    'bash',
    ({ text }) => ({
      distribution: distributionInTag(text ?? '') ?? { id: 'alpine', floating: true },
      user: ROOT,
      python: NO_PYTHON,
      setsUnbuffered: false,
      ...commands('bash wget', 'curl git gcc g++ make'),
      entrypoint: ['docker-entrypoint.sh'],
    }),
  ],
  ['amazoncorretto', { user: ROOT, setsUnbuffered: false }],
  ['grafana/k6', { distribution: { id: 'alpine', floating: true }, user: { name: '12345', root: false, uid: 12345 }, entrypoint: ['k6'] }],
  ['flink apache/flink', { user: ROOT, dropsPrivileges: true, entrypoint: ['/docker-entrypoint.sh'] }],
  ['mcr.microsoft.com/windows/* mcr.microsoft.com/windows', ({ text }) => ({ distribution: windows(text) })],
  ['phusion/baseimage ghcr.io/phusion/baseimage bitnami/minideb', byTag({ user: ROOT })],
  ['gcr.io/distroless/*', distroless],
  ['cgr.dev/chainguard/* chainguard/*', chainguard],
];

/** `12`, `12.6-slim`, `bookworm-20240701-slim`, `stable-slim`, `latest`. */
export function debian({ text, words }: Tag): Draft {
  const base: Draft = { user: ROOT, python: NO_PYTHON, setsUnbuffered: false, ...BARE_DEBIAN };
  if (text === undefined) return { ...base, distribution: { id: 'debian', floating: true } };
  const alias = DEBIAN_ALIASES[words[0] ?? ''];
  if (alias !== undefined) {
    return { ...base, distribution: floating(ofCodename(alias)) ?? { id: 'debian', floating: true } };
  }
  const major = leadingVersion(text)?.split('.')[0];
  const known = major === undefined ? ofCodename(words[0] ?? '') : release('debian', major) && named('debian', major);
  return { ...base, distribution: known ?? { id: 'debian', floating: true } };
}

/** docker-library/official-images library/debian, 2026-08-21; an empty name is no release. */
export const DEBIAN_ALIASES: Readonly<Record<string, string>> = {
  latest: DEBIAN_STABLE,
  stable: DEBIAN_STABLE,
  oldstable: 'bookworm',
  oldoldstable: 'bullseye',
  testing: '',
  forky: '',
  unstable: '',
  sid: '',
  experimental: '',
};

/** `22.04`, `jammy-20240427`, `latest`; `rolling` and `devel` change twice a year and are left open. */
export function ubuntu({ text, words }: Tag): Draft {
  const base: Draft = { user: ROOT, setsUnbuffered: false };
  const cycle = leadingVersion(text);
  const settled =
    text === 'latest'
      ? floating(named('ubuntu', NEWEST_UBUNTU_LTS))
      : cycle !== undefined && release('ubuntu', cycle) !== undefined
        ? named('ubuntu', cycle)
        : ofCodename(words[0] ?? '');
  if (settled?.cycle === undefined) return { ...base, distribution: { id: 'ubuntu', floating: true } };
  const bare = { ...base, distribution: settled, python: NO_PYTHON, hasTzdata: false, ...BARE_UBUNTU };
  return compareVersions(settled.cycle, '23.04') >= 0 ? { ...bare, uid1000: 'ubuntu' } : bare;
}

/** `3.19`, `3.19.1`, `3`, `latest`, `edge`, `20240329`. */
function alpine({ text }: Tag): Draft {
  const base: Draft = { user: ROOT, python: NO_PYTHON, setsUnbuffered: false, ...BARE_ALPINE };
  const minor = /^(\d+\.\d+)/.exec(text ?? '')?.[1];
  if (minor !== undefined) return { ...base, distribution: named('alpine', minor) };
  const open = text === 'latest' || text === '3' ? floating(named('alpine', NEWEST_ALPINE)) : undefined;
  return { ...base, distribution: open ?? { id: 'alpine', floating: true } };
}

/** The Red Hat family: the major release comes first, or behind a word: `9.3-minimal`, `centos7.9.2009`, `stream9`. */
function redHat(id: 'centos' | 'rocky' | 'alma' | 'fedora' | 'oraclelinux' | 'amazonlinux', latest?: string) {
  return ({ text, words }: Tag): Draft => {
    const stream = /^(?:centos)?-?stream-?(\d+)/.exec(text ?? '')?.[1];
    const major = stream === undefined ? /^(?:[a-z]+-?)?(\d+)/.exec(text ?? '')?.[1] : `stream${stream}`;
    const year = id === 'amazonlinux' && major === '2018' ? '1' : major;
    const cycle = text === 'latest' ? latest : year;
    const settled = cycle !== undefined && release(id, cycle) !== undefined ? named(id, cycle) : undefined;
    const distribution = settled ?? { id, floating: true };
    return {
      user: ROOT,
      setsUnbuffered: false,
      ...BARE_RED_HAT,
      distribution: text === 'latest' ? { ...distribution, floating: true } : distribution,
      ...(words.includes('minimal') || (id === 'oraclelinux' && words.includes('slim') && settled?.cycle !== '7')
        ? { packageManager: 'microdnf' as const }
        : {}),
    };
  };
}

/** `ubi9/ubi:9.4`, `ubi9-minimal`, `ubi8/python-311`: the release is in the repository. */
function ubi({ name }: Tag): Draft | undefined {
  const major = /(?:^|\/)ubi(\d+)(?=$|[/-])/.exec(name)?.[1];
  if (major === undefined) return undefined;
  const distribution = named('rhel', major);
  const withPython = sourceToImagePython(name, distribution);
  if (withPython !== undefined) return withPython;
  const manager = /micro$/.test(name) ? 'none' : /minimal$/.test(name) ? 'microdnf' : undefined;
  const isBase = /(?:^|\/)ubi\d+(?:-(?:minimal|micro|init))?$|\/ubi(?:-(?:minimal|micro|init))?$/.test(name);
  return {
    distribution,
    ...(isBase ? { user: ROOT, setsUnbuffered: false } : {}),
    ...(manager === undefined ? {} : { packageManager: manager }),
  };
}

/** `ubi9/python-311`, `ubi9/python-312-minimal`, `sclorg/python-312-c9s`: Red Hat's and CentOS's Python with source-to-image. */
function sourceToImagePython(name: string, distribution: Distribution): Draft | undefined {
  const [match, major, minor, minimal] = /\/python-(\d)(\d+)(-minimal)?(?:-[a-z]+\d+s?)?$/.exec(name) ?? [];
  if (match === undefined) return undefined;
  return {
    distribution,
    ...(minimal === undefined
      ? commands('bash git gcc g++ make wget patch ps unzip node npm python pip', '')
      : { packageManager: 'microdnf' as const, ...commands('bash python pip', '') }),
    python: python('venv', `${major}.${minor}`),
    user: { name: '1001', root: false, uid: 1001 },
    environment: {
      PYTHONUNBUFFERED: '1',
      PYTHONIOENCODING: 'UTF-8',
      LANG: 'en_US.UTF-8',
      LC_ALL: 'en_US.UTF-8',
      PIP_NO_CACHE_DIR: 'off',
      APP_ROOT: '/opt/app-root',
      HOME: '/opt/app-root/src',
      PATH: '',
    },
  };
}

/** `quay.io/sclorg/python-312-c9s`: CentOS Stream is in the repository. */
function sclorg({ name }: Tag): Draft | undefined {
  const stream = /-c(\d+)s$/.exec(name)?.[1];
  return stream === undefined ? undefined : sourceToImagePython(name, named('centos', `stream${stream}`));
}

/** `gcr.io/distroless/python3-debian12:nonroot`: Debian is in the repository, the user in the tag. */
function distroless({ text, words, name }: Tag): Draft {
  const cycle = /-debian(\d+)$/.exec(name)?.[1];
  const codename = cycle === undefined ? undefined : release('debian', cycle)?.codename;
  const isPython = /\/python3(?:-|$)/.test(name);
  const isNonroot = words.includes('nonroot');
  const minor = cycle === '11' ? '3.9' : cycle === '12' ? '3.11' : cycle === '13' ? '3.13' : undefined;
  return {
    distribution: {
      id: 'distroless',
      ...(cycle === undefined ? {} : { cycle }),
      ...(codename === undefined ? {} : { codename }),
      floating: cycle === undefined,
    },
    ...(/\/static(?:-|$)/.test(name) ? {} : { libc: 'glibc' as const }),
    ...(text === undefined ? {} : { user: isNonroot ? { name: 'nonroot', root: false, uid: 65532 } : ROOT }),
    ...(text === undefined ? {} : { hasShell: words.includes('debug') }),
    python: isPython ? { ...python('system', minor), floating: minor === undefined } : NO_PYTHON,
    setsUnbuffered: false,
    environment: { PATH: '', ...(isPython ? { LANG: 'C.UTF-8' } : {}) },
  };
}

/** Wolfi: glibc with apk. Only `-dev` tags and the base images have a shell and apk. */
function chainguard({ text, words, name }: Tag): Draft {
  const image = baseName(name);
  const isBase = image === 'wolfi-base' || image === 'chainguard-base';
  const hasApk = isBase || words.includes('dev');
  const minor = /^(3\.\d+)/.exec(text ?? '')?.[1];
  return {
    distribution: { id: 'wolfi', floating: false },
    ...(text === undefined && !isBase ? {} : { hasShell: hasApk, packageManager: hasApk ? ('apk' as const) : ('none' as const) }),
    ...(image === 'python'
      ? {
          user: { name: 'nonroot', root: false, uid: 65532 },
          python: { ...python('system', minor), floating: minor === undefined },
        }
      : {}),
  };
}
