/**
 * The build context: the files that a Dockerfile is built with. Which directory it is, what .dockerignore leaves out, what
 * COPY and ADD bring. Everything is looked up when first asked for; what cannot be told is undefined, and a rule says
 * nothing of it. Files are read, never run and never written, and none outside the context but what names it.
 */
import { type Dockerignore, ignoreMatcher, readDockerignore } from '../files/dockerignore.js';
import { hasWildcard, matchesGlob } from '../files/glob.js';
import type { FileEntry, Surroundings } from '../source/file-tree.js';
import { contextDirectory, inDirectory, type NamedBuild, namedBuilds } from './context-directory.js';
import { contextPaths, FILE_ALONE, inContext, isInside, type Landing, landingOf, type Reading } from './copies.js';
import type { CopyInstruction, Dockerfile, Instruction, RunInstruction, Stage, Word } from './dockerfile.js';
import { joinPath } from './environment.js';
import { type Format, type ProjectFile, parsedFile } from './parsed-files.js';
import { copySource, resolveFileSource } from './stages.js';

export type { NamedBuild } from './context-directory.js';
export type { Format, ProjectFile } from './parsed-files.js';

/** A file of the context that a COPY or ADD puts into a layer. */
export interface BroughtFile {
  /** In the context. */
  readonly path: string;
  /** The source that brings it. */
  readonly word: Word;
}

/** LIMIT: of a context with more files, a source brings only as many. */
const MOST_BROUGHT = 50_000;

/** LIMIT: in longer stages only the latest copies count, so that the time stays linear; real ones are shorter. */
const MOST_COPIES = 200;

/** LIMIT: a file that has come through more stages than this is not followed. */
const MOST_STAGES = 20;

/** The files around one Dockerfile. Paths are relative to the context, with forward slashes; the context itself is empty. */
export class BuildContext {
  private surroundings: Surroundings | undefined;
  private readonly copies = new Map<Reading, Map<Stage, readonly PlacedCopy[]>>();
  private readonly answers: {
    directory?: string | undefined;
    ignoreFile?: ProjectFile<Dockerignore> | undefined;
    builds?: readonly NamedBuild[];
  } = {};

  /** @param around called when something is asked for the first time */
  constructor(
    private readonly dockerfile: Dockerfile,
    private readonly around: () => Surroundings,
  ) {}

  /** Where the context is in the tree; undefined when it cannot be told which directory it is. */
  get directory(): string | undefined {
    const { answers } = this;
    if (!('directory' in answers)) answers.directory = contextDirectory(this.dockerfile, this.place, this.builds);
    return answers.directory;
  }

  /** The builds of this Dockerfile that compose and bake files describe. */
  get builds(): readonly NamedBuild[] {
    this.answers.builds ??= namedBuilds(this.place);
    return this.answers.builds;
  }

  /**
   * The ignore file in force; undefined when there is none. SPEC: `<Dockerfile's name>.dockerignore` beside the Dockerfile
   * replaces the `.dockerignore` at the root of the context.
   */
  get ignoreFile(): ProjectFile<Dockerignore> | undefined {
    const { answers, directory } = this;
    if ('ignoreFile' in answers || directory === undefined) return answers.ignoreFile;
    const { tree, dockerfile } = this.place;
    const own = parsedFile(tree, `${dockerfile}.dockerignore`, readDockerignore);
    answers.ignoreFile = own ?? parsedFile(tree, inDirectory(directory, '.dockerignore'), readDockerignore);
    return answers.ignoreFile;
  }

  /** What lies at a path, left out by the ignore file or not; undefined when nothing does or the context is not known. */
  entry(path: string): FileEntry | undefined {
    return this.directory === undefined ? undefined : this.place.tree.entry(inDirectory(this.directory, path));
  }

  /** Whether the ignore file keeps a path from the build. */
  isIgnored(path: string): boolean {
    return path !== '' && this.ignoreFile?.content.isIgnored(path) === true;
  }

  /** What a build finds at a path: {@link entry}, unless it is ignored. */
  find(path: string): FileEntry | undefined {
    const entry = this.entry(path);
    if (entry === undefined || !this.isIgnored(path)) return entry;
    // SPEC: an ignored directory is there after all when a `!` pattern takes something in it back.
    return entry.kind === 'directory' && this.filesBelow(path).next().done !== true ? entry : undefined;
  }

  /** A file that a build finds at a path, read as a format; undefined when there is none. */
  read<Content>(path: string, format: Format<Content>): ProjectFile<Content> | undefined {
    if (this.directory === undefined || this.isIgnored(path)) return undefined;
    return parsedFile(this.place.tree, inDirectory(this.directory, path), format);
  }

  /** The files a build finds in a directory and below it, in order; links are left out. */
  *filesBelow(directory: string): Generator<string> {
    if (this.directory === undefined) return;
    const ignore = this.ignoreFile?.content;
    const waiting = [directory];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const below: string[] = [];
      for (const { name, kind } of this.place.tree.list(inDirectory(this.directory, next))) {
        const path = inDirectory(next, name);
        if (kind === 'directory' && ignore?.isWalked(path) !== false) below.push(path);
        if (kind === 'file' && ignore?.isIgnored(path) !== true) yield path;
      }
      waiting.push(...below.reverse());
    }
  }

  /** The files that a COPY or ADD brings from the context; of a source that depends on something unknown none are known. */
  *brought(copy: CopyInstruction, stage: Stage, reading?: Reading): Generator<BroughtFile> {
    const excluded = excludedBy(copy);
    let count = 0;
    for (const { word, written } of contextPaths(copy, stage, reading)) {
      for (const source of written === undefined ? [] : this.matches(inContext(written))) {
        for (const path of this.find(source)?.kind === 'file' ? [source] : this.filesBelow(source)) {
          if (excluded(path.slice(source === path ? path.lastIndexOf('/') + 1 : source === '' ? 0 : source.length + 1))) continue;
          if (++count > MOST_BROUGHT) return;
          yield { path, word };
        }
      }
    }
  }

  /**
   * The path in the context of the file that lies at an absolute path of a stage when an instruction runs; undefined when it
   * is none of the context's, or that cannot be told.
   *
   * LIMIT: what a RUN in between does to the file is not looked at.
   *
   * @param before an instruction of the stage; undefined for its end
   */
  fileAt(path: string, stage: Stage, before: Instruction | undefined, reading: Reading = FILE_ALONE): string | undefined {
    return this.follow({ stages: MOST_STAGES, reading }, path, stage, before);
  }

  private get place(): Surroundings {
    this.surroundings ??= this.around();
    return this.surroundings;
  }

  /** What a source names: itself, or what fits its pattern. SPEC: Go's filepath.Match, one component after the other. */
  private matches(source: string): readonly string[] {
    if (!hasWildcard(source)) return [source];
    let found = [''];
    for (const component of source.split('/')) {
      const names = (directory: string): readonly string[] =>
        hasWildcard(component)
          ? this.place.tree
              .list(inDirectory(this.directory ?? '', directory))
              .flatMap(({ name }) => (matchesGlob(component, name) ? [name] : []))
          : [component];
      found = found.flatMap((directory) => names(directory).map((name) => inDirectory(directory, name)));
    }
    return found.filter((path) => this.find(path) !== undefined);
  }

  /** A file may come through many stages, and by more than one way; `search` bounds how many are looked at. */
  private follow(search: Search, path: string, stage: Stage, before: Instruction | undefined): string | undefined {
    if (search.stages-- <= 0) return undefined;
    const mounted = before?.keyword === 'RUN' ? this.mountedAt(search, path, stage, before) : NOT_HERE;
    if (mounted !== NOT_HERE) return mounted;
    const limit = before?.span.start ?? Infinity;
    for (const placed of this.copiesOf(stage, search.reading)) {
      if (placed.copy.span.start >= limit) continue;
      const found = this.copiedAt(search, path, stage, placed);
      if (found !== NOT_HERE) return found;
    }
    return stage.parent && this.follow(search, path, stage.parent, undefined);
  }

  /** The latest copies of a stage, the last one first. */
  private copiesOf(stage: Stage, reading: Reading): readonly PlacedCopy[] {
    const known = this.copies.get(reading) ?? new Map<Stage, readonly PlacedCopy[]>();
    this.copies.set(reading, known);
    const copies =
      known.get(stage) ??
      stage.instructions
        .filter((instruction) => instruction.keyword === 'COPY' || instruction.keyword === 'ADD')
        .slice(-MOST_COPIES)
        .reverse()
        .map((copy) => ({ copy, landing: landingOf(copy, stage, reading) }));
    known.set(stage, copies);
    return copies;
  }

  private mountedAt(search: Search, path: string, stage: Stage, run: RunInstruction): Place {
    const { reading } = search;
    for (const { type, options } of run.mounts) {
      if (type !== 'bind') continue;
      const target = reading.expand(stage, options.get('target') ?? '.', run);
      const directory = target?.startsWith('/') === false ? reading.directory(stage, run) : '/';
      if (target === undefined || directory === undefined) return undefined;
      const mountPoint = joinPath(directory, target);
      if (!isInside(path, mountPoint)) continue;
      const source = reading.expand(stage, options.get('source') ?? '', run);
      const from = options.get('from');
      if (source === undefined) return undefined;
      const inside = joinPath(joinPath('/', source), path.slice(mountPoint === '/' ? 1 : mountPoint.length + 1));
      return from === undefined ? this.existing(inside.slice(1)) : this.elsewhere(search, inside, stage, from, false);
    }
    return NOT_HERE;
  }

  private copiedAt(search: Search, path: string, stage: Stage, { copy, landing }: PlacedCopy): Place {
    if (landing === undefined) return undefined;
    if (!isInside(path, landing.path)) return NOT_HERE;
    const rest = path === landing.path ? '' : path.slice(landing.path === '/' ? 1 : landing.path.length + 1);
    // The pieces of the path that `--parents` puts in front depend on a `./` in the source.
    if (copy.flags.some(({ name }) => name === 'parents')) return undefined;
    const from = copySource(copy);
    const excluded = excludedBy(copy);
    for (const { name } of copy.heredocs) if (rest === name || rest === '') return undefined;
    for (const word of [...copy.sources].reverse()) {
      const written = search.reading.expand(stage, word.text, copy);
      if (written === undefined) return undefined;
      const source = joinPath('/', written);
      if (from !== undefined) {
        const found = this.throughStage(search, source, rest, { stage, from, landing });
        if (found !== undefined) return found;
        continue;
      }
      for (const match of this.matches(source.slice(1))) {
        if (copy.keyword === 'ADD' && ARCHIVE.test(match)) return undefined;
        const entry = this.find(match);
        const name = match.slice(match.lastIndexOf('/') + 1);
        if (entry?.kind === 'file' && (rest === name || (rest === '' && !landing.isDirectory))) return excluded(name) ? NOT_HERE : match;
        if (entry?.kind !== 'directory' || rest === '' || excluded(rest)) continue;
        const inside = this.existing(inDirectory(match, rest));
        if (inside !== undefined) return inside;
      }
    }
    return from === undefined ? NOT_HERE : undefined;
  }

  /** A file that `COPY --from` brings: its source is the file or a directory it lies in, which cannot be seen from here. */
  private throughStage(
    search: Search,
    source: string,
    rest: string,
    { stage, from, landing }: { stage: Stage; from: string; landing: Landing },
  ): string | undefined {
    if (rest === '') return landing.isDirectory ? undefined : this.elsewhere(search, source, stage, from, true);
    const isFile = source.endsWith(`/${rest}`) && !rest.includes('/');
    const itself = isFile ? this.elsewhere(search, source, stage, from, true) : undefined;
    return itself ?? this.elsewhere(search, joinPath(source, rest), stage, from, true);
  }

  /** The file at a path of another stage. */
  private elsewhere(search: Search, path: string, stage: Stage, from: string, allowIndex: boolean): string | undefined {
    const source = resolveFileSource(this.dockerfile, from, allowIndex);
    // SPEC: only an earlier stage can be copied from.
    if (source.kind !== 'stage' || source.stage.index >= stage.index) return undefined;
    return this.follow(search, path, source.stage, undefined);
  }

  private existing(path: string): string | undefined {
    return this.find(path)?.kind === 'file' ? path : undefined;
  }
}

/** A COPY or ADD and where its sources land. */
interface PlacedCopy {
  readonly copy: CopyInstruction;
  readonly landing: Landing | undefined;
}

/** One question for a file. */
interface Search {
  /** How many more stages may be looked at. */
  stages: number;
  readonly reading: Reading;
}

/** A path in the context, undefined for a file of which that is not known, or {@link NOT_HERE}. */
type Place = string | undefined | typeof NOT_HERE;

/** An instruction has not brought the file. */
const NOT_HERE = Symbol('not here');

/** SPEC: ADD unpacks what is a tar archive by its content; these are the names such files have. */
const ARCHIVE = /\.(?:tar|tgz|tbz2?|txz|tzst|tar\.\w+)$/i;

/** Whether `--exclude` keeps a path below a source out. */
function excludedBy(copy: CopyInstruction): (path: string) => boolean {
  const patterns = copy.flags.flatMap(({ name, value }) => (name === 'exclude' && value !== undefined ? [value] : []));
  if (patterns.length === 0) return () => false;
  const matcher = ignoreMatcher(patterns);
  return (path) => matcher.isIgnored(path);
}
