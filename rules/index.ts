/**
 * Every rule, alphabetical inside each family. The pages that go with them are in `documentation.ts`, which a plain run
 * does not load.
 */
import type { Rule } from '../src/rule.js';
import apkAddCache from './apk/apk-add-cache.js';
import aptInteractive from './apt/apt-interactive.js';
import aptNoCleanup from './apt/apt-no-cleanup.js';
import aptPackageRemovedFromSuite from './apt/apt-package-removed-from-suite.js';
import aptRecommends from './apt/apt-recommends.js';
import aptUpdateAlone from './apt/apt-update-alone.js';
import alpineCompiledWheels from './base-image/alpine-compiled-wheels.js';
import baseImageFloatingSuite from './base-image/base-image-floating-suite.js';
import baseImageNotSlim from './base-image/base-image-not-slim.js';
import baseImageUnpinned from './base-image/base-image-unpinned.js';
import deprecatedBaseImage from './base-image/deprecated-base-image.js';
import eolOsImage from './base-image/eol-os-image.js';
import eolPython from './base-image/eol-python.js';
import composeDependsOnUnhealthy from './compose/compose-depends-on-unhealthy.js';
import composeInlineSecret from './compose/compose-inline-secret.js';
import composeVersionObsolete from './compose/compose-version-obsolete.js';
import condaActivateInRun from './conda/conda-activate-in-run.js';
import condaChannelNotFixed from './conda/conda-channel-not-fixed.js';
import condaDefaultsChannelTerms from './conda/conda-defaults-channel-terms.js';
import condaNoClean from './conda/conda-no-clean.js';
import condaUnpinned from './conda/conda-unpinned.js';
import micromambaActivation from './conda/micromamba-activation.js';
import dockerignoreIncomplete from './context/dockerignore-incomplete.js';
import dockerignoreMissing from './context/dockerignore-missing.js';
import faultySuppression from './dockerfile/faulty-suppression.js';
import fileEncoding from './dockerfile/file-encoding.js';
import syntaxError from './dockerfile/syntax-error.js';
import unusedSuppression from './dockerfile/unused-suppression.js';
import cudaDevelInFinalStage from './gpu/cuda-devel-in-final-stage.js';
import cudaInstalledTwice from './gpu/cuda-installed-twice.js';
import cudaWheelBaseMismatch from './gpu/cuda-wheel-base-mismatch.js';
import nvidiaCudaEolTag from './gpu/nvidia-cuda-eol-tag.js';
import nvidiaCudaTagMissing from './gpu/nvidia-cuda-tag-missing.js';
import torchDefaultCudaWheel from './gpu/torch-default-cuda-wheel.js';
import juliaUnpinned from './julia/julia-unpinned.js';
import jupyterAuthDisabled from './jupyter/jupyter-auth-disabled.js';
import buildToolsInFinalImage from './layers/build-tools-in-final-image.js';
import chownDuplicatesLayer from './layers/chown-duplicates-layer.js';
import cleanupInLaterLayer from './layers/cleanup-in-later-layer.js';
import copyBeforeInstall from './layers/copy-before-install.js';
import manifestCopiedWithCode from './layers/manifest-copied-with-code.js';
import datasetInImage from './models/dataset-in-image.js';
import modelFileInImage from './models/model-file-in-image.js';
import deprecatedPypiName from './pip/deprecated-pypi-name.js';
import gitMissingForVcsInstall from './pip/git-missing-for-vcs-install.js';
import pipExtraIndexUrl from './pip/pip-extra-index-url.js';
import pipNoCache from './pip/pip-no-cache.js';
import pipUnpinned from './pip/pip-unpinned.js';
import pipUpgradeFlag from './pip/pip-upgrade-flag.js';
import requirementsFileUnpinned from './pip/requirements-file-unpinned.js';
import poetryUnpinned from './poetry/poetry-unpinned.js';
import aptPythonInPythonImage from './python/apt-python-in-python-image.js';
import buildToolchainMissing from './python/build-toolchain-missing.js';
import copiedVenvInterpreterMismatch from './python/copied-venv-interpreter-mismatch.js';
import externallyManagedPython from './python/externally-managed-python.js';
import pipMissingRuntimeLibrary from './python/pip-missing-runtime-library.js';
import pythonOutputBuffered from './python/python-output-buffered.js';
import venvActivateInRun from './python/venv-activate-in-run.js';
import rInstallSilentFailure from './r/r-install-silent-failure.js';
import rPackagesUnpinned from './r/r-packages-unpinned.js';
import installAtContainerStart from './reproducibility/install-at-container-start.js';
import lockfileNotUsed from './reproducibility/lockfile-not-used.js';
import cronInContainer from './runtime/cron-in-container.js';
import envLegacySyntax from './runtime/env-legacy-syntax.js';
import shellFormCmd from './runtime/shell-form-cmd.js';
import uid1000Taken from './runtime/uid-1000-taken.js';
import credentialInUrl from './security/credential-in-url.js';
import rootUser from './security/root-user.js';
import secretFileCopied from './security/secret-file-copied.js';
import secretInEnvOrArg from './security/secret-in-env-or-arg.js';
import secretLiteral from './security/secret-literal.js';
import healthcheckToolMissing from './serving/healthcheck-tool-missing.js';
import serverBindsLocalhost from './serving/server-binds-localhost.js';
import servingWithoutHealthcheck from './serving/serving-without-healthcheck.js';
import uvRunAtContainerStart from './uv/uv-run-at-container-start.js';
import uvSyncNotLocked from './uv/uv-sync-not-locked.js';
import uvUnpinned from './uv/uv-unpinned.js';

export const rules: readonly Rule[] = [
  // base-image
  alpineCompiledWheels,
  baseImageFloatingSuite,
  baseImageNotSlim,
  baseImageUnpinned,
  deprecatedBaseImage,
  eolOsImage,
  eolPython,
  // python
  aptPythonInPythonImage,
  buildToolchainMissing,
  copiedVenvInterpreterMismatch,
  externallyManagedPython,
  pipMissingRuntimeLibrary,
  pythonOutputBuffered,
  venvActivateInRun,
  // pip
  deprecatedPypiName,
  gitMissingForVcsInstall,
  pipExtraIndexUrl,
  pipNoCache,
  pipUnpinned,
  pipUpgradeFlag,
  requirementsFileUnpinned,
  // uv
  uvRunAtContainerStart,
  uvSyncNotLocked,
  uvUnpinned,
  // poetry
  poetryUnpinned,
  // conda
  condaActivateInRun,
  condaChannelNotFixed,
  condaDefaultsChannelTerms,
  condaNoClean,
  condaUnpinned,
  micromambaActivation,
  // apt
  aptInteractive,
  aptNoCleanup,
  aptPackageRemovedFromSuite,
  aptRecommends,
  aptUpdateAlone,
  // apk
  apkAddCache,
  // r
  rInstallSilentFailure,
  rPackagesUnpinned,
  // julia
  juliaUnpinned,
  // gpu
  cudaDevelInFinalStage,
  cudaInstalledTwice,
  cudaWheelBaseMismatch,
  nvidiaCudaEolTag,
  nvidiaCudaTagMissing,
  torchDefaultCudaWheel,
  // jupyter
  jupyterAuthDisabled,
  // models
  datasetInImage,
  modelFileInImage,
  // serving
  healthcheckToolMissing,
  serverBindsLocalhost,
  servingWithoutHealthcheck,
  // security
  credentialInUrl,
  rootUser,
  secretFileCopied,
  secretInEnvOrArg,
  secretLiteral,
  // layers
  buildToolsInFinalImage,
  chownDuplicatesLayer,
  cleanupInLaterLayer,
  copyBeforeInstall,
  manifestCopiedWithCode,
  // reproducibility
  installAtContainerStart,
  lockfileNotUsed,
  // runtime
  cronInContainer,
  envLegacySyntax,
  shellFormCmd,
  uid1000Taken,
  // context
  dockerignoreIncomplete,
  dockerignoreMissing,
  // compose
  composeDependsOnUnhealthy,
  composeInlineSecret,
  composeVersionObsolete,
  // dockerfile
  faultySuppression,
  fileEncoding,
  syntaxError,
  unusedSuppression,
];
