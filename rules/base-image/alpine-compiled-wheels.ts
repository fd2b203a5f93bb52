import {
  type AlpineOutcome,
  alpineOutcome,
  bringsGlibc,
  hasOwnWheels,
  impossibleDependency,
  isMusl,
  needsAlpine,
  surroundings,
} from '../../src/facts/alpine.js';
import { BRINGS_TORCH, TORCH } from '../../src/facts/cuda.js';
import { buildNeed, runtimeNeed } from '../../src/facts/native-libraries.js';
import { type InstalledPackage, pythonPackages } from '../../src/facts/python-installs.js';
import { MUSL_AS_OF } from '../../src/facts/python-packages.js';
import { listed, type Requirement } from '../../src/facts/requirement.js';
import { startedServers } from '../../src/facts/servers.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { descendants, inheritedInstructions } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'alpine-compiled-wheels',
  family: 'base-image',
  summary: 'Compiled Python packages are installed on Alpine',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    impossible: {
      text: '{packages}{askers} cannot be installed on Alpine: pip refuses the manylinux wheels here, and PyPI has neither a musl wheel nor a source distribution (as of {asOf}){others}',
      help: 'Build on Debian, where the manylinux wheels fit: FROM {image}',
    },
    compiles: {
      text: '{packages} must be compiled on Alpine, which takes compilers and minutes to hours: pip refuses the manylinux wheels here, and no musl wheel fits (as of {asOf}){others}',
      help: 'Build on Debian, where the manylinux wheels fit: FROM {image}',
    },
    wheel: {
      text: '{packages} {install} on Alpine because musl wheels exist (as of {asOf}); pip refuses every manylinux wheel here, and the next compiled dependency may have no other',
      help: 'Build on Debian, where the manylinux wheels fit: FROM {image}',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (!isMusl(stage)) return;
      const found = outcomes(stage, ctx);
      if (found.length === 0) return;
      const of = (kind: AlpineOutcome['kind']) => found.filter(({ outcome }) => outcome.kind === kind);
      const [impossible, compiled, wheels] = [of('impossible'), of('compiles'), of('wheel')];
      const at = stage.from.image?.span ?? stage.from.keywordSpan;
      const related = found.map(({ asked, outcome }) => ({
        at: asked.word.span,
        note: outcome.note + (asked.file === undefined ? '' : ` (in ${asked.file.source.path})`),
      }));
      const data = { image: slimImage(stage), asOf: MUSL_AS_OF };
      const compile = `; ${names(compiled)} must be compiled`;
      const present = `; ${names(wheels)} ${wheels.length === 1 ? 'has a musl wheel' : 'have musl wheels'} today`;
      const others = (compiled.length > 0 && impossible.length > 0 ? compile : '') + (wheels.length > 0 ? present : '');
      const place = { at, related, fixes: movedToDebian(stage, ctx) };
      if (impossible.length > 0)
        yield {
          ...place,
          message: 'impossible',
          severity: 'error',
          data: { ...data, packages: names(impossible), askers: askersOf(impossible), others },
        };
      else if (compiled.length > 0) yield { ...place, message: 'compiles', data: { ...data, packages: names(compiled), others } };
      else if (wheels.length > 0) {
        yield {
          ...place,
          message: 'wheel',
          data: { ...data, packages: names(wheels), install: wheels.length === 1 ? 'installs' : 'install' },
        };
      }
    },
  },
});

interface Found {
  readonly asked: InstalledPackage;
  /** As it is written; of a dependency its own. */
  readonly name: string;
  /** The package that requires it, where the file names that one alone. */
  readonly by?: string;
  readonly outcome: AlpineOutcome;
}

/** What becomes of each package the stage installs by name; nothing when something brings a Python for glibc. */
function outcomes(stage: Stage, ctx: RuleContext): readonly Found[] {
  const own = pythonPackages(stage, ctx).filter(({ command }) => command.script.stage === stage);
  if (own.length === 0) return [];
  const all = inheritedInstructions(stage).flatMap((each) => ctx.script(each)?.commands ?? []);
  if (all.some(bringsGlibc)) return [];
  const around = surroundings(all);
  const found = new Map<string, Found>();
  for (const asked of own) {
    const { install, marker, isDirect } = asked;
    const requirement = askedFor(asked);
    // What a marker asks of the machine is not known.
    if (marker !== undefined || requirement === undefined || found.has(asked.name)) continue;
    if (install !== undefined && hasOwnWheels(install)) continue;
    const dependency = isDirect && install?.options.has('--no-deps') !== true ? impossibleDependency(requirement) : undefined;
    if (dependency !== undefined) {
      const note = `\`${requirement.name}\` requires ${dependency}, of which PyPI has neither a musl wheel nor a source distribution`;
      found.set(asked.name, { asked, name: dependency, by: requirement.name, outcome: { kind: 'impossible', note } });
      continue;
    }
    const outcome = alpineOutcome(requirement, stage, around);
    // Of a lock's dependencies those are worth a word that have no wheel.
    if (outcome === undefined || (outcome.kind === 'wheel' && !isDirect)) continue;
    found.set(asked.name, { asked, name: requirement.name, outcome });
  }
  return [...found.values()];
}

/** What is asked for by name; in a lock that is the version it has. */
function askedFor({ name, version, requirement, from }: InstalledPackage): Extract<Requirement, { kind: 'name' }> | undefined {
  if (from !== 'registry' || (requirement !== undefined && requirement.kind !== 'name')) return undefined;
  if (version === undefined || requirement?.version === version) return requirement;
  return { kind: 'name', name: requirement?.name ?? name, extras: [], specifier: `==${version}`, pinning: 'pinned', version };
}

function names(found: readonly Found[]): string {
  return listed([...new Set(found.map(({ name }) => name))]);
}

/** `, which chromadb requires,` behind what nobody has named. */
function askersOf(found: readonly Found[]): string {
  const askers = found.flatMap(({ by }) => by ?? []);
  return askers.length === 0 ? '' : `, which ${listed(askers)} ${askers.length === 1 ? 'requires' : 'require'},`;
}

/** The official image of the same Python, where nothing that the file shows needs Alpine. */
function movedToDebian(stage: Stage, ctx: RuleContext): readonly Fix[] {
  const { dockerfile, script } = ctx;
  const { image } = stage.from;
  const reference = stage.base.kind === 'image' ? stage.base.reference : undefined;
  const tag = /^(?:\d[\d.]*-)?alpine[\d.]*$/.exec(reference?.tag ?? '')?.[0];
  if (image === undefined || tag === undefined || reference?.repository !== 'python' || reference.registry !== 'docker.io') return [];
  if (stage.parent !== undefined || image.text !== reference.text || !image.text.endsWith(`:${tag}`)) return [];
  if (needsAlpine(dockerfile, stage, script) || needsLibraries(stage, ctx)) return [];
  const span = { start: image.span.end - tag.length, end: image.span.end };
  const slim = tag.replace(/alpine.*$/, 'slim');
  const risk = 'the image becomes some tens of megabytes larger, and what is copied into it may count on Alpine';
  return [{ title: `Move to python:${slim}`, safety: 'unsafe', risk, edits: [{ span, text: slim }] }];
}

/**
 * Whether a package of the stage loads, or is compiled with, what the slim image does not have; a server would get the torch with CUDA
 * there.
 */
function needsLibraries(stage: Stage, ctx: RuleContext): boolean {
  const packages = descendants(stage).flatMap((each) => pythonPackages(each, ctx));
  const all = new Map(packages.map((each) => [each.name, each]));
  const isServer = startedServers(ctx.dockerfile.finalStage ?? stage, ctx.script).length > 0;
  if (isServer && packages.some(({ name }) => TORCH.has(name) || BRINGS_TORCH.has(name))) return true;
  return packages.some((each) => runtimeNeed(each, all) !== undefined || buildNeed(each) !== undefined);
}

/** The same Python on Debian, where the tag tells which one it is. */
function slimImage(stage: Stage): string {
  const reference = stage.base.kind === 'image' ? stage.base.reference : undefined;
  const [, python = ''] = /^((?:\d[\w.]*-)?)alpine/.exec(reference?.tag ?? '') ?? [];
  if (reference?.registry === 'docker.io' && reference.repository === 'node') return `node:${python}slim`;
  const isPython = reference?.registry === 'docker.io' && reference.repository === 'python';
  return isPython ? `python:${python}slim` : 'python:3.13-slim-trixie';
}

export const docs: RuleDocs = {
  why: 'Alpine is built on musl, and pip refuses the wheels tagged manylinux there, which is what most compiled packages have: they are made for glibc. Of 537 compiled packages in the lock files of public data projects (August 2026), 255 have a wheel for musl in their newest release, 156 can only be compiled from source, and 100 cannot be installed at all, among them torch, tensorflow, onnxruntime and ray. That numpy takes an hour on Alpine is no longer true: numpy, pandas and the rest of the core have musl wheels today. scikit-learn, numba, xgboost and duckdb have none, and one of them is enough. What Alpine saves against a slim image is tens of megabytes.',
  remedy:
    "Use the same Python on Debian: `python:3.13-slim-trixie` instead of `python:3.13-alpine`. If it must be Alpine, install what Alpine itself builds (`apk add py3-numpy py3-scipy`, for Alpine's own Python), or compile in a stage that does not ship and copy the virtual environment.",
  limits:
    "An error where a package cannot be installed, a warning where it must be compiled or lives on the musl wheels it has. The data is of August 2026, for the packages named most of November, and for x86-64; wheels come and go, and a version newer than the data is taken for like its predecessor. Packages are seen in the commands of pip, uv, Poetry, PDM and Pipenv and in the files of the build context that these install from, dependencies where a lock names them; those behind a marker that cannot be decided are not. Packages of which nothing is known, and those of everyday use with musl wheels (PyYAML, uvloop, aiohttp), are not mentioned. Nothing is said where conda or glibc is brought to Alpine, for micromamba's images, which carry glibc, where `apk add` installs Alpine's own build, with `--find-links`, and for unknown base images. The fix moves to the slim image of the same Python, and only where nothing shows that needs Alpine: no `apk`, no program but the plainest, no shell form, no script, no files from stage to stage.",
  references: [
    'https://peps.python.org/pep-0656/',
    'https://github.com/pypa/cibuildwheel/blob/main/docs/changelog.md (musllinux by default since 2.2)',
    'https://github.com/pypa/manylinux#readme',
    'Lock files of 35 public projects, newest of 2026-08-22, and one of the day (src/facts/musl-wheels.ts)',
  ],
  examples: [
    {
      title: 'Neither wheel nor source',
      dockerfile: 'FROM python:3.12-alpine\nRUN pip install --no-cache-dir torch==2.11.0 numpy==2.3.5\n',
      reports: [[1, 'impossible']],
      fixed: 'FROM python:3.12-slim\nRUN pip install --no-cache-dir torch==2.11.0 numpy==2.3.5\n',
    },
    {
      title: 'What it requires has neither',
      dockerfile: 'FROM python:3.12-alpine\nRUN pip install --no-cache-dir faster-whisper==1.2.1 sentence-transformers==5.1.2\n',
      reports: [[1, 'impossible']],
      fixed: 'FROM python:3.12-slim\nRUN pip install --no-cache-dir faster-whisper==1.2.1 sentence-transformers==5.1.2\n',
    },
    {
      title: 'Before it required anything of the kind',
      dockerfile: 'FROM python:3.10-alpine\nRUN pip install --no-cache-dir markitdown==0.0.1\n',
      reports: [],
    },
    {
      title: 'A long build',
      dockerfile: 'FROM python:3.12-alpine\nRUN apk add --no-cache g++ && pip install --no-cache-dir scikit-learn==1.9.0\n',
      reports: [[1, 'compiles']],
    },
    {
      title: 'It works, for now',
      dockerfile: 'FROM python:3.13-alpine3.23\nRUN pip install --no-cache-dir numpy==2.3.5 pandas==3.0.5\n',
      reports: [[1, 'wheel']],
      fixed: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir numpy==2.3.5 pandas==3.0.5\n',
    },
    {
      title: 'The dependency of another, in a lock',
      dockerfile:
        'FROM python:3.12-alpine\nRUN pip install --no-cache-dir uv==0.9.7\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\n',
      files: {
        'pyproject.toml': '[project]\nname = "app"\nversion = "1"\ndependencies = ["sentences"]\n',
        'uv.lock':
          'version = 1\n[[package]]\nname = "app"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "sentences" }]\n[[package]]\nname = "sentences"\nversion = "2"\nsource = { registry = "https://pypi.org/simple" }\ndependencies = [{ name = "torch" }]\n[[package]]\nname = "torch"\nversion = "2.11.0"\nsource = { registry = "https://pypi.org/simple" }\n',
      },
      reports: [[1, 'impossible']],
    },
    { dockerfile: 'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir scikit-learn==1.9.0\n', reports: [] },
    {
      title: "Alpine's own builds",
      dockerfile:
        'FROM alpine:3.23\nRUN apk add --no-cache py3-pip py3-numpy py3-pandas && pip install --no-cache-dir --break-system-packages numpy\n',
      reports: [],
    },
    {
      title: 'An image with glibc',
      dockerfile:
        'FROM mambaorg/micromamba:2.8-alpine3.22\nRUN micromamba install -y python=3.13 pip && micromamba run pip install --no-cache-dir torch==2.11.0\n',
      reports: [],
    },
    {
      title: 'Nothing compiled',
      dockerfile: 'FROM python:3.13-alpine\nRUN pip install --no-cache-dir flask==3.1.2 pyyaml==6.0.3\n',
      reports: [],
    },
  ],
};
