/**
 * Which of NVIDIA's CUDA images can still be pulled.
 *
 * Sources (read 2026-11-22): NVIDIA's Container Support Policy as pytorch/builder#1446 (2023-07) and LightGBM#6520 (2024-07)
 * quote it: tags past their support are deleted from Docker Hub and NGC six months later; NVIDIA/cudf-spark-examples#311
 * (2023-07) for the versions deleted in July 2023; NVIDIA/nvidia-docker#1735, #1768 and #1454 for pulls that fail since.
 */
import type { ImageReference } from '../model/dockerfile.js';
import { imageFacts } from './images.js';
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

/** A living tag of the same kind: flavour and cuDNN stay. */
export function livingCudaTag(reference: ImageReference): string {
  const { cuda } = imageFacts(reference) ?? {};
  const cudnn = cuda?.cudnn === true ? '-cudnn' : '';
  const flavour = cuda?.flavour ?? (cuda === undefined ? 'runtime' : 'devel');
  return `12.9.1${flavour === 'base' ? '' : cudnn}-${flavour}-ubuntu24.04`;
}
