/**
 * Programs that health checks call, and whether a stage surely has none of that name: what base images lack, which packages bring it,
 * what takes it away again. Unknown is not missing.
 *
 * Sources (read 2026-11-22): Debian's Contents indexes of bookworm and trixie, main, and the postinst of netcat-openbsd,
 * netcat-traditional and ncat, which make `nc`; what other packages bring along, in debian-dependencies.ts; Alpine's APKBUILD of
 * procps-ng, which provides procps, and its list of mariadb-client (3.17). The other names of Alpine and those of Fedora were not looked
 * up: they keep a rule silent, as every name does that begins like one of a program's packages, and stand in what it advises.
 */
import type { Command, CopyInstruction, Instruction, RunInstruction, Script, ScriptOf, Stage } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { copySource, inheritedInstructions } from '../model/stages.js';
import { apkCalls } from './apk.js';
import { isProjectScript } from './apt.js';
import { condaInstalls } from './conda.js';
import { expandWithBase, factsOfBase, type ImageFacts } from './images.js';
import { bringsThing } from './system-packages.js';
import { words } from './words.js';

/**
 * The packages that bring a program, of whatever distribution. NOTE: Debian's `busybox` and `wget2` bring no `wget`; they stand here
 * because elsewhere they do.
 */
const PACKAGES: Readonly<Record<string, string>> = {
  curl: 'curl curl-minimal',
  wget: 'wget wget2 wget2-wget busybox',
  nc: 'netcat netcat-openbsd netcat-traditional nmap nmap-ncat ncat busybox',
  ncat: 'ncat nmap nmap-ncat',
  ps: 'procps procps-ng busybox',
  pgrep: 'procps procps-ng busybox',
  pidof: 'procps procps-ng sysvinit-utils busybox',
  pg_isready: 'postgresql postgresql-client postgresql-client-common libpq',
  psql: 'postgresql postgresql-client postgresql-client-common',
  'redis-cli': 'redis redis-server redis-tools valkey',
  mysqladmin: 'mysql mysql-client default-mysql-client mariadb-client mariadb mariadb-server mysql-server',
  jq: 'jq',
  http: 'httpie',
  netstat: 'net-tools busybox',
  ss: 'iproute2 iproute',
};

/** In no bare image of any distribution. */
const IN_NO_BARE_IMAGE = words('pg_isready psql redis-cli mysqladmin jq http ncat');

/**
 * In no bare Debian: procps and iproute2 are `important` there, net-tools and the netcats less, and debootstrap's minbase takes only
 * what is `required`. NOTE: `pidof` is in it, by sysvinit-utils.
 */
const NOT_IN_DEBIAN = words('nc ps pgrep netstat ss');

/** Whether a program is one whose packages are known. */
export function isHealthTool(name: string): boolean {
  return Object.hasOwn(PACKAGES, name);
}

/** What to install for a program with apt, apk and dnf, where that differs from its name. */
const INSTALLED_AS: Readonly<Record<string, string>> = {
  nc: 'netcat-openbsd netcat-openbsd nmap-ncat',
  ncat: 'ncat nmap-ncat nmap-ncat',
  ps: 'procps procps procps-ng',
  pgrep: 'procps procps procps-ng',
  pidof: 'sysvinit-utils procps procps-ng',
  pg_isready: 'postgresql-client postgresql-client postgresql',
  psql: 'postgresql-client postgresql-client postgresql',
  'redis-cli': 'redis-tools redis redis',
  mysqladmin: 'default-mysql-client mariadb-client mariadb',
  http: 'httpie httpie httpie',
  netstat: 'net-tools net-tools net-tools',
  ss: 'iproute2 iproute2 iproute',
};

/** The package of a stage's distribution that brings a program. */
export function packageOf(tool: string, { packageManager }: ImageFacts): string | undefined {
  const [apt, apk, dnf] = INSTALLED_AS[tool]?.split(' ') ?? [tool, tool, tool];
  return packageManager === 'apt' ? apt : packageManager === 'apk' ? apk : dnf;
}

/** Why a program is missing. */
export type Absence = { readonly kind: 'never' } | { readonly kind: 'removed'; readonly by: Command };

/** Why a program is surely not there at the end of a stage; undefined when it is there or may be. */
export function absenceOf(tool: string, stage: Stage, script: ScriptOf): Absence | undefined {
  const facts = factsOfBase(stage.base);
  if (facts === undefined || !isHealthTool(tool) || !isLackedByBase(tool, facts)) return undefined;
  const packages = words(`${PACKAGES[tool]} ${tool}`);
  let absence: Absence | undefined = { kind: 'never' };
  for (const instruction of inheritedInstructions(stage)) {
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      if (mayBringProgram(instruction, stage, tool)) return undefined;
    } else if (instruction.keyword === 'RUN') {
      const run = script(instruction);
      const effect = run === undefined || !run.complete ? 'unknown' : effectOf(run, instruction, tool, packages);
      if (effect === 'unknown') return undefined;
      if (effect === 'brought') absence = undefined;
      else if (effect !== undefined) absence = { kind: 'removed', by: effect };
    }
  }
  return absence;
}

function isLackedByBase(tool: string, { commands, hasShell, distribution }: ImageFacts): boolean {
  if (commands === undefined) return hasShell === false;
  if (commands.has.includes(tool)) return false;
  if (commands.lacks.includes(tool) || hasShell === false) return true;
  const isBare = commands.lacks.includes('git') && commands.lacks.includes('gcc');
  if (!isBare) return false;
  return IN_NO_BARE_IMAGE.has(tool) || (distribution?.id === 'debian' && NOT_IN_DEBIAN.has(tool));
}

/** What a RUN does: the program is there behind it, a command has taken it away, nothing, or nobody can tell. */
type Effect = 'brought' | 'unknown' | Command | undefined;

const MANAGERS = words('apt apt-get aptitude apk yum dnf microdnf tdnf zypper');
const OTHER_MANAGERS = words(
  'dpkg rpm brew nix nix-env nix-build guix snap playwright ansible-playbook pixi xargs install_packages linuxbrew gdebi mise asdf',
);

function effectOf(script: Script, run: RunInstruction, tool: string, packages: { readonly has: (name: string) => boolean }): Effect {
  // What a mount brings stays away, but a script in it may install.
  if (run.heredocs.some(({ content }) => content.startsWith('#!'))) return 'unknown';
  const groups = new Map<string, boolean>();
  for (const call of apkCalls(script))
    if (call.virtual !== undefined)
      groups.set(
        call.virtual,
        call.operands.some(({ value }) => packages.has(nameOf(value))),
      );
  let effect: Effect;
  for (const command of script.commands) {
    const { name, args, wrappers } = command;
    if (name === '' || wrappers.some((wrapper) => wrapper.name === 'xargs') || OTHER_MANAGERS.has(name)) return 'unknown';
    if (isProjectScript(command) && !/^(?:python|pip)/.test(name)) return 'unknown';
    if (command.words.some(({ prefix }) => prefix.endsWith(`/${tool}`) && !prefix.includes('://'))) return 'unknown';
    // A build that calls the program has it.
    if (name === tool && !command.conditional && command.failureIsFatal !== false && effect === undefined) return 'unknown';
    const conda = condaInstalls(command);
    if (
      conda !== undefined &&
      (conda.files.length > 0 || conda.dynamic.length > 0 || conda.packages.some((each) => packages.has(each.name)))
    )
      return 'unknown';
    if (!MANAGERS.has(name)) continue;
    const operands = args.filter(({ prefix }) => !prefix.startsWith('-'));
    const [action, ...rest] = operands.map(({ value }) => value);
    const isNamed = rest.some((value) => value === undefined || packages.has(nameOf(value)));
    if (/^(?:install|add|reinstall|upgrade|groupinstall|build-dep|satisfy)$/.test(action ?? '')) {
      // A package that is not known by its name may bring it, and so may one with the name in it.
      if (rest.some((value) => value === undefined || isOpenPackage(value, tool))) return 'unknown';
      if (isNamed) effect = 'brought';
      else if (rest.some((value) => mayBringAlong(value ?? '', tool, command))) return 'unknown';
    } else if (/^(?:remove|purge|autoremove|autopurge|del|erase)$/.test(action ?? '')) {
      if (rest.some((value) => value === undefined)) return 'unknown';
      if (isNamed || rest.some((value) => groups.get(value ?? '') === true)) effect = command;
    } else if (action === undefined) return 'unknown';
  }
  return effect;
}

const nameOf = (value = ''): string => value.replace(/[=<>~@:/].*$/, '');

/** A package file, a group, a pattern, one that brings a whole environment of tools, or one that may have the program in it. */
function isOpenPackage(value: string, tool: string): boolean {
  return (
    /[*?^]|^@|\.(?:deb|rpm|apk)$|\//.test(value) ||
    /^(?:devscripts|google-chrome|tasksel|task-|kde|gnome|xfce4|ubuntu-|build-base$)/.test(value) ||
    (value.includes(tool) && tool.length > 3 && !/-dev$|^lib|^python3?-/.test(value) && value !== tool) ||
    // `postgresql-client-17`, `postgresql17-client`, `mysql-client-8.0`.
    PACKAGES[tool]?.split(' ').some((name) => name.length > 3 && value.startsWith(name) && nameOf(value) !== name) === true
  );
}

/** Names in debian-dependencies.ts of what brings a program, where they are not its own. */
const THING_OF: Readonly<Record<string, string>> = { pgrep: 'ps', ncat: 'nc', pg_isready: 'psql' };

/** Whether an apt package asks for one with the program (`cmake` for procps), or may; of other managers nothing is known of the kind. */
function mayBringAlong(value: string, tool: string, { name, words }: Command): boolean {
  if (!/^apt(?:-get|itude)?$/.test(name) || tool === 'http') return false;
  const hasRecommends = !words.some((word) => word.value === '--no-install-recommends');
  return bringsThing(nameOf(value), THING_OF[tool] ?? tool, hasRecommends) !== false;
}

/** Directories whose programs are found by name, and those that hold such directories. */
const SYSTEM = /^(?:\/|\/(?:usr|usr\/local|opt|bin|sbin)|\/(?:usr\/)?(?:local\/)?s?bin(?:\/.*)?|\/opt\/(?:conda|bin).*)$/;

/** Whether a COPY or ADD may put the program where it is found: by its name, in a directory of programs, by an archive. */
export function mayBringProgram(copy: CopyInstruction, stage: Stage, tool: string): boolean {
  const target = copy.destination === undefined ? undefined : expandWithBase(stage, copy.destination.text, copy);
  if (target === undefined) return true;
  if (baseName(target.replace(/\/$/, '')) === tool) return true;
  if (copy.sources.some(({ text }) => baseName(text) === tool || /\$/.test(text))) return true;
  const isSystem = SYSTEM.test(target.length > 1 ? target.replace(/\/$/, '') : target);
  if (!isSystem) return copy.keyword === 'ADD' && copy.sources.some(({ text }) => /\.(?:tar|tgz|txz|tbz)/.test(text)) && target === '/';
  if (copySource(copy) === undefined)
    return copy.sources.some(({ text }) => !/[^/.]\.\w+$/.test(text) && !/(?:^|\/)(?:requirements|entrypoint|start|run)\b/.test(text));
  return copy.sources.some(
    ({ text }) =>
      text.endsWith('/') || /[*?]|(?:^|\/)(?:s?bin|local|usr|opt|lib|conda|install|rootfs|root|out|dist|build|prefix|tools|\.)$/.test(text),
  );
}

/** The HEALTHCHECK that a container of a stage gets: the last one, NONE included. */
export function healthcheckOf(stage: Stage): Extract<Instruction, { keyword: 'HEALTHCHECK' }> | undefined {
  const found = inheritedInstructions(stage).findLast((instruction) => instruction.keyword === 'HEALTHCHECK');
  return found?.keyword === 'HEALTHCHECK' ? found : undefined;
}

/** What a simple `curl -f URL` or `wget --spider URL` asks for. */
export interface SimpleRequest {
  /** As written, without quotes. */
  readonly url: string;
  /** In seconds. */
  readonly timeout: number;
}

/** Reads `curl -f URL` and `wget -q --spider URL` without anything but quiet and time limits; undefined for all else. */
export function simpleRequest({ name, args, redirects }: Command): SimpleRequest | undefined {
  const values = name === 'curl' ? '-o --output -m --max-time --connect-timeout --retry' : '-O --output-document -T --timeout -t --tries';
  const flags =
    name === 'curl'
      ? /^(?:-[fsSkIL]*[fsSIL]|--fail|--silent|--show-error|--fail-with-body|--location|--head)$/
      : /^(?:-[qSO-]+|-nv|-q|--quiet|--no-verbose|--spider|--server-response|-qO-|-O-|--tries=\d+|--output-document=-)$/;
  if (name !== 'curl' && name !== 'wget') return undefined;
  let url: string | undefined;
  let timeout = 4;
  let fails = name === 'wget';
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    const text = word?.text.replace(/^(["'])(.*)\1$/, '$2') ?? '';
    const limit = /^(?:--max-time|--timeout|-T|-m)=?(\d*)$/.exec(text);
    if (limit !== null) {
      const seconds = limit[1] === '' ? args[++at]?.value : limit[1];
      if (!/^\d+$/.test(seconds ?? '')) return undefined;
      timeout = Number(seconds);
    } else if (values.split(' ').includes(text)) at++;
    else if (flags.test(text)) fails ||= text === '--fail' || text === '--fail-with-body' || /^-[a-zA-Z]*f/.test(text);
    else if (url === undefined && /^(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])[\w.:/${}?=&%-]*$/.test(text)) url = text;
    else return undefined;
  }
  const isQuiet = redirects.every(({ target }) => target?.value === '/dev/null' || target?.value === '1' || target?.value === '&1');
  if (url === undefined || !fails || !isQuiet || url.startsWith('https:')) return undefined;
  return { url: url.startsWith('http') ? url : `http://${url}`, timeout };
}
