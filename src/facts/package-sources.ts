/**
 * A distribution's packages: where they come from in a build (the image's own sources, or others that the build puts in
 * place), and which a command of any package manager asks for.
 */
import type { Command, Instruction, ScriptOf, Span, Stage } from '../model/dockerfile.js';
import { descendants } from '../model/stages.js';
import { words } from './words.js';

/** `archive`: the archive of ended releases; `other`: something this file writes or copies, which may be anything. */
export type PackageSources = 'image' | 'archive' | 'other';

/** Hosts and paths that keep ended releases of Debian, Ubuntu and CentOS, mirrors of them included; snapshots too. */
const ARCHIVES =
  /archive\.debian\.org|debian-archive|snapshot\.(?:debian|ubuntu)\.|old-releases|vault\.(?:centos|epel)|centos-vault|archive\.kernel\.org/;
/** Where sources are written (sources.list(5), yum.conf(5)), and the setting that goes with an expired index (apt.conf(5)). */
const SOURCE_FILES = /\/etc\/apt\/(?:sources|mirrors)|\/etc\/yum\.repos\.d|\/etc\/yum\.conf|Acquire::Check-Valid-Until/;

/** What the instructions make of the package sources; all of a RUN counts, wherever in it the sources are changed. */
export function packageSources(instructions: readonly Instruction[]): PackageSources {
  const texts = instructions.flatMap(({ logical, heredocs }) => [logical.text, ...heredocs.map(({ content }) => content)]);
  if (texts.some((text) => ARCHIVES.test(text))) return 'archive';
  return texts.some((text) => SOURCE_FILES.test(text)) ? 'other' : 'image';
}

/** What makes yum, dnf, microdnf and apk fetch, by the actions of their manuals. */
const FETCHING = words('update upgrade install add reinstall groupinstall makecache localinstall');
const APT = words('apt apt-get aptitude');
const MANAGERS = words('apt apt-get aptitude yum dnf microdnf apk');

/**
 * Whether a command asks the package archive. Of apt only what fetches its index: without one, `apt-get install` either has
 * the package already or finds none, whatever the archive holds.
 */
export function asksArchive({ name, args }: Command): boolean {
  const isApt = APT.has(name);
  return MANAGERS.has(name) && args.some(({ value }) => value !== undefined && (isApt ? value === 'update' : FETCHING.has(value)));
}

/** The first command that needs the package archive in a stage and those built from it. */
export interface ArchiveUse {
  readonly at: Span;
  /** Its first two words: `apt-get update`. */
  readonly command: string;
  /** Where packages come from by then. */
  readonly sources: PackageSources;
}

/** Where a stage, or one that is built from it, first asks the package archive; undefined where none does. */
export function archiveUse(stage: Stage, script: ScriptOf): ArchiveUse | undefined {
  const instructions = descendants(stage).flatMap((member) => member.instructions);
  for (const [i, instruction] of instructions.entries()) {
    const command = instruction.keyword === 'RUN' ? script(instruction)?.commands.find(asksArchive) : undefined;
    if (command === undefined) continue;
    const words = command.args.find(({ value }) => value !== undefined && !value.startsWith('-'));
    return {
      at: command.span,
      command: `${command.name} ${words?.value ?? ''}`.trim(),
      sources: packageSources(instructions.slice(0, i + 1)),
    };
  }
  return undefined;
}

/** The packages that a command adds by name, without version or architecture; other managers' words are not understood. */
export function addedPackages({ name, args }: Command): readonly string[] {
  const at = MANAGERS.has(name) ? args.findIndex(({ value }) => value === 'install' || value === 'add') : -1;
  return at < 0 ? [] : args.slice(at + 1).flatMap(({ value = '-' }) => (value.startsWith('-') ? [] : [value.replace(/[=:<>~@].*$/, '')]));
}
