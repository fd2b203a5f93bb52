/** Which stages and files are for work on a project rather than for what is shipped, by the names people give them. */
import type { Dockerfile, Stage } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { inheritance } from '../model/stages.js';

const FILE = /(?:^|[._-])(?:dev|devel|develop|development|local|ci|test|tests|e2e|debug)(?:[._-]|$)/i;
const DIRECTORY = /(?:^|\/)(?:\.devcontainer|\.github|\.?ci|dev|e2e|(?:\w+[-_])?tests?)\//i;
const STAGE = /(?:^|[._-])(?:dev|devel|develop|development|devcontainer|local|test|tests|testing|debug|ci|lint|watch)(?:[._-]|$)/i;

/** Whether a file or stage is for development or tests: `Dockerfile.dev`, `.devcontainer/`, `FROM x AS dev` or a stage built on it. */
export function isForDevelopment({ syntax }: Dockerfile, stage?: Stage): boolean {
  if (isDevelopmentPath(syntax.source.path)) return true;
  return stage !== undefined && [...inheritance(stage)].some(({ name }) => name !== undefined && STAGE.test(name));
}

/** Whether a file is for development or tests by its name (`compose.ci.yaml`, `requirements-dev.txt`) or a directory it lies in. */
export function isDevelopmentPath(path: string): boolean {
  return FILE.test(baseName(path)) || DIRECTORY.test(path);
}
