/**
 * What `pip install` and its relatives are asked for: packages, files, indexes, and where pip keeps its cache.
 *
 * Sources: `--help` of pip 26.3 and 23.2 (install, wheel, download), of uv 0.13.8 (`uv pip install`) and the argument table
 * of pipx 1.18, read 2026-11-20; pip.pypa.io/en/stable/topics/configuration and /caching; pip's news since 9.0 for options
 * that are gone; docs.astral.sh/uv/reference/environment.
 */
import type { Command, Instruction, Script, ShellWord, Span } from '../model/dockerfile.js';
import { cacheMounts, cleanersAfter, homeDirectory, isGiven, isWithin, mayCleanUp, removedPaths, runsAsRoot, seenBy } from './caches.js';
import { once } from './once.js';
import { normalizedName } from './python-packages.js';
import { type Pinning, type Requirement, readRequirement } from './requirement.js';
import { UV_VALUES } from './uv.js';
import { type Words, words } from './words.js';

/** A package word of an install. */
export interface PipPackage {
  readonly word: ShellWord;
  /** As the installer sees it, quotes removed. */
  readonly text: string;
  readonly requirement: Requirement;
  readonly editable: boolean;
}

/** One call that installs, builds or downloads distributions. */
export interface PipInstall {
  readonly command: Command;
  readonly tool: 'pip' | 'uv' | 'pipx';
  readonly action: 'install' | 'wheel' | 'download';
  /** From the program to the action: `python3 -m pip install`. */
  readonly head: Span;
  /** The last word of the head: `install`. */
  readonly verb: ShellWord;
  /** The tool and its action in the user's words, without options: `pip3 install`, `uv pip install`. */
  readonly title: string;
  /** Package words whose meaning is known. */
  readonly packages: readonly PipPackage[];
  /** Words that depend on something unknown, and words that are no requirement: never judged. */
  readonly dynamic: readonly ShellWord[];
  readonly requirementFiles: readonly string[];
  readonly constraintFiles: readonly string[];
  readonly findLinks: readonly string[];
  /** `--index-url`, `--extra-index-url`, `--index`, `--default-index`, in the order of the command. */
  readonly indexes: readonly string[];
  /** Every option by its first long or only short name, with the word it stands in; the last one where it is repeated. */
  readonly options: ReadonlyMap<string, PipOption>;
}

/** An option as given; `value` is absent for a flag, and undefined when it depends on something unknown. */
export interface PipOption {
  readonly word: ShellWord;
  readonly value?: string | undefined;
}

/** Options of pip whose value is the next word. The last two lines are of older pips. */
const PIP_VALUES =
  '--log --proxy --retries --timeout --exists-action --trusted-host --cert --client-cert --cache-dir --use-feature --use-deprecated ' +
  '--python --keyring-provider --resume-retries --progress-bar -r --requirement -c --constraint --build-constraint -e --editable ' +
  '-t --target --platform --python-version --implementation --abi --root --prefix --src --upgrade-strategy -C --config-settings ' +
  '--global-option --no-binary --only-binary --all-releases --only-final --report --root-user-action --group --refresh-package ' +
  '--requirements-from-script --uploaded-prior-to -i --index-url --extra-index-url -f --find-links -w --wheel-dir -d --dest ' +
  '-b --build --build-dir --build-directory --config-setting --default-timeout --destination-dir --destination-directory --download ' +
  '--download-dir --download-directory --download-cache --install-option --build-option --local-log --log-file --mirrors --pypi-url ' +
  '--skip-requirements-regex --source --source-dir --source-directory';

const UV_PIP_VALUES =
  `${UV_VALUES} -r --requirements --requirement -e --editable -c --constraints --constraint --overrides --override --excludes ` +
  '-b --build-constraints --build-constraint -t --target --prefix --python-version --no-binary --only-binary';

const PIPX_VALUES =
  '--python --fetch-python --pip-args -i --index-url --suffix --preinstall --backend --include-resources-from --app --cooldown ' +
  '--upgrade-strategy --lock --spec';

const VALUES: Readonly<Record<PipInstall['tool'], Words>> = {
  pip: words(PIP_VALUES),
  uv: words(UV_PIP_VALUES),
  pipx: words(PIPX_VALUES),
};

/** Flags that are the beginning of an option with a value (and the most common one): pip takes abbreviations, but a flag's own name wins. */
const FLAGS = words('--pre --no --user --quiet --upgrade --isolated --require-hashes --debug --no-deps --no-index --no-cache-dir');

/** Other names of the same option. */
const SYNONYMS: Readonly<Record<string, string>> = {
  '-r': '--requirement',
  '--requirements': '--requirement',
  '-c': '--constraint',
  '--constraints': '--constraint',
  '-e': '--editable',
  '-t': '--target',
  '-i': '--index-url',
  '--pypi-url': '--index-url',
  '--default-index': '--index-url',
  '--index': '--extra-index-url',
  '-f': '--find-links',
  '-U': '--upgrade',
  '--no-dependencies': '--no-deps',
};

/** Reads a call of pip, `python -m pip`, `uv pip` or pipx; undefined when it installs, builds and downloads nothing. */
export function pipInstalls(command: Command): PipInstall | undefined {
  return PROGRAMS.test(command.name) ? readOnce(command) : undefined;
}

const PROGRAMS = /^(?:pip|python|pypy|uv)/;
const readOnce = once(readPipInstall);

/** The installs of a script, in its order. */
export const pipCalls = once((script: Script): readonly PipInstall[] => script.commands.flatMap((command) => pipInstalls(command) ?? []));

function readPipInstall(command: Command): PipInstall | undefined {
  const tool = toolOf(command);
  if (tool === undefined) return undefined;
  const reading = new Reading(command, tool.name, tool.first);
  const [subcommand, ...rest] = reading.operands;
  const action = tool.name === 'pip' ? ACTIONS[subcommand?.value ?? ''] : subcommand?.value === 'install' ? 'install' : undefined;
  if (action === undefined || subcommand === undefined) return undefined;
  if (['--dry-run', '--help', '-h'].some((option) => reading.options.has(option))) return undefined;
  const packages: PipPackage[] = [];
  const dynamic: ShellWord[] = [];
  for (const { word, text, editable } of [...rest.map((word) => ({ word, text: word.value, editable: false })), ...reading.editables]) {
    const requirement = text === undefined ? undefined : readRequirement(text);
    if (text === undefined || requirement === undefined) dynamic.push(word);
    else packages.push({ word, text, requirement: editable && requirement.kind === 'name' ? { kind: 'local' } : requirement, editable });
  }
  packages.sort((a, b) => a.word.span.start - b.word.span.start);
  const start = command.words[0]?.span.start ?? command.span.start;
  return {
    command,
    tool: tool.name,
    action,
    head: { start, end: Math.max(subcommand.span.end, start) },
    verb: subcommand,
    title: `${tool.title} ${action}`,
    packages,
    dynamic,
    requirementFiles: reading.values('--requirement'),
    constraintFiles: reading.values('--constraint'),
    findLinks: reading.values('--find-links'),
    indexes: [...reading.values('--index-url'), ...reading.values('--extra-index-url')],
    options: reading.options,
  };
}

const ACTIONS: Readonly<Record<string, PipInstall['action']>> = { install: 'install', wheel: 'wheel', download: 'download' };

/** Which tool a command calls, and where its own words begin. */
function toolOf({ name, words }: Command): { name: PipInstall['tool']; first: number; title: string } | undefined {
  if (/^pip-?(?:\d+(?:\.\d+)*)?$/.test(name)) return { name: 'pip', first: 1, title: name };
  if (name === 'pipx') return { name: 'pipx', first: 1, title: name };
  if (name === 'uv') return uvPip(words, 1);
  if (!/^(?:python|pypy)(?:\d+(?:\.\d+)*)?$/.test(name)) return undefined;
  for (let at = 1; at < words.length; at++) {
    const text = words[at]?.value ?? '';
    // `-m` may close a group of letters and may have its module attached: `-Im pip`, `-mpip`.
    const module = /^-[A-Za-z]*?m(.*)$/.exec(text)?.[1];
    if (module !== undefined) {
      const named = module === '' ? words[++at]?.value : module;
      const title = `${name} -m ${named}`;
      if (named === 'pip' || named === 'pipx') return { name: named, first: at + 1, title };
      return named === 'uv' ? uvPip(words, at + 1) : undefined;
    }
    if (/^-[A-Za-z]*[WX]$/.test(text)) at++;
    else if (!text.startsWith('-')) return undefined;
  }
  return undefined;
}

/** `uv pip`, with uv's own options on both sides of `pip` left to be read. */
function uvPip(words: readonly ShellWord[], first: number): { name: 'uv'; first: number; title: string } | undefined {
  for (let at = first; at < words.length; at++) {
    const text = words[at]?.value ?? words[at]?.prefix ?? '';
    if (text === 'pip') return { name: 'uv', first: at + 1, title: 'uv pip' };
    if (!text.startsWith('-')) return undefined;
    if (VALUES.uv.has(text)) at++;
  }
  return undefined;
}

/** The words of a call that are no options; of an action that takes no option with a value (`cache`, `config`, `uninstall`). */
function withoutOptions({ words }: Command, first: number): readonly ShellWord[] {
  return words.slice(first).filter(({ text }) => !text.startsWith('-'));
}

/** Options told from operands. */
class Reading {
  readonly operands: ShellWord[] = [];
  readonly editables: { word: ShellWord; text: string | undefined; editable: true }[] = [];
  readonly options = new Map<string, PipOption>();
  private readonly all: { name: string; value: string | undefined }[] = [];

  constructor(
    command: Command,
    private readonly tool: PipInstall['tool'],
    first: number,
  ) {
    const { words } = command;
    // uv's options may stand in front of `pip`, too.
    if (tool === 'uv') for (const word of words.slice(1, first)) if (word.text.startsWith('--')) this.add(word.text, word);
    for (let at = first; at < words.length; at++) {
      const word = words[at] as ShellWord;
      const text = word.value ?? word.prefix;
      if (text === '--') {
        this.operands.push(...words.slice(at + 1));
        return;
      }
      if (!text.startsWith('-') || text === '-') {
        // A program's name or options may hide in a word in front of the action: it is neither.
        if (word.value !== undefined || this.operands.length > 0) this.operands.push(word);
        continue;
      }
      at += text.startsWith('--') ? this.long(word, text, words[at + 1]) : this.short(word, text, words[at + 1]);
    }
  }

  values(name: string): readonly string[] {
    return this.all.flatMap((option) => (option.name === name && option.value !== undefined ? [option.value] : []));
  }

  /** How many words beyond its own the option takes. */
  private long(word: ShellWord, text: string, next: ShellWord | undefined): 0 | 1 {
    const equals = text.indexOf('=');
    const name = this.complete(equals < 0 ? text : text.slice(0, equals));
    if (equals >= 0) {
      this.add(name, word, { value: word.value === undefined ? undefined : text.slice(equals + 1), from: word });
      return 0;
    }
    if (!VALUES[this.tool].has(name) || word.value === undefined) {
      this.add(name, word);
      return 0;
    }
    this.add(name, word, { value: next?.value, from: next ?? word });
    return 1;
  }

  /** Letters run together: the first that takes a value takes what follows it. */
  private short(word: ShellWord, text: string, next: ShellWord | undefined): 0 | 1 {
    for (let i = 1; i < text.length; i++) {
      const name = `-${text.charAt(i)}`;
      if (!VALUES[this.tool].has(name)) {
        this.add(name, word);
        continue;
      }
      const attached = text.slice(i + 1).replace(/^=/, '');
      if (attached !== '' || word.value === undefined) {
        this.add(name, word, { value: word.value === undefined ? undefined : attached, from: word });
        return 0;
      }
      this.add(name, word, { value: next?.value, from: next ?? word });
      return 1;
    }
    return 0;
  }

  private add(written: string, word: ShellWord, given?: { value: string | undefined; from: ShellWord }): void {
    const name = SYNONYMS[written] ?? written;
    this.options.set(name, given === undefined ? { word } : { word, value: given.value });
    this.all.push({ name, value: given?.value });
    if (name === '--editable' && given !== undefined) this.editables.push({ word: given.from, text: given.value, editable: true });
  }

  /** pip accepts the beginning of an option's name where only one begins so. */
  private complete(name: string): string {
    if (this.tool !== 'pip' || VALUES.pip.has(name) || FLAGS.has(name)) return name;
    const names = PIP_VALUES.split(' ').filter((option) => option.startsWith(name));
    return names.length === 1 ? (names[0] ?? name) : name;
  }
}

/**
 * The packages that commands behind an install in the same script take away again, by their names as PyPI compares them
 * (see {@link normalizedName}): they are not in the layer.
 */
export function uninstalledAfter({ command }: PipInstall): ReadonlySet<string> {
  const later = uninstalls(command.script).filter(({ start }) => start > command.span.start);
  return new Set(later.flatMap(({ names }) => names));
}

/** The calls of `pip uninstall` in a script: where each begins, and the names it gives. */
export const uninstalls = once((script: Script): readonly { readonly start: number; readonly names: readonly string[] }[] =>
  script.commands.flatMap((command) => {
    const tool = PROGRAMS.test(command.name) ? toolOf(command) : undefined;
    const [action, ...names] = tool === undefined ? [] : withoutOptions(command, tool.first);
    if (action?.value !== 'uninstall') return [];
    return [{ start: command.span.start, names: names.flatMap(({ value }) => (value === undefined ? [] : [normalizedName(value)])) }];
  }),
);

/** Tools that install others; rules of their own ask whether their versions are fixed. */
const BOOTSTRAP = words('pip setuptools wheel uv poetry pipenv pdm hatch pipx');

/** Whether a package is a tool that installs or builds others: pip, setuptools, uv, Poetry and their like. */
export function isBootstrapTool({ requirement }: PipPackage): boolean {
  return requirement.kind === 'name' && BOOTSTRAP.has(requirement.name.toLowerCase());
}

/** Whether a call installs pip, setuptools and their like alone: a few megabytes. */
export function installsToolsOnly({ packages, dynamic, requirementFiles, command }: PipInstall): boolean {
  const isPiped = command.wrappers.some(({ name }) => name === 'xargs');
  return !isPiped && dynamic.length === 0 && requirementFiles.length === 0 && packages.length > 0 && packages.every(isBootstrapTool);
}

/** How firmly a package word fixes what is installed; what the build itself brings is as firm as the build. */
export function pinningOf({ requirement }: PipPackage): Pinning {
  return requirement.kind === 'local' ? 'pinned' : requirement.pinning;
}

/**
 * Whether something other than the package words fixes the versions: constraints, hashes, a locked file, a date, a dated
 * index, a directory of wheels. Also where a word that is not known may hold such an option.
 */
export function isConstrained(install: PipInstall): boolean {
  const { command, options, tool } = install;
  if (options.has('--constraint') || options.has('--overrides') || options.has('--require-hashes')) return true;
  if (options.has('--exclude-newer') || options.has('--uploaded-prior-to')) return true;
  if (options.has('--no-index') && install.findLinks.every((place) => !/^https?:/.test(place))) return true;
  if (install.requirementFiles.some((file) => /lock|constraint/i.test(file.replace(/^.*\//, '')))) return true;
  if ((options.get('--pip-args')?.word.text ?? '') !== '') {
    const { value } = options.get('--pip-args') ?? {};
    if (value === undefined || /(?:^|\s)(?:-c|--constraints?|--require-hashes|--no-index)\b/.test(value)) return true;
  }
  const variables =
    tool === 'uv'
      ? ['UV_CONSTRAINT', 'UV_OVERRIDE', 'UV_EXCLUDE_NEWER', 'UV_REQUIRE_HASHES', 'UV_NO_INDEX']
      : ['PIP_CONSTRAINT', 'PIP_REQUIRE_HASHES', 'PIP_UPLOADED_PRIOR_TO', 'PIP_NO_INDEX'];
  if (variables.some((name) => isGiven(command, name))) return true;
  return install.dynamic.some((word) => /constr|opt|arg|flag|lock/i.test(word.text) && word.prefix === '') || indexIsDated(install);
}

/** A snapshot of PyPI as of a day, as Posit's package manager and others serve it. */
function indexIsDated({ indexes, command, tool }: PipInstall): boolean {
  const variables = tool === 'uv' ? ['UV_DEFAULT_INDEX', 'UV_INDEX_URL'] : ['PIP_INDEX_URL'];
  const given = variables.flatMap((name) => {
    const value = seenBy(command, name);
    return value.kind === 'known' ? [value.value] : [];
  });
  return [...indexes, ...given].some((url) => /\/\d{4}-\d{2}-\d{2}(?:\/|T)/.test(url));
}

/** What becomes of the cache of an install. */
export type PipCache =
  /** It stays in the layer. */
  | { readonly kind: 'kept'; readonly directory?: string }
  /** It stays in the layer: the mount is elsewhere. */
  | { readonly kind: 'misplaced'; readonly mount: string; readonly directory?: string }
  /** There is none, or it does not stay, or that cannot be told. `unusedMount`: it is off although a mount waits for it;
   *  `directory`: where it would be, if that is known. */
  | {
      readonly kind: 'gone';
      readonly unusedMount?: string;
      readonly because?: PipOption | 'PIP_NO_CACHE_DIR';
      readonly directory?: string;
    };

/**
 * What becomes of the download cache of a pip install, wheel or download.
 * SPEC: pip switches its cache off when PIP_NO_CACHE_DIR has any value, `off` and `0` too (cli/cmdoptions.py).
 * A configuration file that PIP_CONFIG_FILE names is not known, and for others see {@link mayConfigureCache}.
 */
export function pipCache(install: PipInstall): PipCache {
  const { command, options } = install;
  const mounts = cacheMounts(command);
  const isOff = noCacheOption(options) ?? (isGiven(command, 'PIP_NO_CACHE_DIR') ? 'PIP_NO_CACHE_DIR' : undefined);
  if (isOff !== undefined && mounts.length === 0) return { kind: 'gone' };
  const directory = cacheDirectory(install);
  const covering = mounts.find((mount) => covers(mount, directory, command));
  if (isOff !== undefined) {
    // A wider mount (`/root/.cache`) may serve other programs.
    const unused = covering !== undefined && /(?:^|\/)pip\/?$/.test(covering) ? covering : undefined;
    const at = directory === undefined ? {} : { directory };
    return unused === undefined ? { kind: 'gone' } : { kind: 'gone', unusedMount: unused, because: isOff, ...at };
  }
  if (covering !== undefined || downloadsNothing(install) || isUnwritableHome(install) || isGiven(command, 'PIP_CONFIG_FILE'))
    return { kind: 'gone' };
  if (install.dynamic.some(({ prefix, text }) => prefix === '' && /opt|arg|flag|cache/i.test(text))) return { kind: 'gone' };
  if (cleanersAfter(command).some((later) => removesPipCache(later, directory) || mayCleanUp(later))) return { kind: 'gone' };
  const mount = mounts.find((target) => /(?:^|\/)(?:pip|\.cache)\/?$/.test(target) && !target.includes('$'));
  const known = directory === undefined ? {} : { directory };
  return mount === undefined ? { kind: 'kept', ...known } : { kind: 'misplaced', mount, ...known };
}

/** `--no-cache-dir`, or the beginning of its name. */
function noCacheOption(options: PipInstall['options']): PipOption | undefined {
  for (const [name, option] of options) if (name.startsWith('--no-cache') && '--no-cache-dir'.startsWith(name)) return option;
  return undefined;
}

/** `--cache-dir`, PIP_CACHE_DIR, XDG_CACHE_HOME, then the home directory; undefined when not known. */
function cacheDirectory({ command, options }: PipInstall): string | undefined {
  const option = options.get('--cache-dir');
  if (option !== undefined) return option.value;
  const own = seenBy(command, 'PIP_CACHE_DIR');
  if (own.kind === 'unknown') return undefined;
  if (own.kind === 'known' && own.value !== '') return own.value;
  const base = seenBy(command, 'XDG_CACHE_HOME');
  if (base.kind === 'unknown') return undefined;
  if (base.kind === 'known' && base.value !== '') return `${base.value.replace(/\/+$/, '')}/pip`;
  const home = homeDirectory(command);
  return home === undefined ? undefined : `${home.replace(/\/+$/, '')}/.cache/pip`;
}

/** Whether a mount holds pip's cache. Where the cache is, is not always known: then any mount that looks like it does. */
function covers(mount: string, directory: string | undefined, command: Command): boolean {
  if (mount.includes('$')) return /\.cache|pip/.test(mount);
  if (directory !== undefined) return isWithin(directory, mount) || isWithin(mount, directory);
  if (runsAsRoot(command) === false && isWithin(mount, '/root')) return false;
  return (
    /(?:^|\/)(?:\.cache|cache|pip[\w.-]*)(?:\/|$)/.test(mount) &&
    !/\/(?:apt|uv|conda|yarn|npm|pypoetry|huggingface|torch)(?:\/|$)/.test(mount)
  );
}

/** Local files without their dependencies, or with an index that is a directory: nothing passes through the cache. */
function downloadsNothing({ options, packages, dynamic, requirementFiles, findLinks }: PipInstall): boolean {
  if (options.has('--no-index')) return findLinks.every((place) => !/^https?:/.test(place));
  if (!options.has('--no-deps') || dynamic.length > 0 || requirementFiles.length > 0) return false;
  return packages.length > 0 && packages.every(({ requirement }) => requirement.kind === 'local');
}

/** SPEC: a numeric user that /etc/passwd does not know has the home `/`, where pip finds it may not write, and does without. */
function isUnwritableHome({ command }: PipInstall): boolean {
  const { stage, instruction } = command.script;
  const user = stage.environment.user(instruction);
  const isNumber = user.kind === 'known' && /^[1-9]\d*(?::|$)/.test(user.value);
  return isNumber && seenBy(command, 'HOME').kind === 'absent';
}

/** Whether a command empties pip's cache: `pip cache purge`, `rm -rf ~/.cache`, or a directory around it. */
export function removesPipCache(command: Command, directory: string | undefined): boolean {
  const tool = toolOf(command);
  if (tool?.name === 'pip') {
    const [first, second] = withoutOptions(command, tool.first);
    return first?.value === 'cache' && (second?.value === 'purge' || second?.value === 'remove');
  }
  return removedPaths(command).some(({ value, text }) => {
    const path = (value ?? text.replaceAll('"', '')).replace(/\/(?:\*|\.\*|\.\[[^\]]*\]\*|\{[^}]*\})?$/, '');
    const mayBeHidden = path.includes('.');
    if (mayBeHidden && (/(?:^|\/)\.c(?:ache|\*)(?:\/pip(?:\/.*)?)?$/.test(path) || /\/\.\[[^\]]*\]\*?$/.test(path))) return true;
    return path.startsWith('/') && path !== '/' && directory !== undefined && isWithin(directory, path);
  });
}

/**
 * Whether an instruction may switch pip's cache off by configuration: it puts a pip.conf in place, of which only the
 * heredoc of a COPY and the text of an echo can be read, or calls `pip config set`.
 */
export function mayConfigureCache(instruction: Instruction, commands: readonly Command[]): boolean {
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
    const [heredoc] = instruction.heredocs;
    if (heredoc !== undefined) return isConfiguration(instruction.destination?.text ?? '') && heredoc.content.includes('cache');
    return [...instruction.sources, instruction.destination].some((word) => isConfiguration(word?.text ?? ''));
  }
  return commands.some((command) => {
    if (command.redirects.some(({ operator, target }) => operator.startsWith('>') && isConfiguration(target?.text ?? ''))) {
      const isReadable = (command.name === 'echo' || command.name === 'printf') && command.args.every(({ value }) => value !== undefined);
      return !isReadable || command.args.some(({ value }) => value?.includes('cache') === true);
    }
    const tool = toolOf(command);
    if (tool?.name !== 'pip')
      return ['cp', 'mv', 'ln', 'tee', 'install'].includes(command.name) && command.args.some(({ text }) => isConfiguration(text));
    const [first, second, key] = withoutOptions(command, tool.first);
    return first?.value === 'config' && second?.value === 'set' && (key?.value ?? 'cache').includes('cache');
  });
}

/** `/etc/pip.conf`, `~/.config/pip/`, `/root/.pip`. */
function isConfiguration(path: string): boolean {
  return path.includes('pip') && /(?:^|\/)(?:pip\.conf|pip\.ini)["']?$|(?:^|\/)\.(?:config\/pip|pip)\/?["']?$/.test(path);
}
