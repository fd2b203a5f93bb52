/**
 * Where conda takes packages from: the channels of the base image or installer, what a Dockerfile configures, and what a call adds.
 *
 * Sources (read 2026-11-22): conda/conda CHANGELOG.md (25.9.0, 2025-09-26: `defaults` is no longer added implicitly; 24.9: the
 * installers configure it instead), conda/base/context.py and conda/env/installers/conda.py (2026-08-21); anaconda/conda-anaconda-tos
 * (2026-08-21), whose check runs before create, install, update, env create and env update over the channels configured and given;
 * deepfakes/faceswap#1495 (Miniconda py313_25.5.1-1 has it) and Anaconda's release notes (2025.12); mamba-org/mamba#2698 and #2758
 * (micromamba 2.0 takes conda-forge where nothing is configured, 1.x no channel at all).
 */

import { readEnvironment } from '../files/environment.js';
import type { BuildContext } from '../model/context.js';
import type { Command, Instruction, ScriptOf, Stage } from '../model/dockerfile.js';
import { baseName, joinPath } from '../model/paths.js';
import { isProjectScript } from './apt.js';
import { isGiven, isSwitchedOn, seenBy } from './caches.js';
import { type CondaInstall, condaInstalls } from './conda.js';
import { factsOfBase } from './images.js';
import { once } from './once.js';
import { compareVersions } from './versions.js';
import { directoryOf, WITH_BASE } from './working-directory.js';

/** What conda has in force before a call. */
export interface CondaSetup {
  /** What the base image or the last installer takes where nothing else is said. */
  readonly defaults: 'defaults' | 'conda-forge' | 'none';
  /** What brings it, in the user's words: an image or the name of an installer. */
  readonly from: string;
  readonly isImage: boolean;
  /** Whether it has the plugin that asks to accept Anaconda's terms; undefined where its version is not known. */
  readonly asksTerms: boolean | undefined;
  /** Channels that the file configures. */
  readonly channels: readonly string[];
  /** Whether `defaults` has been taken out of the configuration. */
  readonly isWithoutDefaults: boolean;
  readonly isStrict: boolean;
  /** Whether the terms are accepted, or the plugin is gone. */
  readonly isAccepted: boolean;
}

/** The setup in front of each call of a stage that installs; calls of which that is not known are left out. */
export const condaSetups = once((stage: Stage, script: ScriptOf): ReadonlyMap<Command, CondaSetup> => walked(stage, script).before);

interface Walked {
  readonly before: ReadonlyMap<Command, CondaSetup>;
  readonly end: CondaSetup | undefined;
}

const walked = once((stage: Stage, script: ScriptOf): Walked => {
  let setup = stage.parent === undefined ? setupOfBase(stage) : walked(stage.parent, script).end;
  const before = new Map<Command, CondaSetup>();
  for (const instruction of [...stage.triggers, ...stage.instructions]) {
    setup = behindInstruction(setup, instruction);
    const read = instruction.keyword === 'RUN' ? script(instruction) : undefined;
    for (const command of read?.commands ?? []) {
      setup = behindCommand(setup, command);
      if (setup !== undefined && condaInstalls(command) !== undefined) before.set(command, withVariables(setup, command));
    }
    // What was not read may configure anything.
    if (read?.complete === false) setup = undefined;
  }
  return { before, end: setup };
});

function setupOfBase({ base }: Stage): CondaSetup | undefined {
  const facts = factsOfBase(base);
  if (facts === undefined || base.kind !== 'image') return undefined;
  const { tag, digest, text } = base.reference;
  const from = text.replace(/@.*$/, '');
  if (/^continuumio\/(?:mini|ana)conda[23]?$/.test(facts.name)) {
    const isFloating = digest === undefined && (tag === undefined || tag === 'latest');
    const version = /^v?(\d+(?:\.\d+)+(?:-\d+)?)/.exec(tag ?? '')?.[1];
    return ofImage('defaults', from, isFloating ? true : asksTerms(facts.name.includes('anaconda'), version));
  }
  if (/^(?:quay\.io\/)?condaforge\//.test(facts.name) || /^(?:quay\.io\/)?jupyter\//.test(facts.name))
    return ofImage('conda-forge', from, false);
  if (facts.name === 'mambaorg/micromamba') {
    const version = /^(\d+(?:\.\d+)*)/.exec(tag ?? '')?.[1];
    return version !== undefined && compareVersions(version, '2') < 0 ? ofImage('none', from, false) : ofImage('conda-forge', from, false);
  }
  return undefined;
}

function ofImage(defaults: CondaSetup['defaults'], from: string, asks: boolean | undefined): CondaSetup {
  return { ...fresh(defaults, from, asks), isImage: true };
}

function fresh(defaults: CondaSetup['defaults'], from: string, asks: boolean | undefined): CondaSetup {
  return { defaults, from, isImage: false, asksTerms: asks, channels: [], isWithoutDefaults: false, isStrict: false, isAccepted: false };
}

/** @param version of Miniconda with its build, or the release of Anaconda; undefined where it is not known */
function asksTerms(isAnaconda: boolean, version: string | undefined): boolean | undefined {
  if (version === undefined) return undefined;
  const [release = '', build = '0'] = version.split('-');
  if (isAnaconda) return compareVersions(release, '2025.12') >= 0 ? true : compareVersions(release, '2025') < 0 ? false : undefined;
  const order = compareVersions(release, '25.5.1');
  return order > 0 || (order === 0 && Number(build) >= 1);
}

/** A `.condarc` that is copied or written may say anything. */
function behindInstruction(setup: CondaSetup | undefined, instruction: Instruction): CondaSetup | undefined {
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return setup;
  const { text } = instruction.logical;
  if (CONFIGURATION.test(text)) return undefined;
  return instruction.keyword === 'ADD' ? (installerIn(text) ?? setup) : setup;
}

const CONFIGURATION = /condarc|mambarc/;

function behindCommand(setup: CondaSetup | undefined, command: Command): CondaSetup | undefined {
  const { name, args, redirects } = command;
  const written = redirects.some(({ target }) => CONFIGURATION.test(target?.text ?? ''));
  if (written || (!/^(?:conda|mamba|micromamba)$/.test(name) && args.some(({ text }) => CONFIGURATION.test(text)))) return undefined;
  if (name === 'conda' || name === 'mamba' || name === 'micromamba') return setup && behindConda(setup, command);
  const installer = args.map(({ value, text }) => installerIn(value ?? text)).find((each) => each !== undefined);
  if (installer !== undefined) return installer;
  const isInstaller = command.words.some(({ text }) => /conda|forge|^-b$|^-bf?p?$/i.test(text));
  return !isInstaller && isProjectScript(command) ? undefined : setup;
}

/** `Miniconda3-py310_24.3.0-0-Linux-x86_64.sh`, `Miniforge3-$(uname)-$(uname -m).sh`. */
function installerIn(text: string): CondaSetup | undefined {
  const found =
    /(Miniconda[23]?|Anaconda[23]?|Miniforge[3]?(?:-pypy3)?|Mambaforge(?:-pypy3)?)-([\w.${}()-]*?)-?(?:Linux|MacOSX|\$|linux)/.exec(text);
  const [, product = '', version = ''] = found ?? [];
  if (found === null || !/^https?:|\.sh/.test(text)) return undefined;
  if (product.startsWith('Mini') && product.includes('forge')) return fresh('conda-forge', product, false);
  if (product.startsWith('Mambaforge')) return fresh('conda-forge', product, false);
  const isAnaconda = product.startsWith('Anaconda');
  const release = /^(?:py\d+_)?(\d+(?:\.\d+)+(?:-\d+)?)/.exec(version)?.[1];
  const asks = version === 'latest' ? true : asksTerms(isAnaconda, release);
  return fresh('defaults', version === '' || version.includes('$') ? product : `${product}-${version}`, asks);
}

function behindConda(setup: CondaSetup, { args, words }: Command): CondaSetup | undefined {
  const values = args.map(({ value }) => value);
  const [action, verb] = values.filter((value) => value === undefined || !value.startsWith('-'));
  if (action === 'tos') return verb === 'accept' || verb === 'interactive' ? { ...setup, isAccepted: true } : setup;
  if (words.some(({ text }) => text.includes('conda-anaconda-tos'))) return { ...setup, isAccepted: true };
  if (action !== 'config') return setup;
  // Something unknown may name any key or channel.
  if (values.includes(undefined)) return undefined;
  const text = values.join(' ').replaceAll('=', ' ');
  if (/default_channels|custom_multichannels|channel_alias|--stdin|--file/.test(text)) return undefined;
  if (/auto_accept_tos/.test(text)) return { ...setup, isAccepted: true };
  if (/channel_priority (?:strict|true)\b/i.test(text)) return { ...setup, isStrict: /strict/.test(text) || setup.isStrict };
  if (/--remove(?:-key)? channels(?: defaults)?(?: |$)/.test(text) || /\bremove channels defaults/.test(text))
    return { ...setup, isWithoutDefaults: true };
  const added = /(?:--(?:add|append|prepend|set)|\b(?:append|prepend|set)) channels (\S+)/.exec(text)?.[1];
  return added === undefined ? setup : { ...setup, channels: [...setup.channels, added] };
}

/** Variables in force at a command stand for configuration. */
function withVariables(setup: CondaSetup, command: Command): CondaSetup {
  const isOn = (name: string): boolean => isSwitchedOn(command, name) !== false;
  const priority = seenBy(command, 'CONDA_CHANNEL_PRIORITY');
  return {
    ...setup,
    isStrict: setup.isStrict || priority.kind === 'unknown' || (priority.kind === 'known' && priority.value === 'strict'),
    // SPEC: in what looks like continuous integration the plugin accepts by itself.
    isAccepted: setup.isAccepted || isOn('CONDA_PLUGINS_AUTO_ACCEPT_TOS') || isOn('CI'),
    isWithoutDefaults: setup.isWithoutDefaults || isGiven(command, 'CONDARC') || isGiven(command, 'CONDA_DEFAULT_CHANNELS'),
    channels: isGiven(command, 'CONDA_CHANNELS') ? [...setup.channels, seenText(command, 'CONDA_CHANNELS')] : setup.channels,
  };
}

function seenText(command: Command, name: string): string {
  const value = seenBy(command, name);
  return value.kind === 'known' ? value.value : '';
}

/** The channels of one call. */
export interface CallChannels {
  /** Those that the call, its file or the configuration names, `defaults` and `nodefaults` too. */
  readonly named: readonly string[];
  /** Whether Anaconda's `defaults` is searched, named or not. */
  readonly hasDefaults: boolean;
  readonly isStrict: boolean;
  /** The file that names channels without `nodefaults`; options cannot change that. */
  readonly file?: string;
}

/** The channels a call searches; undefined where that cannot be told. */
export function channelsOf(install: CondaInstall, setup: CondaSetup, context: BuildContext | undefined): CallChannels | undefined {
  const { options, channels, packages, dynamic, files, command, action } = install;
  const isOpen = dynamic.some(({ prefix }) => prefix === '') || command.args.some(isUnknownChannel);
  if (isOpen) return undefined;
  const fromFiles = action.startsWith('env ') && files.length === 0 ? ['environment.yml'] : files;
  const read = fromFiles.filter((file) => /\.ya?ml$/.test(file)).map((file) => ({ file, channels: channelsIn(file, command, context) }));
  if (read.some((each) => each.channels === undefined)) return undefined;
  const listed = read.flatMap((each) => each.channels ?? []);
  const given = [...channels.flatMap((each) => each.split(',')), ...listed, ...packages.flatMap(({ channel }) => channel ?? [])];
  const overrides = options.has('--override-channels');
  const named = overrides ? given : [...given, ...setup.channels];
  const isExplicit = named.some(isDefaults);
  const isImplicit = setup.defaults === 'defaults' && !overrides && !setup.isWithoutDefaults && !named.includes('nodefaults');
  const [first] = read;
  return {
    named,
    hasDefaults: isExplicit || isImplicit,
    isStrict: setup.isStrict || options.has('--strict-channel-priority') || options.get('--channel-priority')?.value === 'strict',
    ...(first === undefined ? {} : { file: first.file }),
  };
}

function isUnknownChannel(
  { value }: CondaInstall['dynamic'][number],
  i: number,
  args: readonly CondaInstall['dynamic'][number][],
): boolean {
  const before = args[i - 1]?.value;
  return value === undefined && (before === '-c' || before === '--channel');
}

/** Anaconda's own channels by name or address. */
export function isDefaults(channel: string): boolean {
  return /^(?:defaults|main|r|anaconda|pkgs\/.*)$/.test(channel) || /repo\.(?:anaconda\.com|continuum\.io)\/pkgs/.test(channel);
}

/** The channels of an environment file of the build context; undefined where it is not to be found. */
function channelsIn(file: string, command: Command, context: BuildContext | undefined): readonly string[] | undefined {
  const directory = directoryOf(command);
  const place = file.startsWith('/') ? file : directory && joinPath(directory, file);
  const { stage, instruction } = command.script;
  const path = place === undefined ? undefined : context?.fileAt(place, stage, instruction, WITH_BASE);
  const content = path === undefined ? undefined : context?.read(path, readEnvironment)?.content;
  if (
    content === undefined ||
    command.script.commands.some((each) => each.name === 'sed' && each.args.some(({ text }) => text.includes(baseName(file))))
  )
    return undefined;
  const prefixed = content.dependencies.flatMap(({ text }) => /^(\S+?)::/.exec(text)?.[1] ?? []);
  return [...content.channels.map(({ text }) => text), ...prefixed];
}
