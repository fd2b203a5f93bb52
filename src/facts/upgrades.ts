/**
 * What else has to change in the stages of a file when the image they stand on moves to a newer release.
 *
 * Sources (read 2026-11): peps.python.org/pep-0668 and the release notes of Debian 12 and Ubuntu 23.04 for
 * externally-managed Pythons; hub.docker.com/_/ubuntu for the user `ubuntu` of 23.04 and newer; docs.aws.amazon.com/lambda
 * (python3.12 and newer run on Amazon Linux 2023, whose minimal image has microdnf under the name of dnf and no yum).
 */
import type { Command, Script, ScriptOf, Stage } from '../model/dockerfile.js';
import { descendants, runScripts } from '../model/stages.js';
import { aptCalls, installs, packageNames } from './apt.js';
import { presence } from './apt-suites.js';
import { BRINGS_TORCH, releaseTaken, TORCH } from './cuda.js';
import { type Distribution, type ImageFacts, isOlderThan } from './images.js';
import { manifestInstalls } from './manifests.js';
import { pipCalls } from './pip.js';
import type { Project } from './project-files.js';
import { wrongName } from './pypi-names.js';
import { isFromPypi } from './pypi-origin.js';
import { pythonPackages } from './python-installs.js';
import { createdUser } from './users.js';

function scriptsOn(stage: Stage, script: ScriptOf): readonly Script[] {
  return descendants(stage).flatMap(({ instructions }) => runScripts(instructions, script));
}

/** Releases from which on pip leaves the system's Python alone (PEP 668), and Ubuntu has an account with uid 1000. */
const EXTERNALLY_MANAGED = { debian: '12', ubuntu: '23.04' } as const;

/** What a newer Debian or Ubuntu asks for that this one does not, as clauses to follow an advice; empty where nothing shows. */
export function choresOfSystem(
  distribution: Distribution,
  facts: ImageFacts | undefined,
  stage: Stage,
  script: ScriptOf,
): readonly string[] {
  if (!isOlderThan(distribution, EXTERNALLY_MANAGED)) return [];
  const scripts = scriptsOn(stage, script);
  const commands = scripts.flatMap((each) => each.commands);
  const callsPip = scripts.some((each) => pipCalls(each).some(({ tool }) => tool === 'pip')) || commands.some(runsGetPip);
  const hasOwnPython = /^(?:official|conda|venv)$/.test(facts?.python?.kind ?? '') || commands.some(bringsOwnPython);
  const usesSystemPip = callsPip && !hasOwnPython;
  const takesUid = distribution.id === 'ubuntu' && commands.some((command) => createdUser(command)?.uid === '1000');
  return [
    ...(usesSystemPip ? ["pip refuses the system's Python there: install into a virtual environment"] : []),
    ...(takesUid ? ['uid 1000 belongs to the user `ubuntu` there'] : []),
  ];
}

/** Whether pip may mean another Python than the distribution's. */
function bringsOwnPython({ name, words }: Command): boolean {
  // `python3-venv` alone is none yet.
  if (/^apt/.test(name)) return false;
  return (
    /^(?:conda|mamba|micromamba|uv|pyenv|virtualenv|poetry|pipenv)$/.test(name) ||
    words.some(({ value = '' }) =>
      /venv|^--break-system-packages$|^altinstall$|Python-\d|Miniconda|Miniforge|Anaconda|deadsnakes/.test(value),
    )
  );
}

const runsGetPip = ({ words }: Command): boolean => words.some(({ value = '' }) => value.endsWith('get-pip.py'));

/** What a newer Python asks for, as clauses to follow an advice. @param minor the old one */
export function choresOfPython(minor: string, facts: ImageFacts | undefined, stage: Stage, script: ScriptOf): readonly string[] {
  const scripts = scriptsOn(stage, script);
  const installs = scripts.some((each) => pipCalls(each).length > 0 || manifestInstalls(each).length > 0);
  const isLambda = facts?.purpose === 'lambda' && facts.distribution?.cycle === '2';
  const callsYum = isLambda && scripts.some(({ commands }) => commands.some(({ name }) => name === 'yum'));
  return [
    ...(callsYum ? ['write `dnf` for `yum`, since it stands on Amazon Linux 2023'] : []),
    ...(installs ? [`renew the versions and locks made for ${minor}`] : []),
  ];
}

/**
 * Whether a move takes something away that the stages on an image install: an apt package or `apt-key` that the newer release lacks, a
 * project of PyPI that has nothing for the newer Python. A torch without a version counts, too, where it is not known which release
 * the old one takes: it may become another generation, gigabytes of CUDA with it.
 */
export function losesPackages(stage: Stage, from: ImageFacts, to: ImageFacts, project: Project): boolean {
  const suite = to.distribution?.codename;
  return (
    (suite !== undefined && losesAptPackages(stage, from.distribution?.codename, suite, project.script)) ||
    descendants(stage).some((each) => losesPythonPackages(each, from, to, project))
  );
}

function losesAptPackages(stage: Stage, from: string | undefined, to: string, script: ScriptOf): boolean {
  const isMissing = (name: string, suite: string): boolean => /^(?:absent|choice|non-free)$/.test(presence(name, suite) ?? '');
  return scriptsOn(stage, script).some((each) => {
    const names = aptCalls(each).filter(installs).flatMap(packageNames);
    const isLost = names.some((name) => isMissing(name, to) && (from === undefined || !isMissing(name, from)));
    return isLost || (to === 'trixie' && from !== to && each.commands.some(({ name }) => name === 'apt-key'));
  });
}

function losesPythonPackages(stage: Stage, from: ImageFacts, to: ImageFacts, project: Project): boolean {
  const packages = pythonPackages(stage, project);
  const installed = new Map(packages.map((each) => [each.name, each]));
  return packages.filter(isFromPypi).some((each) => {
    if (each.version === undefined && releaseTaken(each, 'torch') === undefined && (TORCH.has(each.name) || BRINGS_TORCH.has(each.name)))
      return true;
    const [before, after] = [from, to].map(({ python }) => wrongName(each, { python: python?.minor, installed }));
    return after !== undefined && after.kind !== 'alias' && before === undefined;
  });
}
