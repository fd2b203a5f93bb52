/**
 * Every rule, alphabetical inside each family. The pages that go with them are in `documentation.ts`, which a plain run
 * does not load.
 */
import type { Rule } from '../src/rule.js';
import syntaxError from './dockerfile/syntax-error.js';
import envLegacySyntax from './runtime/env-legacy-syntax.js';
import rootUser from './security/root-user.js';

export const rules: readonly Rule[] = [
  // security
  rootUser,
  // runtime
  envLegacySyntax,
  // dockerfile
  syntaxError,
];
