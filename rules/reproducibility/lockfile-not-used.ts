import { together } from '../../src/edits/together.js';
import { wordBehind } from '../../src/edits/words.js';
import { type CondaInstall, condaCalls } from '../../src/facts/conda.js';
import { type LockArrival, lockArrival } from '../../src/facts/lock-files.js';
import { type LockUse, lockUses } from '../../src/facts/poetry.js';
import { isOn, type UvCall, uvCalls } from '../../src/facts/uv.js';
import { WITH_BASE } from '../../src/facts/working-directory.js';
import { landingOf } from '../../src/model/copies.js';
import type { Script, Stage } from '../../src/model/dockerfile.js';
import { baseName, parentOf } from '../../src/model/paths.js';
import { copySource } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'lockfile-not-used',
  family: 'reproducibility',
  summary: 'The project has a lock, and the image is built without it',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  supersedes: ['julia-unpinned'],
  messages: {
    'left-out': {
      text: '`{call}` does not see `{lock}`, which lies in the build context beside `{manifest}`: {consequence}',
      help: 'Bring it with the manifest: COPY {manifest} {lock} ./',
    },
    ignored: {
      text: '`{call}` does not see `{lock}`: `{ignore}` keeps it out of the build, and {consequence}',
      help: 'Take {name} out of `{ignore}`, or add the line !{lock} at its end',
    },
    renewed: {
      text: '`{call}` resolves anew, without a word, when {name} does not fit {manifest}: the image gets versions nobody has tested',
      help: 'Write `{call} {option}`: the build stops when the lock does not fit',
    },
    'passed-over': {
      text: '`{call}` passes over `{lock}` and takes the newest versions of the day',
      help: 'Hold to the lock: {remedy}',
    },
    beside: {
      text: '`{call}` solves `{manifest}` anew in every build, although `{lock}` beside it has the versions you have tested',
      help: 'Install from the lock: conda-lock install --name ENVIRONMENT {name}, or micromamba create -n ENVIRONMENT -f {name}',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (ctx.context === undefined) return;
      for (const instruction of stage.instructions) {
        const script = instruction.keyword === 'RUN' ? ctx.script(instruction) : undefined;
        if (script !== undefined) yield* judged(script, stage, ctx);
      }
    },
  },
});

function* judged(script: Script, stage: Stage, ctx: RuleContext) {
  for (const use of lockUses(script)) yield* ofUse(use, stage, ctx);
  for (const call of uvCalls(script)) yield* ofUpgrade(call, ctx);
  for (const install of condaCalls(script)) yield* ofEnvironment(install, ctx);
}

function* ofUse(use: LockUse, stage: Stage, ctx: RuleContext) {
  const { command, title, verb, holding } = use;
  const arrival = lockArrival(command, use, ctx.context);
  if (arrival === undefined || arrival.state === 'none' || use.use === 'unknown') return;
  const { manifest, lock, state } = arrival;
  const isCode = command.name === 'julia';
  const at = isCode ? verb.span : { start: command.words[0]?.span.start ?? verb.span.start, end: verb.span.end };
  const data = { call: title, manifest, lock, name: baseName(lock) };
  if (use.use === 'passed over') {
    const remedy = title.endsWith('install')
      ? 'leave --skip-lock out'
      : `write \`${command.name} ${command.name === 'pixi' ? 'install --locked' : 'install'}\`, and renew the lock where you can test it`;
    yield { at, message: 'passed-over' as const, data: { ...data, remedy } };
  } else if (state === 'there') {
    if (use.use !== 'renewed' || holding === undefined) return;
    const edit = wordBehind(ctx.dockerfile.syntax, command, verb, holding);
    const risk = `the build stops where ${baseName(lock)} is stale`;
    const fixes: readonly Fix[] = edit === undefined ? [] : [{ safety: 'unsafe', title: `Add ${holding}`, risk, edits: [edit] }];
    yield { at, message: 'renewed' as const, data: { ...data, manifest: use.manifest, option: holding }, fixes };
  } else {
    const fails = use.use === 'held';
    const severity = fails ? ('error' as const) : ('warning' as const);
    const consequence = fails ? 'it fails without' : 'it resolves all versions anew';
    if (state === 'ignored') {
      const ignore = baseName(ctx.context?.ignoreFile?.path ?? '.dockerignore');
      yield { at, message: 'ignored' as const, severity, data: { ...data, ignore, consequence } };
      return;
    }
    // A lock that is there and not held to would be the next finding.
    const option = use.use === 'renewed' ? holding : undefined;
    const edits = together([
      besideManifest(arrival, stage, command.script.instruction.span.start, ctx),
      ...(option === undefined ? [] : [wordBehind(ctx.dockerfile.syntax, command, verb, option)]),
    ]);
    const title = `Copy ${baseName(lock)}, too${option === undefined ? '' : `, and add ${option}`}`;
    const risk = 'the build installs other versions than before, those of the lock, and stops where that is stale';
    const fixes: readonly Fix[] = edits === undefined ? [] : [{ safety: 'unsafe', title, risk, edits }];
    yield { at, message: 'left-out' as const, severity, data: { ...data, consequence }, fixes };
  }
}

/** The lock as one more source of the COPY that brings the manifest into a directory. */
function besideManifest({ manifest, lock }: LockArrival, stage: Stage, before: number, { context }: RuleContext): Edit | undefined {
  for (const copy of stage.instructions) {
    if (copy.keyword !== 'COPY' || copy.span.start > before || copy.json || copySource(copy) !== undefined) continue;
    const word = copy.sources.find(({ text }) => context?.find(text.replace(/^\.?\//, ''))?.path === manifest);
    if (word === undefined || landingOf(copy, stage, WITH_BASE)?.isDirectory !== true) continue;
    return {
      span: { start: word.span.end, end: word.span.end },
      text: ` ${word.text.slice(0, -baseName(manifest).length)}${baseName(lock)}`,
    };
  }
  return undefined;
}

/** `uv lock --upgrade`; what else becomes of uv.lock is told by uv-sync-not-locked. */
function* ofUpgrade(call: UvCall, { context }: RuleContext) {
  const isUpgrade = (call.action === 'lock' || call.action === 'sync') && call.options.has('--upgrade');
  if (!isUpgrade || isOn(call, '--frozen') === true || call.options.has('--script')) return;
  const arrival = lockArrival(call.command, { manifest: 'pyproject.toml', lock: 'uv.lock' }, context);
  if (arrival === undefined || arrival.state === 'none') return;
  const at = { start: call.start, end: Math.max(call.options.get('--upgrade')?.[0]?.word.span.end ?? 0, call.verb.span.end) };
  const data = {
    call: `${call.title} --upgrade`,
    lock: arrival.lock,
    remedy: 'write `uv sync --locked`, and renew the lock where you can test it',
  };
  yield { at, message: 'passed-over' as const, data };
}

/** `conda env create -f environment.yml` beside conda-lock.yml. */
function* ofEnvironment({ command, action, files, title, head }: CondaInstall, { context }: RuleContext) {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0 || !/\.ya?ml$/.test(file) || /lock/i.test(file)) return;
  if (!action.startsWith('env ') && action !== 'create') return;
  const directory = parentOf(file);
  const isAbsolute = file.startsWith('/');
  const place = {
    manifest: baseName(file),
    lock: 'conda-lock.yml',
    directory: isAbsolute ? `/${directory.replace(/^\//, '')}` : directory || '.',
  };
  const arrival = lockArrival(command, place, context);
  if (arrival === undefined || arrival.state === 'none') return;
  const { manifest, lock } = arrival;
  yield { at: head, message: 'beside' as const, data: { call: title, manifest, lock, name: baseName(lock) } };
}

export const docs: RuleDocs = {
  why: 'A lock says with which versions the project was last seen to work, down to the last dependency. An image that is built without it gets whatever is newest that day: what was tested is not what is shipped, and the same commit gives another image next month.',
  remedy:
    'Copy the lock with the manifest before the install (`COPY pyproject.toml poetry.lock ./`), and use the command that holds to it: `poetry install`, `pipenv sync` or `pipenv install --deploy`, `pdm sync`, `pixi install --locked`. Renew the lock on the desk and commit it.',
  limits:
    'Nothing is said without the build context, where the manifest is not the one beside the lock, and where the lock may come by another way: from another stage or image, by a RUN that names it, by git. Poetry, Pipenv, PDM, pixi and Julia with `--project` are judged, uv for `--upgrade` alone (for the rest `uv-sync-not-locked` speaks), and conda where `conda-lock.yml` lies beside the environment file. renv fails by itself without its lock. A call that fails without the lock, because it was told to hold to it, is an error.',
  references: [
    'https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock',
    'https://pipenv.pypa.io/en/latest/best_practices.html#docker-containers',
    'https://pixi.sh/latest/reference/cli/pixi/install/',
    'https://conda.github.io/conda-lock/',
  ],
  examples: [
    {
      files: { Pipfile: '[packages]\nflask = "*"\n', 'Pipfile.lock': '{}' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY Pipfile ./\nRUN pipenv install --system\n',
      reports: [[4, 'left-out']],
      fixed: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY Pipfile Pipfile.lock ./\nRUN pipenv install --deploy --system\n',
    },
    {
      title: 'The lock is there, but need not fit',
      files: { 'pixi.toml': '[workspace]\n', 'pixi.lock': 'version: 6\n' },
      dockerfile: 'FROM ghcr.io/prefix-dev/pixi:0.50.2\nWORKDIR /app\nCOPY . .\nRUN pixi install\n',
      reports: [[4, 'renewed']],
      fixed: 'FROM ghcr.io/prefix-dev/pixi:0.50.2\nWORKDIR /app\nCOPY . .\nRUN pixi install --locked\n',
    },
    {
      title: 'Kept out of the build',
      files: { 'pyproject.toml': '[tool.poetry]\nname = "app"\n', 'poetry.lock': '', '.dockerignore': '*.lock\n' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN poetry install --only main\n',
      reports: [[4, 'ignored']],
    },
    {
      title: 'The newest of everything',
      files: { 'pyproject.toml': '[tool.poetry]\nname = "app"\n', 'poetry.lock': '' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN poetry update\n',
      reports: [[4, 'passed-over']],
    },
    {
      title: 'A lock beside the environment',
      files: { 'environment.yml': 'channels: [conda-forge]\ndependencies: [pandas]\n', 'conda-lock.yml': 'version: 1\n' },
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-3\nCOPY environment.yml /tmp/\nRUN conda env create -f /tmp/environment.yml\n',
      reports: [[3, 'beside']],
    },
    {
      files: { 'pyproject.toml': '[tool.poetry]\nname = "app"\n', 'poetry.lock': '' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY pyproject.toml poetry.lock* ./\nRUN poetry install --only main\n',
      reports: [],
    },
    {
      title: 'Everything is copied, and the lock is held to',
      files: { Pipfile: '[packages]\nflask = "*"\n', 'Pipfile.lock': '{}' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN pipenv install --system --deploy\nRUN pipenv sync --dev\n',
      reports: [],
    },
    {
      title: 'There is no lock, and nothing is known of the files',
      files: { Pipfile: '[packages]\nflask = "*"\n' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY Pipfile ./\nRUN pipenv install --system\n',
      reports: [],
    },
    {
      title: 'The lock comes from another stage',
      files: { 'pyproject.toml': '[tool.poetry]\nname = "app"\n', 'poetry.lock': '' },
      dockerfile:
        'FROM python:3.13-slim-trixie AS lock\nWORKDIR /app\nCOPY . .\nFROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY pyproject.toml ./\nCOPY --from=lock /app/*.lock ./\nRUN poetry install --only main\n',
      reports: [],
    },
  ],
};
