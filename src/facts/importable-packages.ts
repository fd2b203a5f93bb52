/**
 * Which Python packages a program of a stage can import: those the stage installs, and those that COPY --from brings with a virtual
 * environment, a site-packages directory or wheels. Whoever asks what a package needs at run time asks the stage that runs it.
 */
import type { Command, CopyInstruction, Dockerfile, Stage } from '../model/dockerfile.js';
import { isInside, joinPath } from '../model/paths.js';
import { copySource, inheritance, inheritedInstructions, resolveFileSource, runScripts } from '../model/stages.js';
import { seenBy } from './caches.js';
import { once } from './once.js';
import { pipCalls, pipInstalls } from './pip.js';
import { type Project, placeOf } from './project-files.js';
import { type InstalledPackage, pythonInstalls } from './python-installs.js';
import { directoryOf, WITH_BASE } from './working-directory.js';

/** A package that can be imported in a stage. */
export interface ImportablePackage {
  readonly installed: InstalledPackage;
  /** The COPY that brings it from the stage that installs it; absent where this one does. */
  readonly copy?: CopyInstruction;
}

/** More stages are not gone through, one copying from the other. */
const MOST_STAGES = 20;

/** The packages of a stage, with those of the stages it is built from; what a later RUN uninstalls is left out. */
export function importablePackages(stage: Stage, dockerfile: Dockerfile, project: Project): readonly ImportablePackage[] {
  const found: ImportablePackage[] = [];
  const seen = { environment: new Set<Stage>(), wheels: new Set<Stage>() };
  const waiting: { readonly stage: Stage; readonly copy?: CopyInstruction; readonly asWheels?: true }[] = [{ stage }];
  for (let next = waiting.pop(); next !== undefined && seen.environment.size < MOST_STAGES; next = waiting.pop()) {
    const { copy } = next;
    const known = next.asWheels === true ? seen.wheels : seen.environment;
    if (known.has(next.stage)) continue;
    known.add(next.stage);
    const { packages, wheels } = pythonInstalls(next.stage, project);
    for (const installed of next.asWheels === true ? wheels : packages) {
      if (!installed.isRemovedLater) found.push({ installed, ...(copy !== undefined && { copy }) });
    }
    if (next.asWheels === true) continue;
    for (const instruction of inheritedInstructions(next.stage)) {
      const from = instruction.keyword === 'COPY' ? copySource(instruction) : undefined;
      const source = from === undefined ? undefined : resolveFileSource(dockerfile, from, true);
      if (instruction.keyword !== 'COPY' || source?.kind !== 'stage' || source.stage.index >= next.stage.index) continue;
      const brought = broughtBy(instruction, next.stage, source.stage, project);
      if (brought !== undefined)
        waiting.push({ stage: source.stage, copy: copy ?? instruction, ...(brought === 'wheels' && { asWheels: true }) });
    }
  }
  return found;
}

/** What a copy from another stage brings: its installed packages, or its wheels for this stage to install. */
function broughtBy(copy: CopyInstruction, stage: Stage, from: Stage, project: Project): 'environment' | 'wheels' | undefined {
  const sources = copy.sources.flatMap(({ text }) => WITH_BASE.expand(stage, text, copy) ?? []).map((source) => joinPath('/', source));
  const places = environments(from, project);
  const isEnvironment = (source: string): boolean =>
    ENVIRONMENT.test(source) || places.some((place) => isInside(place, source) || (isInside(source, place) && LIBRARY.test(source)));
  if (sources.some(isEnvironment)) return 'environment';
  const isWheels = (source: string): boolean => /wheel|\.whl|(?:^|\/)dist\/?/i.test(source);
  return sources.some(isWheels) && installsWheels(stage, project) ? 'wheels' : undefined;
}

/** Directories that hold installed packages whoever made them. */
const ENVIRONMENT =
  /\/(?:site|dist)-packages$|\/\.?(?:venv|virtualenv)s?$|\/\.local(?:\/lib)?$|^\/usr\/local(?:\/lib(?:\/python3[\d.]*)?)?$|^\/$|^\/opt\/conda$/;
const LIBRARY = /\/lib(?:\/python[\d.]+)?(?:\/site-packages)?$/;

/** Where a stage makes virtual environments, and where it tells pip to install to; absolute. */
const environments = once((stage: Stage, { script }: Project): readonly string[] => {
  const commands = runScripts(inheritedInstructions(stage), script).flatMap(({ commands }) => commands);
  return commands.flatMap((command) => environmentsOf(command).flatMap((path) => placeOf(path, command) ?? []));
});

function environmentsOf(command: Command): readonly string[] {
  const { name, args } = command;
  const values = args.map(({ value }) => value ?? '');
  const last = values.findLast((value) => value !== '' && !value.startsWith('-'));
  if (name === 'virtualenv' || (/^python[\d.]*$/.test(name) && values[0] === '-m' && /^(?:venv|virtualenv)$/.test(values[1] ?? '')))
    return last === undefined ? [] : [last];
  if (name === 'uv' && values.includes('venv')) return [last === undefined || last === 'venv' ? '.venv' : last];
  const known = ['UV_PROJECT_ENVIRONMENT', 'VIRTUAL_ENV'].flatMap((variable) => {
    const seen = name === 'uv' || /^pip/.test(name) ? seenBy(command, variable) : undefined;
    return seen?.kind === 'known' && seen.value !== '' ? [seen.value] : [];
  });
  if ((name === 'uv' && values.includes('sync')) || /^(?:poetry|pdm|pipenv)$/.test(name)) {
    return [...known, joinPath(directoryOf(command) ?? '/', '.venv')];
  }
  const install = pipInstalls(command);
  const options =
    install === undefined ? [] : ['--prefix', '--target', '--root'].flatMap((option) => install.options.get(option)?.value ?? []);
  return [...known, ...options];
}

/** Whether a stage installs wheel files or from a directory of them. */
function installsWheels(stage: Stage, { script }: Project): boolean {
  const calls = [...inheritance(stage)].flatMap(({ instructions }) => runScripts(instructions, script).flatMap(pipCalls));
  return calls.some(
    ({ packages, findLinks, dynamic }) =>
      findLinks.length > 0 ||
      [...packages, ...dynamic.map((word) => ({ text: word.prefix }))].some(({ text }) => /wheel|\.whl|\*$/.test(text)),
  );
}
