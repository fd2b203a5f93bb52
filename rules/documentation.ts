/**
 * The pages of every rule by id: loaded to explain, never to lint.
 */
import type { RuleDocs } from '../src/rule.js';
import { docs as aptInteractive } from './apt/apt-interactive.js';
import { docs as aptNoCleanup } from './apt/apt-no-cleanup.js';
import { docs as aptRecommends } from './apt/apt-recommends.js';
import { docs as aptUpdateAlone } from './apt/apt-update-alone.js';
import { docs as alpineCompiledWheels } from './base-image/alpine-compiled-wheels.js';
import { docs as baseImageUnpinned } from './base-image/base-image-unpinned.js';
import { docs as eolOsImage } from './base-image/eol-os-image.js';
import { docs as eolPython } from './base-image/eol-python.js';
import { docs as condaNoClean } from './conda/conda-no-clean.js';
import { docs as condaUnpinned } from './conda/conda-unpinned.js';
import { docs as faultySuppression } from './dockerfile/faulty-suppression.js';
import { docs as fileEncoding } from './dockerfile/file-encoding.js';
import { docs as syntaxError } from './dockerfile/syntax-error.js';
import { docs as unusedSuppression } from './dockerfile/unused-suppression.js';
import { docs as cleanupInLaterLayer } from './layers/cleanup-in-later-layer.js';
import { docs as copyBeforeInstall } from './layers/copy-before-install.js';
import { docs as manifestCopiedWithCode } from './layers/manifest-copied-with-code.js';
import { docs as pipNoCache } from './pip/pip-no-cache.js';
import { docs as pipUnpinned } from './pip/pip-unpinned.js';
import { docs as pythonOutputBuffered } from './python/python-output-buffered.js';
import { docs as envLegacySyntax } from './runtime/env-legacy-syntax.js';
import { docs as shellFormCmd } from './runtime/shell-form-cmd.js';
import { docs as credentialInUrl } from './security/credential-in-url.js';
import { docs as rootUser } from './security/root-user.js';
import { docs as secretInEnvOrArg } from './security/secret-in-env-or-arg.js';
import { docs as secretLiteral } from './security/secret-literal.js';

export const documentation: Readonly<Record<string, RuleDocs>> = {
  'alpine-compiled-wheels': alpineCompiledWheels,
  'apt-interactive': aptInteractive,
  'apt-no-cleanup': aptNoCleanup,
  'apt-recommends': aptRecommends,
  'apt-update-alone': aptUpdateAlone,
  'base-image-unpinned': baseImageUnpinned,
  'cleanup-in-later-layer': cleanupInLaterLayer,
  'conda-no-clean': condaNoClean,
  'conda-unpinned': condaUnpinned,
  'copy-before-install': copyBeforeInstall,
  'credential-in-url': credentialInUrl,
  'env-legacy-syntax': envLegacySyntax,
  'eol-os-image': eolOsImage,
  'eol-python': eolPython,
  'faulty-suppression': faultySuppression,
  'file-encoding': fileEncoding,
  'manifest-copied-with-code': manifestCopiedWithCode,
  'pip-no-cache': pipNoCache,
  'pip-unpinned': pipUnpinned,
  'python-output-buffered': pythonOutputBuffered,
  'root-user': rootUser,
  'secret-in-env-or-arg': secretInEnvOrArg,
  'secret-literal': secretLiteral,
  'shell-form-cmd': shellFormCmd,
  'syntax-error': syntaxError,
  'unused-suppression': unusedSuppression,
};
