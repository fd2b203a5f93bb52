import { together } from '../../src/edits/together.js';
import { wordBehind } from '../../src/edits/words.js';
import { hasErrorOption, type RInstall, rInstalls, spanOfInstall, uncheckedPackages } from '../../src/facts/r.js';
import { listed } from '../../src/facts/requirement.js';
import type { SyntaxTree } from '../../src/model/dockerfile.js';
import { runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'r-install-silent-failure',
  family: 'r',
  summary: 'R ends well although a package could not be installed',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    unchecked: {
      text: '`{call}` only warns when it cannot install {packages}: R ends with 0, and the image is built without',
      help: 'Put options(warn = 2); in front of it, or check behind it: {check}',
    },
    'no-error': {
      text: '`{call}` only warns when it cannot install {packages}: it ends with 0, and the image is built without',
      help: 'Add --error: {call} --error …',
    },
    'no-option': {
      text: '`{call}` only warns when it cannot install {packages}: it ends with 0, and the image is built without',
      help: 'Write install2.r --error …, or check behind it: Rscript -e "{check}"',
    },
  },
  on: {
    *stage(stage, ctx) {
      const source = ctx.dockerfile.syntax.source.text;
      for (const script of runScripts(stage.instructions, ctx.script)) {
        const silent = rInstalls(script).flatMap((install) => {
          const packages = install.failsLoudly ? undefined : uncheckedPackages(install, stage, ctx.script);
          return packages === undefined ? [] : [{ install, packages }];
        });
        const [first, ...others] = silent;
        if (first === undefined) continue;
        const { install, packages } = first;
        const place = {
          at: spanOfInstall(install, source),
          related: others.map((each) => ({
            at: spanOfInstall(each.install, source),
            note: `nor does this one stop for ${namesOf(each.packages)}`,
          })),
          fixes: failingFix(
            silent.map((each) => each.install),
            ctx.dockerfile.syntax,
          ),
        };
        const quote = install.code?.word?.text.startsWith('"') === true || install.code === undefined ? "'" : '"';
        const data = { call: install.title, packages: namesOf(packages), check: checkOf(packages, quote) };
        if (install.code !== undefined) yield { ...place, message: 'unchecked', data };
        else if (hasErrorOption(install)) yield { ...place, message: 'no-error', data };
        else yield { ...place, message: 'no-option', data };
      }
    },
  },
});

const namesOf = (packages: readonly string[]): string => (packages.length === 0 ? 'a package' : listed(packages));

/** Code that fails without the packages. */
function checkOf(packages: readonly string[], quote: string): string {
  if (packages.length > 0 && packages.length <= 3) return packages.map((name) => `library(${name})`).join('; ');
  const names = packages.length === 0 ? '…' : packages.map((name) => `${quote}${name}${quote}`).join(', ');
  return `stopifnot(all(c(${names}) %in% rownames(installed.packages())))`;
}

/** `--error` for the programs, `options(warn = 2)` at the head of the code; for all of the RUN or for none. */
function failingFix(installs: readonly RInstall[], tree: SyntaxTree): readonly Fix[] {
  const codes = new Set(installs.map(({ code }) => code));
  const edits = [
    ...installs.flatMap((install) => (install.code === undefined ? [withError(install, tree)] : [])),
    ...[...codes].flatMap((code) => (code === undefined ? [] : [warningsFail(code, tree)])),
  ];
  const all = together(edits);
  const isCode = installs.some(({ code }) => code !== undefined);
  const title = isCode ? 'Make warnings of R errors' : 'Add --error';
  const risk = isCode
    ? 'a build that went on without a package ends here now, and so does one that R warns of for another reason'
    : 'a build that went on without a package ends here now';
  return all === undefined ? [] : [{ title, safety: 'unsafe', risk, edits: all }];
}

function withError(install: RInstall, tree: SyntaxTree): Edit | undefined {
  const program = install.command?.words[0];
  return install.command && program && hasErrorOption(install) ? wordBehind(tree, install.command, program, '--error') : undefined;
}

/** Only in code that stands between quotation marks on its own, or in a heredoc. */
function warningsFail({ word, span, command, text }: NonNullable<RInstall['code']>, tree: SyntaxTree): Edit | undefined {
  const source = tree.source.text;
  if (word === undefined) {
    const isShebang = text.startsWith('#!');
    const at = isShebang ? span.start + text.indexOf('\n') + 1 : span.start;
    return isShebang && !text.includes('\n') ? undefined : { span: { start: at, end: at }, text: 'options(warn = 2)\n' };
  }
  const isPlain =
    /^["'](?!\s*#)/.test(word.text) &&
    source.charAt(span.start) === word.text.charAt(0) &&
    source.charAt(span.end - 1) === word.text.charAt(0);
  const isOwn = command?.name !== undefined && command.args.includes(word);
  return isPlain && isOwn ? { span: { start: span.start + 1, end: span.start + 1 }, text: 'options(warn = 2); ' } : undefined;
}

export const docs: RuleDocs = {
  why: '`install.packages()` reports a package that does not exist, does not compile or whose download breaks with a warning. `R -e`, `Rscript -e` and littler then end with 0: the build is green, the layer is cached, and `library()` fails weeks later in production. It has been reported for a decade, by rocker, Bioconductor and repo2docker among others. `BiocManager::install()` calls it, and `remotes::install_github()` has gone on after such warnings since remotes 2.3.0 (2021).',
  remedy:
    'Check in the same RUN that the packages are there: `Rscript -e \'install.packages("sf"); library(sf)\'`, the sturdy form, which also notices a missing shared library. Or make warnings errors with `options(warn = 2)` in front of the call; with littler `install2.r --error`. `renv::restore()` and `pak::pkg_install()` fail by themselves.',
  limits:
    'Only code that stands in the Dockerfile is read: behind `-e`, piped from `echo`, in a heredoc. Scripts that are copied in are not, and nothing is said where one runs in the same RUN. An installation counts as checked where the code of that RUN has `stop`, `stopifnot`, `quit`, `tryCatch`, `withCallingHandlers` or `options(warn = 2)`, where all packages are loaded by `library()` or used as `package::function` there or in a later RUN, and where an Rprofile is copied in. Packages that a variable holds are not named.',
  references: [
    'https://github.com/rocker-org/rocker/issues/24',
    'https://github.com/Bioconductor/bioconductor_docker/issues/38',
    'https://github.com/jupyterhub/repo2docker/issues/929',
    'https://github.com/r-lib/remotes (NEWS.md, 2.3.0: `install_*()` no longer fail after warnings; 2025-10-21)',
    'https://github.com/eddelbuettel/littler (inst/examples/install2.r: `--error` is off by default; 2026-02-18)',
  ],
  examples: [
    {
      dockerfile: 'FROM rocker/r-ver:4.5.3\nRUN R -e \'install.packages(c("sf", "arrow"))\'\n',
      reports: [[2, 'unchecked']],
      fixed: 'FROM rocker/r-ver:4.5.3\nRUN R -e \'options(warn = 2); install.packages(c("sf", "arrow"))\'\n',
    },
    {
      dockerfile: 'FROM rocker/tidyverse:4.5.3\nRUN install2.r --skipinstalled sf arrow\n',
      reports: [[2, 'no-error']],
      fixed: 'FROM rocker/tidyverse:4.5.3\nRUN install2.r --error --skipinstalled sf arrow\n',
    },
    {
      title: 'Several calls in one RUN',
      dockerfile:
        "FROM rocker/r-ver:4.5.3\nRUN Rscript -e \"install.packages('BiocManager'); BiocManager::install('DESeq2', ask = FALSE)\" \\\n && Rscript -e \"install.packages('dplyr')\"\n",
      reports: [[2, 'unchecked']],
      fixed:
        "FROM rocker/r-ver:4.5.3\nRUN Rscript -e \"options(warn = 2); install.packages('BiocManager'); BiocManager::install('DESeq2', ask = FALSE)\" \\\n && Rscript -e \"options(warn = 2); install.packages('dplyr')\"\n",
    },
    {
      title: 'A heredoc that Rscript reads',
      dockerfile:
        'FROM rocker/r-ver:4.5.3\nRUN <<EOF\n#!/usr/bin/env Rscript\npackages <- c("sf", "terra")\ninstall.packages(packages)\nEOF\n',
      reports: [[5, 'unchecked']],
      fixed:
        'FROM rocker/r-ver:4.5.3\nRUN <<EOF\n#!/usr/bin/env Rscript\noptions(warn = 2)\npackages <- c("sf", "terra")\ninstall.packages(packages)\nEOF\n',
    },
    {
      title: 'Without an option to fail by',
      dockerfile: 'FROM rocker/r-ver:4.5.3\nRUN install.r rmarkdown\n',
      reports: [[2, 'no-option']],
    },
    {
      title: 'Loading is the check',
      dockerfile: 'FROM rocker/r-ver:4.5.3\nRUN R -e \'install.packages(c("sf", "arrow")); library(sf); library(arrow)\'\n',
      reports: [],
    },
    {
      title: 'What a later RUN uses would be missed there',
      dockerfile:
        'FROM rocker/r-ver:4.5.3\nWORKDIR /app\nRUN Rscript -e "install.packages(\'renv\')"\nCOPY renv.lock ./\nRUN Rscript -e "renv::restore()"\n',
      reports: [],
    },
    {
      dockerfile:
        'FROM rocker/r-ver:4.5.3\nRUN install2.r --error --skipinstalled --ncpus -1 sf && R -e "options(warn=2); install.packages(\'arrow\')"\n',
      reports: [],
    },
    { title: 'pak fails by itself', dockerfile: 'FROM rocker/r-ver:4.5.3\nRUN R -q -e \'pak::pkg_install("sf")\'\n', reports: [] },
    {
      title: 'A script that nobody has read may check',
      dockerfile: 'FROM rocker/r-ver:4.5.3\nCOPY check.R /tmp/\nRUN R -e "install.packages(\'sf\')" && Rscript /tmp/check.R\n',
      reports: [],
    },
  ],
};
