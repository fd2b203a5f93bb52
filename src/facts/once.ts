import type { Noted } from '../model/dockerfile.js';

/** Stands for an answer that is undefined. */
const NOTHING = Symbol('nothing');

/** How many questions there are; each has its place in the notes of what it is about. */
let questions = 0;

/**
 * An answer that is kept with what it is about: several rules ask the same of one command, script or stage, and reading a
 * command's words is most of what linting costs. `more` must be the same whenever the subject is. The answer is kept on the
 * subject itself: WeakMaps took a quarter of the time of a large run, most of it in garbage collection (`npm run bench`).
 */
export function once<Subject extends Noted, More, Answer>(
  answer: (subject: Subject, more: More) => Answer,
): (subject: Subject, ...more: unknown extends More ? [] : [More]) => Answer {
  const question = questions++;
  const ask = (subject: Subject, more: More): Answer => {
    subject.notes ??= [];
    const known = subject.notes[question];
    if (known !== undefined) return (known === NOTHING ? undefined : known) as Answer;
    const found = answer(subject, more);
    subject.notes[question] = found === undefined ? NOTHING : found;
    return found;
  };
  return ask as ReturnType<typeof once<Subject, More, Answer>>;
}
