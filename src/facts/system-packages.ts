/**
 * Which of the libraries, headers and compilers that Python packages ask for a stage has: from its base image and from apt; and
 * which apt packages bring the programs that health checks call.
 * The data are in debian-dependencies.ts; this file reads them.
 */

import { landingOf } from '../model/copies.js';
import type { Command, CopyInstruction, Instruction, ScriptOf, Stage } from '../model/dockerfile.js';
import { isInside } from '../model/paths.js';
import { copySource, inheritedInstructions } from '../model/stages.js';
import { type AptCall, aptCalls, installs, isProjectScript, packageName } from './apt.js';
import { presence, suitesWith } from './apt-suites.js';
import { condaInstalls } from './conda.js';
import { BROUGHT, IN_FULL_IMAGE, SUITES, THINGS } from './debian-dependencies.js';
import type { Distribution } from './distributions.js';
import { factsOfBase, type ImageFacts } from './images.js';
import { words } from './words.js';
import { WITH_BASE } from './working-directory.js';

/** A library, a set of headers or a program, by its name in debian-dependencies.ts: `gl`, `pq-dev`, `gcc`. */
export type Thing = string;

/** What a stage has of the things. */
export interface SystemPackages {
  readonly things: ReadonlySet<Thing>;
  /** The calls of apt that install, in order. */
  readonly calls: readonly AptCall[];
}

/**
 * What a stage has in front of an instruction, or at its end; undefined where it may have more than can be seen: the base image is
 * not known from inside, a script or another package manager installs, a package is in no table, files come from elsewhere.
 */
export function systemPackages(stage: Stage, script: ScriptOf, before?: Command): SystemPackages | undefined {
  const inBase = thingsOfBase(factsOfBase(stage.base));
  if (inBase === undefined) return undefined;
  const things = new Set(inBase);
  const calls: AptCall[] = [];
  for (const instruction of inheritedInstructions(stage)) {
    if (before !== undefined && instruction.span.start > before.script.instruction.span.start) break;
    if (bringsLibraries(instruction, stage)) return undefined;
    const run = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    if (run === undefined) continue;
    if (!run.complete || run.commands.some(mayInstall)) return undefined;
    for (const call of aptCalls(run)) {
      if (!installs(call) || (before !== undefined && call.command.span.start > before.span.start)) continue;
      const brought = broughtBy(call);
      if (brought === undefined) return undefined;
      for (const thing of brought) things.add(thing);
      calls.push(call);
    }
  }
  return { things, calls };
}

/** Images in which nothing of the kind is but what docker-library's own files name; others bring what nobody here knows. */
function thingsOfBase(facts: ImageFacts | undefined): readonly Thing[] | undefined {
  if (facts === undefined || facts.packageManager !== 'apt' || facts.commands === undefined) return undefined;
  const { has, lacks } = facts.commands;
  if (!KNOWN_INSIDE.has(facts.name)) return undefined;
  if (has.includes('gcc') && facts.name !== 'nvidia/cuda') return [...thingsOf(IN_FULL_IMAGE)];
  // NVIDIA's devel images have build-essential.
  if (has.includes('gcc')) return [...(broughtByName('build-essential')?.plain ?? [])];
  return lacks.includes('gcc') ? [] : undefined;
}

const KNOWN_INSIDE = words('python debian ubuntu nvidia/cuda ghcr.io/astral-sh/uv');

/** Whether a copy brings libraries of the system, or may. */
function bringsLibraries(instruction: Instruction, stage: Stage): boolean {
  if (instruction.keyword === 'ENV')
    return instruction.pairs.some(({ key }) => key.text === 'LD_LIBRARY_PATH' || key.text === 'LD_PRELOAD');
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
  const landing = landingOf(instruction, stage, WITH_BASE);
  if (landing === undefined) return true;
  if (copySource(instruction) === undefined && instruction.keyword === 'COPY')
    return /^\/(?:usr\/)?lib(?:$|\/(?!python))/.test(landing.path);
  return isSystemDirectory(landing.path, instruction);
}

/**
 * `/`, `/usr`, `/usr/lib`: not where Python's own packages or single programs go. LIMIT: below `/usr/local` lies what somebody has
 * compiled; apt puts nothing there, and what is copied there is taken for Python's.
 */
function isSystemDirectory(path: string, { sources }: CopyInstruction): boolean {
  if (/^\/usr\/local(?:\/|$)|site-packages|dist-packages|\/python3[\d.]*$|\/bin$/.test(path)) return false;
  const isProgram = sources.every(({ text }) => /\/bin\/[^/]+$/.test(text) || /^\/?(?:uv|uvx|tini|bin)$/.test(text));
  if (isProgram) return false;
  return ['/usr', '/lib', '/opt'].some((directory) => isInside(path, directory) && !/venv|conda/.test(path)) || path === '/';
}

/** Whether a command may put libraries into the image without apt's telling which. */
function mayInstall(command: Command): boolean {
  const { name, args, wrappers } = command;
  if (isProjectScript(command) || condaInstalls(command) !== undefined || OTHER_INSTALLERS.has(name)) return true;
  const values = args.map(({ value, prefix }) => value ?? prefix);
  if (name === 'make' || name === 'ninja' || name === 'meson') return values.includes('install');
  if (name === 'cmake') return values.includes('--install') || values.includes('install');
  if (name === 'dpkg') return values.some((value) => /^-(?:i|-install|-unpack)/.test(value));
  if (wrappers.some((wrapper) => wrapper.name === 'xargs') && /^apt/.test(name)) return true;
  // `curl … | bash`, and tools that call apt themselves.
  if (/^(?:ba|da)?sh$/.test(name)) return true;
  return values.some((value) => /^(?:--with-deps|install-deps|build-dep)$/.test(value));
}

const OTHER_INSTALLERS = words('gdebi install_packages brew nix nix-env pixi spack conan vcpkg rosdep pkgx');

/** What a call brings; undefined where one of its words is not known. */
function broughtBy(call: AptCall): ReadonlySet<Thing> | undefined {
  const found = new Set<Thing>();
  for (const word of call.operands) {
    const name = packageName(word);
    const brought = name === undefined ? undefined : broughtByName(name);
    if (brought === undefined) return undefined;
    for (const thing of brought.plain) found.add(thing);
    if (call.recommends !== 'skip') for (const thing of brought.recommended) found.add(thing);
  }
  return found;
}

/** What calls bring only because recommended packages are installed, too. */
export function recommendedThings(calls: readonly AptCall[]): ReadonlySet<Thing> {
  const brought = calls.flatMap((call) => call.operands.flatMap((word) => broughtByName(packageName(word) ?? '') ?? []));
  const plain = new Set(brought.flatMap((each) => each.plain));
  return new Set(brought.flatMap((each) => each.recommended.filter((thing) => !plain.has(thing))));
}

interface Brought {
  readonly plain: readonly Thing[];
  readonly recommended: readonly Thing[];
}

/** Whether an apt package brings a thing, by itself or by what it asks for; undefined where neither table knows the package. */
export function bringsThing(name: string, thing: Thing, hasRecommends: boolean): boolean | undefined {
  const brought = broughtByName(name);
  return brought && (brought.plain.includes(thing) || (hasRecommends && brought.recommended.includes(thing)));
}

/** What a package brings, itself included; undefined where neither table knows it. */
function broughtByName(name: string): Brought | undefined {
  const letters = brought().get(name);
  if (letters !== undefined) {
    const [plain = '', recommended = ''] = letters.split('/');
    return { plain: thingsOf(plain), recommended: thingsOf(recommended) };
  }
  return presence(name, 'bookworm') === undefined || suitesWith(name).length === 0 ? undefined : NOTHING;
}

const NOTHING: Brought = { plain: [], recommended: [] };

/**
 * The package to install for a thing on a distribution; undefined where it has none, and where its name there is not known. Ubuntu's
 * archive was not read: its releases have the names of the Debian release they were made from, as far as these have no number of
 * their own (`libicu74`).
 */
export function packageFor(thing: Thing, { id, codename = '' }: Distribution): string | undefined {
  const likeDebian = id === 'ubuntu' ? LIKE_DEBIAN[codename] : codename;
  const at = likeDebian === undefined ? -1 : SUITES.split(' ').indexOf(likeDebian);
  const names = things().find((each) => each.id === thing)?.names ?? [];
  const name = names[at];
  if (name === undefined || name === '-' || (id === 'ubuntu' && names.includes('-'))) return undefined;
  if (id === 'ubuntu' && /^lib(?:icu|gdal|odbc|avcodec|magickwand|ldap|proj)/.test(name) && !name.endsWith('-dev')) return CALLED[thing];
  return CALLED[thing] ?? name;
}

const LIKE_DEBIAN: Readonly<Record<string, string>> = { focal: 'bullseye', jammy: 'bookworm', noble: 'trixie' };

/** Names that people know, and that bring it in every release. */
const CALLED: Readonly<Record<Thing, string>> = {
  odbc: 'unixodbc',
  avcodec: 'ffmpeg',
  mpi: 'openmpi-bin',
  'mysql-dev': 'default-libmysqlclient-dev',
  pkgconf: 'pkg-config',
};

interface ThingNames {
  readonly letter: string;
  readonly id: Thing;
  /** By suite. */
  readonly names: readonly string[];
}

let thingNames: readonly ThingNames[] | undefined;
let broughtLetters: ReadonlyMap<string, string> | undefined;

/** Read when first asked, like all big tables. */
function things(): readonly ThingNames[] {
  thingNames ??= THINGS.trim()
    .split('\n')
    .map((line) => {
      const [letter = '', id = '', ...names] = line.split(' ');
      return { letter, id, names };
    });
  return thingNames;
}

function thingsOf(letters: string): readonly Thing[] {
  return things().flatMap(({ letter, id }) => (letters.includes(letter) ? [id] : []));
}

function brought(): ReadonlyMap<string, string> {
  broughtLetters ??= new Map(
    BROUGHT.trim()
      .split('\n')
      .flatMap((line) => {
        const [letters = '', ...names] = line.split(' ');
        return names.map((name) => [name, letters] as const);
      }),
  );
  return broughtLetters;
}
