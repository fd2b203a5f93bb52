import { splitCopy } from '../../src/edits/copies.js';
import { linesBelow, movedBelow } from '../../src/edits/lines.js';
import { bustedInstalls, type CopiedSource, copiedWords } from '../../src/facts/layer-order.js';
import { moveBelowInstalls } from '../../src/facts/moved-copies.js';
import type { CopyInstruction, Instruction, Stage } from '../../src/model/dockerfile.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'manifest-copied-with-code',
  family: 'layers',
  summary: 'Code, models or data are copied together with the list of dependencies',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
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
        if (install.withoutProject === undefined) yield { at, message: 'together', data, related, fixes: fixesOf(offenders, stage, ctx) };
        else yield { at, message: 'project', data: { ...data, only: install.withoutProject }, related };
      }
    },
  },
});

function fixesOf(offenders: readonly CopiedSource[], stage: Stage, ctx: RuleContext): readonly Fix[] {
  const move = moveBelowInstalls(offenders, stage, ctx);
  if (move === undefined || move.missing.length > 0) return [];
  const edits = movedEdits(offenders, move.below, ctx);
  if (edits === undefined) return [];
  const { names } = copiedWords(offenders);
  const title = `Copy ${names} below the install`;
  if (move.isCertain) return [{ title, safety: 'safe', edits }];
  return [
    { title, safety: 'unsafe', risk: `an install that reads ${names} would not find ${names.includes('` and ') ? 'them' : 'it'}`, edits },
  ];
}

/** Whole copies move, of others the words. Undefined where both are to move: their order would be another. */
function movedEdits(offenders: readonly CopiedSource[], target: Instruction, ctx: RuleContext): readonly Edit[] | undefined {
  const tree = ctx.dockerfile.syntax;
  const copies = [...new Set(offenders.map(({ copy }) => copy))];
  const isWhole = (copy: CopyInstruction): boolean => copy.sources.every((word) => offenders.some((source) => source.word === word));
  if (copies.every(isWhole)) return movedBelow(tree, copies, target);
  const parts = copies.map((copy) =>
    splitCopy(
      tree,
      copy,
      offenders.flatMap((source) => (source.copy === copy ? [source.word] : [])),
    ),
  );
  const edits: Edit[] = [];
  const lines: string[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    edits.push(...part.edits);
    lines.push(...part.lines);
  }
  const below = linesBelow(tree, target, lines);
  return below && [...edits, below];
}

export const docs: RuleDocs = {
  why: 'The list of dependencies is copied by name, as it should be, but code, a model or data come with it before the install: each edit there throws the layer of the dependencies away, and the build installs everything anew. The list alone changes a few times a month, the code several times an hour.',
  remedy:
    'Copy the list, install, and copy the rest below. The fix is safe where what moves are single files and everything down to the install is known to leave them alone, and unsafe where an install could read a directory that moves.',
  limits:
    'What is a list, a lock or a setting of the build (setup.py, README, pip.conf, .python-version, scripts named install or setup) may stand with it, and so may shell scripts, certificates, settings and directories such as requirements/, wheels/ or vendor/, which change rarely or are needed. A file that a RUN in between reads has to be there; nothing is moved where that cannot be told, where a later copy goes to the same place, and for tools that look for their files. Where the whole context is copied, `copy-before-install` speaks instead.',
  references: [
    'https://docs.docker.com/build/cache/optimize/#order-your-layers (2026-11)',
    'https://docs.docker.com/build/building/best-practices/#leverage-build-cache (2026-11)',
  ],
  examples: [
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY requirements.txt api.py pipeline.pkl ./\nRUN pip install --no-cache-dir -r requirements.txt\n',
      reports: [[3, 'together']],
      fixed:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY api.py pipeline.pkl ./\n',
    },
    {
      title: 'Words of a copy on several lines',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY --chown=app \\\n    app.py \\\n    requirements.txt \\\n    model.pkl \\\n    /app\nRUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir -r /app/requirements.txt\nUSER app\n',
      reports: [[3, 'together']],
      fixed:
        'FROM python:3.13-slim-trixie\nCOPY --chown=app \\\n    requirements.txt \\\n    /app/\nRUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir -r /app/requirements.txt\nCOPY --chown=app app.py model.pkl /app/\nUSER app\n',
    },
    {
      title: 'A RUN in between may need what is copied: nothing is moved',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY requirements.txt app.py ./\nRUN python -c "import prepare"\nRUN pip install --no-cache-dir -r requirements.txt\n',
      reports: [[3, 'together']],
    },
    {
      title: 'One after the other',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt ./\nCOPY src ./src\nCOPY models/model.onnx ./\nRUN pip install --no-cache-dir -r requirements.txt\n',
      reports: [[3, 'together']],
      fixed:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY src ./src\nCOPY models/model.onnx ./\n',
    },
    {
      title: 'Another list of the same name',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY train/requirements.txt train/\nRUN pip install --no-cache-dir -r train/requirements.txt\nCOPY api/requirements.txt api/main.py api/\nRUN pip install --no-cache-dir -r api/requirements.txt\n',
      reports: [[4, 'together']],
      fixed:
        'FROM python:3.13-slim-trixie\nCOPY train/requirements.txt train/\nRUN pip install --no-cache-dir -r train/requirements.txt\nCOPY api/requirements.txt api/\nRUN pip install --no-cache-dir -r api/requirements.txt\nCOPY api/main.py api/\n',
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
