/** Text of a Dockerfile inside Markdown. */

/** A text as code: nothing in it is read as Markdown. */
export function code(text: string): string {
  return `\`${text.replace(/[`\s]+/g, ' ')}\``;
}
