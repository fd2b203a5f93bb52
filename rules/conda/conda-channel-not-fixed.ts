import { wordsBehind } from '../../src/edits/words.js';
import { type CondaInstall, condaCalls, fetchesPackages, isCondaTool, isLocked } from '../../src/facts/conda.js';
import { type CallChannels, type CondaSetup, channelsOf, condaSetups, isDefaults } from '../../src/facts/conda-channels.js';
import { runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'conda-channel-not-fixed',
  family: 'conda',
  summary: 'The file does not say from which channel conda takes packages',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    unspecified: {
      text: "`{call}` names no channel: {packages} from wherever the conda of `{from}` is configured to look, today Anaconda's `defaults`",
      help: 'Write `{call} {options}`, or build on condaforge/miniforge3, which knows conda-forge alone',
    },
    mixed: {
      text: "`{call}` searches conda-forge and then Anaconda's `defaults`, which the conda of `{from}` adds: packages of both may be mixed, built with other compilers and other BLAS",
      help: 'Take one channel alone: {remedy}',
    },
    none: {
      text: '`{call}` names no channel, and micromamba before 2.0 has none by itself: no package is found',
      help: 'Write `{call} -c conda-forge`',
    },
  },
  on: {
    *stage(stage, ctx) {
      const setups = condaSetups(stage, ctx.script);
      const found = runScripts(stage.instructions, ctx.script).flatMap((script) =>
        condaCalls(script).flatMap((install) => {
          const setup = setups.get(install.command);
          return setup === undefined ? [] : [...judged(install, setup, ctx)];
        }),
      );
      // One decision for all the calls of a stage.
      for (const message of ['unspecified', 'mixed', 'none'] as const) {
        const [first, ...others] = found.filter((each) => each.message === message);
        if (first === undefined) continue;
        const related = others.map(({ at }) => ({ at, note: 'and here' }));
        const isMendable = [first, ...others].every(({ edit }) => edit !== undefined);
        const edits = [first, ...others].flatMap(({ edit }) => edit ?? []);
        const { edit: _, options, ...finding } = first;
        const fixes: readonly Fix[] = isMendable ? [{ safety: 'unsafe', title: `Add ${options}`, risk: RISK, edits }] : [];
        yield { ...finding, related, fixes };
      }
    },
  },
});

const RISK = 'what only `defaults` has is not found, and other builds are installed';

function* judged(install: CondaInstall, setup: CondaSetup, ctx: RuleContext) {
  const { action, packages, dynamic, head, title, program } = install;
  if (action === 'update' || isLocked(install) || !fetchesPackages(install)) return;
  // conda and its like come from where the base has them.
  if (packages.length > 0 && dynamic.length === 0 && packages.every(isCondaTool)) return;
  const channels = channelsOf(install, setup, ctx.context);
  if (channels === undefined) return;
  const data = { call: title, from: setup.from };
  if (setup.defaults === 'none' && program === 'micromamba') {
    if (channels.named.length === 0)
      yield { at: head, message: 'none' as const, severity: 'error' as const, data: { call: title }, options: '', edit: undefined };
    return;
  }
  if (setup.defaults !== 'defaults' || !channels.hasDefaults) return;
  if (channels.named.length === 0) {
    const options = '--override-channels -c conda-forge';
    const [first] = packages;
    const what = packages.length === 1 && first !== undefined ? `\`${first.text}\` comes` : 'the packages come';
    yield {
      at: head,
      message: 'unspecified' as const,
      data: { ...data, packages: what, options },
      options,
      edit: edited(install, options, channels, ctx),
    };
  } else if (isMixed(channels)) {
    const remedy =
      channels.file === undefined
        ? `write \`${title} --override-channels …\`, or RUN conda config --set channel_priority strict before it`
        : `add \`nodefaults\` to the channels of ${channels.file}, or RUN conda config --set channel_priority strict before it`;
    yield {
      at: head,
      message: 'mixed' as const,
      data: { ...data, remedy },
      options: '--override-channels',
      edit: edited(install, '--override-channels', channels, ctx),
    };
  }
}

/** conda-forge is complete by itself; channels such as `pytorch` and `bioconda` rely on another one. */
function isMixed({ named, isStrict }: CallChannels): boolean {
  return (
    !isStrict && named.some((channel) => /^conda-forge(?:\/|$)|conda\.anaconda\.org\/conda-forge/.test(channel)) && !named.some(isDefaults)
  );
}

function edited(
  { command, action, head, channels }: CondaInstall,
  options: string,
  { file }: CallChannels,
  ctx: RuleContext,
): Edit | undefined {
  const verb = command.args.find(({ span }) => span.end === head.end);
  // `conda env` takes no channels, and without `-c` there is nothing to override with.
  if (verb === undefined || action.startsWith('env ') || file !== undefined || (channels.length === 0 && !options.includes('-c ')))
    return undefined;
  return wordsBehind(ctx.dockerfile.syntax, command, verb, options.split(' '));
}

export const docs: RuleDocs = {
  why: 'The same `numpy=2.3` is another package in another channel: other compilers, another BLAS, another licence. Where a Dockerfile names no channel, the conda of the base image decides, and that has changed: conda 25.9 (September 2025) stopped adding `defaults` by itself and left it to each installer. Where `-c conda-forge` stands beside a hidden `defaults`, a solver that finds no way in one channel takes pieces of the other.',
  remedy:
    'Write `--override-channels -c conda-forge`, list the channels in environment.yml with `nodefaults` at the end, set `channel_priority strict`, or build on condaforge/miniforge3 or mambaorg/micromamba, which know no `defaults`.',
  limits:
    "Only bases and installers whose channels are known are judged: Miniconda and Anaconda, Miniforge, Jupyter's images, micromamba, and installers that the file fetches. A `.condarc` that is copied or written, a script of the project that runs in front, and a channel or CONDARC that depends on something unknown settle it: nothing is said. Environment files are read where the build context has them. `defaults` that is named counts as chosen, as do channels beside it that rely on it (`pytorch`, `nvidia`). conda itself and its tools may come from wherever the base has them, and `conda update` is not judged.",
  references: [
    'https://github.com/conda/conda/blob/main/CHANGELOG.md (25.9.0, 2025-09-26, #15196)',
    'https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-channels.html',
    'https://conda-forge.org/docs/user/transitioning_from_defaults/',
    'https://github.com/mamba-org/mamba/issues/2698 (micromamba 2.0 and conda-forge)',
  ],
  examples: [
    {
      title: 'conda-forge, and something behind it',
      dockerfile: 'FROM continuumio/miniconda3:24.7.1-0\nRUN conda install -y -c conda-forge numpy=2.3.5 && conda clean -afy\n',
      reports: [[2, 'mixed']],
      fixed:
        'FROM continuumio/miniconda3:24.7.1-0\nRUN conda install --override-channels -y -c conda-forge numpy=2.3.5 && conda clean -afy\n',
    },
    {
      title: 'No channel, with an installer',
      dockerfile:
        'FROM debian:trixie-slim\nRUN wget https://repo.anaconda.com/miniconda/Miniconda3-py312_24.7.1-0-Linux-x86_64.sh -O m.sh && bash m.sh -b -p /opt/conda\nRUN /opt/conda/bin/conda create -y -n app pandas=3.0.5\n',
      reports: [[3, 'unspecified']],
      fixed:
        'FROM debian:trixie-slim\nRUN wget https://repo.anaconda.com/miniconda/Miniconda3-py312_24.7.1-0-Linux-x86_64.sh -O m.sh && bash m.sh -b -p /opt/conda\nRUN /opt/conda/bin/conda create --override-channels -c conda-forge -y -n app pandas=3.0.5\n',
    },
    {
      title: 'The channels of an environment file',
      files: { 'environment.yml': 'channels:\n  - conda-forge\ndependencies:\n  - pandas=3.0.5\n' },
      dockerfile: 'FROM continuumio/miniconda3:24.7.1-0\nCOPY environment.yml .\nRUN conda env create -f environment.yml\n',
      reports: [[3, 'mixed']],
    },
    {
      title: 'micromamba 1 knows no channel',
      dockerfile: 'FROM mambaorg/micromamba:1.5.10\nRUN micromamba install -y -n base pandas=3.0.5\n',
      reports: [[2, 'none']],
    },
    {
      dockerfile:
        'FROM continuumio/miniconda3:24.7.1-0\nRUN conda install -y --override-channels -c conda-forge numpy=2.3.5 && conda clean -afy\n',
      reports: [],
    },
    {
      title: 'Images with one channel',
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-3 AS one\nRUN mamba install -y pandas=3.0.5\nFROM quay.io/jupyter/scipy-notebook:2026-07-28 AS two\nRUN mamba install -y -c conda-forge pandas=3.0.5\nFROM mambaorg/micromamba:2.8-debian13\nRUN micromamba install -y -n base pandas=3.0.5\n',
      reports: [],
    },
    {
      title: 'Strict, configured, and channels that rely on `defaults`',
      dockerfile:
        'FROM continuumio/miniconda3:24.7.1-0 AS one\nRUN conda config --set channel_priority strict && conda install -y -c conda-forge pandas=3.0.5\nFROM continuumio/miniconda3:24.7.1-0 AS two\nCOPY .condarc /root/\nRUN conda install -y pandas=3.0.5\nFROM continuumio/miniconda3:24.7.1-0\nRUN conda install -y -c pytorch -c nvidia pytorch=2.5.1\n',
      reports: [],
    },
    {
      title: 'Without defaults',
      files: { 'environment.yml': 'channels:\n  - conda-forge\n  - nodefaults\ndependencies:\n  - pandas=3.0.5\n' },
      dockerfile: 'FROM continuumio/miniconda3:24.7.1-0\nCOPY environment.yml .\nRUN conda env create -f environment.yml\n',
      reports: [],
    },
  ],
};
