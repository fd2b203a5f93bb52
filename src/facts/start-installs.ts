/**
 * What a container fetches each time it starts: packages that its ENTRYPOINT or CMD installs, code it clones, packages that a variable
 * has the image's own start install.
 *
 * Sources (read 2026-11): dask/dask-docker base/prepare.sh (2026-07-14: EXTRA_APT_PACKAGES, EXTRA_CONDA_PACKAGES, EXTRA_PIP_PACKAGES);
 * airflow.apache.org/docs/docker-stack (_PIP_ADDITIONAL_REQUIREMENTS, "a development/test feature only"); the manuals of the tools.
 */
import type { Command, KeyValue, ScriptOf, Stage } from '../model/dockerfile.js';
import { inheritedInstructions } from '../model/stages.js';
import { apkCalls } from './apk.js';
import { aptCalls, installs } from './apt.js';
import { condaCalls, fetchesPackages } from './conda.js';
import { startedCommands } from './entrypoints.js';
import { factsOfBase } from './images.js';
import { manifestInstalls } from './manifests.js';
import { pipCalls } from './pip.js';
import { rInstalls } from './r.js';
import { isProgram, isShortLived } from './shells.js';

/** A command of the start that fetches something before the program begins. */
export interface StartInstall {
  readonly command: Command;
  /** `packages` are installed; `code` is cloned or pulled. */
  readonly kind: 'packages' | 'code';
}

/**
 * The commands that install or clone at the start, in front of a program that is started then. What is done on a condition is left out,
 * and so is a container whose only work it is.
 */
export function startInstalls(stage: Stage, script: ScriptOf): readonly StartInstall[] {
  const commands = startedCommands(stage, script).map(({ command }) => command);
  const found: StartInstall[] = [];
  for (const each of new Set(commands.map((command) => command.script))) {
    const packages = new Set<Command | undefined>([
      ...pipCalls(each).flatMap(({ action, command, options }) => (action === 'install' && !options.has('--no-index') ? command : [])),
      ...condaCalls(each).flatMap((call) => (fetchesPackages(call) ? call.command : [])),
      ...aptCalls(each).flatMap((call) => (installs(call) ? call.command : [])),
      ...apkCalls(each).flatMap(({ action, command }) => (action === 'add' ? command : [])),
      ...manifestInstalls(each).map(({ command }) => command),
      ...rInstalls(each).map(({ command }) => command),
    ]);
    for (const command of each.commands) {
      if (command.conditional || command.substituted) continue;
      if (packages.has(command) || isOtherInstall(command)) found.push({ command, kind: 'packages' });
      else if (isGit(command, /^(?:clone|pull)$/) && !each.commands.some((other) => isGit(other, /^(?:checkout|reset|switch)$/)))
        found.push({ command, kind: 'code' });
    }
  }
  const fetching = new Set(found.map(({ command }) => command));
  const last = commands.findLast((command) => !command.substituted && isProgram(command) && !isShortLived(command));
  if (commands.some(isWatched) || (last !== undefined && isForHands(last))) return [];
  return last === undefined || fetching.has(last) ? [] : found.filter(({ command }) => command.span.start < last.span.start);
}

/** A server that starts anew at each change of the code is for whoever writes it, who may install as often: `next dev`, `uvicorn --reload`. */
function isWatched({ name, args }: Command): boolean {
  const values = args.flatMap(({ value }) => value ?? []);
  if (/^(?:npm|npx|pnpm|yarn|bun|next|nuxt|vite|astro)$/.test(name))
    return values.some((value) => /^(?:dev|develop|start:dev|watch)$/.test(value));
  return name === 'nodemon' || name === 'watchmedo' || values.some((value) => /^--(?:auto-?)?reload$/.test(value));
}

/** A shell, or a wait without end, is there for somebody who works in the container: `bash`, `sleep infinity`, `tail -f /dev/null`. */
function isForHands({ name, args }: Command): boolean {
  const values = args.map(({ value }) => value);
  if (/^(?:ba|da|a|z|fi)?sh$/.test(name)) return values.every((value) => /^-(?:i|l|il|li)$|^--login$/.test(value ?? ''));
  return (name === 'sleep' && values[0] === 'infinity') || (name === 'tail' && values.at(-1) === '/dev/null');
}

/** A checkout behind a clone names a version. */
function isGit({ name, args }: Command, action: RegExp): boolean {
  return name === 'git' && action.test(args.find(({ prefix }) => !prefix.startsWith('-'))?.value ?? '');
}

/** Installers that no other table has. */
function isOtherInstall({ name, args }: Command): boolean {
  const [verb, second] = args.flatMap(({ value = '' }) => (value.startsWith('-') ? [] : [value]));
  if (/^(?:playwright|patchright)$/.test(name)) return verb === 'install' || verb === 'install-deps';
  if (/^(?:yum|dnf|microdnf)$/.test(name)) return verb === 'install';
  if (/^(?:npm|pnpm|yarn|poetry|pdm|pipenv|uv)$/.test(name)) return verb === 'add' || (verb === 'install' && second !== undefined);
  return /^python[\d.]*$/.test(name) && verb === 'spacy' && second === 'download';
}

/** Variables by which images install at the start, by the name of the image. */
const SWITCHES: readonly (readonly [image: RegExp, names: RegExp])[] = [
  [/\bdask\b/, /^EXTRA_(?:PIP|CONDA|APT)_PACKAGES$/],
  [/(?:^|\/)airflow$/, /^_PIP_ADDITIONAL_REQUIREMENTS$/],
];

/** ENVs that have the base image install something at every start. */
export function startSwitches(stage: Stage): readonly KeyValue[] {
  const name = factsOfBase(stage.base)?.name ?? '';
  const names = SWITCHES.find(([image]) => image.test(name))?.[1];
  if (names === undefined) return [];
  const pairs = inheritedInstructions(stage).flatMap((instruction) => (instruction.keyword === 'ENV' ? instruction.pairs : []));
  return pairs.filter(({ key, value }) => names.test(key.text) && value !== undefined && /[^\s"']/.test(value.text));
}
