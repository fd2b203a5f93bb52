/**
 * Image references as the distribution project writes their grammar (github.com/distribution/reference, 2026-08):
 * `[registry/]repository[:tag][@digest]`. The text must have its variables expanded first.
 */
import { isDigest } from './value-formats.js';

/** A parsed image reference, normalised so that every spelling of one image compares equal. */
export interface ImageReference {
  /** The reference as the user wrote it, after expansion. */
  readonly text: string;
  /** Host and port; `docker.io` when none is written. */
  readonly registry: string;
  /** Path without registry, in lower case; Docker Hub's official images have no `library/` in front: `python`. */
  readonly repository: string;
  readonly tag?: string;
  /** With its algorithm: `sha256:…`. */
  readonly digest?: string;
}

const DOCKER_HUB = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const REGISTRY =
  /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::[0-9]+)?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const MAX_REPOSITORY_LENGTH = 255;

/** A few hundred images stand in most files; reading one takes longer than looking it up. */
const references = new Map<string, ImageReference | undefined>();

/** Reads an image reference, or returns undefined when Docker would refuse the text as one. */
export function parseImageReference(text: string): ImageReference | undefined {
  if (references.has(text)) return references.get(text);
  const reference = readReference(text);
  if (references.size < 1024) references.set(text, reference);
  return reference;
}

function readReference(text: string): ImageReference | undefined {
  // SPEC: a lone image id is refused, it could be taken for the name of one.
  if (/^[a-f0-9]{64}$/.test(text)) return undefined;
  let rest = text;
  let digest: string | undefined;
  const at = rest.indexOf('@');
  if (at >= 0) {
    digest = rest.slice(at + 1);
    rest = rest.slice(0, at);
    if (!isDigest(digest)) return undefined;
  }
  let tag: string | undefined;
  const colon = rest.lastIndexOf(':');
  if (colon > rest.lastIndexOf('/')) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
    if (!TAG.test(tag)) return undefined;
  }
  const { registry, repository } = splitRegistry(rest);
  // SPEC: what looks like a registry but cannot be one is a folder if it can be that: `x_y.z/image`.
  if (!REGISTRY.test(registry) && !PATH_COMPONENT.test(registry)) return undefined;
  const path = registry === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository;
  if (path.length > MAX_REPOSITORY_LENGTH || !repository.split('/').every((component) => PATH_COMPONENT.test(component))) return undefined;
  return {
    text,
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * SPEC: the first component is a registry if it holds a dot or a colon, is `localhost`, or has upper-case letters;
 * otherwise the image is on Docker Hub.
 */
function splitRegistry(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const registry = isRegistry ? first : 'docker.io';
  const path = isRegistry ? name.slice(slash + 1) : name;
  if (!DOCKER_HUB.has(registry)) return { registry, repository: path };
  return { registry: 'docker.io', repository: path.startsWith('library/') ? path.slice('library/'.length) : path };
}
