/**
 * An answer that is kept as long as what it is about: several rules ask the same of one command, script or stage, and
 * reading a command's words is most of what linting costs (`npm run bench`). The rest of a question must be the same whenever
 * its subject is.
 */
export function once<Subject extends object, Rest extends readonly unknown[], Answer>(
  answer: (subject: Subject, ...rest: Rest) => Answer,
): (subject: Subject, ...rest: Rest) => Answer {
  const answers = new WeakMap<Subject, { readonly answer: Answer }>();
  return (subject, ...rest) => {
    const known = answers.get(subject);
    if (known !== undefined) return known.answer;
    const found = answer(subject, ...rest);
    answers.set(subject, { answer: found });
    return found;
  };
}
