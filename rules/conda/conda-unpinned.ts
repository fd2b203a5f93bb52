import { type CondaInstall, type CondaPackage, condaCalls, isCondaTool, isLocked, isSwitch } from '../../src/facts/conda.js';
import { describeLostConditions, listed } from '../../src/facts/requirement.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

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
    *stage(stage, { script }) {
      for (const instruction of stage.instructions) {
        const read = script(instruction);
        if (read !== undefined) for (const install of condaCalls(read)) yield* judged(install);
      }
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

export const docs: RuleDocs = {
  why: 'Without a version the solver takes the newest build of every package and of all they depend on, so the same Dockerfile gives another environment next month. Even a version leaves the build and the dependencies open; a lock file with hashes fixes those too, and spares the solver.',
  remedy:
    'Give each package a version (`pandas=3.0`, quoted where it holds `>` or `<`). Better: write a lock (`conda-lock`, or `conda list --explicit > conda-linux-64.lock` in an environment that works), COPY it and install from it: `micromamba install -y -n base -f conda-linux-64.lock`. Do not update a base image from within; choose a newer one.',
  limits:
    '`pkg=1.2` counts as pinned, although it leaves the patch release open. Ranges with an upper bound are worth knowing only, and so are conda, mamba, conda-lock, pip and their like without a version. Packages that only choose between builds of others (`libblas=*=*mkl`, `nomkl`) need none. Files behind `--file` and `-f` are not read; one with `lock` or `explicit` in its name speaks for the whole command. Words with variables of unknown value are not judged.',
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
  ],
};
