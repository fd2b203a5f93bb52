import { withoutWord } from '../../src/edits/words.js';
import { bringsPackage, bringsPackages } from '../../src/facts/image-packages.js';
import { factsOfBase } from '../../src/facts/images.js';
import { once } from '../../src/facts/once.js';
import { isBootstrapTool, isConstrained, type PipInstall, type PipOption, pinningOf, pipCalls } from '../../src/facts/pip.js';
import { listedRequirements } from '../../src/facts/project-files.js';
import { type InstalledPackage, pythonPackages } from '../../src/facts/python-installs.js';
import { normalizedName } from '../../src/facts/python-packages.js';
import { listed } from '../../src/facts/requirement.js';
import { words } from '../../src/facts/words.js';
import type { ScriptOf, Stage } from '../../src/model/dockerfile.js';
import { runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'pip-upgrade-flag',
  family: 'pip',
  summary: 'An install that replaces what is there, or takes what is not released',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    upgrade: {
      text: '`{flag}` replaces the {packages} of {place} by whatever is newest on the day of the build; the old files stay in the image as dead weight',
      help: 'Leave `{flag}` out and write the versions you have tested: {example}',
    },
    dependency: {
      text: '`{flag}` also moves {packages} where {place} has {it} as a dependency of another package, which may not work with the newest',
      help: 'Leave `{flag}` out and write the versions you have tested: {example}',
    },
    eager: {
      text: '`--upgrade-strategy eager` moves every dependency to its newest release at every build, those of pinned packages too',
      help: 'Leave it out: pip then changes only what {packages} {ask} for',
    },
    again: {
      text: '`{flag}` installs {packages} and all dependencies again: what lower layers hold of them stays in the image as dead weight',
      help: 'Leave `{flag}` out, or add --no-deps where one package has to be put back',
    },
    unreleased: {
      text: '`{flag}` lets {packages} and all dependencies be alphas, betas and release candidates, whatever came out last',
      help: 'Leave `{flag}` out and name the one version you need: {example}',
    },
    nightly: {
      text: '`{index}` is rebuilt every night: {packages} {are} another build whenever this line runs',
      help: 'Write the build you have tested (torch==2.11.0.dev20260115+cu128), or install a release from the index without `nightly`',
    },
  },
  on: {
    *stage(stage, ctx) {
      for (const script of runScripts(stage.instructions, ctx.script)) {
        if (script.instruction.keyword !== 'RUN') continue;
        for (const install of pipCalls(script)) yield* judged(install, stage, ctx);
      }
    },
  },
});

/** Options that change what an install does with what is there, by what the finding says; of each pair the second is uv's. */
const FLAGS = {
  upgrade: ['--upgrade'],
  again: ['--force-reinstall', '--ignore-installed', '-I', '--reinstall'],
  unreleased: ['--pre', '--prerelease'],
} as const;

function* judged(install: PipInstall, stage: Stage, ctx: RuleContext) {
  const { options, action, indexes } = install;
  // A directory of its own is filled anew.
  if (action !== 'install' || ['--target', '--prefix', '--root', '--no-index'].some((option) => options.has(option))) return;
  if (install.tool === 'pipx' || isConstrained(install)) return;
  const loose = looseNames(install, ctx);
  const named = [
    ...loose,
    ...install.packages.filter((each) => pinningOf(each) === 'pinned' && !isBootstrapTool(each)).map(({ text }) => text),
  ];
  const [upgrade, again, unreleased] = [
    optionOf(install, FLAGS.upgrade),
    optionOf(install, FLAGS.again),
    optionOf(install, FLAGS.unreleased),
  ];
  const nightly = indexes.find((index) => /\/nightly(?:\/|$)|\bnightl(?:y|ies)\b/.test(index));
  const data = { packages: listed(loose), are: loose.length === 1 ? 'is' : 'are', example: exampleOf(install, loose) };

  const strategy = options.get('--upgrade-strategy');
  if (upgrade !== undefined && strategy?.value === 'eager' && named.length > 0)
    yield {
      at: strategy.word.span,
      message: 'eager' as const,
      data: { packages: listed(named), ask: named.length === 1 ? 'asks' : 'ask' },
    };
  else if (upgrade !== undefined && again === undefined && loose.length > 0) {
    const { word } = upgrade;
    const flag = spelling(word.text, 'U', '--upgrade');
    const known = packagesBelow(install, stage, loose, ctx);
    const common = { at: word.span, fixes: withoutFlag(install, upgrade, ctx) };
    if (known !== undefined) {
      const { packages, place, related } = known;
      yield { ...common, message: 'upgrade' as const, related, data: { ...data, flag, packages: listed(packages), place } };
    } else {
      const shared = loose.filter((text) => FOUNDATIONS.has(nameOf(text)));
      const place = shared.length === 0 ? undefined : otherPackagesBelow(install, stage, ctx);
      const it = shared.length === 1 ? 'it' : 'them';
      // That they have no version is `pip-unpinned`'s to say.
      if (place !== undefined)
        yield {
          ...common,
          message: 'dependency' as const,
          severity: 'info' as const,
          data: { ...data, flag, packages: listed(shared), place, it },
        };
    }
  }
  if (again !== undefined && named.length > 0 && !options.has('--no-deps') && loose.length > 0 && !isFresh(stage, install, ctx.script)) {
    const { word } = again;
    const flag = spelling(word.text, 'I', '--ignore-installed');
    yield { at: word.span, message: 'again' as const, data: { flag, packages: listed(named) }, fixes: withoutFlag(install, again, ctx) };
  }
  if (loose.length === 0) return;
  if (nightly !== undefined) {
    const word = install.command.args.find(({ value }) => value?.includes(nightly) === true);
    yield { at: (word ?? install.verb).span, message: 'nightly' as const, data: { ...data, index: nightly } };
  } else if (unreleased !== undefined && unreleased.value !== 'disallow' && unreleased.value !== 'if-necessary')
    yield { at: unreleased.word.span, message: 'unreleased' as const, data: { ...data, flag: unreleased.word.text } };
}

/** What an install names, or its files list, without one exact version; pip and its like have a rule of their own. */
function looseNames(install: PipInstall, { context, script }: RuleContext): readonly string[] {
  const named = install.packages.filter(
    (each) => pinningOf(each) !== 'pinned' && !isBootstrapTool(each) && each.requirement.kind === 'name',
  );
  const files = listedRequirements(install, { context, script }).requirements;
  const open = files.filter(
    ({ requirement, entry }) => requirement.kind === 'name' && requirement.pinning !== 'pinned' && entry.hashes.length === 0,
  );
  return [...new Set([...named.map(({ text }) => text), ...open.map(({ entry }) => entry.requirement.text)])];
}

/** Libraries that many others stand on: who installs a few packages has some of these. */
const FOUNDATIONS = words(
  'attrs certifi cffi click cryptography filelock fsspec grpcio h5py httpx huggingface-hub idna jinja2 joblib jsonschema matplotlib networkx ' +
    'numba numpy packaging pandas pillow protobuf psutil pyarrow pydantic pyyaml requests scikit-learn scipy six sqlalchemy tokenizers torch ' +
    'tqdm typing-extensions urllib3',
);

/** The name in a requirement, as PyPI compares names. */
const nameOf = (text: string): string => normalizedName(/^[\w.-]*/.exec(text)?.[0] ?? '');

/** What of a list is known to be in the layers below: the image brings it, or an earlier RUN installs a version that stays fixed. */
function packagesBelow(install: PipInstall, stage: Stage, loose: readonly string[], ctx: RuleContext) {
  const brought = loose.filter((text) => bringsPackage(stage.base, nameOf(text)));
  if (brought.length > 0) return { packages: brought, place: 'the base image', related: [] };
  const earlier = installedBelow(install, stage, ctx).filter(({ version }) => version !== undefined);
  const replaced = loose.filter((text) => earlier.some(({ name }) => name === nameOf(text)));
  const [first] = earlier.filter(({ name }) => replaced.some((text) => nameOf(text) === name));
  if (first === undefined) return undefined;
  const related = [{ at: first.word.span, note: `${first.name} ${first.version} is installed here` }];
  return { packages: replaced, place: 'a lower layer', related };
}

/** What earlier RUNs install. */
function installedBelow({ command: { script } }: PipInstall, stage: Stage, ctx: RuleContext): readonly InstalledPackage[] {
  const { start } = script.instruction.span;
  return pythonPackages(stage, ctx).filter(
    ({ command, marker, isRemovedLater }) => marker === undefined && !isRemovedLater && command.script.instruction.span.start < start,
  );
}

/** Where packages are that have dependencies of their own; undefined where none are known. */
function otherPackagesBelow(install: PipInstall, stage: Stage, ctx: RuleContext): string | undefined {
  if (bringsPackages(stage.base)) return 'the base image';
  const isTool = ({ name }: InstalledPackage): boolean => /^(?:pip|setuptools|wheel|uv|poetry|pipenv|pdm|hatch|pipx)$/.test(name);
  return installedBelow(install, stage, ctx).some((each) => !isTool(each)) ? 'a lower layer' : undefined;
}

function optionOf({ options }: PipInstall, names: readonly string[]): PipOption | undefined {
  return names.map((name) => options.get(name)).find((option) => option !== undefined);
}

/** `-U` for `-Uq`, which is no word of its own. */
function spelling(text: string, letter: string, long: string): string {
  return text.startsWith('--') ? text : text.includes(letter) ? `-${letter}` : long;
}

/** The names with a place for a version: `numpy==VERSION`. */
function exampleOf({ title, requirementFiles }: PipInstall, loose: readonly string[]): string {
  const [first] = loose;
  const name = first === undefined ? undefined : /^[\w.-]+(?:\[[^\]]*\])?/.exec(first)?.[0];
  return requirementFiles.length > 0
    ? `${name}==VERSION in ${requirementFiles[0]}`
    : `${title} ${name}==VERSION${loose.length > 1 ? ' …' : ''}`;
}

/** Whether nothing can be there to replace: a base without packages of its own, and no install in front. */
function isFresh(stage: Stage, { command }: PipInstall, script: ScriptOf): boolean {
  const facts = factsOfBase(stage.base);
  const kind = facts?.python?.kind;
  if (facts === undefined || facts.purpose !== undefined || (kind !== 'official' && kind !== 'none')) return false;
  const first = firstInstall(stage, script);
  return first === undefined || first >= command.span.start;
}

/** Where the first install of a stage, or of one it is built from, stands that installs more than tools. */
const firstInstall = once((stage: Stage, script: ScriptOf): number | undefined => {
  const above = stage.parent === undefined ? undefined : firstInstall(stage.parent, script);
  if (above !== undefined) return above;
  for (const { commands, instruction, complete } of runScripts(stage.instructions, script)) {
    if (instruction.keyword !== 'RUN') continue;
    if (!complete) return instruction.span.start;
    const other = commands.find(({ name }) =>
      /^(?:poetry|pipenv|pdm|uv|conda|mamba|micromamba|pixi|make|bash|sh|\.|source)$|\.sh$/.test(name),
    );
    const pip = commands
      .flatMap((command) => pipCalls(command.script).filter((call) => call.command === command))
      .find((call) => !call.packages.every(isBootstrapTool) || call.packages.length === 0);
    const starts = [other?.span.start, pip?.command.span.start].filter((start) => start !== undefined);
    if (starts.length > 0) return Math.min(...starts);
  }
  return undefined;
});

function withoutFlag({ command }: PipInstall, { word }: PipOption, { dockerfile }: RuleContext): readonly Fix[] {
  const isAlone = /^(?:--[\w-]+|-[UI])$/.test(word.text);
  // What is said twice would still be said.
  const isOnce = command.args.filter(({ text }) => inFull(text) === inFull(word.text)).length === 1;
  const edit = isAlone && isOnce ? withoutWord(dockerfile.syntax, command, word) : undefined;
  const risk = 'what the base image or a lower layer has stays as it is, unless the versions asked for need another';
  return edit === undefined ? [] : [{ safety: 'unsafe', title: `Remove ${word.text}`, risk, edits: [edit] }];
}

const inFull = (flag: string): string => (flag === '-U' ? '--upgrade' : flag === '-I' ? '--ignore-installed' : flag);

export const docs: RuleDocs = {
  why: 'Layers only add. A package that an upgrade replaces stays in the layer below at full size, and the new copy comes on top: torch twice is five gigabytes. And the upgrade takes whatever is newest on the day, dependencies of the base image included, which its makers have tested together. `--force-reinstall` and `--ignore-installed` do the same without even a newer version; `--pre` takes what its authors have not released.',
  remedy:
    'Leave the flag out and write the versions. To have newer packages than the base image, take a newer base image. To repair one package, put that one back: `pip install --force-reinstall --no-deps package==version`. One night of a nightly index is named by its version.',
  limits:
    'Packages with an exact version are moved on purpose and count as fixed, so `pip install -U package==version` is left alone, as is an install into a directory of its own (`--target`), one with constraints, hashes or a locked file, and `--force-reinstall --no-deps`. What a requirements file lists is judged where the build context has it. pip, setuptools, wheel and the project managers have rules of their own. Of `-U` a warning is given where the base image is known to bring the package or an earlier RUN fixes its version, and a remark for libraries that many others stand on (NumPy, requests, protobuf) where anything is installed below. Elsewhere it changes nothing but that a package has no version, which `pip-unpinned` says at the package. LIMIT: the packages of few images are known, and nothing of what the packages of lower layers depend on.',
  references: [
    'https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-U (without it what is installed and fits stays; pip 26.3)',
    'https://github.com/jupyter/docker-stacks (images/scipy-notebook/Dockerfile: what the image brings, read 2026-11-22)',
    'https://pip.pypa.io/en/stable/development/architecture/upgrade-options/',
    'https://docs.docker.com/build/building/best-practices/ (2026-11)',
    'https://github.com/Kaggle/docker-python (Dockerfile.tmpl, 2026-08-12: --force-reinstall --no-deps)',
  ],
  examples: [
    {
      dockerfile: 'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nRUN pip install --no-cache-dir -U numpy\n',
      reports: [[2, 'upgrade']],
      fixed: 'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nRUN pip install --no-cache-dir numpy\n',
    },
    {
      title: 'Nothing to replace in the first install, what others stand on in the second',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir --upgrade pip pandas\nRUN pip install --no-cache-dir --upgrade scipy\n',
      reports: [[3, 'dependency']],
      fixed: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir --upgrade pip pandas\nRUN pip install --no-cache-dir scipy\n',
    },
    {
      title: 'An earlier layer has one version',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas==2.3.3\nRUN pip install --no-cache-dir --upgrade pandas streamlit\n',
      reports: [[3, 'upgrade']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas==2.3.3\nRUN pip install --no-cache-dir pandas streamlit\n',
    },
    {
      title: 'What the file lists',
      files: { 'requirements.txt': 'numpy==2.3.5\nscipy>=1.10\n' },
      dockerfile:
        'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nCOPY requirements.txt /tmp/\nRUN pip install --no-cache-dir -U -r /tmp/requirements.txt\n',
      reports: [[3, 'upgrade']],
      fixed:
        'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nCOPY requirements.txt /tmp/\nRUN pip install --no-cache-dir -r /tmp/requirements.txt\n',
    },
    {
      title: 'Everything again, everything newer, everything unreleased',
      dockerfile:
        'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nRUN pip install --force-reinstall pandas\nRUN pip install -U --upgrade-strategy eager seaborn==0.13.2\nRUN pip install --pre polars\nRUN pip install --index-url https://download.pytorch.org/whl/nightly/cu128 torch\n',
      reports: [
        [2, 'again'],
        [3, 'eager'],
        [4, 'unreleased'],
        [5, 'nightly'],
      ],
      fixed:
        'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nRUN pip install pandas\nRUN pip install -U --upgrade-strategy eager seaborn==0.13.2\nRUN pip install --pre polars\nRUN pip install --index-url https://download.pytorch.org/whl/nightly/cu128 torch\n',
    },
    {
      dockerfile: 'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nRUN pip install --no-cache-dir "numpy==2.3.5"\n',
      reports: [],
    },
    {
      title: 'Tools, a patch on purpose, a deliberate repair',
      dockerfile:
        'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nRUN pip install --no-cache-dir -U pip setuptools wheel\nRUN pip install --no-cache-dir -U urllib3==2.6.0\nRUN pip install --no-cache-dir --force-reinstall --no-deps torch==2.9.1\n',
      reports: [],
    },
    {
      title: 'Nothing there to replace: that it has no version is for pip-unpinned to say',
      dockerfile: 'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nRUN pip install --no-cache-dir -U nbgitpuller\n',
      reports: [],
    },
    {
      title: 'Constraints, and a directory of its own',
      dockerfile:
        'FROM public.ecr.aws/lambda/python:3.13\nRUN pip install -U -c constraints.txt pandas\nRUN pip install --upgrade pandas --target "${LAMBDA_TASK_ROOT}"\n',
      reports: [],
    },
    {
      title: 'One night of a nightly index',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir --pre --index-url https://download.pytorch.org/whl/nightly/cpu torch==2.11.0.dev20260115\n',
      reports: [],
    },
  ],
};
