import { seenBy } from '../../src/facts/caches.js';
import { asksExactVersions, asksLocalVersions, type IndexOwner, indexOwner, isAllTorch } from '../../src/facts/package-indexes.js';
import { type PipInstall, pipCalls } from '../../src/facts/pip.js';
import { listedRequirements } from '../../src/facts/project-files.js';
import type { ArgInstruction, Command, EnvInstruction, ShellWord, Stage } from '../../src/model/dockerfile.js';
import { descendants, runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs, type Severity } from '../../src/rule.js';

export default defineRule({
  id: 'pip-extra-index-url',
  family: 'pip',
  summary: 'Packages may come from either of two indexes',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    either: {
      text: '`{given}` stands beside PyPI, not before it: pip takes the highest version of either, so whoever uploads your package names to PyPI gets into the image',
      help: 'Have one index that serves both (--index-url with a proxy that blocks your own names on PyPI), or install from it alone: pip install --index-url {given} …',
    },
    vendor: {
      text: '`{given}` stands beside PyPI: pip takes the highest version of either, not the build you mean',
      help: 'Write {remedy}',
    },
    upstream: {
      text: '`{given}` puts PyPI beside your own index: pip takes the highest version of either, unless your index blocks its names there',
      help: 'Let your index serve PyPI itself, and leave `{option}` out',
    },
    open: {
      text: '`{given}` lets pip take packages from where anybody may upload under any name',
      help: 'Install what you test by its address: pip install NAME==VERSION from PyPI, or a wheel that the build brings',
    },
    unknown: {
      text: '`{given}` adds an index beside PyPI: pip takes the highest version of either, whichever of them you mean',
      help: 'Write --index-url for an index that serves all, or pin versions with hashes (--require-hashes)',
    },
    'best-match': {
      text: "`unsafe-best-match` takes away uv's protection: as with pip, the highest version of all indexes wins, whichever index you mean",
      help: 'Leave it out (uv then stays with the first index that has a name), or name the index of each package in [tool.uv.sources]',
    },
    plain: {
      text: '`{given}` fetches packages without encryption: anybody on the way may change them',
      help: 'Write https:// in front of the address',
    },
  },
  on: {
    *stage(stage, ctx) {
      for (const instruction of stage.instructions) {
        if (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') yield* ofVariables(instruction, stage, ctx);
      }
      for (const script of runScripts(stage.instructions, ctx.script)) {
        if (script.instruction.keyword !== 'RUN') continue;
        for (const install of pipCalls(script)) yield* ofInstall(install, ctx);
        for (const command of script.commands) yield* ofConfiguration(command);
      }
    },
  },
});

function* ofInstall(install: PipInstall, ctx: RuleContext) {
  const { options, tool, command, indexes } = install;
  for (const word of command.args) {
    const address = /^(?:--find-links=|-f)?(http:\/\/(?!localhost|127\.|\[::1\])[\w-]+\..*)/.exec(word.value ?? '')?.[1];
    if (address !== undefined && install.findLinks.includes(address))
      yield { at: word.span, message: 'plain' as const, data: { given: address } };
  }
  if (hasHashes(install, ctx) || options.has('--no-index')) return;
  const extra = options.get('--extra-index-url');
  if (tool === 'uv') {
    const strategy = options.get('--index-strategy');
    if (strategy?.value !== 'unsafe-best-match') return;
    const others = [...indexes, known(command, 'UV_EXTRA_INDEX_URL') ?? known(command, 'UV_INDEX') ?? ''].filter((index) => index !== '');
    if (extra === undefined && others.length === 0) return;
    yield { at: wordOf(command, 'unsafe-best-match') ?? strategy.word.span, message: 'best-match' as const, severity: trustOf(others) };
    return;
  }
  if (extra === undefined || asksLocalVersions(install)) return;
  const option = extra.word.text.split('=')[0] ?? '';
  const at = extra.word.text.includes('=') ? extra.word.span : { start: extra.word.span.start, end: endOfValue(command, extra.word) };
  const main = options.get('--index-url')?.value ?? known(command, 'PIP_INDEX_URL');
  const finding = judgementOf(extra.value, option, main, install);
  if (finding !== undefined) yield { at, ...finding, fixes: asOnlyIndex(install, extra.word, extra.value, main) };
}

/** Makers' indexes are as trustworthy as PyPI; of one that is not known nobody can tell. */
function trustOf(addresses: readonly string[]): Severity {
  const owners = addresses.flatMap((address) => address.split(/\s+/)).map((address) => indexOwner(address));
  return owners.some((owner) => owner === 'other' || owner === 'test') ? 'warning' : 'info';
}

/** What is said of an index beside PyPI, or beside the main one. */
function judgementOf(value: string | undefined, option: string, main: string | undefined, install?: PipInstall) {
  // SPEC: one option or variable may hold several, with blanks between.
  const addresses = value?.split(/\s+/).filter((each) => each !== '') ?? [];
  if (value === undefined) return { message: 'unknown' as const, severity: 'info' as const, data: { given: '--extra-index-url' } };
  const owners = addresses.map((address) => indexOwner(address));
  const worst = WORST_FIRST.find((owner) => owners.includes(owner));
  const given = withoutCredentials(addresses[worst === undefined ? 0 : owners.indexOf(worst)] ?? '');
  const mainOwner = main === undefined ? 'pypi' : indexOwner(main);
  if (worst === undefined) return undefined;
  if (worst === 'pypi')
    return mainOwner === 'other' ? { message: 'upstream' as const, severity: 'info' as const, data: { given, option } } : undefined;
  // Two of a maker's own, with nothing of PyPI.
  if (main !== undefined && mainOwner !== 'pypi' && worst === 'vendor') return undefined;
  if (worst === 'test') return { message: 'open' as const, severity: 'warning' as const, data: { given } };
  if (worst === 'other') return { message: 'either' as const, severity: 'warning' as const, data: { given } };
  // What is left to choose is which of two files of one version.
  if (install !== undefined && asksExactVersions(install)) return undefined;
  return { message: 'vendor' as const, severity: 'info' as const, data: { given, remedy: remedyFor(install, given) } };
}

const WORST_FIRST: readonly IndexOwner[] = ['other', 'test', 'vendor', 'pypi'];

function remedyFor(install: PipInstall | undefined, given: string): string {
  if (install !== undefined && isAllTorch(install)) return `--index-url ${given}: it has these packages and all they depend on`;
  return 'the exact version of what comes from there (NAME==VERSION), or install it with uv, which stays with the first index that has a name';
}

/** A password is never shown. */
function withoutCredentials(address: string): string {
  return address.replace(/^(https?:\/\/)[^/@]*@/i, '$1…@');
}

/** `--index-url` in the place of `--extra-index-url`, where all packages stand on that index. */
function asOnlyIndex(install: PipInstall, word: ShellWord, value: string | undefined, main: string | undefined): readonly Fix[] {
  const isOne = /^https:\/\/download\.pytorch\.org\/whl\/\S+$/.test(value ?? '');
  if (main !== undefined || !isOne || !isAllTorch(install) || !word.text.startsWith('--extra-index-url')) return [];
  if (word.span.end - word.span.start !== word.text.length || install.command.script.instruction.command?.form !== 'shell') return [];
  const span = { start: word.span.start, end: word.span.start + '--extra-index-url'.length };
  const risk = 'the build stops where a version asked for is on PyPI alone';
  return [{ safety: 'unsafe', title: 'Write --index-url', risk, edits: [{ span, text: '--index-url' }] }];
}

function endOfValue({ words }: Command, option: ShellWord): number {
  const at = words.indexOf(option);
  return Math.max(words[at + 1]?.span.end ?? 0, option.span.end);
}

function wordOf({ args }: Command, value: string) {
  return args.find((word) => word.value?.endsWith(value) === true)?.span;
}

function known(command: Command, name: string): string | undefined {
  const value = seenBy(command, name);
  return value.kind === 'known' && value.value !== '' ? value.value : undefined;
}

/** Hashes allow one file each, wherever it comes from. */
function hasHashes(install: PipInstall, { context, script }: RuleContext): boolean {
  if (install.options.has('--require-hashes') || seenBy(install.command, 'PIP_REQUIRE_HASHES').kind !== 'absent') return true;
  const { requirements } = listedRequirements(install, { context, script });
  return install.packages.length === 0 && requirements.length > 0 && requirements.every(({ entry }) => entry.hashes.length > 0);
}

/** PIP_EXTRA_INDEX_URL for all that follows; UV_INDEX_STRATEGY, which makes uv as trusting. */
function* ofVariables(instruction: EnvInstruction | ArgInstruction, stage: Stage, ctx: RuleContext) {
  for (const { key, value } of instruction.pairs) {
    if (value === undefined) continue;
    const text = stage.environment.expand(value.text, instruction);
    if (key.text === 'PIP_EXTRA_INDEX_URL' && text !== '') {
      // A build argument is for the installs of this file alone, of which there may be none.
      const isUsed = instruction.keyword === 'ENV' || hasPip(stage, ctx);
      const finding = isUsed && text !== undefined ? judgementOf(text, key.text, mainOf(stage)) : undefined;
      if (finding !== undefined) yield { at: value.span, ...finding };
    }
    const others = key.text === 'UV_INDEX_STRATEGY' && text === 'unsafe-best-match' ? otherIndexes(stage) : [];
    if (others.length > 0) yield { at: value.span, message: 'best-match' as const, severity: trustOf(others) };
  }
}

function mainOf({ environment }: Stage): string | undefined {
  const value = environment.variable('PIP_INDEX_URL');
  return value.kind === 'known' && value.value !== '' ? value.value : undefined;
}

function hasPip(stage: Stage, { script }: RuleContext): boolean {
  return descendants(stage).some(({ instructions }) =>
    runScripts(instructions, script).some((each) => pipCalls(each).some(({ tool }) => tool === 'pip')),
  );
}

function otherIndexes({ environment }: Stage): readonly string[] {
  return ['UV_EXTRA_INDEX_URL', 'UV_INDEX'].flatMap((name) => {
    const value = environment.variable(name);
    return value.kind === 'known' && value.value !== '' ? [value.value] : [];
  });
}

/** `pip config set global.extra-index-url https://…`. */
function* ofConfiguration({ name, args }: Command) {
  if (!/^pip[\d.]*$/.test(name) || args[0]?.value !== 'config') return;
  const at = args.findIndex(({ value }) => /^[\w-]+\.extra-index-url$/.test(value ?? ''));
  const word = args[at + 1];
  if (at < 0 || word?.value === undefined) return;
  const finding = judgementOf(word.value, args[at]?.value ?? '', undefined);
  if (finding !== undefined) yield { at: word.span, ...finding };
}

export const docs: RuleDocs = {
  why: 'pip has no first and second index: it looks in all of them and takes the highest version. Who learns the name of a package of yours can upload version 999 of it to PyPI, and the next build installs that. In December 2022 PyTorch was attacked so: `torchtriton` stood on its nightly index, somebody put another one on PyPI, and thousands installed it. uv stays with the first index that has a name, unless it is told `unsafe-best-match`.',
  remedy:
    'Use one index for one install: `--index-url` with a proxy of your own that serves PyPI too and knows which names are yours, or a command of its own for what comes from another index. Exact versions with hashes (`--require-hashes`) are safe wherever they come from. What PyTorch, NVIDIA and others offer beside PyPI goes with `--index-url https://download.pytorch.org/whl/cu128` alone.',
  limits:
    'The indexes of makers (PyTorch, NVIDIA, PyG, AMD, Intel and others), the public PyPI beside an index of your own, and an address that is not known are worth knowing only. Versions that only another index can have (`torch==2.10.0+cu128`) are left alone, as are hashes, and exact versions from the index of a maker. Requirements files, pip.conf and `[[tool.uv.index]]` are not read for this. `http://` is judged for `--find-links` only. No password of an address is shown.',
  references: [
    'https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-extra-index-url (pip 26.3)',
    'https://pytorch.org/blog/compromised-nightly-dependency/ (2022-12-31)',
    'https://docs.astral.sh/uv/concepts/indexes/#searching-across-multiple-indexes (2026-08-21)',
    'https://peps.python.org/pep-0708/',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --extra-index-url https://download.pytorch.org/whl/cu128 torch\n',
      reports: [[2, 'vendor']],
      fixed: 'FROM python:3.13-slim-trixie\nRUN pip install --index-url https://download.pytorch.org/whl/cu128 torch\n',
    },
    {
      title: 'An index of your own, for one install and for all',
      dockerfile:
        'FROM python:3.13-slim-trixie\nENV PIP_EXTRA_INDEX_URL=https://packages.example.com/simple\nRUN pip install --no-cache-dir --extra-index-url=https://packages.example.com/simple our-models==1.2\nRUN pip config set global.extra-index-url https://packages.example.com/simple\n',
      reports: [
        [2, 'either'],
        [3, 'either'],
        [4, 'either'],
      ],
    },
    {
      title: 'Anybody uploads there; nobody knows where; PyPI beside your own',
      dockerfile:
        'FROM python:3.13-slim-trixie\nARG OTHER\nRUN pip install --extra-index-url https://test.pypi.org/simple/ our-tool\nRUN pip install --extra-index-url $OTHER our-tool\nRUN pip install -i https://packages.example.com/simple --extra-index-url https://pypi.org/simple our-tool\n',
      reports: [
        [3, 'open'],
        [4, 'unknown'],
        [5, 'upstream'],
      ],
    },
    {
      title: 'uv without its protection, and wheels without encryption',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN uv pip install --system --index-strategy unsafe-best-match --extra-index-url https://packages.example.com/simple our-models==1.2\nRUN pip install --find-links http://wheels.example.com/ our-models==1.2\n',
      reports: [
        [2, 'best-match'],
        [3, 'plain'],
      ],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cu128 torch==2.10.0\n',
      reports: [],
    },
    {
      title: 'Versions that PyPI cannot have, and hashes',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cu128 torch==2.10.0+cu128\nRUN pip install --no-cache-dir --require-hashes --extra-index-url https://packages.example.com/simple -r requirements.txt\n',
      reports: [],
    },
    {
      title: 'uv stays with the first index',
      dockerfile:
        'FROM python:3.13-slim-trixie\nENV UV_EXTRA_INDEX_URL=https://packages.example.com/simple\nRUN uv pip install --system --extra-index-url https://download.pytorch.org/whl/cpu torch==2.10.0\n',
      reports: [],
    },
    {
      title: 'PyPI beside PyPI',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir -i https://pypi.tuna.tsinghua.edu.cn/simple --extra-index-url https://pypi.org/simple pandas==3.0.5\n',
      reports: [],
    },
  ],
};
