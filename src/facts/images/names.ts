/**
 * The names images go by: mirrors, caches and copies under other registries, reduced to the one name the tables know.
 *
 * Sources (read 2026-11-22): docs.aws.amazon.com/AmazonECR (pull through cache rules: the prefixes the console proposes);
 * DaoCloud/public-image-mirror README (hosts, and the registry as first part of the path); docs.gitlab.com (dependency proxy);
 * cloud.google.com/artifact-registry (mirror.gcr.io); docker-library/official-images README (architectures).
 */
import type { ImageReference } from '../../model/dockerfile.js';
import { words } from '../words.js';

/**
 * The name a table knows an image by: without Docker Hub, its mirrors, `library/` and architectures; other registries stay.
 * `aws-dlc` for AWS's Deep Learning Containers, whose registry differs by account and region.
 */
export function canonicalName({ registry, repository }: ImageReference): string {
  if (ECR_HOST.test(registry) && DEEP_LEARNING_CONTAINER.test(repository)) return 'aws-dlc';
  const name = withoutLibrary(behindCache(registry, repository));
  const slash = name.indexOf('/');
  return slash > 0 && ARCHITECTURES.has(name.slice(0, slash)) ? name.slice(slash + 1) : name;
}

/** An AWS account's registry in any region. */
const ECR_HOST = /^\d+\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/** The Deep Learning Containers' repositories: `pytorch-training`, `huggingface-pytorch-inference`. */
const DEEP_LEARNING_CONTAINER =
  /^(?:[a-z]+-)*(?:pytorch|tensorflow|mxnet|autogluon|sglang|vllm)-?(?:[a-z]+-)*(?:training|inference)(?:-[a-z]+)*$/;

/** What a pull-through cache or a copy of a registry serves, by the name it has at home. */
function behindCache(registry: string, repository: string): string {
  if (HUB_MIRRORS.has(registry)) return repository;
  const name = registry === 'docker.io' ? repository : `${HOME_OF[registry] ?? registry}/${repository}`;
  if (name.startsWith('public.ecr.aws/docker/')) return name.slice('public.ecr.aws/docker/'.length);
  if (ECR_HOST.test(registry)) {
    const [prefix = ''] = repository.split('/');
    const home = ECR_PREFIXES[prefix];
    if (home !== undefined) return home + repository.slice(prefix.length + 1);
  }
  const proxied = /\/(?:dependency_proxy\/containers|docker\.io)\//.exec(name);
  if (proxied !== null) return name.slice(proxied.index + proxied[0].length);
  const foreign = /\/((?:quay\.io|ghcr\.io|nvcr\.io|gcr\.io|mcr\.microsoft\.com|public\.ecr\.aws)\/.+)$/.exec(name);
  return foreign?.[1] ?? name;
}

/** Copies of Docker Hub under a host of their own. */
const HUB_MIRRORS = words('mirror.gcr.io docker.m.daocloud.io');

/** Hosts that serve another registry with the same paths. */
const HOME_OF: Readonly<Record<string, string>> = {
  'gcr.m.daocloud.io': 'gcr.io',
  'ghcr.m.daocloud.io': 'ghcr.io',
  'mcr.m.daocloud.io': 'mcr.microsoft.com',
  'nvcr.m.daocloud.io': 'nvcr.io',
  'quay.m.daocloud.io': 'quay.io',
};

/** The first part of the path in an AWS account's pull-through cache, and what it stands for. */
const ECR_PREFIXES: Readonly<Record<string, string>> = {
  'docker-hub': '',
  'ecr-public': 'public.ecr.aws/',
  github: 'ghcr.io/',
  quay: 'quay.io/',
};

/** Caches and proxies keep the Hub's own path behind theirs, and official images under `library/`. */
function withoutLibrary(name: string): string {
  const library = name.lastIndexOf('library/');
  return library === 0 || (library > 0 && name[library - 1] === '/') ? name.slice(library + 'library/'.length) : name;
}

const ARCHITECTURES = words('amd64 arm32v5 arm32v6 arm32v7 arm64v8 i386 ppc64le riscv64 s390x');
