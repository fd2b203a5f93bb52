/**
 * What a command leaves on disk that is of no use to the image, and what the commands people clean up with delete. A
 * layer keeps what a later layer deletes, so the two belong together. No findings here.
 *
 * Sources: Docker's storage driver and best-practice pages; apt-get(8); conda, mamba, micromamba and pip help of 2026-11.
 */
import type { Command, CopyInstruction, RunInstruction, Script, ShellWord, Span } from '../model/dockerfile.js';
import { copySource } from '../model/stages.js';
import { aptCalls, installs, isProjectScript, leftIndex, packageNames, readAptCall, removesIndex, usesIndex } from './apt.js';
import { cleans, condaCache, condaCalls, condaInstalls, fetchesPackages } from './conda.js';
import { once } from './once.js';
import { installsToolsOnly, pipCache, pipCalls, pipInstalls, removesPipCache } from './pip.js';
import { words } from './words.js';

/** Something that a layer leaves behind. */
export interface Leftover {
  readonly kind: 'apt-index' | 'apt-packages' | 'conda' | 'pip' | 'site-packages' | 'file';
  /** The command or instruction that made it. */
  readonly span: Span;
  /** What it is: a noun phrase, and for a copied file its path as written. */
  readonly what: string;
  /** What the command did to make it, to continue "the RUN that". */
  readonly made: string;
  /** Packages of `apt-packages`. */
  readonly packages?: readonly string[];
  /** Absolute path of a `file`, or relative to a working directory nobody knows. */
  readonly path?: string;
  /** Whether nothing in the RUN that fetched an `apt-index` installs from it: it is there for the RUNs below. */
  readonly isForLater?: boolean;
  /** Whether it is a few megabytes at most, as far as the command shows. */
  readonly isSmall?: boolean;
  /** Where a `file` came from. */
  readonly origin?: 'download' | 'COPY' | 'ADD';
  /** Of a file of COPY: what a bind mount of the same file says of where it comes from: `from=build,source=/wheels`. */
  readonly mount?: string;
}

/** What a command deletes. */
export interface Deletion {
  readonly command: Command;
  /** Deletes a whole cache directory that others than pip may have filled. */
  readonly isBroad: boolean;
  /** Whether it deletes a leftover. */
  readonly removes: (leftover: Leftover) => boolean;
}

/** Commands that change nothing worth a layer, so that a RUN of these and deletions is a clean-up. */
const IDLE = words('set echo printf true : cd sync ls du df date shopt pwd history export hash ldconfig');

/** Follows `cd` through a script: the working directory of each command, undefined where it is not known. */
function* inDirectories(script: Script, workdir: string | undefined): Generator<readonly [Command, string | undefined]> {
  let directory = workdir;
  for (const command of script.commands) {
    yield [command, directory];
    if (command.name !== 'cd' && command.name !== 'pushd') continue;
    const target = command.args.find(({ value }) => value === undefined || !value.startsWith('-'))?.value;
    directory = target === undefined || command.conditional ? undefined : resolvePath(directory, target);
  }
}

/** What a RUN leaves when it has ended; nothing where its text is not wholly known. @param workdir '' when not known */
export function leftovers(script: Script, workdir: string): readonly Leftover[] {
  if (!script.complete || script.instruction.keyword !== 'RUN') return [];
  const { instruction } = script;
  const made: { leftover: Leftover; at: number }[] = [];
  let at = 0;
  for (const [command, directory] of inDirectories(script, workdir)) {
    for (const leftover of leftoversOf(command, directory, instruction)) made.push({ leftover, at });
    at++;
  }
  const index = leftIndex(script);
  if (index !== undefined) {
    const isForLater = !aptCalls(script).some((call) => usesIndex(call) && call.span.start >= index.span.start);
    const leftover = {
      kind: 'apt-index' as const,
      span: index.span,
      what: 'the package index',
      made: 'fetches the package index',
      isForLater,
    };
    made.push({ leftover, at: Infinity });
  }
  if (made.length === 0) return [];
  const all = [...inDirectories(script, workdir)];
  const cleaners = all.flatMap(([command, directory], i) =>
    isProjectScript(command) ? [] : { at: i, deletion: deletionOf(command, directory) },
  );
  const isHidden = all.map(([command]) => isProjectScript(command)).lastIndexOf(true);
  // LIMIT: a RUN of thousands of commands is not worth the time that comparing each with each takes.
  if (made.length * cleaners.length > 1_000_000) return [];
  return made
    .filter(
      (item) =>
        item.at > isHidden && !cleaners.some(({ at: place, deletion }) => place > item.at && deletion?.removes(item.leftover) === true),
    )
    .map(({ leftover }) => leftover);
}

function* leftoversOf(command: Command, directory: string | undefined, instruction: RunInstruction): Generator<Leftover> {
  const { span } = command;
  const call = readAptCall(command);
  if (call !== undefined && installs(call))
    yield { kind: 'apt-packages', span: call.span, what: 'the packages', made: 'installs the packages', packages: packageNames(call) };
  const conda = condaInstalls(command);
  const pip = pipInstalls(command);
  if (conda !== undefined && fetchesPackages(conda) && condaCache(conda).kind !== 'gone')
    yield { kind: 'conda', span, what: "conda's archives", made: 'installs with conda' };
  if (pip?.tool === 'pip' && pipCache(pip).kind !== 'gone')
    yield { kind: 'pip', span, what: "pip's download cache", made: 'installs with pip', isSmall: installsToolsOnly(pip) };
  if (conda !== undefined || pip?.action === 'install')
    yield { kind: 'site-packages', span, what: 'the Python packages', made: 'installs the Python packages' };
  const path = downloadedFile(command, directory);
  if (path !== undefined && !instruction.mounts.some(({ options }) => path.startsWith(options.get('target') ?? '\0'))) {
    yield { kind: 'file', span, what: 'the download', made: 'downloads the file', path, origin: 'download' };
  }
}

/** The file that `curl -o`, `curl -O`, `curl … >`, `wget`, `wget -O` or `git clone` write, as far as it is known. */
function downloadedFile({ name, args, redirects }: Command, directory: string | undefined): string | undefined {
  const values = args.map(({ value }) => value);
  const behind = (...options: string[]): string | undefined => {
    const at = values.findIndex((value) => value !== undefined && options.includes(value));
    return at < 0 ? undefined : values[at + 1];
  };
  const url = values.find((value) => value !== undefined && /^(?:https?|ftp|git|ssh):\/\/|^git@/.test(value));
  const baseName = url
    ?.replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .split('/')
    .at(-1);
  const output = redirects.find(({ operator, fileDescriptor }) => operator === '>' && (fileDescriptor ?? 1) === 1)?.target?.value;
  let file: string | undefined;
  if (name === 'curl') {
    const remote = values.some((value) => value === '--remote-name' || /^-[a-zA-Z]*O/.test(value ?? ''));
    const clustered = values.findIndex((value) => /^-[a-zA-Z]*o$/.test(value ?? ''));
    file = behind('-o', '--output') ?? (clustered >= 0 ? values[clustered + 1] : undefined) ?? output ?? (remote ? baseName : undefined);
  } else if (name === 'wget') {
    const attached = values.find((value) => value?.startsWith('--output-document=') || /^-[a-zA-Z]*O./.test(value ?? ''));
    const clustered = values.findIndex((value) => /^-[a-zA-Z]*O$/.test(value ?? ''));
    const prefix = behind('-P', '--directory-prefix') ?? values.find((value) => value?.startsWith('--directory-prefix='))?.split('=')[1];
    const named =
      (clustered >= 0 ? values[clustered + 1] : behind('--output-document')) ??
      attached?.replace(/^(?:--output-document=|-[a-zA-Z]*O)/, '');
    file = named ?? output ?? (prefix === undefined || baseName === undefined ? baseName : `${prefix}/${baseName}`);
  } else if (name === 'git' && values[0] === 'clone') {
    const target = values.at(-1);
    file = target === url ? baseName?.replace(/\.git$/, '') : target;
  }
  if (file === undefined || file === '' || file === '-' || file.startsWith('/dev/') || file.startsWith('-')) return undefined;
  return resolvePath(directory, file);
}

/** The file or directory that COPY or ADD makes from the context or from an address; nothing for whole contexts. */
export function copiedFiles(
  instruction: CopyInstruction,
  workdir: string,
  expand: (text: string) => string | undefined,
): readonly Leftover[] {
  const destination = instruction.destination === undefined ? undefined : expand(instruction.destination.text);
  if (destination === undefined || instruction.heredocs.length > 0) return [];
  const isDirectory = destination.endsWith('/') || destination === '.' || instruction.sources.length > 1;
  return instruction.sources.flatMap(({ text }) => {
    const source = expand(text);
    if (source === undefined || /^(?:\.\/?|\*+)$|[*?[]/.test(source)) return [];
    // SPEC: ADD unpacks a local archive, and no archive is there to be deleted.
    if (instruction.keyword === 'ADD' && !source.includes('://') && isArchive(source)) return [];
    const from = copySource(instruction);
    const inContext = source.replace(/^(?:\.?\/)+/, '');
    const mount = from === undefined ? `source=${inContext}` : `from=${from},source=${source}`;
    const base = source.replace(/\/+$/, '').split('/').at(-1) ?? '';
    const path = resolvePath(workdir, isDirectory ? `${destination}/${base}` : destination);
    if (path === undefined || path === '/' || path === workdir) return [];
    // What comes out of another stage has its name there, and the layer has the other one.
    const shown = from === undefined ? source.replace(/^\.\//, '') : path;
    return [
      { kind: 'file' as const, span: instruction.span, what: shown, made: `brings \`${shown}\``, path, origin: instruction.keyword, mount },
    ];
  });
}

/** Whether a name is that of a packed or large file, which weighs when it is copied to be unpacked. */
export function isArchive(path: string): boolean {
  return /\.(?:tar|tgz|tbz2?|txz|zst|gz|bz2|xz|zip|7z|rar|deb|rpm|whl|jar|run|bin|iso|exe)$/i.test(path);
}

/** Whether a name is that of a text of a few kilobytes. */
export function isSmallText(path: string): boolean {
  return /\.(?:txt|ya?ml|toml|lock|json|cfg|ini|conf|sh|bash|py|[rR]|jl|md|in|sql|list|key|asc|gpg|pub|cmake|patch|diff|xml|properties)$|\/(?:Pipfile|Makefile|DESCRIPTION|NAMESPACE)$/.test(
    path,
  );
}

/** Whether a name promises a secret: who deletes one wants more than space. */
export function isSecretFile(path: string): boolean {
  return /(?:^|\/)(?:\.env|\.netrc|\.npmrc|\.pypirc|\.git-credentials|\.ssh|\.aws|\.gnupg|id_(?:rsa|dsa|ecdsa|ed25519)|kaggle\.json|pip\.conf)|(?:secret|token|credential|passw|\.pem$|\.key$|\.p12$|\.pfx$)/i.test(
    path,
  );
}

/** The programs that can delete anything; most commands are none of them, and this is asked of every command. */
const DELETERS = /^(?:rm|find|trap|install_packages|clean-install|apt|apt-get|aptitude|conda|mamba|micromamba|uv|pip|python|pypy)/;

/** What a command of a clean-up deletes; undefined when it is none. */
function deletionOf(command: Command, directory: string | undefined): Deletion | undefined {
  if (!DELETERS.test(command.name)) return undefined;
  const call = readAptCall(command);
  // Most calls of these programs fetch or install.
  if ((call !== undefined && (call.action === 'update' || installs(call))) || pipInstalls(command) !== undefined) return undefined;
  const kinds = new Set<Leftover['kind']>();
  if (removesIndex(command)) kinds.add('apt-index');
  if (call?.action === 'autoremove' || call?.action === 'autopurge') kinds.add('apt-packages');
  if (cleans(command) !== undefined) kinds.add('conda');
  if (removesPipCache(command, undefined)) kinds.add('pip');
  if (command.name === 'find' && deletesPythonFiles(command)) kinds.add('site-packages');
  const gone = call !== undefined && (call.action === 'purge' || call.action === 'remove') ? new Set(packageNames(call)) : undefined;
  // NOTE: Docker's Debian and Ubuntu images delete the downloaded packages after every install (apt.conf.d/docker-clean), so
  // that `apt-get clean` finds nothing, in whichever layer it stands: a part of a clean-up that removes none of the leftovers.
  let isIdle = call?.action === 'clean' || call?.action === 'autoclean';
  const paths = command.name === 'rm' ? command.args.flatMap((word) => removedPath(word, directory) ?? []) : [];
  const isBroad = kinds.has('pip') && !command.words.some(({ text }) => text.includes('pip'));
  if (command.name === 'rm') {
    for (const { text, value } of command.args) {
      const path = value ?? text;
      if (/^\/var\/cache\/(?:apt|\*)|^\/var\/cache\/?$/.test(path)) isIdle = true;
      if (/\/pkgs(?:\/\*)?\/?$/.test(path)) kinds.add('conda');
    }
  }
  if (kinds.size === 0 && gone === undefined && paths.length === 0 && !isIdle) return undefined;
  let patterns: readonly RegExp[] | undefined;
  return {
    command,
    isBroad,
    removes: ({ kind, packages, path }) => {
      if (kinds.has(kind)) return true;
      if (kind === 'apt-packages') return packages?.some((name) => gone?.has(name) === true) === true;
      if (kind !== 'file' || path === undefined) return false;
      patterns ??= paths.map(pathPattern);
      return patterns.some((pattern) => pattern.test(path));
    },
  };
}

/** `find … -delete` or `-exec rm` over Python's own directories. */
function deletesPythonFiles({ args }: Command): boolean {
  const texts = args.map(({ text }) => text);
  const isDeleting = texts.includes('-delete') || (texts.some((text) => text === '-exec' || text === '-execdir') && texts.includes('rm'));
  return (
    isDeleting && texts.some((text) => /site-packages|dist-packages|\/python3?|conda|\.py[co]\b|__pycache__|^["']?tests?["']?$/.test(text))
  );
}

/** An operand of `rm`, as far as it may match something. */
interface RemovedPath {
  readonly path: string;
  readonly glob: boolean;
}

function removedPath(word: ShellWord, directory: string | undefined): RemovedPath | undefined {
  if (word.value === undefined || word.value.startsWith('-') || word.value === '') return undefined;
  const path = resolvePath(directory, word.value);
  return path === undefined || path === '/' || path === '/*' ? undefined : { path, glob: word.glob };
}

/** What an operand of `rm` matches: the path itself, everything below it, and file names for `*`. */
function pathPattern({ path, glob }: RemovedPath): RegExp {
  const source = path
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, glob ? '[^/]*' : '\\*')
    .replace(/\?/g, glob ? '[^/]' : '\\?');
  return new RegExp(`^${source}(?:/|$)`);
}

/** Whether a RUN does nothing but delete. */
export function isOnlyCleanup(script: Script, workdir: string): boolean {
  let deletes = false;
  for (const [command, directory] of inDirectories(script, workdir)) {
    if (IDLE.has(command.name) && command.redirects.every(({ target }) => target?.value?.startsWith('/dev/') !== false)) continue;
    const call = readAptCall(command);
    const isDeletion =
      command.name === 'rm' ||
      command.name === 'rmdir' ||
      command.name === 'unlink' ||
      call?.action === 'remove' ||
      call?.action === 'purge';
    if (!isDeletion && deletionOf(command, directory) === undefined) return false;
    deletes = true;
  }
  return deletes && script.complete;
}

/** The caches a RUN fills, whether or not they are still there at its end; all where its text is not wholly known. */
export function kindsMadeIn(script: Script): ReadonlySet<Leftover['kind']> {
  const { instruction } = script;
  const isKnown = script.complete && !script.commands.some((command) => isProjectScript(command));
  if (instruction.keyword !== 'RUN' || !isKnown) return new Set(['apt-index', 'conda', 'pip']);
  const kinds = new Set<Leftover['kind']>();
  if (condaCalls(script).length > 0) kinds.add('conda');
  if (pipCalls(script).length > 0) kinds.add('pip');
  if (aptCalls(script).some(({ refreshes }) => refreshes)) kinds.add('apt-index');
  return kinds;
}

/** Whether a RUN installs from an index that it has not fetched itself. */
export function usesEarlierIndex(script: Script): boolean {
  return aptCalls(script).find((call) => call.refreshes || usesIndex(call))?.refreshes === false;
}

/** Whether a RUN takes away packages that no layer in sight has installed: the base image's, for their own sake. */
export function removesPackagesOfBase(script: Script, leftover: readonly Leftover[]): boolean {
  const known = new Set(leftover.flatMap(({ packages }) => packages ?? []));
  return aptCalls(script).some(
    (call) => (call.action === 'purge' || call.action === 'remove') && packageNames(call).some((name) => !known.has(name)),
  );
}

/** The deletions of a RUN, in its order. */
export const deletions = once((script: Script, workdir: string): readonly Deletion[] => {
  if (!script.commands.some(({ name }) => DELETERS.test(name))) return [];
  return [...inDirectories(script, workdir)].flatMap(([command, directory]) => deletionOf(command, directory) ?? []);
});

/** Joins a path to a directory, `.` and `..` resolved; relative to '' where the directory is not known by name. */
function resolvePath(directory: string | undefined, path: string): string | undefined {
  if (path.startsWith('~')) return path;
  if (!path.startsWith('/') && directory === undefined) return undefined;
  const parts = path.startsWith('/') ? [] : (directory ?? '').split('/').filter((part) => part !== '');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const joined = parts.join('/');
  return path.startsWith('/') || directory?.startsWith('/') === true ? `/${joined}` : joined;
}
