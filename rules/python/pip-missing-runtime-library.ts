import { addedPackages, aptRunAbove } from '../../src/edits/packages.js';
import { type AptCall, fetchOwnIndex } from '../../src/facts/apt.js';
import type { Distribution } from '../../src/facts/distributions.js';
import { factsOfBase } from '../../src/facts/images.js';
import { type ImportablePackage, importablePackages } from '../../src/facts/importable-packages.js';
import { buildNeed, failureWithout, type RuntimeNeed, runtimeNeed } from '../../src/facts/native-libraries.js';
import { listed } from '../../src/facts/requirement.js';
import { packageFor, systemPackages, type Thing } from '../../src/facts/system-packages.js';
import { effectiveUser } from '../../src/facts/users.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'pip-missing-runtime-library',
  family: 'python',
  summary: 'A Python package is installed without the system library it loads',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  messages: {
    missing: {
      text: '{subject} {libraries}, which {where} does not have: the build succeeds, and {use} fails with `{failure}`',
      help: 'Install {remedy}',
    },
  },
  on: {
    *file({ finalStage }, ctx) {
      if (finalStage === undefined) return;
      const system = systemPackages(finalStage, ctx.script);
      const distribution = factsOfBase(finalStage.base)?.distribution;
      if (system === undefined || distribution === undefined) return;
      for (const found of missingIn(finalStage, system.things, distribution, ctx)) {
        const [first, ...others] = found.packages;
        const { installed, copy } = first;
        const { instead, through } = found.need;
        const { failure, isLate } = failureWithout(found.missing, found.need);
        const needs = through === undefined ? 'needs' : `brings \`${through}\`, which needs`;
        const apt = `apt-get install -y --no-install-recommends ${found.names.join(' ')}`;
        const them = found.names.length === 1 ? 'it' : 'them';
        const driver = found.names.includes('unixodbc') ? ', and the driver of your database beside it' : '';
        const alternative = instead === undefined ? '' : `\`${instead}\` in its place, which needs nothing more, or `;
        yield {
          at: installed.word.span,
          message: 'missing',
          data: {
            subject: `\`${installed.name}\`${listedIn(first)} ${needs}`,
            libraries: listed(found.names),
            where: copy === undefined ? 'this stage' : `the final stage, to which line ${lineOf(copy.span.start, ctx)} copies it,`,
            use: isLate ? 'its first use' : 'the import',
            failure,
            remedy: `${alternative}the ${found.names.length === 1 ? 'library' : 'libraries'} in the stage that runs (${apt})${driver}`,
          },
          related: others.map((other) => ({ at: other.installed.word.span, note: `\`${other.installed.name}\` needs ${them}, too` })),
          fixes: fixesOf(found, finalStage, system.calls, ctx),
        };
      }
    },
  },
});

interface Missing {
  readonly need: RuntimeNeed;
  readonly missing: readonly Thing[];
  /** Packages of the distribution. */
  readonly names: readonly string[];
  readonly packages: [ImportablePackage, ...ImportablePackage[]];
}

/** What is missing, once for all packages that miss the same. */
function missingIn(stage: Stage, things: ReadonlySet<Thing>, distribution: Distribution, ctx: RuleContext): readonly Missing[] {
  const importable = importablePackages(stage, ctx.dockerfile, ctx);
  const all = new Map(importable.map(({ installed }) => [installed.name, installed]));
  const found = new Map<string, Missing>();
  for (const each of importable) {
    const { installed, copy } = each;
    // What is compiled in the stage itself has brought its library with the headers.
    const compiled = copy === undefined ? undefined : buildNeed(installed);
    const need = runtimeNeed(installed, all) ?? (compiled && { things: compiled.runtime, failure: 'cannot open shared object file' });
    if (need === undefined || installed.marker !== undefined) continue;
    const missing = need.things.filter((thing) => !things.has(thing) && !mayBeInImage(thing, stage));
    const names = missing.flatMap((thing) => packageFor(thing, distribution) ?? []);
    if (missing.length === 0 || names.length < missing.length) continue;
    const same = found.get(names.join());
    if (same === undefined) found.set(names.join(), { need, missing, names, packages: [each] });
    else if (!same.packages.some((other) => other.installed.name === installed.name)) same.packages.push(each);
  }
  return [...found.values()];
}

/** The slim images of Python lost libexpat1 in October 2024; a tag or digest of before has it still. */
function mayBeInImage(thing: Thing, { base }: Stage): boolean {
  const isOld = factsOfBase(base)?.frozen === true || (base.kind === 'image' && base.reference.digest !== undefined);
  return thing === 'expat' && isOld;
}

function listedIn({ installed: { file } }: ImportablePackage): string {
  return file === undefined ? '' : ` (in ${file.source.path})`;
}

function lineOf(offset: number, { dockerfile }: RuleContext): number {
  return dockerfile.syntax.source.text.slice(0, offset).split('\n').length;
}

function fixesOf({ names, packages: [{ installed }] }: Missing, stage: Stage, calls: readonly AptCall[], ctx: RuleContext): readonly Fix[] {
  const { syntax: tree } = ctx.dockerfile;
  const title = `Install ${names.join(' ')} with apt`;
  const own = calls.findLast(
    ({ command, assumesYes }) =>
      command.script.stage === stage && !command.conditional && assumesYes === true && command.script.instruction.keyword === 'RUN',
  );
  const added = own && addedPackages(tree, own.command, own.operands, names);
  if (added !== undefined) return [{ title, safety: 'safe', edits: [added] }];
  const { instruction } = installed.command.script;
  const above = installed.command.script.stage === stage ? instruction : stage.instructions[0];
  const user = above && effectiveUser(stage, above);
  if (above === undefined || user?.kind !== 'known' || !user.root || stage.environment.shell(above) !== undefined) return [];
  if (!fetchOwnIndex(stage, ctx.script)) return [];
  const edits = [aptRunAbove(tree, above, names)];
  return [{ title, safety: 'unsafe', risk: 'the image gets one more layer with these packages and what they depend on', edits }];
}

export const docs: RuleDocs = {
  why: 'A wheel may leave a library to the system: the Qt in opencv-python needs libGL and GLib, LightGBM leaves the OpenMP runtime out on purpose, pyodbc leaves out the driver manager. A slim image has none of them. pip does not look, so the build is green, and the first import ends in an ImportError or OSError – in a container that restarts, or at the first request that reaches the module.',
  remedy:
    'Install the library with apt in the stage that runs, beside what else that stage installs. For OpenCV its makers advise the other build: `opencv-python-headless` is the same without windows and needs no library of the system, whereas libgl1 brings Mesa and LLVM along, 203 MB on Debian 13. In a multi-stage build the library belongs to the last stage, to which the virtual environment is copied, not to the one that builds.',
  limits:
    'The last stage is judged, on slim and full images of Python, plain Debian and Ubuntu, CUDA images and those of uv: what others have inside is not known. Packages are those that pip, uv, Poetry, PDM and Pipenv install, from requirements files and locks of the build context too, in this stage or in one whose environment or wheels COPY --from brings. A dependency that no lock names is known for a few packages only (ultralytics, mediapipe, insightface, imgaug). Nothing is said where conda, a script, another package manager or a package in no table may bring the library, where LD_LIBRARY_PATH is set or files are copied to /usr, and of packages behind a marker that cannot be decided. What wheels need was read from the wheels of November 2026 for x86-64; an older release may need less. Programs that a package calls (ffmpeg, tesseract, Java) are another matter. The safe fix adds to an apt install of the stage, the other one is a RUN of its own.',
  references: [
    'https://github.com/opencv/opencv-python#installation-and-usage (headless packages for servers and Docker)',
    'https://github.com/microsoft/LightGBM/blob/master/python-package/README.rst',
    'https://github.com/docker-library/python/issues/984 (libexpat1, 2024-10)',
    'Wheels on PyPI read with readelf, 2026-11-22 (src/facts/native-libraries.ts); sizes: Installed-Size in the Packages index of trixie, same day',
  ],
  examples: [
    {
      title: 'Two libraries, added where apt installs already',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir lightgbm==4.7.0\n',
      reports: [[3, 'missing']],
      fixed:
        'FROM python:3.12-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends tini libgomp1 && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir lightgbm==4.7.0\n',
    },
    {
      title: 'OpenCV with windows',
      dockerfile: 'FROM python:3.12-slim-bookworm\nRUN pip install --no-cache-dir opencv-python==4.13.0.92\n',
      reports: [[2, 'missing']],
      fixed:
        'FROM python:3.12-slim-bookworm\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \\\n    && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir opencv-python==4.13.0.92\n',
    },
    {
      title: 'Compiled in one stage, run in another',
      dockerfile:
        'FROM python:3.12-bookworm AS build\nRUN python -m venv /venv && /venv/bin/pip install --no-cache-dir psycopg2==2.9.13\n\nFROM python:3.12-slim-bookworm\nCOPY --from=build /venv /venv\nCMD ["/venv/bin/python", "-m", "app"]\n',
      reports: [[2, 'missing']],
      fixed:
        'FROM python:3.12-bookworm AS build\nRUN python -m venv /venv && /venv/bin/pip install --no-cache-dir psycopg2==2.9.13\n\nFROM python:3.12-slim-bookworm\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends libpq5 \\\n    && rm -rf /var/lib/apt/lists/*\nCOPY --from=build /venv /venv\nCMD ["/venv/bin/python", "-m", "app"]\n',
    },
    {
      title: 'In a lock, as the dependency of another',
      dockerfile:
        'FROM ghcr.io/astral-sh/uv:0.9-python3.12-trixie-slim\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\n',
      files: {
        'pyproject.toml': '[project]\nname = "app"\nversion = "1"\ndependencies = ["detector"]\n',
        'uv.lock':
          'version = 1\n[[package]]\nname = "app"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "detector" }]\n[[package]]\nname = "detector"\nversion = "2"\nsource = { registry = "https://pypi.org/simple" }\ndependencies = [{ name = "opencv-python" }]\n[[package]]\nname = "opencv-python"\nversion = "4.13.0.92"\nsource = { registry = "https://pypi.org/simple" }\n',
      },
      reports: [[4, 'missing']],
      fixed:
        'FROM ghcr.io/astral-sh/uv:0.9-python3.12-trixie-slim\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0t64 \\\n    && rm -rf /var/lib/apt/lists/*\nRUN uv sync --locked --no-install-project\n',
    },
    {
      title: 'The build without windows, and wheels that bring their OpenMP',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir opencv-python-headless==4.13.0.92 xgboost==3.4.1 scikit-learn==1.9.1\n',
      reports: [],
    },
    {
      title: 'Brought by another package',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/* && pip install --no-cache-dir opencv-python==4.13.0.92\n',
      reports: [],
    },
    {
      title: 'A compiler brings libgomp1, and the full image has one',
      dockerfile: 'FROM python:3.12\nRUN pip install --no-cache-dir lightgbm==4.7.0\n',
      reports: [],
    },
    {
      title: 'In a stage that does not ship',
      dockerfile:
        'FROM python:3.12-slim AS train\nRUN pip install --no-cache-dir lightgbm==4.7.0 && python train.py\n\nFROM python:3.12-slim\nCOPY --from=train /model /model\n',
      reports: [],
    },
    {
      title: 'Replaced later',
      dockerfile:
        'FROM python:3.12-slim\nRUN pip install --no-cache-dir opencv-python==4.13.0.92\nRUN pip uninstall -y opencv-python && pip install --no-cache-dir opencv-python-headless==4.13.0.92\n',
      reports: [],
    },
  ],
};
