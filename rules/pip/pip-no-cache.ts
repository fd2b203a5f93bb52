import { together } from '../../src/edits/together.js';
import { withoutWord, wordBehind } from '../../src/edits/words.js';
import { isWithin } from '../../src/facts/caches.js';
import { factsOfBase, isOlderThan } from '../../src/facts/images.js';
import { once } from '../../src/facts/once.js';
import { runsBehind } from '../../src/facts/patterns.js';
import { installsToolsOnly, mayConfigureCache, type PipCache, type PipInstall, pipCache, pipCalls } from '../../src/facts/pip.js';
import type { Instruction, RunInstruction, Span, Stage, SyntaxTree } from '../../src/model/dockerfile.js';
import { inheritedInstructions, isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'pip-no-cache',
  family: 'pip',
  summary: 'The download cache of pip stays in the image',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  equivalents: ['hadolint:DL3042'],
  options: {
    'cleanup-commands': {
      default: [],
      description:
        'Programs and scripts that clean up when they run later in the same RUN, by name or path, with `*` for any characters: `fix-layer`, `/opt/build/*.sh`.',
    },
  },
  messages: {
    kept: {
      text: "`{command}` leaves what it downloads in this layer a second time, in pip's cache",
      help: 'Add `--no-cache-dir`{alternative}',
    },
    misplaced: {
      text: "`{command}` leaves what it downloads in this layer a second time: pip's cache is not at `{mount}`, where the cache mount is",
      help: 'Add `--no-cache-dir`{alternative}',
    },
    'unused-mount': {
      text: "The cache mount `{mount}` is of no use: {because} switches pip's cache off",
      help: 'Remove {because}: the mount keeps the downloads out of the image and saves them for the next build',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (!isInFinalImage(ctx.dockerfile, stage)) return;
      const kept: Kept[] = [];
      for (const instruction of stage.instructions) {
        const script = instruction.keyword === 'RUN' ? ctx.script(instruction) : undefined;
        // Where commands may be missing, the one that removes the cache may be among them.
        if (instruction.keyword !== 'RUN' || script?.complete !== true) continue;
        const calls: Call[] = pipCalls(script)
          .filter(({ tool }) => tool === 'pip')
          .map((install) => ({ install, cache: pipCache(install) }));
        yield* unusedMount(instruction, calls, ctx.dockerfile.syntax);
        const keeping = calls.filter(
          ({ install, cache }) => cache.kind !== 'gone' && !runsBehind(install.command, ctx.options['cleanup-commands']),
        );
        const worst = keeping.find(({ install }) => !installsToolsOnly(install)) ?? keeping[0];
        if (worst !== undefined && !isConfigured(instruction, stage, ctx))
          kept.push({ worst, others: keeping.filter((call) => call !== worst) });
      }
      const { distribution, python } = factsOfBase(stage.base) ?? {};
      const mayHaveOldPip = isOlderThan(distribution, HAVE_NEW_PIP);
      const mayLackOption = python?.kind !== 'official' && python?.kind !== 'conda' && isOlderThan(distribution, HAVE_OPTION);
      for (const each of kept) {
        const isFirstOfSeveral = each === kept[0] && kept.length > 1 && !mayHaveOldPip;
        yield* report(each, isFirstOfSeveral, mayLackOption ? [] : withoutCache(each, ctx.dockerfile.syntax));
      }
    },
  },
});

/** NOTE: pip before 19 (January 2019) crashes on PIP_NO_CACHE_DIR=1 (seen with 9.0.1 and 18.1); older systems than these bring it. */
const HAVE_NEW_PIP = { ubuntu: '19.04', debian: '10', centos: '8' } as const;
/** NOTE: pip before 6 (December 2014) refuses --no-cache-dir; older systems than these bring 1.5 (packages.ubuntu.com, 2026-11). */
const HAVE_OPTION = { ubuntu: '16.04', debian: '9' } as const;

interface Call {
  readonly install: PipInstall;
  readonly cache: PipCache;
}

/** What a RUN leaves in the cache. */
interface Kept {
  readonly worst: Call;
  readonly others: readonly Call[];
}

function* unusedMount(run: RunInstruction, calls: readonly Call[], tree: SyntaxTree) {
  const [first] = calls;
  if (first?.cache.kind !== 'gone' || !calls.every(({ cache }) => cache.kind === 'gone' && cache.unusedMount !== undefined)) return;
  const { unusedMount: mount = '', because } = first.cache;
  const option = typeof because === 'object' ? because.word : undefined;
  const data = { mount, because: option === undefined ? 'PIP_NO_CACHE_DIR' : `\`${option.text}\`` };
  yield {
    at: option?.span ?? mountSpan(run, mount),
    message: 'unused-mount' as const,
    severity: 'info' as const,
    data,
    fixes: withCache(calls, tree),
  };
}

/** The options taken out that keep the mounts empty; only where the cache is certain to be in one of them then. */
function withCache(calls: readonly Call[], tree: SyntaxTree): readonly Fix[] {
  const edits = calls.map(({ install: { command }, cache }) => {
    if (cache.kind !== 'gone' || typeof cache.because !== 'object' || cache.unusedMount === undefined) return undefined;
    const isCovered = cache.directory !== undefined && isWithin(cache.directory, cache.unusedMount);
    return isCovered ? withoutWord(tree, command, cache.because.word) : undefined;
  });
  return fixOf('Remove --no-cache-dir', edits);
}

/** One edit for each call that is to be mended; without one of them there is no fix. */
function fixOf(title: string, edits: readonly (Edit | undefined)[]): readonly Fix[] {
  const all = together(edits);
  // A word that a variable holds may be that of several calls.
  const places = new Set(all?.map(({ span }) => span.start));
  return all !== undefined && places.size === all.length ? [{ title, safety: 'safe', edits: all }] : [];
}

/** @param isFirstOfSeveral whether the RUNs below do the same, so that one line for all is less work */
function* report({ worst: { install, cache }, others }: Kept, isFirstOfSeveral: boolean, fixes: readonly Fix[]) {
  const related = others.map((other) => ({ at: other.install.head, note: `\`${other.install.title}\` leaves its downloads here as well` }));
  const place = { at: install.head, related, fixes, ...(installsToolsOnly(install) ? { severity: 'info' as const } : {}) };
  const alternative = isFirstOfSeveral
    ? ', or write `ENV PIP_NO_CACHE_DIR=1` once, above the first RUN that installs'
    : alternativeTo(cache);
  const data = { command: install.title, alternative };
  if (cache.kind === 'misplaced') yield { ...place, message: 'misplaced' as const, data: { ...data, mount: cache.mount } };
  else yield { ...place, message: 'kept' as const, data };
}

/** SPEC: of `--no-cache-dir` and `--cache-dir` pip takes the one that comes last. */
function withoutCache({ worst, others }: Kept, tree: SyntaxTree): readonly Fix[] {
  const edits = [worst, ...others].map(({ install: { command, verb, options } }) =>
    options.has('--cache-dir') ? undefined : wordBehind(tree, command, verb, '--no-cache-dir'),
  );
  return fixOf('Add --no-cache-dir', edits);
}

/** Whether something up to a RUN may have switched the cache off for good. */
function isConfigured(run: RunInstruction, stage: Stage, { script }: RuleContext): boolean {
  const first = firstConfiguration(stage, script);
  return first !== undefined && first.span.start <= run.span.start;
}

const firstConfiguration = once((stage: Stage, script: RuleContext['script']): Instruction | undefined =>
  inheritedInstructions(stage).find((each) => mayConfigureCache(each, script(each)?.commands ?? [])),
);

/** What else may be done, where the directory of the cache is known. */
function alternativeTo(cache: PipCache): string {
  if (cache.kind === 'gone' || cache.directory === undefined) return '';
  if (cache.kind === 'misplaced') return `, or mount ${cache.directory} instead`;
  return `, or keep the cache outside the image: RUN --mount=type=cache,target=${cache.directory}`;
}

function mountSpan(run: RunInstruction, target: string): Span {
  const mount = run.mounts.find(({ options }) => options.get('target') === target) ?? run.mounts.find(({ type }) => type === 'cache');
  return mount?.flag.span ?? run.keywordSpan;
}

export const docs: RuleDocs = {
  why: 'pip keeps every file it downloads below ~/.cache/pip, and what a RUN leaves there stays in its layer although nothing will ever read it. With the default PyTorch that is 2.7 to 4.1 GB on top of what is installed. 35 % of 604 public data science Dockerfiles do so.',
  remedy:
    'Add `--no-cache-dir` to the command, or set `ENV PIP_NO_CACHE_DIR=1` once. Or mount a cache that is no part of the image, which makes the next build faster as well: `RUN --mount=type=cache,target=/root/.cache/pip pip install …`, with the directory that `pip cache dir` prints for the user of that RUN.',
  limits:
    'Stages that do not become layers of the final image may keep their cache. A cache that the same RUN removes (`pip cache purge`, `rm -rf ~/.cache`, a script that cleans by its name) is gone; one removed by a later RUN is not. PIP_NO_CACHE_DIR counts with any value: pip takes `off` and `0` for yes (before pip 19, `1` makes it crash). Nothing is said where a pip.conf is put in place that cannot be read, where PIP_CONFIG_FILE names one, for a numeric user without HOME (pip may not write to `/` and does without), for local projects with `--no-deps`, and for `--no-index` with local wheels. pip, setuptools and wheel alone are worth an info. uv has a cache of its own and is not judged here. The fix adds the option to every call of the RUN, and takes it out again in front of a mount that is certain to hold the cache; there is none for a call with `--cache-dir` (the later of the two options wins), on systems whose pip may not know the option (Ubuntu 14.04, Debian 8), where PIP_NO_CACHE_DIR switches the cache off, and for words that a variable holds.',
  references: [
    'https://pip.pypa.io/en/stable/topics/caching/',
    'pip 26.3, cli/cmdoptions.py: any value of PIP_NO_CACHE_DIR switches the cache off',
    'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    'Sizes: uv.lock files of stanfordnlp/dspy, kserve/kserve and others, mid 2026',
    'measured: 604 public data-science Dockerfiles of 129 repositories (2026-08)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
      reports: [[3, 'kept']],
      fixed: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
    },
    {
      title: 'Several calls in one RUN, one of them in another shell',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN python -m pip install --upgrade pip \\\n    && bash -c "pip install -r requirements.txt"\n',
      reports: [[4, 'kept']],
      fixed:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN python -m pip install --no-cache-dir --upgrade pip \\\n    && bash -c "pip install --no-cache-dir -r requirements.txt"\n',
    },
    {
      title: 'The mount belongs to root, the cache to another user',
      dockerfile:
        'FROM python:3.13-slim-trixie\nENV HOME=/home/app\nUSER app\nRUN --mount=type=cache,target=/root/.cache/pip pip install pandas==3.0.5\n',
      reports: [[4, 'misplaced']],
      fixed:
        'FROM python:3.13-slim-trixie\nENV HOME=/home/app\nUSER app\nRUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir pandas==3.0.5\n',
    },
    {
      title: 'A mount, and nothing to put there',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir pandas==3.0.5\n',
      reports: [[2, 'unused-mount']],
      fixed: 'FROM python:3.13-slim-trixie\nRUN --mount=type=cache,target=/root/.cache/pip pip install pandas==3.0.5\n',
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas==3.0.5\n', reports: [] },
    {
      title: 'The cache is outside the image',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN --mount=type=cache,target=/root/.cache/pip pip install pandas==3.0.5\n',
      reports: [],
    },
    {
      title: 'A stage that does not ship',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nRUN python -m venv /venv && /venv/bin/pip install pandas==3.0.5\nFROM python:3.13-slim-trixie\nCOPY --from=build /venv /venv\n',
      reports: [],
    },
    {
      title: 'A script of the base image cleans up',
      options: { 'cleanup-commands': ['/opt/acme/*'] },
      dockerfile: 'FROM registry.example.com/python:3.13\nRUN pip install pandas==3.0.5 && /opt/acme/finish\n',
      reports: [],
    },
    {
      title: 'This pip may not know the option',
      dockerfile: 'FROM ubuntu:14.04\nRUN pip install pandas==0.13.1\n',
      reports: [[2, 'kept']],
    },
    {
      title: 'Switched off for the whole image',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV PIP_NO_CACHE_DIR=1\nRUN pip install pandas==3.0.5\n',
      reports: [],
    },
  ],
};
