/**
 * A compose file as a file of its own, with the compose files beside it. What the formats mean is in `files/`; rules ask here.
 */
import { type ComposeFile, readCompose } from '../files/compose.js';
import type { Problem } from '../files/placed.js';
import { readYaml } from '../files/yaml.js';
import type { Surroundings } from '../source/file-tree.js';
import type { SourceFile } from '../source/source-file.js';
import { type Format, type ProjectFile, parsedFile } from './parsed-files.js';
import { baseName, inDirectory, parentOf } from './paths.js';

export type { ComposeDependency, ComposeFile, ComposePort, ComposeService, ComposeSetting } from '../files/compose.js';
export type { Placed } from '../files/placed.js';
export { at, entriesAt, itemsAt, type TreeEntry, type TreeNode, textAt, textsAt } from '../files/tree.js';

const COMPOSE_FILE = /^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/i;
/** Read without `-f`; the others are laid over one of these, and what they leave out may come from there. */
const MAIN_COMPOSE_FILE = /^(?:docker-)?compose\.ya?ml$/i;

/** Whether a path is that of a compose file by its name: `compose.yaml`, `docker-compose.prod.yml`. */
export function isComposePath(path: string): boolean {
  return COMPOSE_FILE.test(baseName(path));
}

/** Whether a compose file is whole by itself, by its name; the others are laid over one that is. */
export function isMainComposePath(path: string): boolean {
  return MAIN_COMPOSE_FILE.test(baseName(path));
}

/** A compose file that is linted. */
export class Compose {
  /** Undefined when the text is no map: nothing can be said of it then but that. */
  readonly file: ComposeFile | undefined;
  private known: readonly ProjectFile<ComposeFile>[] | undefined;

  /** @param around called when the files beside it are first asked for; without it there are none to look at */
  constructor(
    readonly source: SourceFile,
    private readonly around?: () => Surroundings,
  ) {
    this.file = readCompose(source.text);
  }

  /** Whether it is whole by itself, by its name: no other file is needed to know what a service has. */
  get isMain(): boolean {
    return isMainComposePath(this.source.path);
  }

  /** What is wrong with it as YAML. */
  get problems(): readonly Problem[] {
    return this.file?.problems ?? readYaml(this.source.text).problems;
  }

  /** The other compose files of the same directory, which may be laid over this one or lie below it; undefined when they cannot be seen. */
  get others(): readonly ProjectFile<ComposeFile>[] | undefined {
    if (this.around === undefined) return undefined;
    this.known ??= this.besides(this.around());
    return this.known;
  }

  private besides({ tree, dockerfile: own }: Surroundings): readonly ProjectFile<ComposeFile>[] {
    const directory = parentOf(own);
    return tree.list(directory).flatMap(({ name, kind }) => {
      const path = inDirectory(directory, name);
      if (kind !== 'file' || path === own || !COMPOSE_FILE.test(name)) return [];
      const file = parsedFile(tree, path, COMPOSE);
      return file?.content === undefined ? [] : [file as ProjectFile<ComposeFile>];
    });
  }
}

const COMPOSE: Format<ComposeFile | undefined> = (text) => readCompose(text);
