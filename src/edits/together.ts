/** Edits that only make sense together. */
import type { Edit } from '../rule.js';

/** All of some edits; undefined where one of them could not be written with certainty. */
export function together(edits: readonly (Edit | undefined)[]): readonly Edit[] | undefined {
  const certain = edits.filter((edit) => edit !== undefined);
  return certain.length === edits.length ? certain : undefined;
}
