/**
 * Programs that health checks call, and whether a stage surely has none of that name: what base images lack, which packages bring it,
 * what takes it away again. Unknown is not missing.
 *
 * Sources (read 2026-11-22): packages.debian.org (contents of trixie), pkgs.alpinelinux.org (3.23), Fedora's package database; the
 * essential packages of Debian and the applets of BusyBox 1.37.
 */
import type { Command, CopyInstruction, Instruction, RunInstruction, Script, ScriptOf, Stage } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { copySource, inheritedInstructions } from '../model/stages.js';
import { apkCalls } from './apk.js';
import { isProjectScript } from './apt.js';
import { condaInstalls } from './conda.js';
import { expandWithBase, factsOfBase, type ImageFacts } from './images.js';
import { words } from './words.js';

/** The packages of Debian, Alpine and Fedora that bring a program, where their names are not its own. */
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

/** In no bare Debian. NOTE: `pidof` is, by sysvinit-utils. */
const NOT_IN_DEBIAN = words('nc ps pgrep netstat ss');

/** Whether a program is one whose packages are known. */
export function isHealthTool(name: string): boolean {
  return Object.hasOwn(PACKAGES, name);
}

/** The package of a stage's distribution that brings a program. */
export function packageOf(tool: string, { packageManager }: ImageFacts): string | undefined {
  const isApk = packageManager === 'apk';
  if (tool === 'nc') return isApk ? 'netcat-openbsd' : packageManager === 'apt' ? 'netcat-openbsd' : 'nmap-ncat';
  if (tool === 'ps' || tool === 'pgrep') return packageManager === 'apt' || isApk ? 'procps' : 'procps-ng';
  if (tool === 'pg_isready' || tool === 'psql') return packageManager === 'apt' || isApk ? 'postgresql-client' : 'postgresql';
  if (tool === 'redis-cli') return packageManager === 'apt' ? 'redis-tools' : 'redis';
  return PACKAGES[tool]?.split(' ')[0];
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
    } else if (/^(?:remove|purge|autoremove|autopurge|del|erase)$/.test(action ?? '')) {
      if (rest.some((value) => value === undefined)) return 'unknown';
      if (isNamed || rest.some((value) => groups.get(value ?? '') === true)) effect = command;
    } else if (action === undefined) return 'unknown';
  }
  return effect;
}

const nameOf = (value = ''): string => value.replace(/[=<>~@:/].*$/, '');

/** A package file, a group, a pattern, or one that brings a whole environment of tools. */
function isOpenPackage(value: string, tool: string): boolean {
  return (
    /[*?^]|^@|\.(?:deb|rpm|apk)$|\//.test(value) ||
    /^(?:devscripts|google-chrome|tasksel|task-|kde|gnome|xfce4|ubuntu-|build-base$)/.test(value) ||
    (value.includes(tool) && tool.length > 3 && !/-dev$|^lib|^python3?-/.test(value) && value !== tool)
  );
}

/** Directories whose programs are found by name, and those that hold such directories. */
const SYSTEM = /^(?:\/|\/(?:usr|usr\/local|opt|bin|sbin)|\/(?:usr\/)?(?:local\/)?s?bin(?:\/.*)?|\/opt\/(?:conda|bin).*)$/;

/** Whether a COPY or ADD may put the program where it is found: by its name, in a directory of programs, by an archive. */
function mayBringProgram(copy: CopyInstruction, stage: Stage, tool: string): boolean {
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
