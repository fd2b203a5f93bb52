/** The parts of the rule contract that do something. */
import { describe, expect, it } from 'vitest';
import { redacted } from '../src/rule.js';

describe('redacted', () => {
  it.each([
    ['hf_aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567', 'hf_a… (37 characters)'],
    ['abcdefghijkl', 'abcd… (12 characters)'],
    ['abcdefghijk', '(11 characters)'],
    ['', '(0 characters)'],
    ['a', '(1 character)'],
    ['a\nbcdefghijklm', 'a bc… (14 characters)'],
  ])('shows little of %j', (secret, expected) => {
    expect(redacted(secret)).toBe(expected);
  });
});
