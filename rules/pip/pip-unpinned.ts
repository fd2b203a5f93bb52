import { isDevelopmentPath } from '../../src/facts/development.js';
import {
  isBootstrapTool,
  isConstrained,
  type PipInstall,
  type PipPackage,
  pinningOf,
  pipCalls,
  uninstalledAfter,
} from '../../src/facts/pip.js';
import { normalizedName } from '../../src/facts/python-packages.js';
import { describeLostConditions, listed } from '../../src/facts/requirement.js';
import { compareVersions } from '../../src/facts/versions.js';
import type { Command, Script } from '../../src/model/dockerfile.js';
import { defineRule, type RuleContext, type RuleDocs, type Severity } from '../../src/rule.js';

export default defineRule({
  id: 'pip-unpinned',
  family: 'pip',
  summary: 'Packages from PyPI are installed without a fixed version',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  equivalents: ['hadolint:DL3013'],
  messages: {
    unpinned: {
      text: '{packages} {are} not pinned: the next {occasion} may install another release',
      help: 'Write `{example}` with the version you have tested{alternative}',
    },
    bounded: {
      text: '{packages} {leave} the release open within bounds: the next {occasion} may install another one',
      help: 'Write `{example}` with the version you have tested{alternative}',
    },
    branch: {
      text: '{packages} {follow} a branch: the next {occasion} installs whatever was pushed last',
      help: 'Write a tag or a commit behind the address, as in `{example}`',
    },
    'lost-condition': {
      text: '{written} {are} not quoted: the shell takes the condition for a redirection to a file `{file}`, and pip gets only {words} of it',
      help: 'Write it in quotation marks: {quoted}',
    },
    'unreadable-file': {
      text: '{written} {are} not quoted: the shell tries to read a file `{file}`, and the command fails without it',
      help: 'Write it in quotation marks: {quoted}',
    },
  },
  on: {
    *stage(stage, ctx) {
      for (const instruction of stage.instructions) {
        const script = ctx.script(instruction);
        if (script !== undefined) yield* judged(pipCalls(script), ctx);
      }
    },
  },
});

/** A package word and the command it stands in. */
interface Named {
  readonly each: PipPackage;
  readonly install: PipInstall;
}

/** One finding of a kind for all the commands of an instruction. */
function* judged(installs: readonly PipInstall[], ctx: RuleContext) {
  const found: Named[] = [];
  for (const install of installs) {
    const lost = describeLostConditions(install.command);
    if (lost?.first.reads === true)
      yield { at: lost.first.span, message: 'unreadable-file' as const, severity: 'error' as const, data: lost.data };
    else if (lost !== undefined) yield { at: lost.first.span, message: 'lost-condition' as const, data: lost.data };
    const loose = install.packages.filter(
      (each) => pinningOf(each) !== 'pinned' && !isBootstrapTool(each) && lost?.words.has(each.word) !== true,
    );
    if (loose.length === 0 || isConstrained(install)) continue;
    const gone = uninstalledAfter(install);
    const stays = ({ requirement }: PipPackage): boolean => requirement.kind !== 'name' || !gone.has(normalizedName(requirement.name));
    for (const each of loose) if (stays(each)) found.push({ each, install });
  }
  const open = found.filter((named) => pinningOf(named.each) !== 'bounded' && !isPinnedByTorch(named));
  const named = open.filter(({ each }) => each.requirement.kind === 'name');
  const bounded = named.length > 0 ? [] : found.filter(({ each }) => pinningOf(each) === 'bounded');
  const moving = open.filter(({ each }) => each.requirement.kind !== 'name');
  const [firstNamed] = named;
  const [firstBounded] = bounded;
  const [firstMoving] = moving;
  if (firstNamed !== undefined)
    yield { ...placeOf(firstNamed, named), message: 'unpinned' as const, severity: severityOf(ctx), data: dataOf(named, firstNamed) };
  else if (firstBounded !== undefined)
    yield {
      ...placeOf(firstBounded, bounded),
      message: 'bounded' as const,
      severity: 'info' as const,
      data: dataOf(bounded, firstBounded),
    };
  if (firstMoving !== undefined) {
    const data = { ...dataOf(moving, firstMoving), example: withReference(firstMoving.each.text) };
    yield { ...placeOf(firstMoving, moving), message: 'branch' as const, severity: severityOf(ctx), data };
  }
}

/**
 * Up to torch 2.13 each torchvision asks for one torch exactly: a pinned torch on the same line leaves no choice. From 0.29.1
 * on it takes any torch from 2.14 on (metadata of its wheels on PyPI, 2026-11-21).
 */
function isPinnedByTorch({ each, install }: Named): boolean {
  const versionOf = ({ requirement }: PipPackage, name: string): string | undefined =>
    requirement.kind === 'name' && requirement.name.toLowerCase() === name ? (requirement.version ?? '') : undefined;
  if (versionOf(each, 'torchvision') === undefined) return false;
  return install.packages.some((other) => compareVersions(versionOf(other, 'torch') ?? '', '2.14') < 0 && pinningOf(other) === 'pinned');
}

/** At the first package; where the other commands have theirs is said beside it. */
function placeOf(first: Named, packages: readonly Named[]) {
  const others = packages.filter(({ install }, i) => install !== packages[i - 1]?.install).slice(1);
  const related = others.map(({ each }) => ({ at: each.word.span, note: 'more of them stand here' }));
  return { at: first.each.word.span, related };
}

/** A file for trying things out is rebuilt to get what is new. */
function severityOf({ dockerfile }: RuleContext): Severity {
  return isDevelopmentPath(dockerfile.syntax.source.path) ? 'info' : 'warning';
}

function dataOf(packages: readonly Named[], { each: { requirement, word }, install: { command, tool } }: Named) {
  const texts = [...new Set(packages.map(({ each }) => each.text))];
  const isOne = texts.length === 1;
  const extras = requirement.kind === 'name' && requirement.extras.length > 0 ? `[${requirement.extras}]` : '';
  const name = requirement.kind !== 'name' ? '' : (RENAMED.get(requirement.name.toLowerCase()) ?? requirement.name) + extras;
  // What a variable is a part of stays one: `nixl-cu${CUDA_MAJOR}`.
  const written = /^[\w.${}[\]-]*\$[\w.${}[\]-]*$/.test(word.text) ? word.text : name;
  const constraint = tool === 'pipx' ? "`--pip-args='-c constraints.txt'`" : '`-c constraints.txt`';
  return {
    packages: listed(texts),
    are: isOne ? 'is' : 'are',
    leave: isOne ? 'leaves' : 'leave',
    follow: isOne ? 'follows' : 'follow',
    occasion: occasionOf(command),
    example: `${written}==VERSION`,
    alternative: hasConstraints(command.script)
      ? ''
      : `, or add ${constraint} with what \`${tool === 'uv' ? 'uv pip' : 'pip'} list --format=freeze\` prints in an image that works`,
  };
}

/** Names under which PyPI has only a stub that refuses to install (pypi.org/project/sklearn, 2026-11). */
const RENAMED: ReadonlyMap<string, string> = new Map([['sklearn', 'scikit-learn']]);

/** Where other installs of the same RUN have constraints, this one goes without on purpose. */
const hasConstraints = (script: Script): boolean => pipCalls(script).some(({ constraintFiles }) => constraintFiles.length > 0);

function occasionOf({ script }: Command): string {
  return script.instruction.keyword === 'RUN' ? 'build' : 'start of the container';
}

/** The address with a place for a commit: `git+https://host/repository@COMMIT#egg=name`. */
function withReference(text: string): string {
  const [address = '', ...fragment] = text.split('#');
  if (!/(?:git|hg|svn|bzr)(?:\+|:)/.test(address)) return `${address.replace(/(?:refs\/heads\/)?[^/]+?(\.zip|\.tar\.gz)?$/, 'COMMIT$1')}`;
  const path = address.replace(/(\/[^/@]*)@[^@/]*$/, '$1');
  return [`${path}@COMMIT`, ...fragment].join('#');
}

export const docs: RuleDocs = {
  why: 'Without a version every build takes the newest release of the day, so the same Dockerfile gives another image next month, and nobody has changed anything. In June 2024 NumPy 2.0 broke images overnight whose compiled neighbours had been built for NumPy 1. A layer from the cache hides it until the cache is gone.',
  remedy:
    'Write `name==version`, install from a locked file (`pip-compile`, `uv pip compile`, `uv export`), or give versions to all packages at once with a constraints file: `pip list --format=freeze > constraints.txt` in an image that works, then `pip install -c constraints.txt …`. A tag or a commit pins a repository: `git+https://host/repository@v1.2`. Quote every condition, or the shell takes `>` and `<` for itself.',
  limits:
    'Nothing is said where something else fixes the versions: `-c`, `--require-hashes`, `--exclude-newer`, `--no-index` with local wheels, a file with `lock` in its name behind `-r`, an index of a certain day, PIP_CONSTRAINT and its like, also where the base image sets them (nvcr.io/nvidia/pytorch from 25.03 on) or a file of settings may (`. /cachi2/cachi2.env`). Packages that the same RUN uninstalls again do not count. Local projects and archives are as fixed as the build. Words with variables of unknown value are not judged, pip, setuptools, wheel and the project managers (uv, Poetry, Pipenv, PDM, Hatch, pipx) are left to rules of their own, and requirements files have a rule of their own, requirements-file-unpinned. Ranges with an upper bound are worth knowing only, as is everything in a Dockerfile whose name says that it is for development or tests (Dockerfile.dev, .devcontainer, test.Dockerfile). One finding speaks for all commands of a RUN. A reference that does not look like the name of a branch is taken for a tag.',
  references: [
    'https://pip.pypa.io/en/stable/topics/repeatable-installs/',
    'https://pip.pypa.io/en/stable/user_guide/#constraints-files',
    'https://docs.astral.sh/uv/pip/compile/#adding-constraints (uv 0.13, 2026)',
    'https://github.com/jupyter/notebook/issues/7522 (NumPy 2.0, 2024-06)',
    'https://github.com/crickett-hpe/hpc-ai-envs/issues/29 (PIP_CONSTRAINT in nvcr.io/nvidia/pytorch:25.03)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas scikit-learn\n',
      reports: [[2, 'unpinned']],
    },
    {
      title: 'The shell takes the condition away',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas>=3.0.5\n',
      reports: [[2, 'lost-condition']],
    },
    {
      title: 'Whatever was pushed last',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir git+https://github.com/example/pipeline.git\n',
      reports: [[2, 'branch']],
    },
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas==3.0.5 scikit-learn==1.9.0\n',
      reports: [],
    },
    {
      title: 'Constraints give the versions',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY constraints.txt .\nRUN pip install --no-cache-dir -c constraints.txt pandas scikit-learn\n',
      reports: [],
    },
    {
      title: 'The version is a build argument, the project itself is local',
      dockerfile: 'FROM python:3.13-slim-trixie\nARG PANDAS\nCOPY . .\nRUN pip install --no-cache-dir "pandas==${PANDAS}" ".[server]"\n',
      reports: [],
    },
    {
      title: 'The base image constrains pip',
      dockerfile: 'FROM nvcr.io/nvidia/pytorch:25.06-py3\nRUN pip install --no-cache-dir lightning\n',
      reports: [],
    },
  ],
};
