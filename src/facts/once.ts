/**
 * An answer that is kept as long as what it is about: several rules ask the same of one command, script or stage, and
 * reading a command's words is most of what linting costs (`npm run bench`).
 */
export function once<Subject extends object, Answer>(answer: (subject: Subject) => Answer): (subject: Subject) => Answer {
  const answers = new WeakMap<Subject, { readonly answer: Answer }>();
  return (subject) => {
    const known = answers.get(subject);
    if (known !== undefined) return known.answer;
    const found = answer(subject);
    answers.set(subject, { answer: found });
    return found;
  };
}
