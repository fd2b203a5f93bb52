/**
 * The pages of every rule by id: loaded to explain, never to lint.
 */
import type { RuleDocs } from '../src/rule.js';
import { docs as syntaxError } from './dockerfile/syntax-error.js';
import { docs as envLegacySyntax } from './runtime/env-legacy-syntax.js';
import { docs as rootUser } from './security/root-user.js';

export const documentation: Readonly<Record<string, RuleDocs>> = {
  'root-user': rootUser,
  'env-legacy-syntax': envLegacySyntax,
  'syntax-error': syntaxError,
};
