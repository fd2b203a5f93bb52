/**
 * How R packages are installed in a build: by functions of R code, by littler's programs, from which repository, with what that
 * notices a failure. Knows functions and options, no findings.
 *
 * Sources: `?install.packages` of R 4.5; eddelbuettel/littler (2026-02-18) inst/examples; r-lib/remotes (2025-10-21) NEWS.md: since
 * 2.3.0 `install_*()` goes on when the installation only warned; rocker-org/rocker-versioned2 (2026-06-30) scripts/setup_R.sh and
 * build/args/history.tsv; r-lib/pkgcache `ppm_snapshots` for the addresses of dated repositories.
 */
import type { Command, Instruction, Script, ScriptOf, ShellWord, Span, Stage } from '../model/dockerfile.js';
import { inheritedInstructions } from '../model/stages.js';
import { factsOfBase } from './images.js';
import { type CodeArgument, type CodeCall, type CodeValue, codeInStage, type InlineCode, inlineCode, placeInFile } from './inline-code.js';
import { once } from './once.js';
import { compareVersions } from './versions.js';
import { words } from './words.js';

/** One installation of R packages. */
export interface RInstall {
  /** `install.packages`, `install2.r`. */
  readonly title: string;
  readonly script: Script;
  /** The command of littler that installs; absent for R code. */
  readonly command: Command | undefined;
  /** The R code it stands in; absent for a command. */
  readonly code: InlineCode | undefined;
  readonly call: CodeCall | undefined;
  /** *cran*: by name from a repository; *bioc*: Bioconductor; *github*: a git repository. */
  readonly source: 'cran' | 'bioc' | 'github';
  /** What is installed by name: `sf`, `owner/repository@v1`. Files, and what only R knows, are left out. */
  readonly packages: readonly string[];
  /** Whether there is more than {@link packages} tells. */
  readonly isOpen: boolean;
  /** Whether each of {@link packages} is asked for in one version. */
  readonly isPinned: boolean;
  /** *default*: those R is configured with. */
  readonly repositories: readonly string[] | 'default' | 'unknown' | 'none';
  /** Whether R or the program fails when a package cannot be installed. */
  readonly failsLoudly: boolean;
}

/** Every installation in a script whose words or code can be read, in its order. */
export const rInstalls = once((script: Script): readonly RInstall[] => {
  if (script.instruction.keyword !== 'RUN') return [];
  const ofCode = inlineCode(script).flatMap((code) =>
    code.language === 'r' ? code.calls.flatMap((call) => installOfCall(call, code) ?? []) : [],
  );
  const ofPrograms = script.commands.flatMap((command) => installOfProgram(command) ?? []);
  return [...ofCode, ...ofPrograms];
});

/** Where an installation stands: its function, or the program with its path. */
export function spanOfInstall({ code, call, command, script }: RInstall, source: string): Span {
  if (code !== undefined && call !== undefined) return placeInFile(code, source, call.start, call.name);
  return command?.words[0]?.span ?? script.instruction.span;
}

/*
 * Functions.
 */

/** Functions that install by name, without their package in front; BiocManager's and pak's go by other names than `install`. */
const FUNCTIONS: Readonly<Record<string, Pick<RInstall, 'source' | 'failsLoudly'>>> = {
  'install.packages': { source: 'cran', failsLoudly: false },
  'BiocManager::install': { source: 'bioc', failsLoudly: false },
  biocLite: { source: 'bioc', failsLoudly: false },
  install_github: { source: 'github', failsLoudly: false },
  install_gitlab: { source: 'github', failsLoudly: false },
  install_cran: { source: 'cran', failsLoudly: false },
  install_bioc: { source: 'bioc', failsLoudly: false },
  install_version: { source: 'cran', failsLoudly: false },
  'pak::pkg_install': { source: 'cran', failsLoudly: true },
  'pak::pak': { source: 'cran', failsLoudly: true },
  'renv::install': { source: 'cran', failsLoudly: true },
};

function installOfCall(call: CodeCall, code: InlineCode): RInstall | undefined {
  const bare = call.name.replace(/^(?:utils|remotes|devtools)::/, '');
  const kind = Object.hasOwn(FUNCTIONS, bare) ? FUNCTIONS[bare] : undefined;
  if (kind === undefined) return undefined;
  const first = argumentOf(call, /^(?:pkgs?|repo|package|packages|x)$/) ?? call.args.find(({ name }) => name === undefined);
  const { texts, isOpen } = first === undefined ? { texts: [], isOpen: true } : textsOf(first.value, code);
  const repositories = argumentOf(call, /^repos?$/);
  const isNamed = kind.failsLoudly || kind.source === 'github' ? !texts.every((text) => !text.includes('@')) : false;
  const version =
    argumentOf(call, /^(?:version|ref|subref)$/) ??
    (bare === 'install_version' ? call.args.filter(({ name }) => name === undefined)[1] : undefined);
  const own = kind.failsLoudly ? sourceOfSpecification(texts) : kind.source;
  return {
    ...kind,
    source: own,
    title: call.name,
    script: code.script,
    command: undefined,
    code,
    call,
    packages: texts.filter((text) => (own === 'github' ? /^[\w.-]+\/[\w./@#*-]+$/.test(text) : isPackage(text))),
    isOpen,
    isPinned: version !== undefined || (isNamed && texts.every((text) => isPinnedSpecification(text))),
    repositories:
      kind.source === 'github' || repositories === undefined || call.name.startsWith('renv')
        ? repositoriesOfOptions(call, code)
        : repositoriesIn(repositories.value, code),
  };
}

/** pak and renv read what kind of package it is from the text: `x`, `x@1.2`, `owner/repository`. */
function sourceOfSpecification(texts: readonly string[]): RInstall['source'] {
  return texts.length > 0 && texts.every((text) => /^[\w.-]+\/[\w.-]/.test(text)) ? 'github' : 'cran';
}

/** A version, tag or commit behind `@`; `#12` is a pull request. A branch moves. */
function isPinnedSpecification(text: string): boolean {
  const reference = /[@#](.+)$/.exec(text)?.[1];
  return reference !== undefined && !/^(?:main|master|devel(?:op)?|dev|HEAD|latest)$/.test(reference);
}

const isPackage = (text: string): boolean => /^[A-Za-z][A-Za-z0-9.]*(?:@[\d.-]+)?$/.test(text) && !/\.(?:zip|tgz|gz)$/.test(text);

function argumentOf({ args }: CodeCall, name: RegExp): CodeArgument | undefined {
  return args.find((argument) => argument.name !== undefined && name.test(argument.name));
}

/** The texts of `"a"`, `c("a", "b")` and of a variable that was given them; `isOpen` where there may be others. */
function textsOf(value: CodeValue, code: InlineCode, depth = 0): { readonly texts: readonly string[]; readonly isOpen: boolean } {
  if (value.kind === 'string') return { texts: [value.value], isOpen: false };
  const named = value.kind === 'symbol' ? code.variables.get(value.name) : undefined;
  if (named !== undefined && depth < 3) return textsOf(named, code, depth + 1);
  if (value.kind !== 'call' || !/^(?:c|list|setdiff)$/.test(value.call.name) || depth > 2) return { texts: [], isOpen: true };
  const args = value.call.name === 'setdiff' ? value.call.args.slice(0, 1) : value.call.args;
  const parts = args.map((each) => textsOf(each.value, code, depth + 1));
  return { texts: parts.flatMap(({ texts }) => texts), isOpen: parts.some(({ isOpen }) => isOpen) };
}

function repositoriesIn(value: CodeValue, code: InlineCode): RInstall['repositories'] {
  if (value.kind === 'symbol' && value.name === 'NULL') return 'none';
  if (value.kind === 'call' && /^(?:BiocManager::)?repositories$/.test(value.call.name)) return 'default';
  const option = value.kind === 'call' && value.call.name === 'getOption' ? value.call.args[0]?.value : undefined;
  if (option?.kind === 'string' && option.value === 'repos') return 'default';
  const { texts, isOpen } = textsOf(value, code);
  return isOpen || texts.length === 0 ? 'unknown' : texts;
}

/** `options(repos = …)` in front of a call. */
function repositoriesOfOptions(call: CodeCall, code: InlineCode): RInstall['repositories'] {
  const set = code.calls.findLast(
    (each) => each.name === 'options' && each.start < call.start && argumentOf(each, /^repos$/) !== undefined,
  );
  const value = set === undefined ? undefined : argumentOf(set, /^repos$/)?.value;
  if (value !== undefined) return repositoriesIn(value, code);
  const mayChange = code.calls.some(
    ({ name, start }) => start < call.start && /^(?:chooseCRANmirror|setRepositories|source|pak::repo_add)$/.test(name),
  );
  return mayChange || /\brepos\b[^\n]*<-/.test(code.text.slice(0, call.start)) ? 'unknown' : 'default';
}

/*
 * Programs of littler.
 */

const PROGRAMS: Readonly<Record<string, { readonly source: RInstall['source']; readonly hasError: boolean }>> = {
  'install2.r': { source: 'cran', hasError: true },
  'install.r': { source: 'cran', hasError: false },
  'installBioc.r': { source: 'bioc', hasError: true },
  'installGithub.r': { source: 'github', hasError: false },
};
const PROGRAM_VALUES = words('-l --libloc -d --deps -n --ncpus -r --repos --repo -m --method -t --type -u');

/** Whether a program of littler has an option by which it fails. */
export function hasErrorOption({ command }: RInstall): boolean {
  return command !== undefined && PROGRAMS[command.name]?.hasError === true;
}

function installOfProgram(command: Command): RInstall | undefined {
  const program = Object.hasOwn(PROGRAMS, command.name) ? PROGRAMS[command.name] : undefined;
  if (program === undefined) return undefined;
  const packages: string[] = [];
  const repositories: string[] = [];
  let isOpen = false;
  let failsLoudly = false;
  for (let at = 0; at < command.args.length; at++) {
    const { value, prefix, text } = command.args[at] as ShellWord;
    const option = /^(?:--[a-z]+|-[a-zA-Z])/.exec(value ?? prefix)?.[0];
    // SPEC: docopt takes the beginning of a long option for the whole.
    if (option === undefined) {
      if (value === undefined) {
        isOpen = true;
        // `install2.r $OPTIONS sf`
        failsLoudly ||= /opt|flag|arg|err/i.test(text);
      } else if (program.source === 'github' ? value.includes('/') : isPackage(value)) packages.push(value);
      continue;
    }
    const letters = option.startsWith('--') ? '' : (value ?? prefix).slice(1);
    if (/^--er/.test(option) || /^[a-z]*e/.test(letters)) failsLoudly = true;
    const isLast = option.startsWith('--') ? value === option : letters.length === 1 || PROGRAM_VALUES.has(`-${letters.slice(-1)}`);
    const taker = option.startsWith('--') ? option : `-${letters.slice(-1)}`;
    const isRepository = taker === '-r' || /^--rep/.test(taker);
    if (!isLast || !(PROGRAM_VALUES.has(taker) || isRepository) || (taker === '-u' && program.source !== 'github')) {
      if (/^--rep[a-z]*=/.test(value ?? prefix)) repositories.push((value ?? '').replace(/^[^=]*=/, ''));
      continue;
    }
    const taken = command.args[++at];
    if (isRepository) repositories.push(taken?.value ?? '');
  }
  return {
    title: command.name,
    script: command.script,
    command,
    code: undefined,
    call: undefined,
    source: program.source,
    packages,
    isOpen,
    isPinned: program.source === 'github' && packages.length > 0 && packages.every(isPinnedSpecification),
    repositories: repositories.includes('NULL')
      ? 'none'
      : repositories.includes('')
        ? 'unknown'
        : repositories.length === 0 || repositories.includes('getOption')
          ? 'default'
          : repositories,
    failsLoudly,
  };
}

/*
 * What notices a failure.
 */

const STOPS = words('stop stopifnot quit q tryCatch withCallingHandlers p_load pacman::p_load testthat::expect_true');
const LOADS = words('library loadNamespace attachNamespace');

/** Whether code ends with an error when an installation in it has failed, for all packages. */
function isGuarded(code: InlineCode): boolean {
  return code.calls.some(({ name, args }) => {
    if (STOPS.has(name)) return true;
    if (name === 'options')
      return args.some((each) => each.name === 'warn' && each.value.kind === 'symbol' && Number.parseInt(each.value.name, 10) >= 2);
    // `lapply(packages, library, character.only = TRUE)`
    return args.some(({ value }) => value.kind === 'symbol' && LOADS.has(value.name));
  });
}

/** What an installation brings that nothing in its stage would miss if it were not there; undefined where something notices. */
export function uncheckedPackages(install: RInstall, stage: Stage, script: ScriptOf): readonly string[] | undefined {
  const { code, script: own, packages, source, isOpen } = install;
  const sameRun = inlineCode(own).filter(({ language }) => language === 'r');
  if (!own.complete && code?.command !== undefined) return undefined;
  // R code that nobody here reads may check: `Rscript check.R`.
  const hasOther = own.commands.some(
    (command) =>
      (/^(?:Rscript|R|r|lr)$/.test(command.name) && !sameRun.some((each) => each.command === command)) || looksAtLibrary(command),
  );
  if (hasOther || sameRun.some((each) => isGuarded(each) || !each.complete) || warnsAreErrors(stage, own.instruction, script))
    return undefined;
  const used = lastUses(stage, script);
  const isUsed = (name: string): boolean => (used.get(name) ?? -1) >= own.instruction.span.start;
  const names = packages.map((text) =>
    source === 'github'
      ? (text
          .replace(/[@#].*$/, '')
          .split('/')
          .at(-1) ?? text)
      : text.replace(/@.*$/, ''),
  );
  // Without docopt and littler the programs that need them fail.
  const unchecked = names.filter((name) => !isUsed(name) && name !== 'docopt' && name !== 'littler');
  return unchecked.length > 0 ? unchecked : isOpen && names.length === 0 && code === undefined ? [] : undefined;
}

/** `test -d /usr/local/lib/R/site-library/sf` */
function looksAtLibrary({ name, words: all }: Command): boolean {
  return /^(?:test|\[|\[\[|ls|stat|grep)$/.test(name) && all.some(({ text }) => text.includes('library'));
}

/** Where each package is last used in a stage: the offset of the RUN. */
const lastUses = once(
  (stage: Stage, script: ScriptOf): ReadonlyMap<string, number> =>
    new Map(
      codeInStage(stage, 'r', script).flatMap((code) => usedIn(code).map((name) => [name, code.script.instruction.span.start] as const)),
    ),
);

/** The packages whose absence ends code with an error: `library(x)`, `x::f()`. */
function usedIn({ calls }: InlineCode): readonly string[] {
  return calls.flatMap(({ name, args }) => {
    const namespace = /^([\w.]+):::?/.exec(name)?.[1];
    const value = LOADS.has(name) ? args[0]?.value : undefined;
    const loaded = value?.kind === 'symbol' ? value.name : value?.kind === 'string' ? value.value : undefined;
    return [...(namespace === undefined ? [] : [namespace]), ...(loaded === undefined ? [] : [loaded])];
  });
}

/** Whether a profile that R reads at its start makes warnings errors, or one was copied that nobody here reads. */
function warnsAreErrors(stage: Stage, before: Instruction, script: ScriptOf): boolean {
  return profilesBefore(stage, before, script).some((text) => text === undefined || /\bwarn\s*=\s*2/.test(text));
}

/*
 * Repositories.
 */

/** What becomes of the versions of a repository: *dated* holds still, *floating* moves; *unknown*. */
export type RepositoryKind = 'dated' | 'floating' | 'unknown';

/** The kind of the repositories an installation takes its packages from; *none* installs files. */
export function repositoryOf({ repositories, script: { stage, instruction } }: RInstall, script: ScriptOf): RepositoryKind | 'none' {
  if (repositories === 'unknown' || repositories === 'none') return repositories;
  if (repositories === 'default') return defaultRepository(stage, instruction, script);
  const kinds = repositories.map(kindOfAddress);
  return kinds.includes('unknown') ? 'unknown' : kinds.includes('floating') ? 'floating' : 'dated';
}

/** A day or the number of a snapshot in an address: `/cran/2026-11-13`, `/all/343`, `/snapshot/`. Who runs other hosts is not known. */
export function kindOfAddress(address: string): RepositoryKind {
  if (address.includes('$')) return 'unknown';
  if (/\/\d{4}-\d{2}-\d{2}(?![\d-])|\/(?:cran|all|bioconductor)\/(?:__linux__\/\w+\/)?\d+(?:\/|$)|snapshot/.test(address)) return 'dated';
  if (/cran\.mlverse|r-universe|github\.io/.test(address)) return 'unknown';
  return /cran|(?:cloud|www)\.r-project\.org|@CRAN@|packagemanager\.(?:posit|rstudio)\.co|p3m\.dev/i.test(address) ? 'floating' : 'unknown';
}

/** Rocker's images carry a CRAN of the day their R was succeeded; this is the last release known to have one (history.tsv). */
const LAST_FROZEN_ROCKER = '4.6.0';

/** What R is configured with in a stage, in front of an instruction. */
function defaultRepository(stage: Stage, before: Instruction, script: ScriptOf): RepositoryKind {
  const kinds = settings(stage, script).flatMap(({ start, kind }) => (start <= before.span.start ? [kind] : []));
  if (kinds.includes('dated')) return 'dated';
  if (kinds.includes('unknown')) return 'unknown';
  return kinds.includes('floating') ? 'floating' : repositoryOfBase(stage);
}

/** What variables and profiles say of repositories, and where. */
const settings = once((stage: Stage, script: ScriptOf): readonly { readonly start: number; readonly kind: RepositoryKind }[] => {
  const variables = inheritedInstructions(stage).flatMap((instruction) => {
    if (instruction.keyword !== 'ENV' && instruction.keyword !== 'ARG') return [];
    const pairs = instruction.pairs.filter(({ key }) => /CRAN|REPO|RSPM|PPM|MRAN|SNAPSHOT/i.test(key.text));
    return pairs.map(({ value }) => ({ start: instruction.span.start, text: value?.text ?? '$' }));
  });
  const written = profiles(stage, script).flatMap(({ instruction, text = '$' }) =>
    text === '$' || /repos|setup_R|http/i.test(text) ? [{ start: instruction.span.start, text }] : [],
  );
  return [...variables, ...written].map(({ start, text }) => ({
    start,
    kind: text.includes('$') ? 'unknown' : kindOfAddress(/https?:[^\s"'\\)]+/.exec(text)?.[0] ?? ''),
  }));
});

/** What R is configured with in the base image of a stage. */
export function repositoryOfBase({ base }: Stage): RepositoryKind {
  const facts = factsOfBase(base);
  if (facts === undefined || base.kind !== 'image') return 'unknown';
  const { name } = facts;
  if (name === 'r-base' || name === 'rocker/r-base') return 'floating';
  if (!/(?:^|\/)rocker(?:-org)?\/(?:r-ver|rstudio|tidyverse|verse|geospatial|shiny|shiny-verse)$/.test(name)) {
    // NOTE: on these R comes from the distribution or from CRAN's own archive, which names CRAN's mirrors.
    return /^(?:debian|ubuntu|python|buildpack-deps|nvidia\/cuda)$/.test(name) ? 'floating' : 'unknown';
  }
  const tag = base.reference.tag ?? (base.reference.digest === undefined ? 'latest' : '');
  if (/^(?:latest|devel|4)(?:$|-)/.test(tag)) return 'floating';
  const version = /^\d+\.\d+(?:\.\d+)?/.exec(tag)?.[0];
  return version !== undefined && compareVersions(version, '4.0.0') >= 0 && compareVersions(version, LAST_FROZEN_ROCKER) <= 0
    ? 'dated'
    : 'unknown';
}

/** The texts in front of an instruction that are written to R's profiles; undefined for a file that is copied there. */
function profilesBefore(stage: Stage, before: Instruction, script: ScriptOf): readonly (string | undefined)[] {
  return profiles(stage, script).flatMap(({ instruction, text }) => (instruction.span.start <= before.span.start ? [text] : []));
}

const PROFILE = /Rprofile|littler\.r|setup_R\.sh|Renviron/;

const profiles = once((stage: Stage, _: ScriptOf): readonly { readonly instruction: Instruction; readonly text: string | undefined }[] =>
  inheritedInstructions(stage).flatMap((instruction) => {
    const text = [instruction.logical.text, ...instruction.heredocs.map(({ content }) => content)].join('\n');
    if (!PROFILE.test(text) || (instruction.keyword !== 'RUN' && instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD'))
      return [];
    return [{ instruction, text: instruction.keyword === 'RUN' || instruction.heredocs.length > 0 ? text : undefined }];
  }),
);

/** Whether a lock or a day decides on the versions in a stage: renv, packrat, checkpoint, groundhog. */
export function restoresFromLock(stage: Stage, script: ScriptOf): boolean {
  return codeInStage(stage, 'r', script).some(({ calls }) =>
    calls.some(({ name }) =>
      /^(?:renv::(?:restore|rebuild)|packrat::restore|checkpoint(?:::checkpoint)?|groundhog(?:\.library|::groundhog\.library)|rix::rix|restore)$/.test(
        name,
      ),
    ),
  );
}

/** Packages that only install others: which version does it is of little consequence. */
export const INSTALLERS = words(
  'renv remotes devtools BiocManager pak pacman versions packrat checkpoint groundhog docopt littler rspm pkgdepends attachment',
);
