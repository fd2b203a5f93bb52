import { wordBehind } from '../../src/edits/words.js';
import { isNamedInFront, type LockArrival, lockArrival } from '../../src/facts/lock-files.js';
import { once } from '../../src/facts/once.js';
import { isHeldToLock, isOn, type UvCall, uvCalls } from '../../src/facts/uv.js';
import { uvProject } from '../../src/facts/uv-project.js';
import { directoryOf } from '../../src/facts/working-directory.js';
import type { BuildContext } from '../../src/model/context.js';
import type { ScriptOf, Span, Stage } from '../../src/model/dockerfile.js';
import { baseName } from '../../src/model/paths.js';
import { runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'uv-sync-not-locked',
  family: 'uv',
  summary: '`uv` may resolve the dependencies anew in the build',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    unlocked: {
      text: '`{call}` resolves anew, without a word, when uv.lock {state}does not fit pyproject.toml: the image gets versions nobody has tested',
      help: 'Write `{call} {flag}`{why}',
    },
    'left-out': {
      text: '`{call}` has no uv.lock in this build: `{lock}` lies in the build context, but nothing brings it here',
      help: 'Copy or mount it beside pyproject.toml (COPY pyproject.toml uv.lock ./), and write `{held}`',
    },
    ignored: {
      text: '`{call}` has no uv.lock in this build: `{ignore}` keeps `{lock}` out of it',
      help: 'Take uv.lock out of `{ignore}`, or add the line !uv.lock at its end, and write `{held}`',
    },
    'no-lock': {
      text: '`{call}` resolves all versions anew in every build: there is no uv.lock beside `{manifest}`',
      help: 'Run `uv lock`, commit uv.lock, copy it beside pyproject.toml, and write `{held}`',
    },
  },
  on: {
    *stage(stage, ctx) {
      const known = { ...stateBehind(stage.parent, ctx.script) };
      const unlocked = new Map<string, Unlocked[]>();
      for (const script of runScripts(stage.instructions, ctx.script)) {
        if (script.instruction.keyword !== 'RUN') continue;
        for (const call of uvCalls(script)) {
          if (!known.isAsserted && !known.makesLock) yield* judged(call, known.hasSynced, unlocked, ctx);
          note(known, call);
        }
      }
      for (const calls of unlocked.values()) yield* together(calls);
    },
  },
});

/** What the calls in front of one have done. */
interface State {
  hasSynced: boolean;
  /** A `--locked` has found the lock to be up to date. */
  isAsserted: boolean;
  /** The build makes a project or a lock of its own: `uv init`, `uv add`, `uv lock`. */
  makesLock: boolean;
}

const NOTHING: State = { hasSynced: false, isAsserted: false, makesLock: false };

function stateBehind(stage: Stage | undefined, script: ScriptOf): State {
  return stage === undefined ? NOTHING : behind(stage, script);
}

const behind = once((stage: Stage, script: ScriptOf): State => {
  const state = { ...stateBehind(stage.parent, script) };
  for (const each of runScripts(stage.instructions, script))
    if (each.instruction.keyword === 'RUN') for (const call of uvCalls(each)) note(state, call);
  return state;
});

function note(state: State, call: UvCall): void {
  if (call.action === 'sync') state.hasSynced = true;
  if (READS_LOCK.has(call.action) && isOn(call, '--locked') === true) state.isAsserted = true;
  if (call.action === 'init' || call.action === 'add' || call.action === 'lock') state.makesLock = true;
}

const READS_LOCK: ReadonlySet<string> = new Set(['sync', 'run', 'export']);

/** A call that nothing holds to the lock. */
interface Unlocked {
  readonly call: UvCall;
  readonly at: Span;
  readonly flag: '--locked' | '--frozen';
  readonly hasLock: boolean;
  readonly edit: Edit | undefined;
}

/** @param unlocked receives calls by the directory of their project */
function* judged(call: UvCall, hasSynced: boolean, unlocked: Map<string, Unlocked[]>, { context, dockerfile }: RuleContext) {
  if (!READS_LOCK.has(call.action) || STANDS_ALONE.some((option) => call.options.has(option))) return;
  if (call.action === 'run' && (hasSynced || isOn(call, '--no-sync') !== false || isScript(call))) return;
  const held = isHeldToLock(call);
  const directory = (call.options.get('--project') ?? call.options.get('--directory'))?.at(-1);
  if (held === undefined || (directory !== undefined && directory.value === undefined)) return;
  const files = { manifest: 'pyproject.toml', lock: 'uv.lock', ...(directory?.value === undefined ? {} : { directory: directory.value }) };
  const arrival = lockArrival(call.command, files, context);
  const at = { start: call.start, end: Math.max(call.verb.span.end, call.start) };
  const given = held ? `${call.title} ${['--locked', '--frozen'].find((flag) => call.options.has(flag)) ?? ''}`.trim() : call.title;
  const found = arrival === undefined ? undefined : whatIsMissing(arrival, given, `${call.title} --locked`, context);
  // A lock that has to be there and is not ends the build.
  if (found !== undefined && !(held && found.message === 'no-lock'))
    yield { at, ...found, severity: held ? ('error' as const) : ('warning' as const) };
  if (held || found !== undefined) return;
  const mayHaveLock = arrival?.state === 'there' || isNamedInFront(call.command, 'uv.lock');
  if (call.action !== 'sync' && !mayHaveLock && !isNamedInFront(call.command, 'pyproject.toml')) return;
  const flag = needsFrozen(call, context) ? '--frozen' : '--locked';
  const edit = mayHaveLock ? wordBehind(dockerfile.syntax, call.command, call.verb, flag) : undefined;
  const project = `${directoryOf(call.command)} ${directory?.value ?? ''}`;
  const calls = unlocked.get(project) ?? [];
  calls.push({ call, at, flag, hasLock: arrival?.state === 'there', edit });
  unlocked.set(project, calls);
}

/** One finding for all the calls for a project: they want the same. */
function* together(calls: readonly Unlocked[]) {
  const [first, ...others] = calls;
  if (first === undefined) return;
  const { call, at, flag, hasLock } = first;
  const why =
    flag === '--locked'
      ? ': the build stops when the lock does not fit'
      : ' here, where the other manifests of the project are missing, and --locked in the sync that has them';
  const edits = calls.flatMap(({ edit }) => edit ?? []);
  const flags = [...new Set(calls.map((each) => each.flag))].join(' and ');
  const fixes: readonly Fix[] =
    edits.length < calls.length
      ? []
      : [{ safety: 'unsafe', title: `Add ${flags}`, risk: 'the build stops where uv.lock is missing or stale', edits }];
  const related = others.map((other) => ({ at: other.at, note: `needs ${other.flag}, too` }));
  const data = { call: call.title, state: hasLock ? '' : 'is missing or ', flag, why };
  yield { at, message: 'unlocked' as const, data, related, fixes };
}

/** With these a call is about no project, or changes nothing. */
const STANDS_ALONE = ['--no-project', '--script', '--dry-run', '--check', '--isolated', '--upgrade', '--upgrade-package'];

/** A script may carry its own dependencies (PEP 723) and have no lock. */
function isScript({ operands: [first] }: UvCall): boolean {
  return first === undefined || first.value === undefined || /\.pyw?$|^-$|^https?:/.test(first.value);
}

function whatIsMissing({ state, lock, manifest }: LockArrival, call: string, held: string, context: BuildContext | undefined) {
  const ignore = baseName(context?.ignoreFile?.source.path ?? '.dockerignore');
  if (state === 'left out') return { message: 'left-out' as const, data: { call, lock, held } };
  if (state === 'ignored') return { message: 'ignored' as const, data: { call, lock, ignore, held } };
  return state === 'none' ? { message: 'no-lock' as const, data: { call, manifest, held } } : undefined;
}

/** Of a workspace, and with other projects of the context, `--locked` asks for all their manifests. */
function needsFrozen(call: UvCall, context: BuildContext | undefined): boolean {
  if (call.options.has('--no-install-workspace') || call.options.has('--no-install-local')) return true;
  return call.options.has('--no-install-project') && uvProject(call, context)?.needsOthers === true;
}

export const docs: RuleDocs = {
  why: '`uv sync` takes uv.lock as a wish: when the lock is missing or does not fit pyproject.toml it resolves again, writes a new lock into the layer and installs that. The build is green, and what runs is not what was tested. With `--locked` it stops and says so.',
  remedy:
    'Bring pyproject.toml and uv.lock into the build, by COPY or by bind mounts, and write `uv sync --locked`, or set UV_LOCKED=1. In a workspace the first sync, which has not all manifests yet, takes `--frozen`, and the last one `--locked`.',
  limits:
    'UV_LOCKED and UV_FROZEN count as the options do. Nothing is said where the build makes its project or lock itself (`uv init`, `uv add`, `uv lock`), behind a call with `--locked` that has found the lock to fit, of `uv run` behind a sync, and of scripts, which may carry their own dependencies. Whether the lock is in the build is looked up in the build context; a lock that a RUN or another stage may bring is taken to be there. That a lock is required (`--locked`, `--frozen`) and kept out is an error. `uv pip` has no lock and is not judged.',
  references: [
    'https://docs.astral.sh/uv/concepts/projects/sync/#checking-the-lockfile',
    'https://docs.astral.sh/uv/guides/integration/docker/#intermediate-layers (2026-08-21)',
    'https://docs.astral.sh/uv/reference/environment/ (UV_LOCKED and UV_FROZEN since 0.4.25)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY pyproject.toml ./\nRUN uv sync\n',
      reports: [[4, 'unlocked']],
    },
    {
      title: 'The lock is there, but need not fit',
      files: { 'pyproject.toml': '[project]\nname = "app"\nversion = "1"\n', 'uv.lock': 'version = 1\n' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --no-dev\n',
      reports: [[4, 'unlocked']],
      fixed: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev\n',
    },
    {
      title: 'The first sync of a workspace',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nRUN --mount=type=bind,source=uv.lock,target=uv.lock --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\\n    uv sync --no-install-workspace\n',
      reports: [[4, 'unlocked']],
      fixed:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nRUN --mount=type=bind,source=uv.lock,target=uv.lock --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\\n    uv sync --frozen --no-install-workspace\n',
    },
    {
      title: 'The lock stays behind',
      files: { 'pyproject.toml': '[project]\nname = "app"\nversion = "1"\n', 'uv.lock': 'version = 1\n' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY pyproject.toml ./\nRUN uv sync\n',
      reports: [[4, 'left-out']],
    },
    {
      title: 'The lock is required and kept out',
      files: { 'pyproject.toml': '[project]\nname = "app"\nversion = "1"\n', 'uv.lock': 'version = 1\n', '.dockerignore': '*.lock\n' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --frozen\n',
      reports: [[4, 'ignored']],
    },
    {
      title: 'No lock at all',
      files: { 'pyproject.toml': '[project]\nname = "app"\nversion = "1"\n' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync\n',
      reports: [[4, 'no-lock']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nRUN --mount=type=bind,source=uv.lock,target=uv.lock --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\\n    uv sync --locked --no-install-project\nCOPY . .\nRUN uv sync --locked && uv run python -m compileall src\n',
      reports: [],
    },
    {
      title: 'By a variable',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV UV_FROZEN=1\nWORKDIR /app\nCOPY . .\nRUN uv sync --no-dev\n',
      reports: [],
    },
    {
      title: 'A project that the build makes, a script, and no project at all',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN uv run --no-project python -V && uv run tools/report.py\nRUN uv pip install --system pandas==3.0.5\nWORKDIR /demo\nRUN uv init && uv add pandas==3.0.5 && uv sync\n',
      reports: [],
    },
  ],
};
