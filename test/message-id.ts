import type { Rule } from '../src/rule.js';

/** Which of a rule's messages a finished text was made from: the one whose fixed words it has, the longest if several. */
export function messageIdOf(rule: Rule, text: string): string | undefined {
  const candidates = Object.entries(rule.messages).filter(([, message]) => {
    const pattern = message.text.split(/\{[A-Za-z]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.join('[^]*?')}$`).test(text);
  });
  return candidates.sort(([, a], [, b]) => b.text.length - a.text.length)[0]?.[0];
}
