import { appendedCommand } from '../../src/edits/scripts.js';
import { userPrefix } from '../../src/facts/caches.js';
import { type CondaCache, type CondaInstall, condaCache, condaCalls, fetchesPackages } from '../../src/facts/conda.js';
import { factsOfBase } from '../../src/facts/images.js';
import { once } from '../../src/facts/once.js';
import { runsBehind } from '../../src/facts/patterns.js';
import { compareVersions } from '../../src/facts/versions.js';
import type { Command, Script, Stage, SyntaxTree } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { endOf } from '../../src/model/written-place.js';
import { defineRule, type Edit, type Fix, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'conda-no-clean',
  family: 'conda',
  summary: 'Package archives and the channel index of conda stay in the image',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  options: {
    'cleanup-commands': {
      default: [],
      description:
        'Programs and scripts that clean up when they run later in the same RUN, by name or path, with `*` for any characters: `fix-layer`, `/opt/build/*.sh`.',
    },
  },
  messages: {
    kept: {
      text: '`{command}` leaves package archives and the index of the channels in this layer',
      help: 'Add `&& {clean}` after the last install of this RUN',
    },
    partial: {
      text: '`{command}` leaves package archives in this layer: `{written}` does not remove them',
      help: 'Write `{clean}` there instead',
    },
  },
  on: {
    instruction: {
      *RUN(run, ctx) {
        const { stage } = ctx;
        const script = ctx.script(run);
        // Where commands may be missing, the clean may be among them.
        if (stage === undefined || script?.complete !== true || !isInFinalImage(ctx.dockerfile, stage)) return;
        const kept = condaCalls(script).flatMap((install) => {
          const cache = fetchesPackages(install) ? condaCache(install) : undefined;
          if (cache === undefined || cache.kind === 'gone' || runsBehind(install.command, ctx.options['cleanup-commands'])) return [];
          return [{ install, cache }];
        });
        const [first, ...others] = kept;
        if (first === undefined) return;
        const { install, cache } = first;
        const place = {
          at: install.head,
          fixes: withClean(kept, script, stage, ctx.dockerfile.syntax),
          related: others.map((other) => ({ at: other.install.head, note: `\`${other.install.title}\` leaves its archives here as well` })),
        };
        const data = { command: install.title, clean: cleanOf(install, stage, ctx.dockerfile.syntax.source.text) };
        if (cache.kind === 'kept') yield { ...place, message: 'kept', data };
        else yield { ...place, message: 'partial', data: { ...data, written: cache.clean.words.map(({ text }) => text).join(' ') } };
      },
    },
  },
});

const CLEAN: Readonly<Record<CondaInstall['program'], string>> = {
  conda: 'conda clean -afy',
  mamba: 'mamba clean --all -f -y',
  micromamba: 'micromamba clean --all --yes',
};

/** conda knows -f, which removes what is linked as well, since 4.6 (docs.conda.io, release notes): older ones refuse it. */
function cleanOf({ program }: CondaInstall, stage: Stage, source: string): string {
  return program === 'conda' && !hasNewConda(stage, source) ? 'conda clean -ay' : CLEAN[program];
}

/** By the base image, or by the name of an installer. */
const hasNewConda = once(({ base }: Stage, source: string): boolean => {
  const python = factsOfBase(base)?.python;
  if (python?.conda !== undefined) return compareVersions(python.conda, '4.6') >= 0;
  return python?.kind === 'conda' || /Miniforge|Mambaforge|Miniconda3-(?:latest|py3)/i.test(source);
});

interface Kept {
  readonly install: CondaInstall;
  readonly cache: CondaCache;
}

/** The clean that is there made a full one, or one more at the end of the RUN. */
function withClean(kept: readonly Kept[], script: Script, stage: Stage, tree: SyntaxTree): readonly Fix[] {
  if (script.instruction.onbuild !== undefined) return [];
  const [partial, ...others] = new Set(kept.map(({ cache }) => (cache.kind === 'partial' ? cache.clean : undefined)));
  const [first] = kept;
  const isOne = partial !== undefined && others.length === 0 && first !== undefined;
  const full = isOne ? fullClean(partial, cleanOf(first.install, stage, tree.source.text), tree) : undefined;
  if (full !== undefined) return [{ title: 'Remove the package archives, too', safety: 'safe', edits: [full] }];
  const clean = cleanAtEnd(kept, script, stage, tree);
  const edit = clean === undefined ? undefined : appendedCommand(tree, script, clean);
  return edit === undefined ? [] : [{ title: 'Clean up at the end of this RUN', safety: 'safe', edits: [edit] }];
}

/** The options of a full clean in the place of whatever stands behind `clean`. */
function fullClean({ name, args }: Command, clean: string, tree: SyntaxTree): Edit | undefined {
  const verb = args.find(({ value }) => value === 'clean');
  const last = args.at(-1);
  if (verb === undefined || last === undefined || !clean.startsWith(`${name} `)) return undefined;
  const written = tree.source.text.slice(verb.span.start, last.span.end);
  // In exec form, or over several lines, the words are not those of one line.
  if (!/^clean[\w -]*$/.test(written)) return undefined;
  return { span: { start: verb.span.end, end: last.span.end }, text: clean.slice(`${name} clean`.length) };
}

/**
 * The clean as the end of the script may run it: by the program and the user that installed. Undefined where the program may not
 * be there: in a shell of its own, where it is found by another PATH, where it is removed, and where the install is only tried.
 */
function cleanAtEnd(kept: readonly Kept[], script: Script, stage: Stage, { source }: SyntaxTree): string | undefined {
  const cleans = kept.map(({ install }) => {
    const { command, options, packages } = install;
    const [program] = command.words;
    const user = userPrefix(command);
    const isBare = command.wrappers.every(({ name }) => name === 'sudo' || name === 'time');
    const isElsewhere = command.assignments.some(({ name }) => /^(?:PATH|HOME|CONDA_PKGS_DIRS|\w+_PREFIX)$/.test(name));
    if (program === undefined || user === undefined || !isBare || isElsewhere || command.conditional || command.substituted)
      return undefined;
    // An older conda may not know the options.
    if (packages.some(({ name, pinning }) => name === 'conda' && pinning !== 'unpinned')) return undefined;
    if (options.has('-r') || options.has('--root-prefix') || !/^(?:[~/$][\w./~${}-]*)?\w+$/.test(program.text)) return undefined;
    return `${user}${program.text}${cleanOf(install, stage, source.text).replace(/^\w+/, '')}`;
  });
  const [first] = cleans;
  const [start] = kept.map(({ install }) => install.command);
  if (first === undefined || start === undefined || cleans.includes(undefined)) return undefined;
  if (new Set(kept.map(({ install }) => install.program === 'micromamba')).size > 1) return undefined;
  if (new Set(cleans.map((clean) => clean?.startsWith('sudo '))).size > 1) return undefined;
  const behind = script.commands.slice(script.commands.indexOf(start) + 1);
  const removesProgram = behind.some(
    ({ name, args }) => /^(?:rm|mv)$/.test(name) && args.some(({ text }) => /conda|mamba|forge/i.test(text)),
  );
  const tried = new Set(script.commands.filter((_, i) => script.commands[i + 1]?.connector === '||'));
  if (removesProgram || kept.some(({ install }) => tried.has(install.command))) return undefined;
  return endsInSubshell(source.text, start, behind) ? undefined : first;
}

/** Whether a parenthesis closes behind a command: what is activated inside it is not there any more at the end. */
function endsInSubshell(source: string, start: Command, behind: readonly Command[]): boolean {
  let end = start.span.end;
  for (const { span } of behind) {
    if (source.slice(end, span.start).includes(')')) return true;
    end = Math.max(end, span.end);
  }
  return source.slice(end, endOf(start.script.instruction)).includes(')');
}

export const docs: RuleDocs = {
  why: 'conda unpacks every package it downloads and keeps the archive, and the index of each channel, next to it: a layer without a clean carries both for good. Of the 604 public data science Dockerfiles we looked at, 13 % use conda, and nearly half of those never clean in the RUN that installs.',
  remedy:
    'End the RUN that installs with `conda clean -afy` (`mamba clean --all -f -y`, `micromamba clean --all --yes`). A clean in a RUN of its own frees nothing: the layer below keeps the files.',
  limits:
    'Stages that do not become layers of the final image are left alone. `-a`, `--tarballs` and `--packages` in any spelling (`-tipsy`), `rm -rf` of the pkgs directory, a script that cleans by its name, and a cache mount on the pkgs directory all count; `--index-cache` alone does not. pixi has a cache of its own. `conda env` with a pip section leaves the cache of pip as well, which is not seen here. The fix puts the clean at the end of the RUN, or completes the one that is there; `-f` is left out where conda may be older than 4.6. There is no fix where conda may not be found at the end: an install in a shell of its own (`bash -lc`), in a subshell, in `if` or in front of `||`, by a program that is removed afterwards; nor at the end of a group, loop or function in which `set -e` counts.',
  references: [
    'https://github.com/jupyter/docker-stacks (2026-08-08): mamba clean behind every install',
    'https://github.com/conda-forge/miniforge-images (ubuntu/Dockerfile, 2026-07-01)',
    'https://docs.conda.io/projects/conda/en/stable/commands/clean.html',
    'measured: 604 public data-science Dockerfiles of 129 repositories (2026-08)',
  ],
  examples: [
    {
      title: 'A clean in a layer of its own is too late',
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-0\nCOPY environment.yml .\nRUN conda env update -n base -f environment.yml\nRUN conda clean -afy\n',
      reports: [[3, 'kept']],
      fixed:
        'FROM condaforge/miniforge3:26.3.2-0\nCOPY environment.yml .\nRUN conda env update -n base -f environment.yml && conda clean -afy\nRUN conda clean -afy\n',
    },
    {
      title: 'By the program that installs, behind all that follows',
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-0\nRUN /opt/conda/bin/mamba install -y pandas=3.0 \\\n && /opt/conda/bin/mamba install -y polars=1.40 \\\n && fix-permissions /opt/conda\n',
      reports: [[2, 'kept']],
      fixed:
        'FROM condaforge/miniforge3:26.3.2-0\nRUN /opt/conda/bin/mamba install -y pandas=3.0 \\\n && /opt/conda/bin/mamba install -y polars=1.40 \\\n && fix-permissions /opt/conda \\\n && /opt/conda/bin/mamba clean --all -f -y\n',
    },
    {
      title: 'Nobody can say here whether conda is there at the end',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-0\nRUN bash -lc "conda install -y pandas=3.0"\n',
      reports: [[2, 'kept']],
    },
    {
      title: 'The index is the smaller part',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-0\nRUN conda install -y pandas=3.0 && conda clean --index-cache -y\n',
      reports: [[2, 'partial']],
      fixed: 'FROM condaforge/miniforge3:26.3.2-0\nRUN conda install -y pandas=3.0 && conda clean -afy\n',
    },
    {
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-0\nCOPY environment.yml .\nRUN conda env update -n base -f environment.yml && conda clean -afy\n',
      reports: [],
    },
    {
      title: 'A program of the company cleans up',
      options: { 'cleanup-commands': ['acme-tidy'] },
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-0\nRUN conda install -y pandas=3.0 && acme-tidy\n',
      reports: [],
    },
    {
      title: 'As the Jupyter images do it',
      dockerfile:
        'FROM quay.io/jupyter/minimal-notebook:2026-08-03\nRUN mamba install --yes "pandas=3.0" && mamba clean --all -f -y && fix-permissions "${CONDA_DIR}"\n',
      reports: [],
    },
    {
      title: 'The archives are outside the image',
      dockerfile: 'FROM condaforge/miniforge3:26.3.2-0\nRUN --mount=type=cache,target=/opt/conda/pkgs conda install -y pandas=3.0\n',
      reports: [],
    },
    {
      title: 'A stage that does not ship',
      dockerfile:
        'FROM condaforge/miniforge3:26.3.2-0 AS build\nRUN conda create -y -p /env python=3.13 pandas=3.0\nFROM debian:trixie-slim\nCOPY --from=build /env /env\n',
      reports: [],
    },
  ],
};
