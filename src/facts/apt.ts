/**
 * What apt, apt-get and aptitude do as they are called: what they refresh, install and ask, and what becomes of the
 * package index in /var/lib/apt/lists. Knows the words of commands, no findings.
 *
 * Sources: apt-get(8), apt(8), apt.conf(5) and aptitude(8) of Debian 12 and 13; `Depends` of Debian 12 and Ubuntu 24.04
 * packages; docker-library/official-images (no index in an image); bitnami/minideb `install_packages`; tianon/docker-brew-ubuntu-core#181
 * and docker-library/buildpack-deps#161 (what a question does to a build). 2026-11.
 */
import type {
  Base,
  Command,
  CopyInstruction,
  Instruction,
  RunInstruction,
  Script,
  ScriptOf,
  ShellWord,
  Span,
  Stage,
} from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { descendants, inheritance, inheritedInstructions, runScripts } from '../model/stages.js';
import { userPrefix } from './caches.js';
import { factsOfBase, imageFacts } from './images.js';
import { once } from './once.js';
import { type Words, words } from './words.js';

/** One call of a package manager, its options read. */
export interface AptCall {
  readonly command: Command;
  /** As written, without path: `apt-get`. */
  readonly tool: string;
  readonly action: string;
  /** The word of the action. */
  readonly verb: ShellWord;
  /** From the tool to the action: `apt-get -qq update`. */
  readonly span: Span;
  /** What follows the action, options and their values taken off; dynamic words included. */
  readonly operands: readonly ShellWord[];
  /** Whether it goes on without asking; undefined where the options depend on something unknown. */
  readonly assumesYes: boolean | undefined;
  /** What its own options say of recommended packages. */
  readonly recommends: 'install' | 'skip' | 'unsaid' | 'unknown';
  /** Fetches the package index: `update`, `install --update`. */
  readonly refreshes: boolean;
  /** Changes nothing: `--simulate`, `--print-uris`. */
  readonly simulated: boolean;
}

const TOOLS = words('apt apt-get aptitude');

/** Options whose value is the next word, unless it is attached. */
const APT_VALUES = words(
  '-o --option -c --config-file -t --target-release --default-release -a --host-architecture -P --build-profiles -S --snapshot -e --error-on --solver --planner --with-source',
);
const APTITUDE_VALUES = words(
  '-o -t --target-release --default-release -w --width -F --display-format -O --sort -S --group-by --add-user-tag --add-user-tag-to --remove-user-tag --remove-user-tag-from --user-tag --log-file --log-level --show-package-names',
);
const YES = words('-y --yes --assume-yes --force-yes --assume-no --trivial-only');
const SIMULATE = words('-s --simulate --just-print --dry-run --recon --no-act --print-uris -h --help');
const TRUE = /^(?:1|true|yes|on|with|enable)$/i;
const FALSE = /^(?:0|false|no|off|without|disable)$/i;

const INSTALL = words('install reinstall');
const USES_INDEX = words(
  'install reinstall upgrade dist-upgrade full-upgrade safe-upgrade dselect-upgrade build-dep satisfy source download',
);
const ASKS_FIRST = words(
  'install reinstall upgrade dist-upgrade full-upgrade safe-upgrade dselect-upgrade build-dep satisfy remove purge autoremove autopurge',
);

/** The action installs packages by name. */
export const installs = (call: AptCall): boolean => INSTALL.has(call.action) && !call.simulated;
/** The action takes packages from the index. */
export const usesIndex = (call: AptCall): boolean => USES_INDEX.has(call.action) && !call.simulated;
/**
 * The action asks whether to continue. SPEC: `install` does when it would install more than it was told by name; `remove`
 * and `purge` when there is something to remove; without operands neither does anything.
 */
export const asksFirst = (call: AptCall): boolean =>
  ASKS_FIRST.has(call.action) && !call.simulated && (call.operands.length > 0 || !NEEDS_OPERANDS.has(call.action));
/** The action takes packages away, and asks nothing where there are none. */
export const removes = (call: AptCall): boolean => REMOVES.has(call.action);

const NEEDS_OPERANDS = words('install reinstall remove purge build-dep satisfy');
const REMOVES = words('remove purge autoremove autopurge');

/**
 * Whether a package surely needs others that a bare image lacks, so that apt asks.
 * LIMIT: a short list; `libgomp1` alone needs nothing, and of most packages nobody here knows.
 */
export function needsOthers(name: string): boolean {
  return /^(?:build-essential|gcc|g\+\+|gfortran|cmake|git|curl|wget|vim|ffmpeg|r-base.*|python3?(?:\.\d+)?(?:-.+)?|(?:openjdk|default-j|texlive|libopencv|postgresql|octave|nodejs|npm|software-properties-common).*|.+-dev)$/.test(
    name,
  );
}

/** Every call in a script, in its order. A call whose action depends on something unknown is left out. */
export const aptCalls = once((script: Script): readonly AptCall[] => script.commands.flatMap((command) => readAptCall(command) ?? []));

/** The instructions of a stage and of those it is built from, up to the last RUN that calls apt. */
export const instructionsUntilApt = once((stage: Stage, script: ScriptOf): readonly Instruction[] => {
  const instructions = inheritedInstructions(stage);
  const last = instructions.findLastIndex((instruction) => {
    const own = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    return own !== undefined && aptCalls(own).length > 0;
  });
  return instructions.slice(0, last + 1);
});

/** One command as a call; undefined for other programs and where the action depends on something unknown. */
export function readAptCall(command: Command): AptCall | undefined {
  return TOOLS.has(command.name) ? readOnce(command) : undefined;
}

const readOnce = once(readCall);

function readCall(command: Command): AptCall | undefined {
  const options = new AptOptions(command.name);
  const operands: ShellWord[] = [];
  let action: ShellWord | undefined;
  for (let at = 0; at < command.args.length; at++) {
    const word = command.args[at] as ShellWord;
    const text = word.value ?? word.prefix;
    if (text === '--') {
      operands.push(...command.args.slice(at + 1));
      break;
    }
    if (text.startsWith('-') && text !== '-') {
      at += options.read(word, command.args[at + 1]);
    } else if (action !== undefined) {
      operands.push(word);
      if (word.value === undefined && NAMED_LIKE_OPTIONS.test(word.text)) options.unknown = true;
    } else if (word.value === undefined) {
      options.unknown = true;
    } else {
      action = word;
    }
  }
  const program = command.words[0];
  if (action?.value === undefined || program === undefined) return undefined;
  return {
    command,
    tool: command.name,
    action: action.value,
    verb: action,
    span: { start: program.span.start, end: action.span.end },
    operands,
    assumesYes: options.assumesYes(),
    recommends: options.recommends === 'unsaid' && options.unknown ? 'unknown' : options.recommends,
    refreshes: (action.value === 'update' || options.updates) && !options.simulated,
    simulated: options.simulated,
  };
}

/** `$APT_OPTS` may hold anything; `$PACKAGES` and `$(cat packages.txt)` hold packages. */
const NAMED_LIKE_OPTIONS = /^"?\$\{?\w*(?:OPT|FLAG|ARG|QUIET|YES|RECOMMEND)/i;

/** The options of one call. */
class AptOptions {
  unknown = false;
  simulated = false;
  updates = false;
  recommends: AptCall['recommends'] = 'unsaid';
  private yes = false;
  private quiet = 0;
  private readonly values: Words;

  constructor(private readonly tool: string) {
    this.values = tool === 'aptitude' ? APTITUDE_VALUES : APT_VALUES;
  }

  /** SPEC: apt-get(8): quiet level 2 implies -y. aptitude(8) has no such rule. */
  assumesYes(): boolean | undefined {
    if (this.yes || (this.tool !== 'aptitude' && this.quiet >= 2)) return true;
    return this.unknown ? undefined : false;
  }

  /** Reads one option word; returns how many words behind it belong to it. */
  read(word: ShellWord, next: ShellWord | undefined): number {
    const text = word.value ?? word.prefix;
    if (text.startsWith('--')) {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text : text.slice(0, equals);
      if (word.value === undefined && equals < 0) this.unknown = true;
      const takesNext = equals < 0 && this.values.has(name);
      this.apply(
        name,
        equals < 0 ? (takesNext ? next : undefined) : { ...word, value: word.value?.slice(equals + 1), prefix: text.slice(equals + 1) },
      );
      return takesNext ? 1 : 0;
    }
    for (let i = 1; i < text.length; i++) {
      const name = `-${text.charAt(i)}`;
      const isLast = i === text.length - 1;
      if (this.values.has(name)) {
        const takesNext = isLast && word.value !== undefined;
        const rest = text.slice(i + 1).replace(/^=/, '');
        this.apply(name, takesNext ? next : { ...word, value: word.value === undefined ? undefined : rest, prefix: rest });
        return takesNext ? 1 : 0;
      }
      if (text.charAt(i + 1) === '=') {
        const rest = text.slice(i + 2);
        this.apply(name, { ...word, value: word.value === undefined ? undefined : rest, prefix: rest });
        return 0;
      }
      this.apply(name, undefined);
    }
    if (word.value === undefined) this.unknown = true;
    return 0;
  }

  private apply(name: string, value: ShellWord | undefined): void {
    const text = value?.value;
    if (YES.has(name)) this.yes = text === undefined || !FALSE.test(text);
    else if (name === '-q' || name === '--quiet') this.quiet = text === undefined ? this.quiet + 1 : Number(text) || 0;
    else if (SIMULATE.has(name)) this.simulated = true;
    else if (name === '--update' || (name === '-U' && this.tool !== 'aptitude')) this.updates = true;
    else if (name === '--no-install-recommends') this.recommends = text !== undefined && FALSE.test(text) ? 'install' : 'skip';
    else if (name === '--install-recommends') this.recommends = text !== undefined && FALSE.test(text) ? 'skip' : 'install';
    else if (this.tool === 'aptitude' && (name === '-R' || name === '--without-recommends')) this.recommends = 'skip';
    else if (this.tool === 'aptitude' && (name === '-r' || name === '--with-recommends')) this.recommends = 'install';
    else if (name === '-o' || name === '--option') this.setting(value);
    else if (name === '-c' || name === '--config-file') this.unknown = true;
  }

  private setting(word: ShellWord | undefined): void {
    const [name = '', text] = (word?.value ?? word?.prefix ?? '').replace(/^=/, '').split('=', 2);
    const value = word?.value === undefined ? undefined : text;
    switch (name.toLowerCase()) {
      case 'apt::get::assume-yes':
        if (value === undefined || TRUE.test(value)) this.yes = true;
        break;
      case 'apt::install-recommends':
        this.recommends = value === undefined ? 'unknown' : FALSE.test(value) ? 'skip' : 'install';
        break;
      case 'quiet':
        this.quiet = Number(value) || 0;
        break;
      case '':
        this.unknown = true;
        break;
      default:
        break;
    }
  }
}

/** Packages of a call as names: `libgomp1` for `libgomp1=14.2.0-19`, `libgomp1:arm64` and `libgomp1/trixie`; local files left out. */
export function packageNames(call: AptCall): readonly string[] {
  return call.operands.map(packageName).filter((name) => name !== undefined);
}

/** The package an operand names. SPEC: a `+` behind it says to install it; `g++` has its own. */
export function packageName({ value }: ShellWord): string | undefined {
  if (value === undefined || isLocalPackage(value) || value.endsWith('-')) return undefined;
  return /^[^=/:]+/.exec(value)?.[0].replace(/(?<!\+)\+$/, '');
}

/** Whether every operand is a file on disk, so that the index is not asked for it. */
export function installsOnlyFiles(call: AptCall): boolean {
  return call.operands.every(({ value, prefix }) => isLocalPackage(value ?? prefix));
}

const isLocalPackage = (text: string): boolean =>
  text.startsWith('/') || text.startsWith('./') || text.startsWith('../') || text.endsWith('.deb');

/*
 * The package index.
 */

const INDEX = '/var/lib/apt/lists';

/** What empties the index behind a call, run by the same user; undefined where nobody can say who that is. */
export function indexRemoval({ command }: AptCall): string | undefined {
  const user = userPrefix(command);
  return user === undefined ? undefined : `${user}rm -rf ${INDEX}/*`;
}

/** Programs that install from apt's index themselves, or read it. */
const INDEX_USERS = words(
  'rosdep ubuntu-drivers gdebi mk-build-deps apt-fast nala tasksel playwright apt-file apt-cache unattended-upgrade apt-install install_packages clean-install wajig synaptic apt-clone apt-move apt-rdepends apt-offline',
);
/** Programs that refresh the index beside what they are called for. SPEC: add-apt-repository does since Ubuntu 18.04. */
const INDEX_REFRESHERS = words('add-apt-repository apt-add-repository extrepo ansible-playbook puppet chef-solo');

/** Whether a command empties the index. */
export function removesIndex(command: Command): boolean {
  switch (command.name) {
    case 'rm':
      return command.args.some((word) => coversIndex(word, command));
    case 'find':
      return command.args.some(({ value }) => value !== undefined && /^\/var(?:\/lib(?:\/apt(?:\/lists)?)?)?\/?$/.test(value));
    case 'trap':
      return command.args[0]?.text.includes(INDEX) === true;
    case 'install_packages':
    case 'clean-install':
      return true;
    default: {
      const call = readAptCall(command);
      return call !== undefined && (call.action === 'dist-clean' || call.action === 'distclean') && !call.simulated;
    }
  }
}

/** SPEC: a quoted `*` stands for itself, so `rm -rf "/var/lib/apt/lists/*"` removes nothing. */
function coversIndex(word: ShellWord, command: Command): boolean {
  if (word.value === undefined) return word.prefix.startsWith(INDEX) || /\$\{?\w*(?:APT|LISTS|CLEAN)/i.test(word.text);
  const isRelative = /^(?:\.\/)?(?:apt|lists|\*)/.test(word.value);
  const path = (isRelative ? `${directoryOf(command)}/${word.value.replace(/^\.\//, '')}` : word.value).replace(/\/{2,}/g, '/');
  if (/^\/var(?:\/lib(?:\/apt(?:\/lists)?)?)?\/?$/.test(path)) return true;
  return word.glob && /^\/var\/lib\/(?:\*|apt\/(?:\*|l[^/]*[*?]|lists\/))/.test(path);
}

/** Where the last `cd` in front of a command leads; empty where there is none. */
function directoryOf(command: Command): string {
  return surroundings(command.script).get(command)?.directory ?? '';
}

/** What stands in front of a command in its script. */
interface Surroundings {
  /** The operand of the last `cd`. */
  readonly directory: string;
  readonly unpacks: boolean;
  /** The words of the downloads so far, all of the script's sharing one list. */
  readonly fetched: readonly string[];
  readonly fetchedBefore: number;
}

/** Worked out once for a script: asking each command for everything in front of it takes the square of their number. */
const surroundings = once((script: Script): ReadonlyMap<Command, Surroundings> => {
  const found = new Map<Command, Surroundings>();
  const fetched: string[] = [];
  let directory = '';
  let unpacks = false;
  for (const command of script.commands) {
    found.set(command, { directory, unpacks, fetched, fetchedBefore: fetched.length });
    if (command.name === 'cd') directory = command.args[0]?.value ?? '';
    unpacks ||= UNPACKERS.has(command.name);
    if (FETCHERS.has(command.name)) fetched.push(command.args.map(({ text }) => text).join(' '));
  }
  return found;
});

/** Whether a mount keeps the index out of the layer; also when its target is not known. */
export function mountsIndex(instruction: RunInstruction): boolean {
  return mountCovers(instruction, INDEX);
}

/** The cache mount (not a tmpfs) that holds a path, if any. */
export function cacheMountOf(instruction: RunInstruction, path: string): string | undefined {
  for (const { type, options } of instruction.mounts) {
    const target = options.get('target') ?? '';
    if (type === 'cache' && !target.includes('$') && isWithin(path, target)) return target;
  }
  return undefined;
}

function mountCovers(instruction: RunInstruction, path: string): boolean {
  return instruction.mounts.some(({ options }) => {
    const target = options.get('target') ?? '';
    return target.includes('$') || isWithin(path, target);
  });
}

function isWithin(path: string, directory: string): boolean {
  const trimmed = directory.replace(/\/+$/, '');
  return trimmed !== '' && (path === trimmed || path.startsWith(`${trimmed}/`));
}

/** The call whose package index a RUN leaves in its layer; undefined also where that cannot be known. */
export function leftIndex(script: Script): AptCall | undefined {
  const { instruction } = script;
  const call = aptCalls(script).findLast(({ refreshes }) => refreshes);
  if (call === undefined || !script.complete || instruction.keyword !== 'RUN' || mountsIndex(instruction)) return undefined;
  const at = script.commands.indexOf(call.command);
  // A conditional clean-up in front may stand in a function or a trap that runs at the end.
  const isCleaned = script.commands.some(
    (command, index) => removesIndex(command) && (index > at || command.conditional || command.name === 'trap'),
  );
  return isCleaned || script.commands.slice(at + 1).some((command) => isProjectScript(command)) ? undefined : call;
}

/**
 * Whether a command runs a file of the project or of the base image, whose text nobody here has read: it may clean up, and
 * it may install. What the same RUN downloads or unpacks is a stranger's and cleans up after itself only.
 */
export function isProjectScript(command: Command): boolean {
  const file = scriptFile(command);
  if (file === undefined) return false;
  const base = baseName(file);
  const before = surroundings(command.script).get(command);
  if (before === undefined || before.unpacks) return false;
  return base === '' || !before.fetched.slice(0, before.fetchedBefore).some((text) => text.includes(base));
}

const FETCHERS = words('curl wget aria2c gdown aws gsutil');
const UNPACKERS = words('git tar unzip bsdtar');
const SHELLS = words('sh bash ash dash zsh ksh source .');
const SOURCE_TREE_PROGRAMS = words('configure autogen.sh bootstrap.sh buildconf gradlew mvnw b2 Configure config setup.py waf x.py');
const PROFILE_SCRIPTS = /(?:activate|conda\.sh|mamba\.sh|bashrc|profile|nvm\.sh|setup\.(?:ba)?sh|\/env|os-release|envvars)$/;

/** The file a command runs as a script; a text without letters for a program whose name is not known. */
function scriptFile(command: Command): string | undefined {
  const program = command.words[0];
  if (program === undefined) return undefined;
  if (command.name === '') return program.text;
  if (SHELLS.has(command.name)) {
    const operand = command.args.find(({ value, prefix }) => !/^[-+]/.test(value ?? prefix));
    return operand === undefined || PROFILE_SCRIPTS.test(operand.value ?? operand.text) ? undefined : (operand.value ?? operand.text);
  }
  const path = program.value ?? program.text;
  if (SOURCE_TREE_PROGRAMS.has(command.name)) return undefined;
  if (/\.(?:sh|bash|ksh|zsh)$/.test(path) || /clean/i.test(command.name)) return path;
  return path.includes('/') && !/(?:^|\/)s?bin\//.test(path) ? path : undefined;
}

/**
 * Whether every RUN of a stage, of those it is built from and those built from it, fetches the index that it installs from and none
 * for another: one more RUN that does so, too, changes nothing for them.
 */
export function fetchOwnIndex(stage: Stage, script: ScriptOf): boolean {
  const scripts = [...inheritance(stage), ...descendants(stage)].flatMap(({ instructions }) => runScripts(instructions, script));
  return scripts.every((each) => {
    const calls = aptCalls(each).filter((call) => call.refreshes || usesIndex(call));
    return calls.length === 0 || (calls[0]?.refreshes === true && calls.at(-1)?.action !== 'update');
  });
}

/** Whether a command may take packages from the index, or may refresh it, without being apt: nothing can be said after it. */
export function mayHandleIndex(command: Command): boolean {
  if (INDEX_USERS.has(command.name) || INDEX_REFRESHERS.has(command.name) || scriptFile(command) !== undefined) return true;
  // `curl … | bash`, `npx playwright install --with-deps`, `python -m playwright install-deps`
  if (SHELLS.has(command.name)) return command.connector === '|';
  return command.args.some(({ value }) => value === 'playwright' || value === 'install-deps' || value === '--with-deps');
}

/** What goes on with an index that a RUN has left. */
export interface LaterUse {
  /** The calls that use it, in the order of the file. */
  readonly calls: readonly AptCall[];
  /** The calls that take packages away by name: without an index they fail for one that is not installed. */
  readonly removals: readonly AptCall[];
  /** Whether the reading ended at something that may be one more: a script, a tool of another name. */
  readonly isOpen: boolean;
}

/** Who uses the index that is there in front of these scripts, from one on, until one of them fetches or removes it. */
export function laterUse(scripts: readonly Script[], from = 0): LaterUse {
  const calls: AptCall[] = [];
  const removals: AptCall[] = [];
  for (let at = from; at < scripts.length; at++) {
    const script = scripts[at] as Script;
    for (const command of script.commands) {
      const call = readAptCall(command);
      if (call?.refreshes === true) return { calls, removals, isOpen: false };
      if (call !== undefined && removes(call) && call.operands.length > 0) removals.push(call);
      if (call !== undefined && usesIndex(call)) calls.push(call);
      else if (call === undefined && removesIndex(command)) return { calls, removals, isOpen: false };
      else if (isProjectScript(command) || mayHandleIndex(command)) return { calls, removals, isOpen: true };
    }
    if (!script.complete) return { calls, removals, isOpen: true };
  }
  return { calls, removals, isOpen: false };
}

/** Whether all that calls take away was installed by name further up, so that they find it without an index. */
export function removeOnlyInstalled(removals: readonly AptCall[], stage: Stage, script: ScriptOf): boolean {
  if (removals.length === 0) return true;
  const installedAt = placesOfInstalls(stage, script);
  return removals.every((call) =>
    call.operands.every((word) => (installedAt.get(packageName(word) ?? '') ?? Number.POSITIVE_INFINITY) < call.span.start),
  );
}

/** Where each package is first installed by name, in a stage and those it is built from. */
const placesOfInstalls = once((stage: Stage, script: ScriptOf): ReadonlyMap<string, number> => {
  const places = new Map<string, number>();
  for (const instruction of instructionsUntilApt(stage, script)) {
    const own = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    for (const call of own === undefined ? [] : aptCalls(own).filter(installs)) {
      for (const name of packageNames(call)) if (!places.has(name)) places.set(name, call.span.start);
    }
  }
  return places;
});

/** What is known of the package index at some place of a stage. */
export type IndexState = 'absent' | 'present' | 'unknown';

/**
 * Whether an image comes with a package index. SPEC: official images and these makers' delete it; of others nothing is
 * known.
 */
export function indexInBase(base: Base): IndexState {
  if (base.kind !== 'image') return 'unknown';
  const name = imageFacts(base.reference)?.name ?? '';
  const isBare = BARE_IMAGES.has(name) || (OFFICIAL_IMAGES.has(name) && /(?:^|-)slim/.test(base.reference.tag ?? ''));
  return isBare ? 'absent' : 'unknown';
}

const BARE_IMAGES = words('debian ubuntu nvidia/cuda');
/** NOTE: their full variants have so many packages that an install may find its package there already. */
const OFFICIAL_IMAGES = words('python node golang rust ruby perl');

/** The state behind one instruction of a stage. */
export function indexAfter(before: IndexState, instruction: Instruction, script: Script | undefined): IndexState {
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') return copiesIndex(instruction) ? 'unknown' : before;
  if (instruction.keyword !== 'RUN' || script === undefined || mountsIndex(instruction)) return before;
  if (!script.complete) return 'unknown';
  let state = before;
  for (const command of script.commands) {
    const call = readAptCall(command);
    if (call?.refreshes === true) state = command.conditional && state !== 'present' ? 'unknown' : 'present';
    else if (removesIndex(command)) state = command.conditional && state !== 'absent' ? 'unknown' : 'absent';
    else if (mayHandleIndex(command)) state = 'unknown';
  }
  return state;
}

/** `COPY --from=x / /`, `COPY lists/ /var/lib/apt/lists/` */
function copiesIndex({ destination }: CopyInstruction): boolean {
  const path = destination?.text.replace(/\/+$/, '') ?? '';
  return path === '' || INDEX === path || INDEX.startsWith(`${path}/`) || path.includes('$');
}

/*
 * What is configured in files.
 */

/** What files below /etc/apt say; `unknown` when one was written whose text cannot be read. */
export class AptConfiguration {
  recommends: 'skip' | 'unsaid' | 'unknown' = 'unsaid';
  assumesYes: boolean | undefined = false;

  /** @param base whose own configuration is known for a few images */
  constructor(base: Base) {
    if (factsOfBase(base)?.noRecommendsPreset === true) this.recommends = 'skip';
  }

  /** Takes in what one instruction writes. */
  apply(instruction: Instruction, script: Script | undefined): void {
    if (instruction.keyword === 'ENV' && instruction.pairs.some(({ key }) => key.text === 'APT_CONFIG')) this.take('');
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      const path = instruction.destination?.text.replace(/\/+$/, '') ?? '';
      const isBelow = path === '/etc' || path === '/etc/apt' || path.startsWith('/etc/apt/apt.conf');
      if (isBelow) this.take(instruction.heredocs.map(({ content }) => content).join('\n'));
    }
    if (instruction.keyword === 'RUN' && script?.commands.some(writesConfiguration) === true) {
      this.take(textOf(instruction));
    }
  }

  private take(text: string): void {
    const recommends = /Install-Recommends[\s"'\\=]+(\w+)/i.exec(text)?.[1];
    const yes = /Assume-Yes[\s"'\\=]+(\w+)/i.exec(text)?.[1];
    const isReadable = /[A-Za-z]+::[A-Za-z]/.test(text) || /^\s*APT\b/im.test(text);
    if (recommends !== undefined) this.recommends = FALSE.test(recommends) ? 'skip' : 'unsaid';
    else if (!isReadable) this.recommends = 'unknown';
    if (yes !== undefined) this.assumesYes = TRUE.test(yes);
    else if (!isReadable) this.assumesYes = undefined;
  }
}

const CONFIGURATION = '/etc/apt/apt.conf';

function writesConfiguration({ name, args, redirects }: Command): boolean {
  if (redirects.some(({ operator, target }) => operator.includes('>') && target?.prefix.startsWith(CONFIGURATION) === true)) return true;
  return name !== 'rm' && name !== 'cat' && name !== 'ls' && args.some(({ prefix }) => prefix.startsWith(CONFIGURATION));
}

/*
 * Packages that ask questions.
 */

/** What a package asks when nobody has answered in advance: `about` completes "asks for". */
export interface Question {
  /** The package that asks. */
  readonly by: string;
  readonly about: string;
  /** Builds are known to have stopped there; without it, the package goes on with a poor default. */
  readonly stops: boolean;
}

/** Packages that bring tzdata by `Depends` (Debian 12 and Ubuntu 24.04; ffmpeg, OpenCV and GDAL as Ubuntu packs them). */
const BRINGS_TZDATA =
  /^(?:tzdata|r-base(?:-core|-dev)?|r-recommended|r-cran-.+|littler|python3?-tk|idle3?|tcl(?:8\.\d)?(?:-dev)?|tk(?:8\.\d)?(?:-dev)?|libtcl8\.\d|expect|environment-modules|gitk|git-gui|ffmpeg|python3?-opencv|libopencv-dev|gdal-bin|libgdal-dev|python3?-gdal|postgresql(?:-\d+(?:\.\d+)?|-contrib)?|php(?:\d\.\d)?(?:-cli|-fpm|-cgi)?|libvtk\d.*|python3-vtk\d|qgis|python3-(?:dateutil|tz|matplotlib|pandas|seaborn)|ruby-tzinfo|chrony|ntp)$/;
/** SPEC: libpython3.12-stdlib depends on tzdata from Ubuntu 24.04 on; without Perl's Term::ReadLine the question is passed over. */
const NOBLE_PYTHON =
  /^(?:python3(?:\.1[2-9])?(?:-(?:pip|venv|dev|full|minimal|distutils|setuptools|wheel|numpy|scipy|yaml|requests))?|pipx|software-properties-common)$/;

const OTHER_QUESTIONS: readonly (readonly [packages: Words, question: Question])[] = [
  [
    words(
      'keyboard-configuration console-setup xorg xserver-xorg xserver-xorg-core xserver-xorg-video-dummy ubuntu-desktop ubuntu-desktop-minimal xubuntu-desktop lubuntu-desktop kubuntu-desktop ubuntu-mate-desktop',
    ),
    { by: 'keyboard-configuration', about: 'the keyboard layout', stops: true },
  ],
  [words('krb5-config libpam-krb5'), { by: 'krb5-config', about: 'the Kerberos realm', stops: false }],
  [words('postfix'), { by: 'postfix', about: 'the kind of mail server', stops: false }],
  [
    words('ttf-mscorefonts-installer ubuntu-restricted-extras'),
    { by: 'ttf-mscorefonts-installer', about: 'consent to the licence of the fonts', stops: false },
  ],
  [words('wireshark wireshark-common tshark'), { by: 'wireshark-common', about: 'the rights to capture packets', stops: false }],
  [words('jackd jackd2'), { by: 'jackd2', about: 'realtime priority', stops: false }],
  [words('slapd'), { by: 'slapd', about: 'an administrator password', stops: false }],
  [words('iptables-persistent'), { by: 'iptables-persistent', about: 'the rules to keep', stops: false }],
];

/** Packages that only recommend the one that asks. */
const RECOMMENDS_QUESTION: Readonly<Record<string, string>> = { 'krb5-user': 'krb5-config' };

/**
 * The question the installation of a package leads to on a base; undefined also where nothing is known of the base.
 * @param withRecommends whether recommended packages are installed, too
 */
export function questionOf(name: string, base: Base, withRecommends: boolean): Question | undefined {
  const packageName = (withRecommends ? RECOMMENDS_QUESTION[name] : undefined) ?? name;
  const facts = factsOfBase(base);
  const distribution = facts?.distribution;
  if (facts === undefined || (distribution?.id !== 'ubuntu' && distribution?.id !== 'debian')) return undefined;
  const other = OTHER_QUESTIONS.find(([packages]) => packages.has(packageName));
  if (other !== undefined) return other[1];
  // SPEC: Debian's images have tzdata; on Ubuntu before 18.04 it does not ask.
  const lacksTzdata = facts.hasTzdata === false || (facts.hasTzdata === undefined && facts.name === 'nvidia/cuda');
  const cycle = Number(distribution.cycle ?? 0);
  if (distribution.id !== 'ubuntu' || !lacksTzdata || cycle < 18.04) return undefined;
  if (BRINGS_TZDATA.test(packageName)) return { by: 'tzdata', about: 'the time zone', stops: true };
  return cycle >= 24.04 && NOBLE_PYTHON.test(packageName) ? { by: 'tzdata', about: 'the time zone', stops: false } : undefined;
}

/** Whether an instruction answers questions in advance, for itself and everything after it. */
export function answersQuestions(instruction: Instruction): boolean {
  if (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') return instruction.pairs.some(({ key }) => key.text === 'TZ');
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
    return /^\/etc\/(?:timezone|localtime|default\/keyboard|krb5\.conf)?$/.test(instruction.destination?.text ?? '');
  }
  return instruction.keyword === 'RUN' && /debconf|\/etc\/timezone|\/etc\/localtime/i.test(textOf(instruction));
}

/** Whether a RUN itself names the frontend, in front of a command, by `env` or by `export`. */
export function setsFrontend(instruction: RunInstruction): boolean {
  return /DEBIAN_FRONTEND|DEBCONF_/.test(textOf(instruction));
}

const textOf = ({ logical, heredocs }: RunInstruction): string => [logical.text, ...heredocs.map(({ content }) => content)].join('\n');

/** Whether every package of a call is one that the base image is known to have. */
export function isInBase(call: AptCall, base: Base): boolean {
  return call.operands.length > 0 && call.operands.every(({ value }) => value !== undefined && hasPackage(base, value));
}

/** Whether an image is known to have an apt package: a program, or the certificates. */
export function hasPackage(base: Base, name: string): boolean {
  if (base.kind !== 'image') return false;
  if (name === 'ca-certificates' && bringsCertificates(base)) return true;
  const facts = imageFacts(base.reference);
  const isFull = OFFICIAL_IMAGES.has(facts?.name ?? '') && !/slim|alpine/.test(base.reference.tag ?? '');
  return facts?.commands?.has.includes(name) === true || (isFull && FULL_IMAGE_PACKAGES.has(name));
}

const FULL_IMAGE_PACKAGES = words('ca-certificates curl g++ gcc git make pkg-config wget');

/**
 * Whether nothing is recommended by a package nor by what it needs, so that --no-install-recommends changes nothing.
 * From the package index of Debian 12, 2026-11; of packages that are not listed nobody here knows.
 */
export const recommendsNothing = (name: string): boolean => WITHOUT_RECOMMENDS.has(name);

const WITHOUT_RECOMMENDS = words(
  'apt-transport-https apt-utils bash bc binutils bzip2 ca-certificates cabextract coreutils dumb-init file findutils fonts-dejavu fonts-liberation gawk gettext-base gosu grep gzip inotify-tools jq kmod less ' +
    'libatlas-base-dev libb64-0d libb64-dev libblas-dev libblas3 libc6 libexpat1 libffi-dev libgl1 libgl1-mesa-glx libgomp1 liblapack-dev liblapack3 libnss-wrapper libopenblas-dev libopenblas0-pthread libsm6 libsnappy-dev libsndfile1 libssl-dev libstdc++6 libx11-6 libxext6 libxml2 libxrender1 ' +
    'locales locales-all lsb-release m4 make nasm net-tools netbase ninja-build numactl openssl patch pbzip2 pkg-config psmisc pv rsync sed sqlite3 strace sudo tar time tini tree tzdata unzip util-linux xz-utils zlib1g zstd',
);

/**
 * Whether an image is known to bring ca-certificates, its slim tags too: docker-library/python, ContinuumIO/docker-images and
 * jupyter/docker-stacks, 2026.
 */
function bringsCertificates(base: Base): boolean {
  const name = factsOfBase(base)?.name;
  return name === 'python' || /^continuumio\/(?:mini|ana)conda3?$|^(?:quay\.io\/)?jupyter\//.test(name ?? '');
}

/**
 * Packages that merely recommend one they are of little use without: what that is, and what for (package indexes of Debian
 * 12 and 13, 2026-11).
 */
export const COMPANIONS: ReadonlyMap<string, { readonly name: string; readonly purpose: string }> = new Map([
  ...['curl', 'wget', 'git'].map((name) => [name, { name: 'ca-certificates', purpose: 'https' }] as const),
  ['protobuf-compiler', { name: 'libprotobuf-dev', purpose: 'google/protobuf/*.proto' }],
]);
