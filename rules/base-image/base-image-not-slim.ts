import { imagePartReplaced } from '../../src/edits/images.js';
import { fetchOwnIndex } from '../../src/facts/apt.js';
import { isForDevelopment } from '../../src/facts/development.js';
import { startup } from '../../src/facts/entrypoints.js';
import { slimIsEnough } from '../../src/facts/full-images.js';
import { movementOf, placeOfImage, withoutDigest } from '../../src/facts/image-tags.js';
import { type ImageFacts, imageFacts } from '../../src/facts/images.js';
import { release, standing } from '../../src/facts/lifecycles.js';
import type { Dockerfile, ImageReference, Stage } from '../../src/model/dockerfile.js';
import { inheritance } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'base-image-not-slim',
  family: 'base-image',
  summary: 'The full Python image where the slim one would do',
  severity: 'info',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    full: {
      text: '`{image}` brings compilers, headers and version control that nothing here uses, some 700 MB more than the slim image',
      help: 'Start from the slim one: FROM {slim}',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage !== ctx.dockerfile.finalStage || stage.base.kind !== 'image') return;
      const { reference } = stage.base;
      const facts = imageFacts(reference);
      if (facts?.name !== 'python' || facts.commands?.has.includes('gcc') !== true || reference.tag === undefined) return;
      if (facts.distribution?.id !== 'debian' || movementOf(reference) !== undefined || /onbuild/.test(reference.tag)) return;
      const minor = facts.python?.minor === undefined ? undefined : release('python', facts.python.minor);
      // An open minor and an ended Python are the greater problems: other rules say where to go.
      if (facts.python?.floating === true || minor === undefined || standing(minor, ctx.today).kind === 'ended') return;
      const start = startup(stage, ctx.script);
      if (start.commands.length === 0 || start.isInteractive || isForDevelopment(ctx.dockerfile, stage)) return;
      if (!slimIsEnough(stage, ctx)) return;
      const root = [...inheritance(stage)].at(-1) ?? stage;
      const { at, related } = placeOfImage(ctx.dockerfile, root, reference);
      const image = withoutDigest(reference);
      const tag = slimTag(reference.tag, facts);
      if (tag === undefined) return;
      const slim = image.replace(/:[^/:]*$/, `:${tag}`);
      const fixes = fetchOwnIndex(root, ctx.script) ? slimmed(root, reference, tag, ctx.dockerfile) : [];
      yield { at, message: 'full', data: { image, slim }, related, fixes };
    },
  },
});

/**
 * `3.13` becomes `3.13-slim-trixie`, the Debian that it stands on today, `3.13-bookworm` becomes `3.13-slim-bookworm`. A whole version
 * stays without: which release of Debian it was last built on is not known here. Undefined for a tag of another form.
 */
function slimTag(tag: string, { distribution }: ImageFacts): string | undefined {
  const [, version, suite] = /^(\d+(?:\.\d+)*)(-[a-z]+)?$/.exec(tag) ?? [];
  if (version === undefined || (suite !== undefined && suite !== `-${distribution?.codename}`)) return undefined;
  const isPatch = /^\d+\.\d+\./.test(version);
  const today = isPatch || distribution?.floating !== true || distribution.codename === undefined ? '' : `-${distribution.codename}`;
  return `${version}-slim${suite ?? today}`;
}

/** No fix where the digest or an ARG says which image it is. */
function slimmed(stage: Stage, reference: ImageReference, slim: string, dockerfile: Dockerfile): readonly Fix[] {
  if (stage.from.image?.text !== reference.text) return [];
  const edit = imagePartReplaced(dockerfile, stage, reference, reference.tag ?? '', slim);
  const risk = 'a program or library that the code looks for when it runs may be missing';
  return edit === undefined ? [] : [{ title: `Move to python:${slim}`, safety: 'unsafe', risk, edits: [edit] }];
}

export const docs: RuleDocs = {
  why: 'The full image stands on buildpack-deps, with gcc, git, Mercurial, Subversion, ImageMagick and the headers of thirty libraries, so that any package can be compiled in it. What only runs needs none of that: in an older table Python 3.7 took 919 MB full and 179 MB slim. It is pulled by every node, and every program in it is one more to be scanned and patched.',
  remedy:
    'Start the final stage from the slim image of the same Python and Debian: `python:3.13-slim-trixie`. What must be compiled is compiled in a stage on the full image and copied.',
  limits:
    'Only the final stage is judged, and only where all that it installs and runs is known to do without: every program in RUN, CMD, ENTRYPOINT and HEALTHCHECK, every Python package by name. Silent therefore with a script of the project, files out of another stage, requirements that cannot be read, repositories as requirements, packages that compile when they run (torch, PyMC, CmdStan) or load libraries of the full image, notebooks, development files, an open minor and an ended Python. What the code itself calls when it runs is not seen. Other languages and buildpack-deps itself are not judged.',
  references: [
    'docker-library/python (2026-06-23), docker-library/buildpack-deps (2025-11-13)',
    'https://pythonspeed.com/articles/base-image-python-docker-images/',
    'https://www.besthub.dev/articles/choosing-the-right-docker-base-image-for-python-applications-requirements-size-and-build-time-comparison-3f1c63dddd73 (the older table: Python 3.7)',
  ],
  examples: [
    {
      title: 'Nothing is compiled',
      dockerfile: 'FROM python:3.13\nCOPY score.py .\nCMD ["python", "score.py"]\n',
      reports: [[1, 'full']],
      fixed: 'FROM python:3.13-slim-trixie\nCOPY score.py .\nCMD ["python", "score.py"]\n',
    },
    {
      title: 'Wheels for all',
      dockerfile:
        'FROM python:3.12-bookworm\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n',
      files: { 'requirements.txt': 'fastapi==0.121.0\nuvicorn==0.38.0\npandas==2.3.3\n' },
      reports: [[1, 'full']],
      fixed:
        'FROM python:3.12-slim-bookworm\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n',
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["python", "score.py"]\n', reports: [] },
    {
      title: 'The full image is right for building',
      dockerfile:
        'FROM python:3.13 AS build\nRUN pip wheel --no-cache-dir -w /wheels lightfm==1.17\nFROM python:3.13-slim\nCOPY --from=build /wheels /wheels\nCMD ["python", "score.py"]\n',
      reports: [],
    },
    {
      title: 'A health check with a program of the full image',
      dockerfile: 'FROM python:3.13\nHEALTHCHECK CMD curl -f http://localhost:8000/health\nCMD ["python", "serve.py"]\n',
      reports: [],
    },
    {
      title: 'A requirement out of a repository needs git',
      dockerfile: 'FROM python:3.13\nRUN pip install --no-cache-dir git+https://github.com/org/pkg@v1.2\nCMD ["python", "serve.py"]\n',
      reports: [],
    },
    {
      title: 'A compiler at run time',
      dockerfile: 'FROM python:3.13\nRUN pip install --no-cache-dir pymc==5.26.1\nCMD ["python", "sample.py"]\n',
      reports: [],
    },
    {
      title: 'The requirements cannot be read',
      dockerfile: 'FROM python:3.13\nRUN pip install -r requirements.txt\nCMD ["python", "a.py"]\n',
      reports: [],
    },
    { title: 'A script nobody read', dockerfile: 'FROM python:3.13\nCOPY start.sh /\nCMD ["/start.sh"]\n', reports: [] },
  ],
};
