/**
 * Python packages that base images bring: what an install in a stage on them finds in place.
 *
 * Sources: jupyter/docker-stacks images/base-notebook and images/scipy-notebook, which the larger ones are built on; pytorch/pytorch
 * Dockerfile (read 2026-11-22). Those of TensorFlow and of NVIDIA have the framework they are named for.
 * LIMIT: what these depend on is not listed, but NumPy, and older tags may lack some of the smaller ones.
 */
import type { Base } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { factsOfBase } from './images.js';
import { type Words, words } from './words.js';

const BASE_NOTEBOOK = 'jupyterlab notebook jupyterhub nbclassic';
const SCIPY_NOTEBOOK =
  `${BASE_NOTEBOOK} altair beautifulsoup4 bokeh bottleneck cloudpickle cython dask dill h5py ipympl ipywidgets matplotlib numba numexpr ` +
  'numpy openpyxl pandas patsy protobuf scikit-image scikit-learn scipy seaborn sqlalchemy statsmodels sympy xlrd';

/** By the last part of an image's name. */
const BROUGHT: Readonly<Record<string, Words>> = {
  'base-notebook': words(BASE_NOTEBOOK),
  'minimal-notebook': words(BASE_NOTEBOOK),
  'r-notebook': words(BASE_NOTEBOOK),
  'julia-notebook': words(BASE_NOTEBOOK),
  'scipy-notebook': words(SCIPY_NOTEBOOK),
  'datascience-notebook': words(SCIPY_NOTEBOOK),
  'pyspark-notebook': words(SCIPY_NOTEBOOK),
  'all-spark-notebook': words(SCIPY_NOTEBOOK),
  'tensorflow-notebook': words(`${SCIPY_NOTEBOOK} tensorflow`),
  'pytorch-notebook': words(`${SCIPY_NOTEBOOK} torch torchvision torchaudio`),
  pytorch: words('numpy torch torchvision'),
  tensorflow: words('numpy tensorflow'),
  jax: words('jax jaxlib numpy'),
};

/** Whether a base image is known to bring a package. @param name as PyPI compares names */
export function bringsPackage(base: Base, name: string): boolean {
  return broughtBy(base)?.has(name) === true;
}

/** Whether a base image is known to bring Python packages, whichever. */
export function bringsPackages(base: Base): boolean {
  return broughtBy(base) !== undefined;
}

function broughtBy(base: Base): Words | undefined {
  const image = factsOfBase(base)?.name;
  return image === undefined || !MAKERS.test(image) ? undefined : BROUGHT[baseName(image)];
}

const MAKERS = /^(?:(?:quay\.io\/)?jupyter|(?:ghcr\.io\/)?pytorch|tensorflow|nvcr\.io\/nvidia)\//;
