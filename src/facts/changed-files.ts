/**
 * What changes the owner or the mode of whole directories, and which earlier layers have put files there. A layer stores a file
 * whose metadata change once more, whole (overlayfs copies it up). No findings here.
 *
 * Sources: chown(1), chmod(1) of coreutils 9; Docker's reference on `COPY --chown` and `--chmod`; docs.docker.com/storage, "copy-on-write".
 */
import type { BuildContext } from '../model/context.js';
import { contextPaths, landingOf } from '../model/copies.js';
import type { Command, CopyInstruction, Instruction, Script, ScriptOf, ShellWord, Span, Stage, Word } from '../model/dockerfile.js';
import { isInside, joinPath } from '../model/paths.js';
import { copySource, inheritedInstructions } from '../model/stages.js';
import { ownSize } from './artefacts.js';
import { isSmallText, leftovers } from './cleanups.js';
import { condaCalls } from './conda.js';
import { expandWithBase, factsOfBase } from './images.js';
import { once } from './once.js';
import { words } from './words.js';
import { directoryOf, WITH_BASE } from './working-directory.js';

/** A `chown -R`, `chgrp -R` or `chmod -R`. */
export interface RecursiveChange {
  readonly command: Command;
  readonly program: 'chown' | 'chgrp' | 'chmod';
  /** The new owner, group or mode: `app:app`, `755`. */
  readonly setting: ShellWord;
  /** What it is applied to, as absolute paths and as written; what is not known is left out. */
  readonly targets: readonly { readonly path: string; readonly word: ShellWord }[];
  /** Whether other options than `-R` are given, or a path is not known. */
  readonly isSpecial: boolean;
}

/** The recursive changes of a script, in its order. */
export const recursiveChanges = once((script: Script): readonly RecursiveChange[] =>
  script.commands.flatMap((command) => readChange(command) ?? []),
);

const PROGRAMS = words('chown chgrp chmod');

function readChange(command: Command): RecursiveChange | undefined {
  const { name, args, script } = command;
  if (!PROGRAMS.has(name)) return undefined;
  const isOption = ({ value, prefix }: ShellWord): boolean => /^--?[A-Za-z]/.test(value ?? prefix) && !/^-[rwxX]+$/.test(value ?? '');
  const options = args.filter(isOption).map(({ value, text }) => value ?? text);
  const [setting, ...operands] = args.filter((word) => !isOption(word));
  const isRecursive = options.some((option) => option === '--recursive' || /^-[A-Za-z]*R/.test(option));
  if (!isRecursive || setting === undefined || options.some((option) => option.startsWith('--reference'))) return undefined;
  const directory = directoryOf(command);
  const targets = operands.flatMap((word) => {
    const written = word.value ?? expandWithBase(script.stage, word.text.replaceAll('"', ''), script.instruction);
    if (written === undefined || /[$`]/.test(written) || (!written.startsWith('/') && directory === undefined)) return [];
    // `/app/*` is all of /app but what begins with a dot.
    return [{ path: joinPath(directory ?? '/', written.replace(/(?<=\/)\*$/, '')), word }];
  });
  const isPlain = options.every((option) => /^(?:-[Rfvc]+|--recursive)$/.test(option)) && targets.length === operands.length;
  return { command, program: name as RecursiveChange['program'], setting, targets, isSpecial: !isPlain };
}

/** Files that an earlier layer has put somewhere. */
export interface EarlierFiles {
  /** *environment*: a virtual or conda environment; *download*: something fetched or unpacked; *base*: the base image's. */
  readonly kind: 'copy' | 'environment' | 'download' | 'base';
  /** A noun phrase, quoted where it is the user's own words. */
  readonly what: string;
  readonly path: string;
  readonly span: Span;
  /** The COPY or ADD. */
  readonly copy?: CopyInstruction;
  /** By the sizes in the build context, else by the names: *small*: next to nothing; *light*: code and settings; *unknown* may be anything. */
  readonly weight: 'small' | 'light' | 'unknown';
  /** In bytes, where the build context tells. */
  readonly size?: number;
}

/** LIMIT: of more things in one directory than this the later ones are left out: each change asks for all of them. */
const MOST_FILES = 60;

/** What the layers in front of an instruction have put into a directory, the dearest kind first. */
export function filesBefore(
  path: string,
  before: Instruction,
  stage: Stage,
  script: ScriptOf,
  context: BuildContext | undefined,
): readonly EarlierFiles[] {
  const found: EarlierFiles[] = [];
  for (const each of earlierFiles(stage, script).get(path) ?? []) {
    if (each.span.end > before.span.start || found.length === MOST_FILES) break;
    found.push(context === undefined ? each : weighed(each, stage, context));
  }
  const rank = ({ kind, weight }: EarlierFiles): number => KINDS.indexOf(kind) * 3 + WEIGHTS.indexOf(weight);
  const bySize = (a: EarlierFiles, b: EarlierFiles): number => (b.size ?? 0) - (a.size ?? 0);
  return [...found, ...filesOfBase(path, stage)].sort((a, b) => rank(a) - rank(b) || bySize(a, b));
}

/** By the sizes of what a COPY brings; a whole context brings more on the next machine, and is never small. */
function weighed(files: EarlierFiles, stage: Stage, context: BuildContext): EarlierFiles {
  const size = files.copy === undefined ? undefined : copiedSizes(stage, context).get(files.copy);
  if (size === undefined) return files;
  const isWhole = files.copy?.sources.some(({ text }) => /^\.?\/?$/.test(text)) === true;
  return { ...files, size, weight: size >= 10 * MEGABYTE ? 'unknown' : size >= MEGABYTE || isWhole ? 'light' : 'small' };
}

const MEGABYTE = 1_000_000;

const copiedSizes = once((stage: Stage, context: BuildContext): ReadonlyMap<CopyInstruction, number> => {
  const sizes = new Map<CopyInstruction, number>();
  for (const copy of inheritedInstructions(stage)) {
    if (copy.keyword !== 'COPY' && copy.keyword !== 'ADD') continue;
    const size = sizeOf(copy, stage, context);
    if (size !== undefined) sizes.set(copy, size);
  }
  return sizes;
});

/** LIMIT: of a COPY that brings more files than this the size is not known. */
const MOST_WEIGHED = 3000;

/** What a COPY brings, in bytes; undefined where the context does not tell: of what is made before the build, or fetched by git-lfs. */
function sizeOf(copy: CopyInstruction, stage: Stage, context: BuildContext): number | undefined {
  if (contextPaths(copy, stage, WITH_BASE).length < copy.sources.length || copy.heredocs.length > 0) return undefined;
  const seen = new Set<Word>();
  let [bytes, count] = [0, 0];
  for (const { path, word } of context.brought(copy, stage, WITH_BASE)) {
    // What ADD unpacks is larger, and `.gitkeep` or a .gitignore of its own hold a directory open for what comes later.
    if (++count > MOST_WEIGHED || PLACEHOLDER.test(path) || (copy.keyword === 'ADD' && ARCHIVE.test(path))) return undefined;
    const size = EMPTY.test(path) ? 0 : ownSize(path, context);
    if (size === undefined) return undefined;
    seen.add(word);
    bytes += size;
  }
  return seen.size === copy.sources.length ? bytes : undefined;
}

const PLACEHOLDER = /\/\.git(?:keep|ignore)$/;
const ARCHIVE = /\.(?:tar(?:\.\w+)?|t[gbx]z)$/;
/** Empty on purpose. */
const EMPTY = /(?:^|\/)(?:__init__\.py|py\.typed)$/;

const WEIGHTS: readonly EarlierFiles['weight'][] = ['unknown', 'light', 'small'];
const KINDS: readonly EarlierFiles['kind'][] = ['base', 'environment', 'download', 'copy'];

/** Where images keep hundreds of megabytes: those with conda and the official Python (docker-library/python, 2026). */
function filesOfBase(path: string, stage: Stage): readonly EarlierFiles[] {
  const { python, environment } = factsOfBase(stage.base) ?? {};
  const prefix =
    python?.kind === 'conda' ? environment?.get('CONDA_DIR') || '/opt/conda' : python?.kind === 'official' ? '/usr/local' : undefined;
  if (prefix === undefined || !isInside(prefix, path)) return [];
  return [{ kind: 'base', what: `\`${prefix}\` of the base image`, path: prefix, span: stage.from.span, weight: 'unknown' }];
}

/** By each directory they are in, at any depth, in the order of the file. */
const earlierFiles = once((stage: Stage, script: ScriptOf): ReadonlyMap<string, readonly EarlierFiles[]> => {
  const found = new Map<string, EarlierFiles[]>();
  for (const instruction of inheritedInstructions(stage)) {
    const own = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    const files = instruction.keyword === 'COPY' || instruction.keyword === 'ADD' ? copied(instruction, stage) : own && made(own);
    for (const each of files ?? []) {
      for (const directory of directoriesAbove(each.path)) {
        const inside = found.get(directory);
        if (inside === undefined) found.set(directory, [each]);
        else inside.push(each);
      }
    }
  }
  return found;
});

/** LIMIT: deeper directories are not looked at. */
const MOST_LEVELS = 40;

/** `/app/src`, `/app` and `/` for `/app/src`. */
function directoriesAbove(path: string): readonly string[] {
  const directories = ['/'];
  for (let slash = path.indexOf('/', 1); slash > 0 && directories.length < MOST_LEVELS; slash = path.indexOf('/', slash + 1))
    directories.push(path.slice(0, slash));
  return path === '/' ? directories : [...directories, path];
}

function copied(copy: CopyInstruction, stage: Stage): readonly EarlierFiles[] {
  const landing = landingOf(copy, stage, WITH_BASE);
  if (landing === undefined) return [];
  const from = copySource(copy);
  const written = copy.sources.map(({ text }) => text);
  const weight = written.every((text) => isSmallText(text) || SMALL.test(text))
    ? 'small'
    : written.every(
          (text) =>
            isSmallText(text) ||
            SMALL.test(text) ||
            CODE_FILE.test(text) ||
            (from === undefined ? LIGHT_DIRECTORY : SOURCE_DIRECTORY).test(text),
        )
      ? 'light'
      : 'unknown';
  const flag = from === undefined ? '' : `--from=${from} `;
  const what = `\`${copy.keyword} ${flag}${copy.words.map(({ text }) => text).join(' ')}\``;
  // Of `COPY a b /app/` and `COPY models /app/` the files have names of their own there.
  return [{ kind: 'copy', what, path: landing.path, span: copy.span, copy, weight }];
}

const SMALL = /(?:^|\/)(?:LICEN[CS]E|Makefile|Procfile|\.\w+rc)$|\.(?:crt|pem|cer|template|service|j2)$/;
/** Directories of source code and settings, as they are usually called. */
const LIGHT_DIRECTORY =
  /(?:^|\/)(?:src(?:\/[\w.-]+)?|app|apps|api|code|lib|scripts?|tools?|utils?|bin|\w*conf|configs?|cfg|settings|templates?|css|xsl|js|docs?|tests?|docker|nginx|etc|sql|migrations|routes|handlers|common|core|pkg|server|backend|client|schemas?)\/?$/;
/** Of them, those that hold no more after a build. */
const SOURCE_DIRECTORY = /\/(?:src(?:\/[\w.-]+)?|scripts?|conf|configs?|settings|templates?|docs?|tests?|sql|migrations|schemas?)\/?$/;
const CODE_FILE = /\.(?:js|mjs|cjs|ts|css|html|ipynb|rb|go|rs|java|c|cpp|h|xsl|ui)$/i;

/** What the commands of a RUN put into directories that they name. */
function made(script: Script): readonly EarlierFiles[] {
  const span = script.instruction.span;
  const found: EarlierFiles[] = [];
  const add = (kind: EarlierFiles['kind'], what: string, path: string | undefined, directory: string | undefined): void => {
    if (path !== undefined && (path.startsWith('/') || directory !== undefined))
      found.push({ kind, what, path: joinPath(directory ?? '/', path), span, weight: 'unknown' });
  };
  for (const command of script.commands) {
    const directory = directoryOf(command);
    const environment = environmentMade(command);
    if (environment !== undefined) add('environment', 'the environment that an earlier RUN makes', environment, directory);
    const unpacked = unpackedInto(command);
    if (unpacked !== undefined) add('download', 'what an earlier RUN unpacks', unpacked, directory);
  }
  for (const { command, options } of condaCalls(script)) {
    const prefix = factsOfBase(script.stage.base)?.python?.kind === 'conda' ? '/opt/conda' : undefined;
    if (!options.has('-p') && !options.has('--prefix'))
      add('environment', 'what conda installs in an earlier RUN', prefix, directoryOf(command));
  }
  for (const { kind, path, isSmall } of script.complete ? leftovers(script, '') : []) {
    if (kind === 'file' && path?.startsWith('/') === true && isSmall !== true && !isSmallText(path))
      add('download', 'what an earlier RUN downloads', path, '/');
  }
  return found;
}

/** `python -m venv DIR`, `virtualenv DIR`, `uv venv DIR`, `uv sync`, `conda create -p DIR`; relative to the working directory. */
function environmentMade({ name, args, script }: Command): string | undefined {
  const values = args.map(({ value }) => value);
  const operands = values.filter((value) => value !== undefined && !value.startsWith('-'));
  if (/^python/.test(name) && values.includes('venv')) return operands.at(-1) === 'venv' ? undefined : operands.at(-1);
  if (name === 'virtualenv') return operands.at(-1);
  if (/^(?:conda|mamba|micromamba)$/.test(name) && values.includes('create')) {
    const at = values.findIndex((value) => value === '-p' || value === '--prefix');
    return at < 0 ? undefined : values[at + 1];
  }
  if (name === 'npm' || name === 'pnpm' || name === 'yarn')
    return /^(?:ci|install|i)$/.test(operands[0] ?? (name === 'yarn' ? 'install' : '')) && !values.includes('-g')
      ? 'node_modules'
      : undefined;
  if (name !== 'uv') return undefined;
  if (operands[0] === 'venv') return operands[1] ?? '.venv';
  if (operands[0] !== 'sync') return undefined;
  const project = script.stage.environment.variable('UV_PROJECT_ENVIRONMENT', script.instruction);
  return project.kind === 'known' ? project.value : project.kind === 'absent' ? '.venv' : undefined;
}

/** `tar -C DIR -x`, `unzip -d DIR`, `hf download --local-dir DIR`. */
function unpackedInto({ name, args }: Command): string | undefined {
  const values = args.map(({ value }) => value);
  const behind = (option: string): string | undefined => {
    const at = values.indexOf(option);
    return at < 0 ? undefined : values[at + 1];
  };
  if (name === 'tar')
    return behind('-C') ?? behind('--directory') ?? values.find((value) => value?.startsWith('--directory='))?.slice('--directory='.length);
  if (name === 'unzip') return behind('-d');
  return name === 'hf' || name === 'huggingface-cli' ? behind('--local-dir') : undefined;
}

/** Programs that put nothing into directories of the project, or what they put there is known to {@link earlierFiles}. */
const ELSEWHERE = words(
  'useradd groupadd adduser addgroup usermod groupmod passwd chown chgrp chmod apt-get apt apk yum dnf microdnf pip pip3 uv conda mamba ' +
    'micromamba rm rmdir ls true echo export set cd test ldconfig update-ca-certificates locale-gen',
);

/** LIMIT: of a stage with more such commands nothing is said, so that the time stays linear. */
const MOST_COMMANDS = 300;

/**
 * Whether commands of a stage may have made more in a directory than the files of {@link filesBefore}: one that names it or runs in it, up
 * to the one that changes it. What they made is theirs to give away.
 */
export function mayMakeMore(path: string, change: Command, stage: Stage, script: ScriptOf): boolean {
  const makers = fileMakers(stage, script);
  for (const [index, { start, places }] of makers.entries()) {
    if (start >= change.span.start) return false;
    if (index === MOST_COMMANDS || places === undefined || places.some((place) => isInside(place, path))) return true;
  }
  return false;
}

interface FileMaker {
  readonly start: number;
  /** What it may write to; undefined where that may be anything. */
  readonly places: readonly string[] | undefined;
}

const fileMakers = once((stage: Stage, script: ScriptOf): readonly FileMaker[] =>
  inheritedInstructions(stage).flatMap((instruction): readonly FileMaker[] => {
    const own = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    if (own === undefined || !own.complete)
      return instruction.keyword === 'RUN' ? [{ start: instruction.span.start, places: undefined }] : [];
    return own.commands.flatMap((command): readonly FileMaker[] => {
      const { name, args, span } = command;
      if (ELSEWHERE.has(name)) return [];
      const directory = directoryOf(command);
      const makesNamed = name === 'mkdir' || name === 'install';
      if ((directory === undefined && !makesNamed) || args.some(({ text, value }) => (value ?? text).includes('$')))
        return [{ start: span.start, places: undefined }];
      const named = args.map(({ value }) => joinPath(directory ?? '/', value ?? ''));
      return [{ start: span.start, places: makesNamed || directory === undefined ? named : [directory, ...named] }];
    });
  }),
);

/** Whether a directory, or one in it, was there before an instruction: by WORKDIR, `mkdir`, a home, or another COPY. */
export function mayExistBefore(path: string, instruction: Instruction, stage: Stage, script: ScriptOf): boolean {
  for (const [index, { start, made: directory, text }] of directoriesMade(stage, script).entries()) {
    if (start >= instruction.span.start) return false;
    if (
      index === MOST_COMMANDS ||
      directory === 'unknown' ||
      (directory !== undefined && isInside(directory, path)) ||
      text?.includes(path) === true
    )
      return true;
  }
  return false;
}

interface DirectoryMade {
  readonly start: number;
  /** What WORKDIR or COPY make. */
  readonly made?: string;
  /** A RUN that names a directory in any way counts. */
  readonly text?: string;
}

const directoriesMade = once((stage: Stage, script: ScriptOf): readonly DirectoryMade[] =>
  inheritedInstructions(stage).flatMap((each): readonly DirectoryMade[] => {
    const { start } = each.span;
    if (each.keyword === 'WORKDIR') {
      const written = expandWithBase(stage, each.value?.text ?? '$', each);
      return [{ start, made: written?.startsWith('/') === true ? joinPath('/', written) : 'unknown' }];
    }
    if (each.keyword === 'COPY' || each.keyword === 'ADD') return [{ start, made: landingOf(each, stage, WITH_BASE)?.path ?? 'unknown' }];
    const own = each.keyword === 'RUN' ? script(each) : undefined;
    if (own === undefined) return [];
    const isKnown = own.complete && !own.commands.some(({ name }) => name === '');
    return [{ start, ...(isKnown ? { text: each.logical.text } : { made: 'unknown' }) }];
  }),
);
