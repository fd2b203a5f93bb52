/**
 * The build context: the files that a Dockerfile is built with. Which directory it is, what .dockerignore leaves out, what
 * COPY and ADD bring. Everything is looked up when first asked for; what cannot be told is undefined, and a rule says
 * nothing of it. Files are read, never run and never written, and none outside the context but what names it.
 */
import { type ComposeFile, type ComposeService, readCompose } from '../files/compose.js';
import { type Dockerignore, ignoreMatcher, readDockerignore } from '../files/dockerignore.js';
import { hasWildcard, matchesGlob } from '../files/glob.js';
import type { FileEntry, FileTree, NamedEntry, Surroundings } from '../source/file-tree.js';
import type { SourceFile } from '../source/source-file.js';
import { remoteKind } from '../syntax/value-formats.js';
import { isComposePath } from './compose.js';
import { contextDirectory, directoriesUp, type NamedBuild, namedBuilds, namedSources } from './context-directory.js';
import { contextPaths, FILE_ALONE, inContext, type Landing, landingOf, type Reading } from './copies.js';
import type { CopyInstruction, Dockerfile, Instruction, Mount, RunInstruction, Stage, Word } from './dockerfile.js';
import { type Format, type ProjectFile, parsedFile } from './parsed-files.js';
import { baseName, below, inDirectory, isInside, joinPath, parentOf } from './paths.js';
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

/** A service of a compose file that is built from the Dockerfile. */
export interface BuiltService {
  readonly service: ComposeService;
  /** The text of the compose file. */
  readonly source: SourceFile;
  /** The stage that is built; undefined for the last one. */
  readonly target: string | undefined;
}

const COMPOSE: Format<ComposeFile | undefined> = (text) => readCompose(text);

/** LIMIT: of a context with more files, a source brings only as many. */
const MOST_BROUGHT = 50_000;

/** Something in a directory of a context. An ignored directory is not found, and may hold what a `!` pattern takes back. */
interface Member {
  readonly path: string;
  readonly kind: FileEntry['kind'];
  readonly isFound: boolean;
}

/** What directories hold, by tree, then by context and ignore file. */
const known = new WeakMap<FileTree, Map<string, Map<string, readonly Member[]>>>();

/** How many directories of a context are kept. */
const MOST_KEPT = 20_000;

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
    namesAround?: readonly string[];
  } = {};

  /**
   * @param around called when something is asked for the first time
   * @param isService whether the Dockerfile ends in what a service starts: what compose files say stands in it then
   */
  constructor(
    private readonly dockerfile: Dockerfile,
    private readonly around: () => Surroundings,
    private readonly isService = false,
  ) {}

  /** Where the context is in the tree; undefined when it cannot be told which directory it is. */
  get directory(): string | undefined {
    const { answers } = this;
    if (!('directory' in answers)) answers.directory = contextDirectory(this.dockerfile, this.place, this.builds);
    return answers.directory;
  }

  /**
   * Whether {@link directory} is more than the likeliest: a user, a compose or a bake file names it, a COPY takes something by name that is
   * there, or it is the root of the tree, above which there is none.
   */
  get isDirectoryCertain(): boolean {
    const { directory, place, builds, dockerfile } = this;
    if (directory === undefined) return false;
    return place.context !== undefined || builds.length > 0 || directory === '' || namedSources(dockerfile).length > 0;
  }

  /** The builds of this Dockerfile that compose and bake files describe. */
  get builds(): readonly NamedBuild[] {
    this.answers.builds ??= namedBuilds(this.place);
    return this.answers.builds;
  }

  /** The names of what lies beside the Dockerfile and in the directories above it, up to the root of the repository. */
  get namesAround(): readonly string[] {
    const { tree, dockerfile } = this.place;
    this.answers.namesAround ??= directoriesUp(parentOf(dockerfile)).flatMap((directory) => tree.list(directory).map(({ name }) => name));
    return this.answers.namesAround;
  }

  /** The services of compose files that are built from this Dockerfile, with the file each stands in. */
  get services(): readonly BuiltService[] {
    if (this.isService) return [];
    return this.builds.flatMap(({ file, name, target }) => {
      const compose = isComposePath(file) ? parsedFile(this.place.tree, file, COMPOSE) : undefined;
      const service = compose?.content?.services.get(name);
      return compose === undefined || service === undefined ? [] : [{ service, source: compose.source, target }];
    });
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

  /**
   * What lies at a path, left out by the ignore file or not; undefined when nothing does or the context is not known. Its own
   * path is relative to the context, too. SPEC: a link that leads out of the context leads nowhere in a build.
   */
  entry(path: string): FileEntry | undefined {
    if (this.directory === undefined) return undefined;
    const { tree } = this.place;
    const entry = tree.entry(inDirectory(this.directory, path));
    const root = tree.entry(this.directory)?.path ?? this.directory;
    if (entry === undefined || !isInside(entry.path, root)) return undefined;
    return root === '' ? entry : { ...entry, path: entry.path.slice(root.length + 1) };
  }

  /** Whether the ignore file keeps a path from the build. */
  isIgnored(path: string): boolean {
    return path !== '' && this.ignoreFile?.content.isIgnored(path) === true;
  }

  /** What a build finds at a path: {@link entry}, unless it is ignored, or a link that leads to it is. */
  find(path: string): FileEntry | undefined {
    const entry = this.entry(path);
    if (entry === undefined || (entry.path !== path && this.isIgnored(path))) return undefined;
    if (!this.isIgnored(entry.path)) return entry;
    // SPEC: an ignored directory is there after all when a `!` pattern takes something in it back.
    return entry.kind === 'directory' && this.filesBelow(entry.path).next().done !== true ? entry : undefined;
  }

  /** A file that a build finds at a path, read as a format; undefined when there is none. */
  read<Content>(path: string, format: Format<Content>): ProjectFile<Content> | undefined {
    if (this.directory === undefined || this.find(path)?.kind !== 'file') return undefined;
    return parsedFile(this.place.tree, inDirectory(this.directory, path), format);
  }

  /**
   * The files a build finds in a directory and below it, in order; links are left out.
   *
   * @param enter whether to look into a directory
   */
  *filesBelow(directory: string, enter?: (path: string) => boolean): Generator<string> {
    for (const { path, kind } of this.entriesBelow(directory, enter)) if (kind === 'file') yield path;
  }

  /**
   * The files and directories a build finds below a directory, a directory before what is in it; links are left out. Of an ignored
   * directory in which a `!` pattern takes something back only that is found.
   *
   * @param enter whether to look into a directory
   */
  *entriesBelow(directory: string, enter: (path: string) => boolean = () => true): Generator<{ path: string; kind: FileEntry['kind'] }> {
    if (this.directory === undefined) return;
    const waiting: Member[] = [{ path: directory, kind: 'directory', isFound: false }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.isFound) yield { path: next.path, kind: 'directory' };
      if (next.path !== directory && !enter(next.path)) continue;
      const below: Member[] = [];
      for (const member of this.membersOf(next.path)) {
        if (member.kind === 'directory') below.push(member);
        else yield { path: member.path, kind: 'file' };
      }
      waiting.push(...below.reverse());
    }
  }

  /** What a build finds in a directory and where it looks on. Kept: several rules walk a context, and those of many Dockerfiles. */
  private membersOf(directory: string): readonly Member[] {
    const { tree } = this.place;
    const ignore = this.ignoreFile;
    const walks = known.get(tree) ?? new Map<string, Map<string, readonly Member[]>>();
    known.set(tree, walks);
    const key = `${this.directory}\n${ignore?.path ?? ''}`;
    const walk = walks.get(key) ?? new Map<string, readonly Member[]>();
    walks.set(key, walk);
    const found = walk.get(directory) ?? this.listed(directory, ignore?.content);
    if (walk.size >= MOST_KEPT) walk.clear();
    walk.set(directory, found);
    return found;
  }

  private listed(directory: string, ignore: Dockerignore | undefined): readonly Member[] {
    return this.place.tree.list(inDirectory(this.directory ?? '', directory)).flatMap(({ name, kind }): Member[] => {
      const path = inDirectory(directory, name);
      if (kind === 'link' || (kind === 'directory' && ignore?.isWalked(path) === false)) return [];
      const isFound = ignore?.isIgnored(path) !== true;
      return isFound || kind === 'directory' ? [{ path, kind, isFound }] : [];
    });
  }

  /** Where an ignore file would be made: at the root of the context, in the tree; undefined when the context is not known. */
  get ignorePlace(): string | undefined {
    return this.ignoreFile?.path ?? (this.directory === undefined ? undefined : inDirectory(this.directory, '.dockerignore'));
  }

  /**
   * The files that a COPY or ADD brings from the context; of a source that depends on something unknown none are known.
   *
   * @param enter whether to look into a directory below a source
   */
  *brought(copy: CopyInstruction, stage: Stage, reading?: Reading, enter?: (path: string) => boolean): Generator<BroughtFile> {
    const isExcluded = excludedBy(copy);
    let count = 0;
    for (const { word, written } of contextPaths(copy, stage, reading)) {
      if (written === undefined) continue;
      const { source, isNamed } = sourceOf(copy, written);
      for (const { path: match } of this.matches(source)) {
        const found = this.find(match);
        for (const path of found === undefined ? [] : found.kind === 'file' ? [found.path] : this.filesBelow(found.path, enter)) {
          if (found?.kind === 'directory') {
            const inside = below(path, found.path);
            if (isExcluded(inside) || !isNamed(inside)) continue;
          }
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
    return this.follow({ stages: MOST_STAGES, hasLink: false, reading }, path, stage, before);
  }

  private get place(): Surroundings {
    this.surroundings ??= this.around();
    return this.surroundings;
  }

  /**
   * What a source names, in order: itself, or what fits its pattern; a pattern in a directory that is not there stands for itself.
   * SPEC: Go's filepath.Match, one component after the other; from the first wildcard on links are not followed.
   */
  private matches(source: string): readonly Match[] {
    if (!hasWildcard(source)) return [{ path: source, kind: undefined }];
    const components = source.split('/');
    const first = components.findIndex(hasWildcard);
    const directory = components.slice(0, first).join('/');
    const kind = this.find(directory)?.kind;
    if (kind !== 'directory') return kind === undefined ? [{ path: source, kind }] : [];
    let found: readonly Match[] = [{ path: directory, kind: 'directory' }];
    for (const component of components.slice(first)) {
      found = found.flatMap(({ path, kind }) => {
        const members = kind === 'directory' ? this.place.tree.list(inDirectory(this.directory ?? '', path)) : [];
        return members.flatMap((member) =>
          matchesGlob(component, member.name) ? [{ path: inDirectory(path, member.name), kind: member.kind }] : [],
        );
      });
    }
    return found;
  }

  /**
   * A file may come through many stages, and by more than one way; `search` bounds how many are looked at.
   *
   * LIMIT: a COPY to a place where an earlier one brought a link writes to where the link leads, of which nothing is known here.
   */
  private follow(search: Search, path: string, stage: Stage, before: Instruction | undefined): string | undefined {
    if (search.stages-- <= 0) return undefined;
    const limit = before?.span.start ?? Infinity;
    let found = before?.keyword === 'RUN' ? this.mountedAt(search, path, stage, before) : NOT_HERE;
    for (let at: Stage | undefined = stage; at !== undefined && found === NOT_HERE; at = at.parent) {
      if (at !== stage && search.stages-- <= 0) return undefined;
      for (const placed of this.copiesOf(at, search.reading)) {
        if (at === stage && placed.copy.span.start >= limit) continue;
        found = this.copiedAt(search, path, at, placed);
        if (found !== NOT_HERE) break;
      }
    }
    if (found === NOT_HERE || typeof found !== 'object') return found === NOT_HERE ? undefined : found;
    search.hasLink = true;
    return this.follow(search, found.path, stage, before);
  }

  /** The latest copies of a stage, the last one first. */
  private copiesOf(stage: Stage, reading: Reading): readonly PlacedCopy[] {
    const known = this.copies.get(reading) ?? new Map<Stage, readonly PlacedCopy[]>();
    this.copies.set(reading, known);
    const copies =
      known.get(stage) ??
      [...stage.triggers, ...stage.instructions]
        .filter((instruction) => instruction.keyword === 'COPY' || instruction.keyword === 'ADD')
        .slice(-MOST_COPIES)
        .reverse()
        .map((copy) => ({ copy, landing: landingOf(copy, stage, reading) }));
    known.set(stage, copies);
    return copies;
  }

  /** SPEC: of mounts inside each other the inner one is seen. */
  private mountedAt(search: Search, path: string, stage: Stage, run: RunInstruction): Place {
    const { reading } = search;
    let inner: { readonly mount: Mount; readonly target: string } | undefined;
    for (const mount of run.mounts) {
      // These mount a single file of their own.
      if (mount.type === 'secret' || mount.type === 'ssh') continue;
      const target = reading.expand(stage, mount.options.get('target') ?? '.', run);
      const directory = target?.startsWith('/') === false ? reading.directory(stage, run) : '/';
      if (target === undefined || directory === undefined) return undefined;
      const place = joinPath(directory, target);
      if (!isInside(path, place)) continue;
      if (inner?.target === place) return undefined;
      if (inner === undefined || isInside(place, inner.target)) inner = { mount, target: place };
    }
    if (inner === undefined) return NOT_HERE;
    const { mount, target } = inner;
    const source = reading.expand(stage, mount.options.get('source') ?? '', run);
    if (mount.type !== 'bind' || source === undefined) return undefined;
    const from = mount.options.get('from');
    const rest = below(path, target);
    if (from !== undefined) {
      const elsewhere = this.elsewhere(search, joinPath(joinPath('/', source), rest), stage, from, false);
      return search.hasLink ? undefined : elsewhere;
    }
    const found = this.find(inContext(source));
    if (found?.kind === 'file') return rest === '' ? found.path : undefined;
    const inside = found === undefined ? NOT_HERE : this.inDirectoryOf(found.path, target, rest);
    return inside === NOT_HERE ? undefined : inside;
  }

  private copiedAt(search: Search, path: string, stage: Stage, { copy, landing }: PlacedCopy): Place {
    if (landing === undefined) return undefined;
    if (!isInside(path, landing.path)) return NOT_HERE;
    const rest = below(path, landing.path);
    // SPEC: BuildKit puts several sources under one name, the last one wins, where no slash says otherwise.
    if (rest === '' && copy.sources.length > 1) return undefined;
    const isExcluded = excludedBy(copy);
    for (const { name } of copy.heredocs) if (rest === name || rest === '') return undefined;
    for (const word of [...copy.sources].reverse()) {
      const written = search.reading.expand(stage, word.text, copy);
      if (written === undefined || (copy.keyword === 'ADD' && remoteKind(written) !== undefined)) return undefined;
      const from = copySource(copy);
      if (from !== undefined) {
        if (isWithParents(copy)) return undefined;
        const found = this.throughStage(search, joinPath('/', written), rest, { copy, stage, from, landing });
        if (found !== NOT_HERE) return found;
        continue;
      }
      const { source, isNamed } = sourceOf(copy, written);
      for (const match of [...this.matches(source)].reverse()) {
        const name = baseName(match.path);
        const isName = rest === name || (rest === '' && !landing.isDirectory);
        if (match.kind === 'file' && !isName && copy.keyword === 'COPY') continue;
        const entry = this.find(match.path);
        if (copy.keyword === 'ADD' && entry?.kind !== 'directory' && ARCHIVE.test(entry?.path ?? name)) return undefined;
        if (entry?.kind === 'file') {
          if (isName) return entry.path;
        } else if (entry === undefined && match.kind !== 'file') {
          // Made before the build, or a link that leads elsewhere here. LIMIT: with an extension what is made is taken for a file.
          const isLink = this.place.tree.link(inDirectory(this.directory ?? '', match.path)) !== undefined;
          if (isLink || isName || matchesGlob(name, rest) || !/\.[A-Za-z]\w*$/.test(name)) return undefined;
        } else if (entry !== undefined && rest !== '' && !isExcluded(rest) && isNamed(rest)) {
          const inside = this.inDirectoryOf(entry.path, landing.path, rest);
          if (inside !== NOT_HERE) return inside;
        }
      }
    }
    return NOT_HERE;
  }

  /** What lies at `rest` of a place where a directory of the context has been put, links and all. */
  private inDirectoryOf(directory: string, place: string, rest: string): Place {
    const path = inDirectory(directory, rest);
    const entry = this.find(path);
    if (entry?.path === path) return entry.kind === 'file' ? path : NOT_HERE;
    let parent = '';
    for (const component of rest.split('/')) {
      const next = inDirectory(parent, component);
      const inside = inDirectory(directory, next);
      if (this.entry(inside)?.path !== inside) {
        const link = this.isIgnored(inside) ? undefined : this.place.tree.link(inDirectory(this.directory ?? '', inside));
        return link === undefined ? NOT_HERE : { path: joinPath(joinPath(place, parent), link + rest.slice(next.length)) };
      }
      parent = next;
    }
    return NOT_HERE;
  }

  /** A file that `COPY --from` brings: its source is the file or a directory it lies in, which cannot be seen from here. */
  private throughStage(search: Search, source: string, rest: string, { copy, stage, from, landing }: StageCopy): Place {
    const itself = this.elsewhere(search, source, stage, from, true);
    const isName = source.endsWith(`/${rest}`) && !rest.includes('/');
    if (itself !== undefined) return rest === '' ? (landing.isDirectory ? NOT_HERE : itself) : isName ? itself : NOT_HERE;
    if (rest === '' || excludedBy(copy)(rest)) return undefined;
    const inside = this.elsewhere(search, joinPath(source, rest), stage, from, true);
    // What is copied with its directory is a link in the image.
    return search.hasLink ? undefined : inside;
  }

  /** The file at a path of another stage. */
  private elsewhere(search: Search, path: string, stage: Stage, from: string, allowIndex: boolean): string | undefined {
    const source = resolveFileSource(this.dockerfile, from, allowIndex);
    // SPEC: only an earlier stage can be copied from.
    if (source.kind !== 'stage' || source.stage.index >= stage.index) return undefined;
    return this.follow(search, path, source.stage, undefined);
  }
}

/** A COPY or ADD and where its sources land. */
interface PlacedCopy {
  readonly copy: CopyInstruction;
  readonly landing: Landing | undefined;
}

/** A COPY from another stage. */
interface StageCopy {
  readonly copy: CopyInstruction;
  readonly stage: Stage;
  readonly from: string;
  readonly landing: Landing;
}

/** What a source names, in the context; of what kind is undefined where nobody has looked. */
interface Match {
  readonly path: string;
  readonly kind: NamedEntry['kind'] | undefined;
}

/** One question for a file. */
interface Search {
  /** How many more stages may be looked at. */
  stages: number;
  /** Whether a link has been followed. */
  hasLink: boolean;
  readonly reading: Reading;
}

/** A path in the context, undefined for a file of which that is not known, another place of the stage, or {@link NOT_HERE}. */
type Place = string | undefined | { readonly path: string } | typeof NOT_HERE;

/** An instruction has not brought the file. */
const NOT_HERE = Symbol('not here');

/** SPEC: ADD unpacks what is a tar archive by its content; these are the names such files have. */
const ARCHIVE = /\.(?:tar|tgz|tbz2?|txz|tzst|tar\.\w+)$/i;

/**
 * Whether `--exclude` keeps a path below a source out. SPEC: it says nothing of the sources themselves (moby/buildkit#5489, open
 * in 2026-11).
 */
function excludedBy(copy: CopyInstruction): (path: string) => boolean {
  const patterns = copy.flags.flatMap(({ name, value }) => (name === 'exclude' && value !== undefined ? [value] : []));
  if (patterns.length === 0) return () => false;
  const matcher = ignoreMatcher(patterns);
  return (path) => matcher.isIgnored(path);
}

/**
 * What a word of a copy names in the context, and which paths below it. SPEC: with `--parents` that is the directory in front
 * of `/./`, or the whole context, and in it what fits the rest of the word.
 */
function sourceOf(copy: CopyInstruction, written: string): { readonly source: string; isNamed(path: string): boolean } {
  if (!isWithParents(copy)) return { source: inContext(written), isNamed: () => true };
  const pivot = written.indexOf('/./');
  const pattern = ignoreMatcher([inContext(pivot < 0 ? written : written.slice(pivot + 3))]);
  return { source: pivot < 0 ? '' : inContext(written.slice(0, pivot)), isNamed: (path) => pattern.isIgnored(path) };
}

function isWithParents(copy: CopyInstruction): boolean {
  return copy.flags.some(({ name, value }) => name === 'parents' && value !== 'false');
}
