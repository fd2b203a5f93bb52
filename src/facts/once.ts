import type { Noted } from '../model/dockerfile.js';

/** Stands for an answer that is undefined. */
const NOTHING = Symbol('nothing');

/**
 * An answer that is kept with what it is about: several rules ask the same of one command, script or stage, and reading a
 * command's words is most of what linting costs. `more` must be the same whenever the subject is. The answer is kept on the
 * subject itself: WeakMaps took a quarter of the time of a large run, most of it in garbage collection (`npm run bench`).
 */
export function once<Subject extends Noted, More extends readonly [unknown?], Answer>(
  answer: (subject: Subject, ...more: More) => Answer,
): (subject: Subject, ...more: More) => Answer {
  return (subject, ...more) => {
    subject.notes ??= new Map();
    const known = subject.notes.get(answer);
    if (known !== undefined) return (known === NOTHING ? undefined : known) as Answer;
    const found = answer(subject, ...more);
    subject.notes.set(answer, found === undefined ? NOTHING : found);
    return found;
  };
}
