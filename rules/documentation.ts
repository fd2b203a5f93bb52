/**
 * The pages of every rule by id: loaded to explain, never to lint.
 */
import type { RuleDocs } from '../src/rule.js';
import { docs as syntaxError } from './dockerfile/syntax-error.js';
import { docs as envLegacySyntax } from './runtime/env-legacy-syntax.js';

export const documentation: Readonly<Record<string, RuleDocs>> = {
  'env-legacy-syntax': envLegacySyntax,
  'syntax-error': syntaxError,
};
