/**
 * The pages of every rule by id: loaded to explain, never to lint.
 */
import type { RuleDocs } from '../src/rule.js';
import { docs as apkAddCache } from './apk/apk-add-cache.js';
import { docs as aptInteractive } from './apt/apt-interactive.js';
import { docs as aptNoCleanup } from './apt/apt-no-cleanup.js';
import { docs as aptPackageRemovedFromSuite } from './apt/apt-package-removed-from-suite.js';
import { docs as aptRecommends } from './apt/apt-recommends.js';
import { docs as aptUpdateAlone } from './apt/apt-update-alone.js';
import { docs as alpineCompiledWheels } from './base-image/alpine-compiled-wheels.js';
import { docs as baseImageFloatingSuite } from './base-image/base-image-floating-suite.js';
import { docs as baseImageNotSlim } from './base-image/base-image-not-slim.js';
import { docs as baseImageUnpinned } from './base-image/base-image-unpinned.js';
import { docs as deprecatedBaseImage } from './base-image/deprecated-base-image.js';
import { docs as eolOsImage } from './base-image/eol-os-image.js';
import { docs as eolPython } from './base-image/eol-python.js';
import { docs as composeDependsOnUnhealthy } from './compose/compose-depends-on-unhealthy.js';
import { docs as composeInlineSecret } from './compose/compose-inline-secret.js';
import { docs as composeVersionObsolete } from './compose/compose-version-obsolete.js';
import { docs as condaActivateInRun } from './conda/conda-activate-in-run.js';
import { docs as condaChannelNotFixed } from './conda/conda-channel-not-fixed.js';
import { docs as condaDefaultsChannelTerms } from './conda/conda-defaults-channel-terms.js';
import { docs as condaNoClean } from './conda/conda-no-clean.js';
import { docs as condaUnpinned } from './conda/conda-unpinned.js';
import { docs as micromambaActivation } from './conda/micromamba-activation.js';
import { docs as dockerignoreIncomplete } from './context/dockerignore-incomplete.js';
import { docs as dockerignoreMissing } from './context/dockerignore-missing.js';
import { docs as faultySuppression } from './dockerfile/faulty-suppression.js';
import { docs as fileEncoding } from './dockerfile/file-encoding.js';
import { docs as syntaxError } from './dockerfile/syntax-error.js';
import { docs as unusedSuppression } from './dockerfile/unused-suppression.js';
import { docs as cudaDevelInFinalStage } from './gpu/cuda-devel-in-final-stage.js';
import { docs as cudaInstalledTwice } from './gpu/cuda-installed-twice.js';
import { docs as cudaWheelBaseMismatch } from './gpu/cuda-wheel-base-mismatch.js';
import { docs as nvidiaCudaEolTag } from './gpu/nvidia-cuda-eol-tag.js';
import { docs as nvidiaCudaTagMissing } from './gpu/nvidia-cuda-tag-missing.js';
import { docs as torchDefaultCudaWheel } from './gpu/torch-default-cuda-wheel.js';
import { docs as juliaUnpinned } from './julia/julia-unpinned.js';
import { docs as jupyterAuthDisabled } from './jupyter/jupyter-auth-disabled.js';
import { docs as buildToolsInFinalImage } from './layers/build-tools-in-final-image.js';
import { docs as chownDuplicatesLayer } from './layers/chown-duplicates-layer.js';
import { docs as cleanupInLaterLayer } from './layers/cleanup-in-later-layer.js';
import { docs as copyBeforeInstall } from './layers/copy-before-install.js';
import { docs as manifestCopiedWithCode } from './layers/manifest-copied-with-code.js';
import { docs as datasetInImage } from './models/dataset-in-image.js';
import { docs as modelFileInImage } from './models/model-file-in-image.js';
import { docs as deprecatedPypiName } from './pip/deprecated-pypi-name.js';
import { docs as gitMissingForVcsInstall } from './pip/git-missing-for-vcs-install.js';
import { docs as pipExtraIndexUrl } from './pip/pip-extra-index-url.js';
import { docs as pipNoCache } from './pip/pip-no-cache.js';
import { docs as pipUnpinned } from './pip/pip-unpinned.js';
import { docs as pipUpgradeFlag } from './pip/pip-upgrade-flag.js';
import { docs as requirementsFileUnpinned } from './pip/requirements-file-unpinned.js';
import { docs as poetryUnpinned } from './poetry/poetry-unpinned.js';
import { docs as aptPythonInPythonImage } from './python/apt-python-in-python-image.js';
import { docs as buildToolchainMissing } from './python/build-toolchain-missing.js';
import { docs as copiedVenvInterpreterMismatch } from './python/copied-venv-interpreter-mismatch.js';
import { docs as externallyManagedPython } from './python/externally-managed-python.js';
import { docs as pipMissingRuntimeLibrary } from './python/pip-missing-runtime-library.js';
import { docs as pythonOutputBuffered } from './python/python-output-buffered.js';
import { docs as venvActivateInRun } from './python/venv-activate-in-run.js';
import { docs as rInstallSilentFailure } from './r/r-install-silent-failure.js';
import { docs as rPackagesUnpinned } from './r/r-packages-unpinned.js';
import { docs as installAtContainerStart } from './reproducibility/install-at-container-start.js';
import { docs as lockfileNotUsed } from './reproducibility/lockfile-not-used.js';
import { docs as cronInContainer } from './runtime/cron-in-container.js';
import { docs as envLegacySyntax } from './runtime/env-legacy-syntax.js';
import { docs as shellFormCmd } from './runtime/shell-form-cmd.js';
import { docs as uid1000Taken } from './runtime/uid-1000-taken.js';
import { docs as credentialInUrl } from './security/credential-in-url.js';
import { docs as rootUser } from './security/root-user.js';
import { docs as secretFileCopied } from './security/secret-file-copied.js';
import { docs as secretInEnvOrArg } from './security/secret-in-env-or-arg.js';
import { docs as secretLiteral } from './security/secret-literal.js';
import { docs as healthcheckToolMissing } from './serving/healthcheck-tool-missing.js';
import { docs as serverBindsLocalhost } from './serving/server-binds-localhost.js';
import { docs as servingWithoutHealthcheck } from './serving/serving-without-healthcheck.js';
import { docs as uvRunAtContainerStart } from './uv/uv-run-at-container-start.js';
import { docs as uvSyncNotLocked } from './uv/uv-sync-not-locked.js';
import { docs as uvUnpinned } from './uv/uv-unpinned.js';

export const documentation: Readonly<Record<string, RuleDocs>> = {
  'alpine-compiled-wheels': alpineCompiledWheels,
  'apk-add-cache': apkAddCache,
  'apt-interactive': aptInteractive,
  'apt-no-cleanup': aptNoCleanup,
  'apt-package-removed-from-suite': aptPackageRemovedFromSuite,
  'apt-python-in-python-image': aptPythonInPythonImage,
  'apt-recommends': aptRecommends,
  'apt-update-alone': aptUpdateAlone,
  'base-image-floating-suite': baseImageFloatingSuite,
  'base-image-not-slim': baseImageNotSlim,
  'base-image-unpinned': baseImageUnpinned,
  'build-toolchain-missing': buildToolchainMissing,
  'build-tools-in-final-image': buildToolsInFinalImage,
  'chown-duplicates-layer': chownDuplicatesLayer,
  'cleanup-in-later-layer': cleanupInLaterLayer,
  'compose-depends-on-unhealthy': composeDependsOnUnhealthy,
  'compose-inline-secret': composeInlineSecret,
  'compose-version-obsolete': composeVersionObsolete,
  'conda-activate-in-run': condaActivateInRun,
  'conda-channel-not-fixed': condaChannelNotFixed,
  'conda-defaults-channel-terms': condaDefaultsChannelTerms,
  'conda-no-clean': condaNoClean,
  'conda-unpinned': condaUnpinned,
  'copied-venv-interpreter-mismatch': copiedVenvInterpreterMismatch,
  'copy-before-install': copyBeforeInstall,
  'credential-in-url': credentialInUrl,
  'cron-in-container': cronInContainer,
  'cuda-devel-in-final-stage': cudaDevelInFinalStage,
  'cuda-installed-twice': cudaInstalledTwice,
  'cuda-wheel-base-mismatch': cudaWheelBaseMismatch,
  'dataset-in-image': datasetInImage,
  'deprecated-base-image': deprecatedBaseImage,
  'deprecated-pypi-name': deprecatedPypiName,
  'dockerignore-incomplete': dockerignoreIncomplete,
  'dockerignore-missing': dockerignoreMissing,
  'env-legacy-syntax': envLegacySyntax,
  'eol-os-image': eolOsImage,
  'eol-python': eolPython,
  'externally-managed-python': externallyManagedPython,
  'faulty-suppression': faultySuppression,
  'file-encoding': fileEncoding,
  'git-missing-for-vcs-install': gitMissingForVcsInstall,
  'healthcheck-tool-missing': healthcheckToolMissing,
  'install-at-container-start': installAtContainerStart,
  'julia-unpinned': juliaUnpinned,
  'jupyter-auth-disabled': jupyterAuthDisabled,
  'lockfile-not-used': lockfileNotUsed,
  'manifest-copied-with-code': manifestCopiedWithCode,
  'micromamba-activation': micromambaActivation,
  'model-file-in-image': modelFileInImage,
  'nvidia-cuda-eol-tag': nvidiaCudaEolTag,
  'nvidia-cuda-tag-missing': nvidiaCudaTagMissing,
  'pip-extra-index-url': pipExtraIndexUrl,
  'pip-missing-runtime-library': pipMissingRuntimeLibrary,
  'pip-no-cache': pipNoCache,
  'pip-unpinned': pipUnpinned,
  'pip-upgrade-flag': pipUpgradeFlag,
  'poetry-unpinned': poetryUnpinned,
  'python-output-buffered': pythonOutputBuffered,
  'r-install-silent-failure': rInstallSilentFailure,
  'r-packages-unpinned': rPackagesUnpinned,
  'requirements-file-unpinned': requirementsFileUnpinned,
  'root-user': rootUser,
  'secret-file-copied': secretFileCopied,
  'secret-in-env-or-arg': secretInEnvOrArg,
  'secret-literal': secretLiteral,
  'server-binds-localhost': serverBindsLocalhost,
  'serving-without-healthcheck': servingWithoutHealthcheck,
  'shell-form-cmd': shellFormCmd,
  'syntax-error': syntaxError,
  'torch-default-cuda-wheel': torchDefaultCudaWheel,
  'uid-1000-taken': uid1000Taken,
  'unused-suppression': unusedSuppression,
  'uv-run-at-container-start': uvRunAtContainerStart,
  'uv-sync-not-locked': uvSyncNotLocked,
  'uv-unpinned': uvUnpinned,
  'venv-activate-in-run': venvActivateInRun,
};
