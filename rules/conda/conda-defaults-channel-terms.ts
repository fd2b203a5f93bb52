import { type CondaInstall, condaCalls } from '../../src/facts/conda.js';
import { type CondaSetup, channelsOf, condaSetups } from '../../src/facts/conda-channels.js';
import { runScripts } from '../../src/model/stages.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'conda-defaults-channel-terms',
  family: 'conda',
  summary: '`conda` asks to accept the terms of a channel, and nobody can answer',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  supersedes: ['conda-channel-not-fixed'],
  messages: {
    unaccepted: {
      text: "`{call}` ends the build with CondaToSNonInteractiveError: the conda of `{from}` asks to accept the terms of Anaconda's `defaults`, which {are} searched here",
      help: 'Install Miniforge instead, or {options}; only who may speak for your organisation can write RUN conda tos accept',
    },
    image: {
      text: "Anaconda's `defaults` {are} searched by `{call}`, and nobody has accepted their terms here: the conda of `{from}` may end the build over it, and organisations of more than 200 people need a paid plan",
      help: 'Build on condaforge/miniforge3, or {options}; only who may speak for your organisation can write RUN conda tos accept',
    },
  },
  on: {
    *stage(stage, { script, context }) {
      const setups = condaSetups(stage, script);
      const found: { readonly install: CondaInstall; readonly setup: CondaSetup; readonly isHidden: boolean }[] = [];
      for (const read of runScripts(stage.instructions, script)) {
        for (const install of condaCalls(read)) {
          const setup = setups.get(install.command);
          if (setup?.asksTerms !== true || setup.isAccepted || install.program !== 'conda' || install.options.has('--offline')) continue;
          const channels = channelsOf(install, setup, context);
          if (channels?.hasDefaults === true) found.push({ install, setup, isHidden: channels.named.length > 0 });
        }
      }
      const [first, ...others] = found;
      if (first === undefined) return;
      const { install, setup, isHidden } = first;
      const options = install.action.startsWith('env ')
        ? 'take the channel away before it (RUN conda config --remove channels defaults)'
        : `write \`${install.title} --override-channels -c conda-forge\``;
      const data = { call: install.title, from: setup.from, are: isHidden ? 'are also' : 'are', options };
      const related = others.map((other) => ({ at: other.install.head, note: 'searches them, too' }));
      yield { at: install.head, message: setup.isImage ? ('image' as const) : ('unaccepted' as const), data, related };
    },
  },
});

export const docs: RuleDocs = {
  why: "Since July 2025 Miniconda and Anaconda come with a plugin that asks to accept the terms of Anaconda's channels before anything is installed. A build cannot answer: it ends with CondaToSNonInteractiveError. Dozens of projects broke within days, without a change of their own, because they fetch the latest installer. And the terms ask organisations of more than 200 people to pay.",
  remedy:
    'Take conda-forge alone: build on `condaforge/miniforge3`, or write `--override-channels -c conda-forge`. Where your organisation has a licence or needs none, `RUN conda tos accept` in front, or `ENV CONDA_PLUGINS_AUTO_ACCEPT_TOS=yes`, says so. This is a decision about a contract, so there is no fix that takes it for you.',
  limits:
    'Judged are `continuumio/miniconda3` and `anaconda3` without a version or with one that has the plugin (Miniconda 25.5.1-1, Anaconda 2025.12 and newer), and installers from repo.anaconda.com in the same way. Older versions do not ask; `conda-channel-not-fixed` may speak of them, and gives way here. Nothing is said where the terms are accepted, in front of the call or by a variable, where CI is set, where a `.condarc` or an unread script may have settled it, and of mamba and micromamba, which have no such plugin. One finding a stage: the build gets no further. Whether the plugin stops a build depends on how an image was made: current `continuumio/miniconda3` images have been seen to go on, installers have not, so of images the finding says that it may.',
  references: [
    'https://github.com/anaconda/conda-anaconda-tos (plugin.py and README.md, 2026-08-21)',
    'https://github.com/mlrun/mlrun/pull/8322 (2025-07-17)',
    'https://github.com/NVlabs/FoundationStereo/issues/181 (2025-09-08)',
    'https://www.anaconda.com/legal/terms/terms-of-service (2026)',
  ],
  examples: [
    { dockerfile: 'FROM continuumio/miniconda3\nRUN conda install -y pandas\n', reports: [[2, 'image']] },
    {
      title: 'Searched, too, behind conda-forge',
      dockerfile:
        'FROM debian:trixie-slim\nRUN wget https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh -O m.sh && bash m.sh -b -p /opt/conda && /opt/conda/bin/conda install -y -c conda-forge pandas=3.0.5\n',
      reports: [[2, 'unaccepted']],
    },
    {
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-3\nRUN mamba install -y pandas=3.0.5 && mamba clean -afy\n',
      reports: [],
    },
    {
      title: 'Accepted, by a command and by a variable',
      dockerfile:
        'FROM continuumio/miniconda3 AS one\nRUN conda tos accept && conda install -y pandas=3.0.5\nFROM continuumio/miniconda3\nENV CONDA_PLUGINS_AUTO_ACCEPT_TOS=yes\nRUN conda install -y pandas=3.0.5\n',
      reports: [],
    },
    {
      title: 'Before there was a plugin, and without defaults',
      dockerfile:
        'FROM continuumio/miniconda3:24.7.1-0 AS one\nRUN conda install -y pandas=3.0.5\nFROM continuumio/miniconda3 AS two\nRUN conda config --remove channels defaults && conda config --add channels conda-forge && conda install -y pandas=3.0.5\nFROM continuumio/miniconda3\nRUN conda install -y --override-channels -c conda-forge pandas=3.0.5\n',
      reports: [],
    },
  ],
};
