import { bustedInstalls, copiedWords } from '../../src/facts/layer-order.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'manifest-copied-with-code',
  family: 'layers',
  summary: 'Code, models or data are copied together with the list of dependencies',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    together: {
      text: '{names} {are} copied before `{install}`: every edit there installs all dependencies anew',
      help: 'Move the {keyword} of {names} below `{install}`',
    },
    project: {
      text: '{names} {are} copied before `{install}`: every edit there installs all dependencies anew',
      help: 'Run `{only}` with nothing but the manifest copied, then copy {names} and run `{install}`',
    },
  },
  on: {
    *stage(stage, ctx) {
      const seen = new Set<number>();
      for (const { install, offenders, isManifestNamed } of bustedInstalls(stage, ctx)) {
        if (!isManifestNamed || install.projectOnly === true || offenders.some(({ cargo }) => cargo === 'everything')) continue;
        const { at, names } = copiedWords(offenders);
        if (seen.has(at.start)) continue;
        seen.add(at.start);
        const related = [{ at: install.command.span, note: 'installed here' }];
        const keyword = offenders[0]?.copy.keyword ?? 'COPY';
        const data = { names, keyword, are: names.includes('` and ') ? 'are' : 'is', install: install.title };
        if (install.withoutProject === undefined) yield { at, message: 'together', data, related };
        else yield { at, message: 'project', data: { ...data, only: install.withoutProject }, related };
      }
    },
  },
});
export const docs: RuleDocs = {
  why: 'The list of dependencies is copied by name, as it should be, but code, a model or data come with it before the install: each edit there throws the layer of the dependencies away, and the build installs everything anew. The list alone changes a few times a month, the code several times an hour.',
  remedy: 'Copy the list, install, and copy the rest below.',
  limits:
    'What is a list, a lock or a setting of the build (setup.py, README, pip.conf, .python-version, scripts named install or setup) may stand with it, and so may shell scripts, certificates, settings and directories such as requirements/, wheels/ or vendor/, which change rarely or are needed. A file that a RUN in between reads has to be there. Where the whole context is copied, `copy-before-install` speaks instead.',
  references: [
    'https://docs.docker.com/build/cache/optimize/#order-your-layers (2026-11)',
    'https://docs.docker.com/build/building/best-practices/#leverage-build-cache (2026-11)',
  ],
  examples: [
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt api.py pipeline.pkl ./\nRUN pip install --no-cache-dir -r requirements.txt\n',
      reports: [[2, 'together']],
    },
    {
      title: 'One after the other',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt ./\nCOPY src ./src\nCOPY models/model.onnx ./\nRUN pip install --no-cache-dir -r requirements.txt\n',
      reports: [[3, 'together']],
    },
    {
      title: 'Another list of the same name',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY train/requirements.txt train/\nRUN pip install --no-cache-dir -r train/requirements.txt\nCOPY api/requirements.txt api/main.py api/\nRUN pip install --no-cache-dir -r api/requirements.txt\n',
      reports: [[4, 'together']],
    },
    {
      title: 'uv installs the project too',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nCOPY src ./src\nRUN uv sync --locked\n',
      reports: [[4, 'project']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY api.py pipeline.pkl ./\n',
      reports: [],
    },
    {
      title: 'Lists, locks and what the build reads',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY pyproject.toml uv.lock README.md .python-version constraints.txt requirements.txt ./\nCOPY entrypoint.sh /\nRUN pip install -r requirements.txt -c constraints.txt\n',
      reports: [],
    },
    {
      title: 'Needed before',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt tools/certs.py ./\nRUN python certs.py\nRUN pip install -r requirements.txt\n',
      reports: [],
    },
    {
      title: 'The whole context is for copy-before-install',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nCOPY . .\nRUN pip install -r requirements.txt\n',
      reports: [],
    },
  ],
};
