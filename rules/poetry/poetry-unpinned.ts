import { replacedWord, wordsInFront } from '../../src/edits/words.js';
import { isForDevelopment } from '../../src/facts/development.js';
import { factsOfBase } from '../../src/facts/images.js';
import { once } from '../../src/facts/once.js';
import { isConstrained, pinningOf, pipInstalls } from '../../src/facts/pip.js';
import {
  givesVersion,
  isProjectTool,
  readInstaller,
  removedByPoetry2,
  type ToolInstaller,
  toolInstallers,
} from '../../src/facts/poetry.js';
import { type Pinning, type Requirement, readRequirement } from '../../src/facts/requirement.js';
import { CURRENT } from '../../src/facts/tool-versions.js';
import { uvCalls } from '../../src/facts/uv.js';
import { compareVersions } from '../../src/facts/versions.js';
import type { Command, CopyInstruction, Dockerfile, ScriptOf, ShellWord, Stage } from '../../src/model/dockerfile.js';
import { descendants, inheritance, runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RelatedPlace, type RuleContext, type RuleDocs, type Severity } from '../../src/rule.js';

export default defineRule({
  id: 'poetry-unpinned',
  family: 'poetry',
  summary: 'Poetry, Pipenv, PDM, Hatch or pipx comes without a fixed version',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    package: {
      text: '`{written}` is not pinned: the build installs whatever {tool} is newest that day{consequence}',
      help: 'Write `{example}`{alternative}',
    },
    installer: {
      text: '`{address}` installs whatever {tool} is newest on the day of the build{consequence}',
      help: 'Give it a version: {example}{alternative}',
    },
    gone: {
      text: '`{address}` is no longer there (404 since 2023), and the build ends here',
      help: 'Write pip install poetry=={version}, or curl -sSL https://install.python-poetry.org | POETRY_VERSION={version} python3 -',
    },
  },
  on: {
    *command(command, ctx) {
      for (const tool of namedTools(command)) yield ofPackage(tool, ctx);
      for (const installer of toolInstallers(command.script).get(command) ?? [])
        if (installer.state !== 'fixed') yield ofInstaller(installer, command, ctx);
    },
    instruction: {
      *ADD(add, ctx) {
        yield* ofAdded(add, ctx);
      },
    },
  },
});

/** A tool that a command installs by its name. */
interface NamedTool {
  readonly command: Command;
  readonly word: ShellWord;
  readonly text: string;
  readonly requirement: Extract<Requirement, { kind: 'name' }>;
  readonly pinning: Pinning;
}

function namedTools(command: Command): readonly NamedTool[] {
  const install = pipInstalls(command);
  const packages = install === undefined || isConstrained(install) ? [] : install.packages;
  const named = packages.map(({ word, text, requirement }) => ({ command, word, text, requirement }));
  const uv =
    command.name === 'uv' ? uvCalls(command.script).find((call) => call.command === command && call.action === 'tool install') : undefined;
  for (const word of uv?.operands.slice(0, 1) ?? []) {
    const requirement = word.value === undefined ? undefined : readRequirement(word.value);
    if (requirement !== undefined) named.push({ command, word, text: word.value ?? '', requirement });
  }
  return named.flatMap(({ requirement, ...rest }) => {
    if (requirement.kind !== 'name' || !isProjectTool(requirement.name)) return [];
    const pinning = pinningOf({ ...rest, requirement, editable: false });
    return pinning === 'pinned' ? [] : [{ ...rest, requirement, pinning }];
  });
}

/** A file for trying things out is rebuilt to get what is new. */
function severityOf({ stops }: Advice, dockerfile: Dockerfile): Severity {
  return stops ? 'error' : isForDevelopment(dockerfile) ? 'info' : 'warning';
}

const RISK = 'it may be another version than the one you have tested with';

function ofPackage({ command, word, text, requirement, pinning }: NamedTool, ctx: RuleContext) {
  const { name, extras } = requirement;
  const tool = name.toLowerCase();
  const advised = advice(tool, command.script.stage, ctx);
  const { version, consequence, alternative, related } = advised;
  const example = `${name}${extras.length > 0 ? `[${extras}]` : ''}==${version ?? 'VERSION'}`;
  const isPlain = extras.length === 0;
  const edit = version === undefined || !isPlain ? undefined : replacedWord(ctx.dockerfile.syntax, command, word, example);
  const fixes: readonly Fix[] = edit === undefined ? [] : [{ safety: 'unsafe', title: `Write ${example}`, risk: RISK, edits: [edit] }];
  const severity = pinning === 'bounded' ? ('info' as const) : severityOf(advised, ctx.dockerfile);
  const data = {
    written: text,
    tool: titleOf(tool),
    consequence: pinning === 'bounded' ? ' within these bounds' : consequence,
    example,
    alternative,
  };
  return { at: word.span, message: 'package' as const, severity, data, related: pinning === 'bounded' ? [] : related, fixes };
}

function ofInstaller({ tool, word, address, state, runner }: ToolInstaller, { script }: Command, ctx: RuleContext) {
  const advised = advice(tool, script.stage, ctx);
  const { version, consequence, alternative, related } = advised;
  if (state === 'gone')
    return { at: word.span, message: 'gone' as const, severity: 'error' as const, data: { address, version: version ?? 'VERSION' } };
  const setting = `${tool.toUpperCase()}_VERSION=${version ?? 'VERSION'}`;
  const isWritable = version !== undefined && runner !== undefined && runner.wrappers.length === 0;
  const edit = !isWritable ? undefined : wordsInFront(ctx.dockerfile.syntax, runner, setting);
  const fixes: readonly Fix[] = edit === undefined ? [] : [{ safety: 'unsafe', title: `Set ${setting}`, risk: RISK, edits: [edit] }];
  const example = `curl -sSL ${address} | ${setting} python3 -`;
  return {
    at: word.span,
    message: 'installer' as const,
    severity: severityOf(advised, ctx.dockerfile),
    data: { address, tool: titleOf(tool), consequence, example, alternative },
    related,
    fixes,
  };
}

/** `ADD https://install.python-poetry.org /tmp/`: the version is given to what runs it. */
function* ofAdded(add: CopyInstruction, ctx: RuleContext) {
  const stage = ctx.stageOf(add);
  for (const { text, span } of stage === undefined ? [] : add.sources) {
    const found = readInstaller(text);
    if (found === undefined || stage === undefined) continue;
    const { tool, isGone } = found;
    const advised = advice(tool, stage, ctx);
    const { version, consequence, alternative, related } = advised;
    if (isGone)
      yield { at: span, message: 'gone' as const, severity: 'error' as const, data: { address: text, version: version ?? 'VERSION' } };
    const commands = runScripts(stage.instructions, ctx.script).flatMap((each) => each.commands);
    if (isGone || commands.some((command) => /^python/.test(command.name) && givesVersion(command, tool))) continue;
    const example = `ENV ${tool.toUpperCase()}_VERSION=${version ?? 'VERSION'}`;
    yield {
      at: span,
      message: 'installer' as const,
      severity: severityOf(advised, ctx.dockerfile),
      data: { address: text, tool: titleOf(tool), consequence, example, alternative },
      related,
    };
  }
}

const TITLES: Readonly<Record<string, string>> = { poetry: 'Poetry', pipenv: 'Pipenv', pdm: 'PDM', hatch: 'Hatch' };

const titleOf = (tool: string): string => TITLES[tool] ?? tool;

/** The last release before Poetry 2.0 (2024-12-06). */
const LAST_POETRY_1 = '1.8.5';

/** The last Poetry for a Python that Poetry 2 does not take (PyPI, 2026-11-22): the file goes on with it when its Python is renewed. */
const LAST_FOR: Readonly<Record<string, string>> = { '3.8': LAST_POETRY_1, '3.7': '1.5.1', '3.6': '1.1.15' };

interface Advice {
  readonly version: string | undefined;
  readonly consequence: string;
  readonly alternative: string;
  readonly related: readonly RelatedPlace[];
  /** The build stops at what the newest one has no more. */
  readonly stops: boolean;
}

/** Which version to write, and what the newest one breaks in this file. */
function advice(tool: string, stage: Stage, { dockerfile, script }: RuleContext): Advice {
  const minor = factsOfBase(stage.base)?.python?.minor;
  const newest = Object.hasOwn(CURRENT, tool) ? CURRENT[tool as keyof typeof CURRENT] : undefined;
  // The newest releases of all of them ask for Python 3.10 (PyPI, 2026-11-22).
  const version = minor !== undefined && compareVersions(minor, '3.10') < 0 ? undefined : newest;
  // pip takes Poetry 1 for a Python older than 3.9: nothing is removed there.
  const isOld = minor !== undefined && compareVersions(minor, '3.9') < 0;
  const removed = tool === 'poetry' ? removedIn(dockerfile, stage, script) : undefined;
  if (removed === undefined || isOld) {
    const last = removed === undefined ? version : LAST_FOR[minor ?? ''];
    return { version: last, consequence: '', alternative: '', related: [], stops: false };
  }
  const { what, command } = removed;
  return {
    stops: minor !== undefined && !command.conditional && command.failureIsFatal !== false,
    version: LAST_POETRY_1,
    consequence: `, and Poetry 2 does not know \`${what}\`, which this file calls`,
    alternative: ', the last that knows it',
    related: [{ at: command.span, note: 'fails with Poetry 2.0 (2025-01-05) and newer' }],
  };
}

function removedIn(
  dockerfile: Dockerfile,
  stage: Stage,
  script: ScriptOf,
): { readonly what: string; readonly command: Command } | undefined {
  // `poetry self add poetry-plugin-export`, also as a package beside Poetry.
  const text = dockerfile.syntax.source.text;
  const hasPlugin = (what: string): boolean => text.includes(`poetry-plugin-${what.replace('poetry ', '')}`);
  for (const each of [...inheritance(stage), ...descendants(stage)]) {
    const found = removedCalls(each, script).find(({ what }) => !hasPlugin(what));
    if (found !== undefined) return found;
  }
  return undefined;
}

const removedCalls = once((stage: Stage, script: ScriptOf) =>
  runScripts(stage.instructions, script).flatMap(({ commands }) =>
    commands.flatMap((command) => {
      const what = removedByPoetry2(command);
      return what === undefined ? [] : [{ what, command }];
    }),
  ),
);

export const docs: RuleDocs = {
  why: 'The tool that installs everything else decides how a lock is read, which options exist and where packages go. Poetry 2.0 (January 2025) took `poetry export`, `poetry shell`, `--no-dev` and `--remove-untracked` away: images whose Dockerfile calls one of them and installs Poetry without a version stopped building that day, with no change of their own.',
  remedy:
    'Write the version you have tested: `pip install poetry==VERSION`, `pipx install poetry==VERSION`, or POETRY_VERSION for the official installer. Where the file still needs `poetry export`, pin 1.8.5 or install poetry-plugin-export as well.',
  limits:
    'A version from a variable, a constraints file and a locked file count; a range with an upper bound is worth knowing only. An error where the newest Poetry stops this build: the file calls what Poetry 2 has no more, and pip takes it for this Python (3.9 and later). What a requirements file lists is not read. The tools judged are Poetry, Pipenv, PDM, Hatch and pipx; uv has a rule of its own. For the official installers POETRY_VERSION and PDM_VERSION count wherever the command sees them, and `--version`, `--git` and `--path`.',
  references: [
    'https://github.com/python-poetry/poetry/blob/main/CHANGELOG.md (2.0.0, 2025-01-05)',
    'https://python-poetry.org/docs/#installing-with-the-official-installer',
    'https://github.com/python-poetry/poetry/pull/6378 (2022-09: get-poetry.py goes in January 2023), https://github.com/python-poetry/poetry/issues/7278',
    'https://pdm-project.org/en/latest/#installation',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN curl -sSL https://install.python-poetry.org | python3 -\n',
      reports: [[2, 'installer']],
      fixed: `FROM python:3.13-slim-trixie\nRUN curl -sSL https://install.python-poetry.org | POETRY_VERSION=${CURRENT.poetry} python3 -\n`,
    },
    {
      title: 'And calls what Poetry 2 does not know',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir poetry\nCOPY pyproject.toml poetry.lock ./\nRUN poetry export -o requirements.txt\n',
      reports: [[2, 'package']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir poetry==1.8.5\nCOPY pyproject.toml poetry.lock ./\nRUN poetry export -o requirements.txt\n',
    },
    {
      title: 'For Python 3.8 pip takes Poetry 1, which knows it',
      dockerfile: 'FROM python:3.8-slim\nRUN pip install --no-cache-dir poetry\nRUN poetry install --no-dev\n',
      reports: [[2, 'package']],
      fixed: 'FROM python:3.8-slim\nRUN pip install --no-cache-dir poetry==1.8.5\nRUN poetry install --no-dev\n',
    },
    {
      title: 'The others',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pipenv "pdm>=2"\n',
      reports: [
        [2, 'package'],
        [2, 'package'],
      ],
      fixed: `FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pipenv==${CURRENT.pipenv} pdm==${CURRENT.pdm}\n`,
    },
    {
      title: 'An address that is gone',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN curl -sSL https://raw.githubusercontent.com/python-poetry/poetry/master/get-poetry.py | python -\n',
      reports: [[2, 'gone']],
    },
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir poetry==2.2.1\n',
      reports: [],
    },
    {
      title: 'The version is a variable',
      dockerfile:
        'FROM python:3.13-slim-trixie\nARG PIPENV\nENV POETRY_VERSION=2.2.1\nRUN curl -sSL https://install.python-poetry.org | python3 -\nRUN pip install --no-cache-dir "pipenv==${PIPENV}"\n',
      reports: [],
    },
    {
      title: 'Constraints, a locked file, an option of the installer',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir -c constraints.txt poetry\nRUN pip install --no-cache-dir -r tools-lock.txt pdm\nRUN curl -sSL https://install.python-poetry.org | python3 - --version 2.2.1\n',
      reports: [],
    },
  ],
};
