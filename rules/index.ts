/**
 * Every rule, alphabetical inside each family. The pages that go with them are in `documentation.ts`, which a plain run
 * does not load.
 */
import type { Rule } from '../src/rule.js';
import aptInteractive from './apt/apt-interactive.js';
import aptNoCleanup from './apt/apt-no-cleanup.js';
import aptRecommends from './apt/apt-recommends.js';
import aptUpdateAlone from './apt/apt-update-alone.js';
import alpineCompiledWheels from './base-image/alpine-compiled-wheels.js';
import baseImageUnpinned from './base-image/base-image-unpinned.js';
import eolOsImage from './base-image/eol-os-image.js';
import eolPython from './base-image/eol-python.js';
import condaNoClean from './conda/conda-no-clean.js';
import condaUnpinned from './conda/conda-unpinned.js';
import faultySuppression from './dockerfile/faulty-suppression.js';
import fileEncoding from './dockerfile/file-encoding.js';
import syntaxError from './dockerfile/syntax-error.js';
import unusedSuppression from './dockerfile/unused-suppression.js';
import cleanupInLaterLayer from './layers/cleanup-in-later-layer.js';
import copyBeforeInstall from './layers/copy-before-install.js';
import manifestCopiedWithCode from './layers/manifest-copied-with-code.js';
import pipNoCache from './pip/pip-no-cache.js';
import pipUnpinned from './pip/pip-unpinned.js';
import pythonOutputBuffered from './python/python-output-buffered.js';
import envLegacySyntax from './runtime/env-legacy-syntax.js';
import shellFormCmd from './runtime/shell-form-cmd.js';
import credentialInUrl from './security/credential-in-url.js';
import rootUser from './security/root-user.js';
import secretInEnvOrArg from './security/secret-in-env-or-arg.js';
import secretLiteral from './security/secret-literal.js';

export const rules: readonly Rule[] = [
  // base-image
  alpineCompiledWheels,
  baseImageUnpinned,
  eolOsImage,
  eolPython,
  // python
  pythonOutputBuffered,
  // pip
  pipNoCache,
  pipUnpinned,
  // conda
  condaNoClean,
  condaUnpinned,
  // apt
  aptInteractive,
  aptNoCleanup,
  aptRecommends,
  aptUpdateAlone,
  // security
  credentialInUrl,
  rootUser,
  secretInEnvOrArg,
  secretLiteral,
  // layers
  cleanupInLaterLayer,
  copyBeforeInstall,
  manifestCopiedWithCode,
  // runtime
  envLegacySyntax,
  shellFormCmd,
  // dockerfile
  faultySuppression,
  fileEncoding,
  syntaxError,
  unusedSuppression,
];
