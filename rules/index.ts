/**
 * Every rule, alphabetical inside each family. The pages that go with them are in `documentation.ts`, which a plain run
 * does not load.
 */
import type { Rule } from '../src/rule.js';
import baseImageUnpinned from './base-image/base-image-unpinned.js';
import eolOsImage from './base-image/eol-os-image.js';
import eolPython from './base-image/eol-python.js';
import syntaxError from './dockerfile/syntax-error.js';
import envLegacySyntax from './runtime/env-legacy-syntax.js';
import rootUser from './security/root-user.js';

export const rules: readonly Rule[] = [
  // base-image
  baseImageUnpinned,
  eolOsImage,
  eolPython,
  // security
  rootUser,
  // runtime
  envLegacySyntax,
  // dockerfile
  syntaxError,
];
