import { together } from '../../src/edits/together.js';
import { wordsBehind } from '../../src/edits/words.js';
import { factsOfBase } from '../../src/facts/images.js';
import {
  INSTALLERS,
  kindOfAddress,
  type RInstall,
  repositoryOf,
  repositoryOfBase,
  restoresFromLock,
  rInstalls,
  spanOfInstall,
} from '../../src/facts/r.js';
import { listed } from '../../src/facts/requirement.js';
import type { Stage, SyntaxTree } from '../../src/model/dockerfile.js';
import { runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'r-packages-unpinned',
  family: 'r',
  summary: 'R packages are installed in whatever version CRAN has that day',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    cran: {
      text: '`{call}` installs {packages} in whatever version CRAN has on the day of the build',
      help: 'Name the CRAN of one day: {how}{base}',
    },
    github: {
      text: '`{call}` installs from {packages} whatever is there on the day of the build',
      help: 'Name a tag or a commit: {how}',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (restoresFromLock(stage, ctx.script)) return;
      const source = ctx.dockerfile.syntax.source.text;
      for (const script of runScripts(stage.instructions, ctx.script)) {
        const unpinned = rInstalls(script).flatMap((install) => {
          const packages = unpinnedOf(install, ctx);
          return packages.length === 0 ? [] : [{ install, packages }];
        });
        for (const kind of ['cran', 'github'] as const) {
          const [first, ...others] = unpinned.filter(({ install }) => install.source === kind);
          if (first === undefined) continue;
          const { install, packages } = first;
          const related = others.map((each) => ({ at: spanOfInstall(each.install, source), note: `${listed(each.packages)} as well` }));
          const place = { at: spanOfInstall(install, source), related };
          const data = { call: install.title, packages: listed(packages) };
          if (kind === 'github') yield { ...place, message: 'github', data: { ...data, how: withReference(install, packages) } };
          else {
            const fixes = datedFix(
              [first, ...others].map((each) => each.install),
              ctx,
            );
            yield {
              ...place,
              message: 'cran',
              data: { ...data, how: datedHow(install, ctx.today), base: frozenBase(install, stage) },
              fixes,
            };
          }
        }
      }
    },
  },
});

/** The packages of an installation that may be others tomorrow; none where that is not known. */
function unpinnedOf(install: RInstall, ctx: RuleContext): readonly string[] {
  if (install.isPinned || install.source === 'bioc') return [];
  const packages = install.packages.filter((name) => !name.includes('@') && !INSTALLERS.has(name));
  if (install.source === 'github')
    return install.packages.filter((name) => !/[@#]/.test(name) || (isBranch(name) && !isOfVariable(install, name)));
  return repositoryOf(install, ctx.script) === 'floating' ? packages : [];
}

const isBranch = (name: string): boolean => /[@#](?:main|master|devel(?:op)?|HEAD)$/.test(name);

/** `owner/repository@${REF}`: who builds names the tag, whatever the default is. */
const isOfVariable = ({ code, command }: RInstall, name: string): boolean =>
  code?.word?.text.includes(name) === false || command?.args.some(({ value, text }) => value === name && text.includes('$')) === true;

/** Some days back, so that the repository of that day is there by now. */
const DAYS_BACK = 7;

/** SPEC: `{base}/cran/{day}` is CRAN as it was on a day; packages are compiled (r-lib/pkgcache, `ppm_snapshots`). */
function datedAddress(today: string, mirror = ''): string {
  const day = new Date(Date.parse(`${today}T00:00:00Z`) - DAYS_BACK * 86_400_000).toISOString().slice(0, 10);
  // The packages stay compiled for the same system.
  return /(?:packagemanager|p3m\.dev).*\/latest\/?$/.test(mirror)
    ? mirror.replace(/latest\/?$/, day)
    : `https://packagemanager.posit.co/cran/${day}`;
}

function datedHow({ code, title, packages, repositories }: RInstall, today: string): string {
  const address = datedAddress(today, typeof repositories === 'string' ? '' : repositories[0]);
  if (code === undefined) return `${title === 'install2.r' ? '' : 'install2.r '}--repos ${address}`;
  const quote = code.word?.text.startsWith('"') === true ? "'" : '"';
  const setting = `repos = ${quote}${address}${quote}`;
  return /^(?:pak|renv)::/.test(title) ? `options(${setting}) in front of it, or a version: ${quote}${packages[0]}@1.2.3${quote}` : setting;
}

/** Rocker's older images have a CRAN of one day built in. */
function frozenBase({ repositories }: RInstall, stage: Stage): string {
  const name = factsOfBase(stage.base)?.name ?? '';
  if (!/rocker(?:-org)?\/(?:r-ver|rstudio|tidyverse|verse|geospatial|shiny)/.test(name)) return '';
  if (repositories === 'default') return stage.parent === undefined ? `; \`${name}:4.6.0\` comes with the one of 2026-06-23` : '';
  return repositoryOfBase(stage) === 'dated' ? '; or leave the address out: this image comes with one' : '';
}

function withReference({ code }: RInstall, packages: readonly string[]): string {
  const name = (packages[0] ?? '').replace(/[@#].*$/, '');
  if (code === undefined) return `${name}@v1.2.3`;
  const quote = code.word?.text.startsWith('"') === true ? "'" : '"';
  return `${quote}${name}@v1.2.3${quote}`;
}

/** The address of a mirror replaced wherever it stands in the code, `--repos` added to a program. */
function datedFix(installs: readonly RInstall[], ctx: RuleContext): readonly Fix[] {
  const tree = ctx.dockerfile.syntax;
  const edits = installs.flatMap(({ code, command, repositories, title }) => {
    if (typeof repositories === 'string') {
      const program = title === 'install2.r' ? command?.words[0] : undefined;
      return [command && program ? wordsBehind(tree, command, program, ['--repos', datedAddress(ctx.today)]) : undefined];
    }
    const span = code?.span ?? command?.span;
    const [mirror] = repositories;
    const isPlain = repositories.length === 1 && mirror !== undefined && kindOfAddress(mirror) === 'floating' && /^https?:/.test(mirror);
    return span !== undefined && isPlain ? replacedAddresses(tree, span, mirror, datedAddress(ctx.today, mirror)) : [undefined];
  });
  const all = together(uniquely(edits));
  const risk = 'versions are those of that day, which may be older than the ones in use now';
  return all === undefined ? [] : [{ title: 'Install from the CRAN of one day', safety: 'unsafe', risk, edits: all }];
}

function replacedAddresses(
  { source }: SyntaxTree,
  span: { start: number; end: number },
  mirror: string,
  address: string,
): readonly (Edit | undefined)[] {
  const text = source.text.slice(span.start, span.end);
  const edits: Edit[] = [];
  for (let at = text.indexOf(mirror); at >= 0; at = text.indexOf(mirror, at + mirror.length)) {
    // Not the beginning of a longer address.
    if (/[\w/.-]/.test(text.charAt(at + mirror.length))) return [undefined];
    edits.push({ span: { start: span.start + at, end: span.start + at + mirror.length }, text: address });
  }
  return edits.length === 0 ? [undefined] : edits;
}

/** Calls of one piece of code name the same places. */
function uniquely(edits: readonly (Edit | undefined)[]): readonly (Edit | undefined)[] {
  const seen = new Set<number>();
  return edits.filter((edit) => {
    if (edit === undefined) return true;
    const isNew = !seen.has(edit.span.start);
    seen.add(edit.span.start);
    return isNew;
  });
}

export const docs: RuleDocs = {
  why: 'CRAN installs the newest version of a package and keeps older ones only as sources in an archive. A rebuild is therefore an upgrade of everything, dependencies included, and an analysis that ran last month may stop or give other numbers. `install_github("owner/repository")` takes the last commit of the default branch.',
  remedy:
    'Install from the CRAN of one day: `install.packages("sf", repos = "https://packagemanager.posit.co/cran/2026-11-13")`, or start from a Rocker image of a full version that has been succeeded: `rocker/r-ver:4.6.0` and older have the CRAN of the day before their successor built in. For a project, `renv::restore()` from a committed `renv.lock`. Name a tag or a commit for what comes from git.',
  limits:
    'Only code that stands in the Dockerfile is read. Nothing is said in a stage that restores a lock (renv, packrat, checkpoint, groundhog), of packages that only install others (renv, remotes, BiocManager …), of Bioconductor, whose releases go with R, of addresses that are no mirror of CRAN or hold a variable, and, where no address is given, on images whose configuration is not known: unknown images, Rocker images newer than 4.6.0, and where an Rprofile or a variable for CRAN is set to something unknown. `r-cran-*` packages are apt packages. The fix replaces the address of a mirror, or adds `--repos` to `install2.r`.',
  references: [
    'https://github.com/rocker-org/rocker-versioned2 (build/args/history.tsv, scripts/setup_R.sh; 2026-06-30)',
    'https://r-lib.github.io/pkgcache/reference/ppm_snapshots.html (addresses of dated repositories; 2026-11)',
    'https://rstudio.github.io/renv/articles/docker.html',
  ],
  examples: [
    {
      dockerfile: 'FROM rocker/r-ver:latest\nRUN install2.r --error data.table sf\n',
      reports: [[2, 'cran']],
      fixed: 'FROM rocker/r-ver:latest\nRUN install2.r --repos https://packagemanager.posit.co/cran/2026-11-13 --error data.table sf\n',
    },
    {
      title: 'A mirror of CRAN beside the frozen one of the image',
      dockerfile:
        "FROM rocker/r-ver:4.5.3\nRUN R -e \"options(warn=2); install.packages(c('sf', 'arrow'), repos='https://cloud.r-project.org/')\"\n",
      reports: [[2, 'cran']],
      fixed:
        "FROM rocker/r-ver:4.5.3\nRUN R -e \"options(warn=2); install.packages(c('sf', 'arrow'), repos='https://packagemanager.posit.co/cran/2026-11-13')\"\n",
    },
    {
      title: 'The last commit of a branch',
      dockerfile: 'FROM rocker/r-ver:4.5.3\nRUN R -e "remotes::install_github(\'hadley/pryr\'); library(pryr)"\n',
      reports: [[2, 'github']],
    },
    {
      title: 'The CRAN of the image is of one day',
      dockerfile: 'FROM rocker/r-ver:4.5.3\nRUN install2.r --error data.table\n',
      reports: [],
    },
    {
      title: 'A dated repository',
      dockerfile: 'FROM r-base:4.5.2\nRUN install2.r --error --repos https://p3m.dev/cran/2026-04-23 data.table\n',
      reports: [],
    },
    {
      title: 'A dated repository in the profile',
      dockerfile:
        'FROM r-base:4.5.2\nRUN echo \'options(repos = c(CRAN = "https://packagemanager.posit.co/cran/2026-04-23"))\' >> /etc/R/Rprofile.site\nRUN install2.r --error data.table\n',
      reports: [],
    },
    {
      title: 'A lock file; renv itself is only the tool',
      dockerfile: 'FROM r-base:4.5.2\nRUN R -e "install.packages(\'renv\')"\nWORKDIR /app\nCOPY renv.lock ./\nRUN R -e "renv::restore()"\n',
      reports: [],
    },
    {
      dockerfile:
        "FROM rocker/r-ver:latest\nRUN R -e \"remotes::install_version('sf', version = '1.0-21'); remotes::install_github('r-lib/cli@v3.6.5')\"\n",
      reports: [],
    },
    {
      title: 'Nobody here knows the repository of that image',
      dockerfile: 'FROM company/r:4\nRUN install2.r --error data.table\n',
      reports: [],
    },
  ],
};
