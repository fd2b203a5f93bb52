/**
 * The pages of every rule by id: loaded to explain, never to lint.
 */
import type { RuleDocs } from '../src/rule.js';
import { docs as baseImageUnpinned } from './base-image/base-image-unpinned.js';
import { docs as eolOsImage } from './base-image/eol-os-image.js';
import { docs as eolPython } from './base-image/eol-python.js';
import { docs as syntaxError } from './dockerfile/syntax-error.js';
import { docs as envLegacySyntax } from './runtime/env-legacy-syntax.js';
import { docs as rootUser } from './security/root-user.js';

export const documentation: Readonly<Record<string, RuleDocs>> = {
  'base-image-unpinned': baseImageUnpinned,
  'env-legacy-syntax': envLegacySyntax,
  'eol-os-image': eolOsImage,
  'eol-python': eolPython,
  'root-user': rootUser,
  'syntax-error': syntaxError,
};
