/**
 * PEP 668: which distributions mark their Python so that pip and uv refuse to install into it, and what lifts that.
 *
 * Sources (read 2026-11-22): peps.python.org/pep-0668; pip 23.2's install command (the check is left out with --root, --target, --prefix and
 * --break-system-packages, not with --user); Debian 12's python3.11 has /usr/lib/python3.11/EXTERNALLY-MANAGED (looked at);
 * discuss.python.org/t/10302/72 (Debian 12 and Ubuntu 23.04); git-pile/git-pile#115 (Ubuntu 23.04, `--user` refused);
 * Alpine 3.19 of December 2023 (its release notes, in Kozea/WeasyPrint#2021);
 * DIAGNijmegen/rse-grand-challenge#4765 (pytorch/pytorch:2.12.0-cuda12.6-cudnn9-devel, June 2026).
 */
import type { Command, ScriptOf, Stage } from '../model/dockerfile.js';
import { inheritedInstructions, runScripts } from '../model/stages.js';
import { aptCalls, installs } from './apt.js';
import { isSwitchedOn, seenBy } from './caches.js';
import { type Distribution, factsOfBase } from './images.js';
import { once } from './once.js';
import { addedPackages } from './package-sources.js';
import type { PipInstall } from './pip.js';
import { interpreterOf } from './python-interpreters.js';
import { compareVersions } from './versions.js';

/** The first release whose Python is marked. */
const MARKED_SINCE: Readonly<Record<string, readonly [name: string, cycle: string]>> = {
  debian: ['Debian', '12'],
  ubuntu: ['Ubuntu', '23.04'],
  alpine: ['Alpine', '3.19'],
};

/** A release whose Python is marked, by its name: `Ubuntu 24.04`; undefined for one that is not, or that is not known. */
export function markedRelease(distribution: Distribution | undefined): string | undefined {
  const [name, since] = MARKED_SINCE[distribution?.id ?? ''] ?? [];
  const cycle = distribution?.cycle;
  return name !== undefined && since !== undefined && cycle !== undefined && compareVersions(cycle, since) >= 0
    ? `${name} ${cycle}`
    : undefined;
}

/** Whether an install goes into the distribution's own Python, as far as words, variables and files in front of it say. */
export function isRefused(install: PipInstall, script: ScriptOf): boolean {
  const { command, tool, action, options, dynamic } = install;
  if (action !== 'install' || tool === 'pipx') return false;
  if (OVERRIDES.some((option) => options.has(option))) return false;
  // `$PIP_FLAGS` may hold the option.
  if (dynamic.some(({ text, quoted }) => !quoted && /opt|arg|flag|pip|break|extra/i.test(text))) return false;
  const isSystem = tool === 'pip' || options.has('--system') || isSwitchedOn(command, 'UV_SYSTEM_PYTHON') === true;
  if (!isSystem || LIFTING[tool].some((name) => seenBy(command, name).kind !== 'absent')) return false;
  const { stage } = command.script;
  if (liftedAt(stage, script) < command.span.start || interpreterOf(command, script).kind !== 'distribution') return false;
  return bringsItself(stage, tool) || addsPython(stage, command, tool, script);
}

const OVERRIDES = ['--break-system-packages', '--target', '--prefix', '--root', '--python'];
/** PIP_BREAK_SYSTEM_PACKAGES=0 would still be refused; nobody writes that. */
const LIFTING = {
  pip: ['PIP_BREAK_SYSTEM_PACKAGES', 'PIP_TARGET', 'PIP_PREFIX', 'PIP_ROOT', 'PIP_CONFIG_FILE', 'PIP_PYTHON'],
  uv: ['UV_BREAK_SYSTEM_PACKAGES', 'UV_PYTHON', 'UV_CONFIG_FILE', 'VIRTUAL_ENV'],
} as const;

/** Where a stage, or one it is built from, first takes the mark away or tells pip not to mind it; behind everything where none does. */
const liftedAt = once((stage: Stage, script: ScriptOf): number => {
  for (const instruction of inheritedInstructions(stage)) {
    if ((instruction.keyword === 'COPY' || instruction.keyword === 'ADD') && CONFIGURATION.test(instruction.logical.text))
      return instruction.span.start;
    const own = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    const at = own?.complete === false ? undefined : own?.commands.find(lifts);
    if (at !== undefined) return at.span.start;
    if (instruction.keyword === 'RUN' && (own === undefined || !own.complete) && CONFIGURATION.test(instruction.logical.text))
      return instruction.span.start;
  }
  return Number.POSITIVE_INFINITY;
});

const CONFIGURATION = /EXTERNALLY-MANAGED|externally-managed|(?:^|[\s/"'])pip\.(?:conf|ini)\b|break-system-packages/i;

/** `rm …/EXTERNALLY-MANAGED`, `pip config set global.break-system-packages true`, `printf … > /etc/pip.conf`. */
function lifts({ name, words: all, redirects }: Command): boolean {
  if (redirects.some(({ target }) => target !== undefined && CONFIGURATION.test(target.text))) return true;
  if (/^(?:pip|python)/.test(name)) return all.some(({ value }) => value === 'config');
  return name !== 'uv' && all.some(({ text }) => CONFIGURATION.test(text));
}

/** The base image comes with the distribution's pip, or with its Python for uv. */
function bringsItself({ base }: Stage, tool: 'pip' | 'uv'): boolean {
  const facts = factsOfBase(base);
  return facts?.python?.kind === 'system' && (tool === 'uv' || facts.name.endsWith('pytorch/pytorch'));
}

/** Whether the packages that the file names bring pip, or Python for uv, in front of a command. */
function addsPython(stage: Stage, before: Command, tool: 'pip' | 'uv', script: ScriptOf): boolean {
  return firstAdditions(stage, script)[tool] < before.span.start;
}

const BRINGS_PIP = /^py(?:thon)?3-pip$/;
const BRINGS_PYTHON = /^(?:python3|python3-(?:dev|pip|venv|full|minimal)|py3-pip)$/;

/** Where a stage, or one it is built from, first installs the distribution's pip and its Python; behind everything where none does. */
const firstAdditions = once((stage: Stage, script: ScriptOf): Readonly<Record<'pip' | 'uv', number>> => {
  const found = { pip: Number.POSITIVE_INFINITY, uv: Number.POSITIVE_INFINITY };
  for (const own of runScripts(inheritedInstructions(stage), script)) {
    const byApt = aptCalls(own)
      .filter(installs)
      .map(({ command, operands }) => ({ command, names: operands.flatMap(({ value }) => value?.replace(/[=/:].*$/, '') ?? []) }));
    const byApk = own.commands.filter(({ name }) => name === 'apk').map((command) => ({ command, names: addedPackages(command) }));
    for (const { command, names } of [...byApt, ...byApk]) {
      const at = command.span.start;
      if (found.pip > at && names.some((name) => BRINGS_PIP.test(name))) found.pip = at;
      if (found.uv > at && names.some((name) => BRINGS_PYTHON.test(name))) found.uv = at;
    }
    if (found.pip < Number.POSITIVE_INFINITY && found.uv < Number.POSITIVE_INFINITY) break;
  }
  return found;
});
