import {
  type CondaInstall,
  type CondaPackage,
  condaCalls,
  condaInstalls,
  isCondaTool,
  isLocked,
  isSwitch,
  readSpecification,
} from '../../src/facts/conda.js';
import { isDevelopmentPath } from '../../src/facts/development.js';
import { type InstalledPackage, pythonPackages } from '../../src/facts/python-installs.js';
import { describeLostConditions, listed } from '../../src/facts/requirement.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'conda-unpinned',
  family: 'conda',
  summary: 'Packages from conda are installed without a version',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    unpinned: {
      text: '{packages} {are} not pinned: the next build may install another release',
      help: 'Write `{example}` with the version you have tested, or install from a lock file (`conda list --explicit`, conda-lock)',
    },
    bounded: {
      text: '{packages} {leave} the release open within bounds: the next build may install another one',
      help: 'Write `{example}` with the version you have tested, or install from a lock file (`conda list --explicit`, conda-lock)',
    },
    file: {
      text: '{count} of {total} packages that `{command}` installs from this file {have} no version: {packages}',
      help: 'Write `{example}` with the version you have tested (`conda env export --from-history` lists them), or install from a lock file (conda-lock)',
    },
    updates: {
      text: '`{command}` installs whatever is newest on the day of the build',
      help: 'Name the packages with the versions you have tested, choose a newer base image, or install from a lock file',
    },
    'lost-condition': {
      text: '{written} {are} not quoted: the shell takes the condition for a redirection to a file `{file}`, and {program} sees only {words}',
      help: 'Write it in quotation marks: {quoted}',
    },
    'unreadable-file': {
      text: '{written} {are} not quoted: the shell tries to read a file `{file}`, and the command fails without it',
      help: 'Write it in quotation marks: {quoted}',
    },
  },
  on: {
    *stage(stage, ctx) {
      for (const instruction of stage.instructions) {
        const read = ctx.script(instruction);
        if (read !== undefined) for (const install of condaCalls(read)) yield* judged(install);
      }
      yield* inFiles(stage, ctx);
    },
  },
});

function* judged(install: CondaInstall) {
  const lost = describeLostConditions(install.command);
  if (lost?.first.reads === true)
    yield {
      at: lost.first.span,
      message: 'unreadable-file' as const,
      severity: 'error' as const,
      data: { ...lost.data, program: install.program },
    };
  else if (lost !== undefined)
    yield { at: lost.first.span, message: 'lost-condition' as const, data: { ...lost.data, program: install.program } };
  if (isLocked(install)) return;

  const all = install.options.get('--all') ?? install.options.get('--update-all') ?? install.options.get('-a');
  if (install.action === 'update' && all !== undefined) {
    const at = { start: install.head.start, end: Math.max(all.word.span.end, install.head.end) };
    yield { at, message: 'updates' as const, data: { command: `${install.title} ${all.word.text}` } };
    return;
  }
  const spoken = install.packages.filter((each) => !isSwitch(each) && lost?.words.has(each.word) !== true);
  const open = spoken.filter(({ pinning }) => pinning === 'unpinned' || pinning === 'ranged');
  // conda and pip themselves are spoken of only when there is nothing else to say.
  const ours = open.filter((each) => !isCondaTool(each));
  const named = ours.length > 0 ? ours : open;
  const bounded = spoken.filter((each) => each.pinning === 'bounded' && !isCondaTool(each));
  const [firstNamed] = named;
  const [firstBounded] = bounded;
  if (firstNamed !== undefined && (ours.length > 0 || firstBounded === undefined)) {
    yield {
      at: firstNamed.word.span,
      message: 'unpinned' as const,
      severity: ours.length > 0 ? ('warning' as const) : ('info' as const),
      data: dataOf(named, install),
    };
  } else if (firstBounded !== undefined) {
    yield { at: firstBounded.word.span, message: 'bounded' as const, severity: 'info' as const, data: dataOf(bounded, install) };
  }
}

function dataOf(packages: readonly CondaPackage[], { action, program }: CondaInstall) {
  const isOne = packages.length === 1;
  const [first] = packages;
  const channel = first?.channel === undefined ? '' : `${first.channel}::`;
  return {
    packages: listed(packages.map(({ text }) => text)),
    are: isOne ? 'is' : 'are',
    leave: isOne ? 'leaves' : 'leave',
    // SPEC: `conda update` takes names only, and refuses a version.
    example: `${action === 'update' ? `${program} install ` : ''}${channel}${first?.name}=VERSION`,
  };
}

/** What files of the project list: one finding for a file, at the first package without a version. */
function* inFiles(stage: Stage, ctx: RuleContext) {
  const files = new Map<string, { readonly all: InstalledPackage[]; readonly open: InstalledPackage[] }>();
  for (const each of pythonPackages(stage, ctx)) {
    const install = condaInstalls(each.command);
    if (each.file === undefined || !each.isDirect || install === undefined || each.command.script.stage !== stage) continue;
    const known = files.get(each.file.source.path) ?? { all: [], open: [] };
    files.set(each.file.source.path, known);
    known.all.push(each);
    if (isOpen(each)) known.open.push(each);
  }
  for (const { all, open } of files.values()) {
    const [first] = open;
    const install = first && condaInstalls(first.command);
    if (first?.file === undefined || install === undefined) continue;
    const texts = open.map(textOf);
    const name = /^[\w.:-]+/.exec(textOf(first))?.[0] ?? first.name;
    yield {
      at: first.file.span,
      message: 'file' as const,
      elsewhere: { source: first.file.source, from: first.word.span },
      severity: isDevelopmentPath(ctx.dockerfile.syntax.source.path) ? ('info' as const) : ('warning' as const),
      data: {
        count: open.length,
        total: all.length,
        command: install.title,
        have: open.length === 1 ? 'has' : 'have',
        packages: listed(texts),
        example: first.tool === 'pip' ? `${name}==VERSION` : `${name}=VERSION`,
      },
    };
  }
}

const textOf = ({ file, name }: InstalledPackage): string =>
  file === undefined ? name : file.source.text.slice(file.span.start, file.span.end);

function isOpen(each: InstalledPackage): boolean {
  if (each.tool === 'pip') return each.requirement?.kind === 'name' && /^(?:unpinned|ranged)$/.test(each.requirement.pinning);
  const pinning = readSpecification(textOf(each))?.pinning;
  const asPackage = { name: each.name } as CondaPackage;
  return (pinning === 'unpinned' || pinning === 'ranged') && !isCondaTool(asPackage) && !isSwitch(asPackage);
}

export const docs: RuleDocs = {
  why: 'Without a version the solver takes the newest build of every package and of all they depend on, so the same Dockerfile gives another environment next month. Even a version leaves the build and the dependencies open; a lock file with hashes fixes those too, and spares the solver.',
  remedy:
    'Give each package a version (`pandas=3.0`, quoted where it holds `>` or `<`). Better: write a lock (`conda-lock`, or `conda list --explicit > conda-linux-64.lock` in an environment that works), COPY it and install from it: `micromamba install -y -n base -f conda-linux-64.lock`. Do not update a base image from within; choose a newer one.',
  limits:
    '`pkg=1.2` counts as pinned, although it leaves the patch release open. Ranges with an upper bound are worth knowing only, and so are conda, mamba, conda-lock, pip and their like without a version. Packages that only choose between builds of others (`libblas=*=*mkl`, `nomkl`) need none. Of the files behind `--file` and `-f` those of the build context are read, the `pip:` part as well; one finding speaks for a file, at the first package without a version. A file with `lock` or `explicit` in its name speaks for the whole command. Words with variables of unknown value are not judged.',
  references: [
    'https://github.com/mamba-org/micromamba-docker (docs/advanced_usage.rst, 2026-05-13): lock files',
    'https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html#package-match-specifications',
    'https://conda.github.io/conda-lock/',
  ],
  examples: [
    {
      title: '`conda update` takes no version, `conda install` does',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-3\nRUN conda update -y pandas && conda clean -afy\n',
      reports: [[2, 'unpinned']],
    },
    {
      dockerfile:
        'FROM mambaorg/micromamba:2.8-debian13\nRUN micromamba install -y -n base -c conda-forge pandas scikit-learn && micromamba clean -ay\n',
      reports: [[2, 'unpinned']],
    },
    {
      title: 'An update moves everything',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-0\nRUN conda update -y --all && conda clean -afy\n',
      reports: [[2, 'updates']],
    },
    {
      title: 'The shell takes the condition away',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-0\nRUN conda install -y pandas>=3 && conda clean -afy\n',
      reports: [[2, 'lost-condition']],
    },
    {
      title: 'A lock file',
      dockerfile:
        'FROM mambaorg/micromamba:2.8-debian13\nCOPY --chown=$MAMBA_USER:$MAMBA_USER conda-linux-64.lock /tmp/\nRUN micromamba install -y -n base -f /tmp/conda-linux-64.lock && micromamba clean -ay\n',
      reports: [],
    },
    {
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-0\nRUN conda install -y -c conda-forge pandas=3.0 conda-forge::scikit-learn=1.9 && conda clean -afy\n',
      reports: [],
    },
    {
      title: 'The version is a build argument',
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-0\nARG PYTHON\nRUN conda create -y -n app "python=${PYTHON}" libblas=*=*openblas && conda clean -afy\n',
      reports: [],
    },
    {
      title: 'In a file of the project',
      dockerfile: 'FROM mambaorg/micromamba:2.8.1\nCOPY environment.yml /tmp/\nRUN micromamba install -y -n base -f /tmp/environment.yml\n',
      files: {
        'environment.yml': 'channels: [conda-forge]\ndependencies:\n  - python=3.13\n  - pandas\n  - pip:\n      - seaborn>=0.12\n',
      },
      reports: [[4, 'file', 'environment.yml']],
    },
    {
      title: 'A file with versions, and the tool that installs the rest',
      dockerfile: 'FROM mambaorg/micromamba:2.8.1\nCOPY environment.yml /tmp/\nRUN micromamba install -y -n base -f /tmp/environment.yml\n',
      files: { 'environment.yml': 'channels: [conda-forge]\ndependencies:\n  - python=3.13\n  - pandas=3.0.5\n  - pip\n' },
      reports: [],
    },
  ],
};
