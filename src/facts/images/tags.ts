/**
 * The small words the tables of images are written in.
 */

import { baseName } from '../../model/paths.js';
import { type Distribution, distributionInTag } from '../distributions.js';
import type { ImageFacts, PythonFacts, Retirement } from '../images.js';

/** A tag taken apart: `text` is undefined behind a bare digest; `words` are split at `-` and `_`. */
export interface Tag {
  readonly text: string | undefined;
  readonly words: readonly string[];
  /** The canonical name, for entries that stand for a whole namespace. */
  readonly name: string;
}

/** What a row says of an image; what follows from it is added later. */
export type Draft = Omit<Partial<ImageFacts>, 'environment'> & { readonly environment?: Readonly<Record<string, string>> };

/** A table: names (space-separated; `/*` for a namespace) and facts. */
export type Rows = readonly (readonly [names: string, facts: Facts])[];

/** What all tags of an image have, or what a tag tells; undefined where it is none of the images meant. */
export type Facts = Draft | ((tag: Tag) => Draft | undefined);

/** A draft with a property only when there is a value for it. */
export function withDistribution(distribution: Distribution | undefined): Pick<Draft, 'distribution'> {
  return distribution === undefined ? {} : { distribution };
}

/** The user of most images. */
export const ROOT = { name: 'root', root: true, uid: 0 } as const;

/** The user of the Jupyter stacks and of those who follow them. */
export const JOVYAN = { name: 'jovyan', root: false, uid: 1000 } as const;

/** An image without any Python. */
export const NO_PYTHON: PythonFacts = { kind: 'none' };

/** What the container toolkit asks for. */
export const NVIDIA = { NVIDIA_VISIBLE_DEVICES: 'all', NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' } as const;

/** The locale of most images that set one. */
export const UTF8 = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' } as const;

/** What data science calls and no distribution brings unasked, in a bare image or the full one of a language. */
const TOOLS = 'cmake gfortran java node npm R Rscript ffmpeg pandoc tesseract dot gs pdftoppm jq sudo gosu tini dumb-init nc nano vim';
const COMPILERS = 'gcc g++ make pkg-config';
const DOWNLOADERS = 'curl wget git hg svn ssh';

/** The programs an image is known to have, and those it is known to lack, each separated by spaces. */
export function commands(has: string, lacks: string): { readonly commands: NonNullable<ImageFacts['commands']> } {
  return { commands: { has: has.split(' ').filter(Boolean), lacks: lacks.split(' ').filter(Boolean) } };
}

/** Debian's images, the slim ones and the full: debuerreotype's minimal set of packages. */
export const BARE_DEBIAN = commands('bash', `${DOWNLOADERS} ${COMPILERS} ${TOOLS} ps unzip zip file less`);

/** NOTE: whether Ubuntu has `ps` and `less` changed over the years. */
export const BARE_UBUNTU = commands('bash', `${DOWNLOADERS} ${COMPILERS} ${TOOLS} unzip zip file`);

/** BusyBox has small ones of many: `wget`, `ps`, `unzip`, `less`, `vi`, `nc`. */
export const BARE_ALPINE = commands('wget ps unzip less nc', `bash curl git hg svn ssh ${COMPILERS} ${TOOLS.replace(' nc', '')} zip file`);

/** The Red Hat family: `curl` is what dnf downloads with. NOTE: Fedora has `sudo`. */
export const BARE_RED_HAT = commands('bash curl', `wget git hg svn ${COMPILERS} ${TOOLS.replace(' sudo', '')}`);

/** docker-library/buildpack-deps (2025-11-13), under the full image of a language. */
const FULL = `bash ${DOWNLOADERS} ${COMPILERS} ps unzip file patch gpg xz bzip2 autoconf automake libtool convert`;

/** The programs of a language's official image, which comes full, slim and on Alpine. @param own those of the language */
export function commandsOfVariant(variant: 'full' | 'slim' | 'alpine', own: string) {
  const without = (lacks: string): string => lacks.replace(new RegExp(`(?<= )(?:${own.replaceAll(' ', '|')})(?= )`, 'g'), '');
  // NOTE: what the headers of ImageMagick bring along was not looked into.
  if (variant === 'full') return commands(`${FULL} ${own}`, without(` ${TOOLS.replace(' dot gs', '')} `));
  const { has, lacks } = (variant === 'slim' ? BARE_DEBIAN : BARE_ALPINE).commands;
  return commands(`${has.join(' ')} ${own}`, without(` ${lacks.join(' ')} `));
}

/** What became of an image, as the rules' messages say it. */
export function retirement(state: Retirement['state'], reason: string, instead: string, successor?: string): Retirement {
  return { state, reason, instead, ...(successor === undefined ? {} : { successor }) };
}

/** The value in force at a version or date: `steps` is `from value from value …`, ascending. */
export function step(steps: string | undefined, at: string, compare: (a: string, b: string) => number): string | undefined {
  let value: string | undefined;
  const words = steps?.split(' ') ?? [];
  for (let i = 0; i + 1 < words.length; i += 2) if (compare(words[i] ?? '', at) <= 0) value = words[i + 1];
  return value === '?' ? undefined : value;
}

/** The order of dates. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The dotted number a tag begins with, after an optional `v`; undefined for none. */
export function leadingVersion(text: string | undefined): string | undefined {
  return /^v?(\d+(?:\.\d+)*)(?![\d.a-z])/.exec(text ?? '')?.[1];
}

/** The Python minor a tag names as `python3.11`, `python-3.11`, `py3.11`, `py311`. */
export function pythonInTag(text: string | undefined): string | undefined {
  const match = /(?:^|[-_])py(?:thon)?-?([23])\.?(\d{1,2})(?![\d])/.exec(text ?? '');
  return match === null ? undefined : `${match[1]}.${match[2]}`;
}

/** A Python of a kind, with its minor where it is known. */
export function python(kind: PythonFacts['kind'], minor: string | undefined): PythonFacts {
  return { ...(kind === undefined ? {} : { kind }), ...(minor === undefined ? {} : { minor }) };
}

/** CUDA as NVIDIA and those who follow it write it: `12.4.1-cudnn-runtime-ubuntu22.04`, `2.3.0-cuda12.1-cudnn8-devel`. */
export function cudaInTag(text: string | undefined, prefix: 'cuda' | ''): Pick<Draft, 'cuda'> {
  if (text === undefined) return {};
  const pattern = prefix === '' ? /^(\d+(?:\.\d+)*)/ : /(?:^|[-_])cuda-?(\d+(?:\.\d+)*)/;
  const version = pattern.exec(text)?.[1];
  if (version === undefined) return {};
  const flavour = /(?:^|-)(base|runtime|devel)(?:$|-)/.exec(text)?.[1] as 'base' | 'runtime' | 'devel' | undefined;
  return { cuda: { version, cudnn: /(?:^|-)cudnn/.test(text), ...(flavour === undefined ? {} : { flavour }) } };
}

/** Images of which only what the tag or the repository says is known. */
export function byTag(more: Draft = {}) {
  return ({ text, name }: Tag): Draft => ({
    ...withDistribution(distributionInTag(text ?? '') ?? distributionInTag(baseName(name))),
    ...more,
  });
}
