/**
 * Which of NVIDIA's CUDA images can still be pulled.
 *
 * Sources (read 2026-11-22): NVIDIA's Container Support Policy as pytorch/builder#1446 (2023-07) and LightGBM#6520 (2024-07)
 * quote it: tags past their support are deleted from Docker Hub and NGC six months later; NVIDIA/cudf-spark-examples#311
 * (2023-07) for the versions deleted in July 2023; NVIDIA/nvidia-docker#1735, #1768 and #1454 for pulls that fail since.
 */
import type { ImageReference, Stage } from '../model/dockerfile.js';
import { inheritance } from '../model/stages.js';
import { type ImageFacts, imageFacts } from './images.js';
import { compareVersions } from './versions.js';
import { words } from './words.js';

/** Whether a reference is to NVIDIA's own repository, on Docker Hub or NGC; what a private mirror keeps is its owner's affair. */
export function isCudaImage({ registry, repository }: ImageReference): boolean {
  return (registry === 'docker.io' || registry === 'nvcr.io') && repository === 'nvidia/cuda';
}

/** `deleted`: a pull ends in "manifest unknown". `doomed`: past its support, to be deleted; some are gone already. */
export type CudaFate = 'deleted' | 'doomed';

/** What has become of the images of a version of CUDA; undefined for a living one, and for what is no version. */
export function fateOfCuda(version: string): CudaFate | undefined {
  if (compareVersions(version, '11') < 0 || DELETED.has(version)) return 'deleted';
  return compareVersions(version, '11.3') < 0 ? 'doomed' : undefined;
}

/** The releases on the list of July 2023, and `11.0` without a patch. Everything before 11 went with them. */
const DELETED = words('11.0 11.2.0 11.2.1 11.3.0 11.4.0 11.4.1 11.4.2 11.5.0 11.5.1 11.6.0 11.6.1 11.7.0');

/** One of NVIDIA's own images beneath a stage, in its place or out of a mirror. */
export interface CudaBase {
  readonly reference: ImageReference;
  /** As the tag has it, `12.4.1`. */
  readonly version: string;
  readonly flavour: NonNullable<ImageFacts['cuda']>['flavour'];
  /** The stage whose FROM names it. */
  readonly bottom: Stage;
}

/** The CUDA image a stage stands on, if need be through other stages; undefined for one that cannot be pulled any more. */
export function cudaBaseOf(stage: Stage): CudaBase | undefined {
  if (stage.base.kind !== 'image') return undefined;
  const { reference } = stage.base;
  const { cuda, name = '' } = imageFacts(reference) ?? {};
  if (!/^(?:nvcr\.io\/)?nvidia\/cuda$/.test(name) || cuda?.version === undefined || fateOfCuda(cuda.version) === 'deleted')
    return undefined;
  return { reference, version: cuda.version, flavour: cuda.flavour, bottom: [...inheritance(stage)].at(-1) ?? stage };
}

/**
 * Releases with images for these Ubuntus in each flavour, with cuDNN and without: tags of public Dockerfiles and projects' lists of
 * tags, 2024 to 2026-11. Of a minor, the last patch release that is named often.
 */
const LIVING: readonly (readonly [version: string, ubuntus: string])[] = [
  ['11.8.0', '22.04'],
  ['12.1.1', '22.04'],
  ['12.4.1', '22.04'],
  ['12.6.3', '22.04 24.04'],
  ['12.8.1', '22.04 24.04'],
  ['12.9.1', '22.04 24.04'],
  ['13.0.1', '22.04 24.04'],
  ['13.2.1', '22.04 24.04'],
];

/** The tag of an image of another CUDA, `12.8`, on the same Ubuntu; undefined where none is known, or the tag says more than these. */
export function tagOfCuda({ tag = '' }: ImageReference, cuda: string, flavour: 'base' | 'runtime' | 'devel'): string | undefined {
  const [, cudnn, ubuntu = ''] = /^[\d.]+(-cudnn\d*)?-(?:base|runtime|devel)-ubuntu(\d\d\.\d\d)$/.exec(tag) ?? [];
  const version = LIVING.find(([each, ubuntus]) => each.startsWith(`${cuda}.`) && ubuntus.split(' ').includes(ubuntu))?.[0];
  if (version === undefined) return undefined;
  // NOTE: with 12.4 the number behind cudnn went.
  const withCudnn = cudnn === undefined || flavour === 'base' ? '' : compareVersions(version, '12.4') < 0 ? '-cudnn8' : '-cudnn';
  return `${version}${withCudnn}-${flavour}-ubuntu${ubuntu}`;
}

/** A living tag of the same kind: flavour and cuDNN stay. */
export function livingCudaTag(reference: ImageReference): string {
  const { cuda } = imageFacts(reference) ?? {};
  const cudnn = cuda?.cudnn === true ? '-cudnn' : '';
  const flavour = cuda?.flavour ?? (cuda === undefined ? 'runtime' : 'devel');
  return `12.9.1${flavour === 'base' ? '' : cudnn}-${flavour}-ubuntu24.04`;
}
