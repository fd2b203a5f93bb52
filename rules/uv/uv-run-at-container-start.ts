import { wordBehind } from '../../src/edits/words.js';
import { isForDevelopment } from '../../src/facts/development.js';
import { factsOfBase } from '../../src/facts/images.js';
import { effectiveUser } from '../../src/facts/users.js';
import { installsMore, isHeldToLock, isOn, type UvCall, uvCalls } from '../../src/facts/uv.js';
import { buildingStages, carriesItsDependencies, isAllThereIs, isWithoutProject, lastSync, uvProject } from '../../src/facts/uv-project.js';
import type { Script, Stage } from '../../src/model/dockerfile.js';
import { inheritance } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'uv-run-at-container-start',
  family: 'uv',
  summary: 'The container looks for packages to install whenever it starts',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  judgesComposeStart: true,
  fixable: 'safe',
  messages: {
    checks: {
      text: '`{call}` locks and syncs the project again {occasion}, although the image has its environment',
      help: 'Write `{call} --no-sync`, or put the environment in front of PATH and name the program alone: {program}',
    },
    differs: {
      text: '`{call}` syncs again {occasion} and installs {what}, which `{sync}` has left out: that takes time and a network',
      help: 'Write `{call} --no-sync`, or put the environment in front of PATH and name the program alone: {program}',
    },
    fails: {
      text: '`{call}` installs {what} {occasion}, which `{sync}` has left out, and {user} may not write to the environment that root has made',
      help: 'Write `{call} --no-sync`, or put the environment in front of PATH and name the program alone: {program}',
    },
    installs: {
      text: '`{call}` installs the whole project {occasion}: no `uv sync` in this file makes its environment',
      help: 'Install in the build (RUN uv sync --locked --no-dev), and start {program} from the environment',
    },
    tool: {
      text: '`{call}` downloads {tool} {occasion}: it needs the network{risk}',
      help: 'Install it in the build (RUN uv tool install {pinned}), and start it by its name',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (isForDevelopment(ctx.dockerfile, stage)) return;
      for (const keyword of ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'] as const) {
        const instruction = stage.instructions.findLast((each) => each.keyword === keyword);
        const script = instruction === undefined ? undefined : ctx.script(instruction);
        const calls = script === undefined ? [] : uvCalls(script);
        // What a sync in front of it costs is another rule's.
        if (script === undefined || calls.length === 0 || calls.some(({ action }) => action === 'sync')) continue;
        for (const call of calls) {
          if (call.action === 'run') yield* judgedRun(call, stage, ctx);
          if (call.action === 'tool run') yield* judgedTool(call, stage, ctx);
        }
      }
    },
  },
});

/** With these a call is about no project, or about an environment of its own. */
const STANDS_ALONE = ['--no-project', '--script', '--isolated', '--no-sync'];

function* judgedRun(call: UvCall, stage: Stage, ctx: RuleContext) {
  if (STANDS_ALONE.some((option) => call.options.has(option)) || isOn(call, '--no-sync') !== false || isForWork(call)) return;
  const chain = buildingStages(stage, ctx.dockerfile);
  const sync = lastSync(chain, ctx.script);
  const project = uvProject(call, ctx.context);
  if (carriesItsDependencies(call, sync, ctx.context)) return;
  const at = { start: call.start, end: Math.max(call.verb.span.end, call.start) };
  const data = { call: call.title, occasion: occasionOf(call.command.script), program: programOf(call) };
  if (sync === undefined) {
    if (isAllThereIs(stage, chain, ctx.script) && project !== undefined) yield { at, message: 'installs' as const, data };
    return;
  }
  if (isWithoutProject(call, sync, stage)) return;
  const what = installsMore(call, sync, project);
  if (what === undefined) return;
  const edit = wordBehind(ctx.dockerfile.syntax, call.command, call.verb, '--no-sync');
  const title = 'Add --no-sync';
  const related = [{ at: { start: sync.start, end: sync.verb.span.end }, note: 'the environment is made here' }];
  if (what === '') {
    if (isHeldToLock(call) !== false) return;
    const isWhole = ![...sync.options.keys()].some((option) => option.startsWith('--no-install-'));
    const safe: Fix | undefined = edit && { safety: 'safe', title, edits: [edit] };
    const unsafe: Fix | undefined = edit && {
      safety: 'unsafe',
      title,
      risk: 'what the last sync has not installed is missing',
      edits: [edit],
    };
    const fix = isWhole ? safe : unsafe;
    yield { at, message: 'checks' as const, severity: 'info' as const, data, related, fixes: fix === undefined ? [] : [fix] };
    return;
  }
  const fixes: readonly Fix[] =
    edit === undefined ? [] : [{ safety: 'unsafe', title, risk: `the program will miss ${what.replaceAll('`', '')}`, edits: [edit] }];
  const user = project === undefined ? undefined : lockedOut(sync, stage);
  const more = { ...data, what, sync: textOf(sync) };
  if (user !== undefined) yield { at, message: 'fails' as const, severity: 'error' as const, data: { ...more, user }, related, fixes };
  else yield { at, message: 'differs' as const, data: more, related, fixes };
}

/** Servers that reload and tests are run by people at work. */
function isForWork({ operands }: UvCall): boolean {
  const [program, first] = operands.map(({ value }) => value ?? '');
  return (
    operands.some(({ value }) => value === '--reload') ||
    /^(?:pytest|tox|nox|watchfiles|watchmedo)$/.test(program ?? '') ||
    (program === 'fastapi' && first === 'dev')
  );
}

/** The user of the container, where root made the environment and nothing gives it away. */
function lockedOut({ command }: UvCall, stage: Stage): string | undefined {
  const maker = effectiveUser(command.script.stage, command.script.instruction);
  const user = effectiveUser(stage);
  if (maker.kind !== 'known' || !maker.root || user.kind !== 'known' || user.root) return undefined;
  const isGivenAway = [...inheritance(stage)].some(({ instructions }) =>
    instructions.some(({ logical }) => /chown|chmod|setfacl/.test(logical.text)),
  );
  return isGivenAway ? undefined : `\`${user.name}\``;
}

function occasionOf({ instruction }: Script): string {
  return instruction.keyword === 'HEALTHCHECK' ? 'at every check of its health' : 'whenever the container starts';
}

function programOf({ operands }: UvCall): string {
  const [first] = operands;
  return /\.pyw?$/.test(first?.value ?? '') ? `python ${first?.value}` : (first?.value ?? 'the program');
}

function textOf({ title, command, start, options }: UvCall): string {
  const given = [...options].filter(([name]) => /dev|group|extra|editable|no-install/.test(name));
  return (
    [title, ...given.flatMap(([name, values]) => values.map(({ value }) => (value === undefined ? name : `${name} ${value}`)))].join(' ') ||
    `${command.name} ${start}`
  );
}

function* judgedTool(call: UvCall, stage: Stage, ctx: RuleContext) {
  const from = call.options.get('--from')?.at(-1);
  const word = from === undefined ? call.operands[0]?.value : from.value;
  const isAddress = /:\/\//.test(word ?? '');
  const name = /^[A-Za-z0-9][\w.-]*/.exec((isAddress ? call.operands[0]?.value : word) ?? '')?.[0];
  if (word === undefined || name === undefined || isOn(call, '--offline') !== false) return;
  // What the build has installed or run once is found again.
  const isThere = buildingStages(stage, ctx.dockerfile).some(({ instructions }) =>
    instructions.some(
      (each) => each.keyword === 'RUN' && new RegExp(`(?<![\\w-])${name.replaceAll('.', '\\.')}(?![\\w-])`).test(each.logical.text),
    ),
  );
  if (isThere || factsOfBase(stage.base) === undefined) return;
  const at = { start: call.start, end: Math.max(call.verb.span.end, call.start) };
  const isPinned = isAddress ? /@v?\d|@[0-9a-f]{40}/.test(word) : /[=@]\d/.test(word);
  const another = isAddress ? ', and runs what the repository holds that day' : ', and another release may come';
  const pinned = isPinned ? word : isAddress ? `"${word.replace(/@[^/]*$/, '')}@TAG"` : `${name}==VERSION`;
  const more = { risk: isPinned ? '' : another, pinned };
  yield {
    at,
    message: 'tool' as const,
    data: { call: `${call.title} ${word}`, tool: name, occasion: occasionOf(call.command.script), ...more },
  };
}

export const docs: RuleDocs = {
  why: '`uv run` is made for the desk: before it runs anything it brings lock and environment up to date, development group included. In a container that happens at every start: where the image was built with `--no-dev`, people have reported seven seconds and a download each time; without a network, or as a user who may not write to the environment, the container does not start at all.',
  remedy:
    'Sync in the build, put the environment in front of PATH (`ENV PATH="/app/.venv/bin:$PATH"`) and start the program itself: `CMD ["python", "train.py"]`. Or write `uv run --no-sync`, or set UV_NO_SYNC=1. A tool is installed in the build with `uv tool install`, with its version.',
  limits:
    'What the call installs is compared with the last `uv sync` of the stage, of those it is built from and of those it copies from. Where both choose the same the finding is only worth knowing: uv finds everything in place; with `--frozen` or `--locked` nothing is said then. Whether the project has a development group is looked up in pyproject.toml where the build context has it. Scripts with their own list of dependencies (PEP 723), servers that reload, tests, and stages or files for development are left alone, and so is a `uv sync` that stands in the start itself.',
  references: [
    'https://docs.astral.sh/uv/concepts/projects/sync/#automatic-lock-and-sync',
    'https://docs.astral.sh/uv/reference/environment/ (UV_NO_SYNC since 0.4.18, UV_NO_DEV since 0.8.7)',
    'https://github.com/astral-sh/uv-docker-example/issues/36 (2024-12-17: seven seconds), https://github.com/astral-sh/uv-docker-example/issues/82',
    'https://github.com/CERTCC/Vultron/pull/2713',
  ],
  examples: [
    {
      title: 'The image left the development group out',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev\nUSER app\nCMD ["uv", "run", "train.py"]\n',
      reports: [[6, 'differs']],
      fixed:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev\nUSER app\nCMD ["uv", "run", "--no-sync", "train.py"]\n',
    },
    {
      title: 'And the user may not write there',
      files: {
        'pyproject.toml': '[project]\nname = "app"\nversion = "1"\n\n[dependency-groups]\ndev = ["pytest"]\n',
        'uv.lock': 'version = 1\n',
      },
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev\nUSER app\nCMD ["uv", "run", "uvicorn", "api:app"]\n',
      reports: [[6, 'fails']],
      fixed:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev\nUSER app\nCMD ["uv", "run", "--no-sync", "uvicorn", "api:app"]\n',
    },
    {
      title: 'The same packages',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked\nCMD ["uv", "run", "my-app"]\n',
      reports: [[5, 'checks']],
      fixed: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked\nCMD ["uv", "run", "--no-sync", "my-app"]\n',
    },
    {
      title: 'A check of its health',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev\nHEALTHCHECK CMD uv run health.py\nCMD ["/app/.venv/bin/python", "serve.py"]\n',
      reports: [[5, 'differs']],
      fixed:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev\nHEALTHCHECK CMD uv run --no-sync health.py\nCMD ["/app/.venv/bin/python", "serve.py"]\n',
    },
    {
      title: 'No environment at all',
      files: { 'pyproject.toml': '[project]\nname = "app"\nversion = "1"\n', 'uv.lock': 'version = 1\n' },
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nCMD ["uv", "run", "uvicorn", "api:app"]\n',
      reports: [[4, 'installs']],
    },
    {
      title: 'A tool from the network',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /uvx /bin/\nCMD ["uvx", "mlflow", "ui"]\n',
      reports: [[3, 'tool']],
    },
    {
      title: 'A tool out of a repository',
      dockerfile:
        'FROM python:3.13-trixie\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /uvx /bin/\nENTRYPOINT ["uvx", "--from", "git+https://github.com/org/agent.git", "agent"]\n',
      reports: [[3, 'tool']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev\nENV PATH="/app/.venv/bin:$PATH"\nUSER app\nCMD ["python", "train.py"]\n',
      reports: [],
    },
    {
      title: 'By an option and by a variable',
      dockerfile:
        'FROM python:3.13-slim-trixie AS one\nRUN uv sync --locked --no-dev\nCMD ["uv", "run", "--no-sync", "serve"]\nFROM python:3.13-slim-trixie\nENV UV_NO_SYNC=1\nRUN uv sync --locked --no-dev\nCMD uv run serve\n',
      reports: [],
    },
    {
      title: 'Frozen, with the same choice',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV UV_NO_DEV=1\nRUN uv sync --locked\nCMD ["uv", "run", "--frozen", "serve"]\n',
      reports: [],
    },
    {
      title: 'Only the environment comes along: without pyproject.toml there is nothing to sync',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev\nFROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY --from=build /app/.venv /app/.venv\nCOPY api ./api\nCMD ["uv", "run", "uvicorn", "api.main:app"]\n',
      reports: [],
    },
    {
      title: 'The whole project comes along',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev\nFROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY --from=build /app /app\nCMD ["uv", "run", "uvicorn", "api.main:app"]\n',
      reports: [[8, 'differs']],
      fixed:
        'FROM python:3.13-slim-trixie AS build\nWORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev\nFROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY --from=build /app /app\nCMD ["uv", "run", "--no-sync", "uvicorn", "api.main:app"]\n',
    },
    {
      title: 'For work on it, and a tool that the build installs',
      dockerfile:
        'FROM python:3.13-slim-trixie AS dev\nRUN uv sync --no-dev\nCMD ["uv", "run", "fastapi", "dev"]\nFROM python:3.13-slim-trixie\nRUN uv tool install mlflow==3.4.0\nCMD ["uvx", "mlflow", "ui"]\n',
      reports: [],
    },
  ],
};
