/**
 * What is known of base images: distribution, Python, user, environment, programs. A property that is not certain is left out, and
 * an image nobody looked at has no facts at all: unknown stays unknown. Facts describe what the tag means today; where a
 * maker has stopped building a tag, what it meant at the last build.
 *
 * The tables are in `images/`, by what an image is: a distribution, a language, data science, a service. Their heads have the
 * sources; lines without one are read off the image's own tag only.
 */
import type { Base, ImageReference, Instruction, Stage } from '../model/dockerfile.js';
import { type Distribution, libcOf, type PackageManager, packageManagerOf } from './distributions.js';
import { meansOn } from './environment-variables.js';
import { dataScience } from './images/data-science.js';
import { languages } from './images/languages.js';
import { canonicalName } from './images/names.js';
import { services } from './images/services.js';
import { systems } from './images/systems.js';
import type { Draft, Facts } from './images/tags.js';

export { codenameInTag, type Distribution, type DistributionId, distributionInTag, isOlderThan } from './distributions.js';

/** The Python an image brings on PATH. */
export interface PythonFacts {
  /** *official*: built into /usr/local by docker-library; *conda*: a conda prefix; *system*: the distribution's own;
   *  *venv*: a virtual environment on PATH; *none*: there is no Python. Absent: there is one, which kind is not certain. */
  readonly kind?: 'official' | 'conda' | 'system' | 'venv' | 'none';
  /** `3.12`, without patch. */
  readonly minor?: string;
  /** The tag does not name the minor: it changes under `python:3` and `python:slim`. */
  readonly floating?: boolean;
  /** The version of conda that comes with `conda`, as far as the tag names it. */
  readonly conda?: string;
}

/** What the maker did to an image or its place. */
export interface Retirement {
  /** *moved*: new builds appear elsewhere only; *frozen*: no builds any more; *gone*: cannot be pulled; *deprecated*: builds
   *  still come, but its makers advise against it; *maintenance*: builds still come, development has ended. */
  readonly state: 'moved' | 'frozen' | 'gone' | 'deprecated' | 'maintenance';
  /** Who did what and when, as a clause: `its last change was made in February 2020`. */
  readonly reason: string;
  /** What to use instead, as Markdown: an image in backticks, or some words. */
  readonly instead: string;
  /** The repository, without tag, that carries on with the same image. */
  readonly successor?: string;
}

/** What a base image gives to the stage that starts from it. Every absent property is unknown, not false. */
export interface ImageFacts {
  readonly known: true;
  /** The repository without mirror and architecture: `python` for `mirror.gcr.io/library/python` and `arm64v8/python`;
   *  `aws-dlc` for AWS's Deep Learning Containers, whose registry differs by account and region. */
  readonly name: string;
  readonly distribution?: Distribution;
  /** NOTE: `glibc` for micromamba's Alpine tags, which carry it beside musl. */
  readonly libc?: 'glibc' | 'musl';
  readonly packageManager?: PackageManager;
  readonly python?: PythonFacts;
  /** The user a container runs as when nothing else is said. */
  readonly user?: { readonly name: string; readonly root: boolean; readonly uid?: number };
  /** Starts as root, and its entrypoint changes to another user before the program runs. */
  readonly dropsPrivileges?: boolean;
  /** The account that holds uid 1000 before a Dockerfile adds one. */
  readonly uid1000?: string;
  /** Variables the image sets; an empty text for a value that is not known or differs between tags. Not complete. */
  readonly environment: ReadonlyMap<string, string>;
  /** Whether PYTHONUNBUFFERED is on. */
  readonly setsUnbuffered?: boolean;
  /** The SHELL an image was built with, which RUN in its children uses; absent where it is `/bin/sh -c`. */
  readonly shell?: readonly string[];
  /** Whether there is any shell: a RUN in shell form fails without. */
  readonly hasShell?: boolean;
  readonly entrypoint?: readonly string[];
  /** Programs a bare image is often believed to have; a name in neither list is unknown. */
  readonly commands?: { readonly has: readonly string[]; readonly lacks: readonly string[] };
  /** Whether the image has a HEALTHCHECK of its own, which a container inherits. */
  readonly hasHealthcheck?: boolean;
  /** tzdata is installed, so that installing something that needs it asks no question. */
  readonly hasTzdata?: boolean;
  /** apt is configured not to install recommended packages. */
  readonly noRecommendsPreset?: boolean;
  /** The package sources already point to the archive of an ended release. */
  readonly archiveSources?: boolean;
  /** The tag gets no new builds: a superseded patch release, an ended version, a suite the maker dropped. */
  readonly frozen?: boolean;
  readonly purpose?: 'notebook' | 'lambda' | 'serving' | 'devcontainer' | 'database' | 'scheduler';
  /** CUDA as the tag names it. `base` has no libraries but the runtime, `devel` has the compiler. */
  readonly cuda?: { readonly version?: string; readonly cudnn: boolean; readonly flavour?: 'base' | 'runtime' | 'devel' };
  readonly retired?: Retirement;
}

/** By the text of the reference: many rules ask about a base, and many files have the same. */
const known = new Map<string, ImageFacts | undefined>();

/** What is known of an image; undefined when it is in no table. With a digest but no tag, only what every tag has. */
export function imageFacts(reference: ImageReference): ImageFacts | undefined {
  const before = known.get(reference.text);
  if (before !== undefined || known.has(reference.text)) return before;
  const facts = readFacts(reference);
  if (known.size < 4096) known.set(reference.text, facts);
  return facts;
}

/** What is known of the image a stage stands on, if need be through other stages; undefined for scratch and what nobody knows. */
export function factsOfBase(base: Base): ImageFacts | undefined {
  return base.kind === 'image' ? imageFacts(base.reference) : undefined;
}

function readFacts(reference: ImageReference): ImageFacts | undefined {
  const name = canonicalName(reference);
  const facts = lookUp(name);
  if (facts === undefined) return undefined;
  const text = reference.tag ?? (reference.digest === undefined ? 'latest' : undefined);
  const draft = typeof facts === 'function' ? facts({ text, words: text?.split(/[-_]/) ?? [], name }) : facts;
  if (draft === undefined) return undefined;
  return complete(name, reference.digest === undefined ? draft : fixedByDigest(draft));
}

let index: ReadonlyMap<string, Facts> | undefined;

/** An exact name first, then its namespaces from the longest: `quay.io/jupyter/*`. */
function lookUp(name: string): Facts | undefined {
  index ??= new Map(
    [...systems(), ...languages(), ...dataScience(), ...services()].flatMap(([names, facts]) =>
      names.split(' ').map((each) => [each, facts] as const),
    ),
  );
  const exact = index.get(name);
  if (exact !== undefined) return exact;
  for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
    const facts = index.get(`${name.slice(0, slash)}/*`);
    if (facts !== undefined) return facts;
  }
  return undefined;
}

/** A digest stops what floats, but not at today's release: `python:3.12-slim@sha256:…` of 2024 is still on bookworm. */
function fixedByDigest(draft: Draft): Draft {
  const { distribution, python } = draft;
  return {
    ...draft,
    ...(distribution?.floating ? { distribution: { id: distribution.id, floating: false } } : {}),
    ...(python?.floating ? { python: python.kind === undefined ? {} : { kind: python.kind } } : {}),
  };
}

/** Adds what follows from the rest: libc and package manager from the distribution, PYTHONUNBUFFERED from the variables.
 *  Windows has no root, no shell words and no variables of the Linux variants. */
function complete(name: string, draft: Draft): ImageFacts {
  if (draft.distribution?.id === 'windows') {
    const { distribution, python, purpose } = draft;
    const kept = { ...(python === undefined ? {} : { python }), ...(purpose === undefined ? {} : { purpose }) };
    return { known: true, name, distribution, ...kept, environment: new Map() };
  }
  const { environment = {}, distribution } = draft;
  const unbuffered = environment['PYTHONUNBUFFERED'];
  const libc = distribution === undefined ? undefined : libcOf(distribution);
  const packageManager = distribution === undefined ? undefined : packageManagerOf(distribution);
  return {
    known: true,
    name,
    ...(libc === undefined ? {} : { libc }),
    ...(packageManager === undefined ? {} : { packageManager }),
    ...(unbuffered === undefined ? {} : { setsUnbuffered: meansOn('PYTHONUNBUFFERED', unbuffered) }),
    ...draft,
    environment: new Map(Object.entries(environment)),
  };
}

/**
 * A text in front of `before` with its variables filled in, those too that only the base image sets: `$NB_UID`,
 * `${APP_ROOT}/src`. Undefined where one of them stays unknown.
 */
export function expandWithBase(stage: Stage, text: string, before: Instruction): string | undefined {
  if (!text.includes('$')) return stage.environment.expand(text, before);
  const facts = factsOfBase(stage.base);
  const filled = text.replace(/\$(?:\{(\w+)(?::?-([^${}]*))?\}|(\w+))/g, (reference, braced, fallback, bare) => {
    const name: string = braced ?? bare;
    if (stage.environment.variable(name, before).kind !== 'absent') return reference;
    return facts?.environment.get(name) || (fallback ?? reference);
  });
  return stage.environment.expand(filled, before);
}
