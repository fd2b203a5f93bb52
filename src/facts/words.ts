/** A list of words to look others up in. */
export interface Words {
  readonly has: (word: string) => boolean;
}

/** Words with blanks between them; made a set at the first question, for most lists are never asked in a run. */
export function words(text: string): Words {
  let set: ReadonlySet<string> | undefined;
  return {
    has: (word) => {
      set ??= new Set(text.split(' '));
      return set.has(word);
    },
  };
}
