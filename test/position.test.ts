import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ColumnUnit,
  cellsOf,
  displayWidth,
  lineCount,
  lineSpan,
  lineText,
  offsetAt,
  placeOf,
  rangeOf,
} from '../src/source/position.js';
import { sourceFromText } from '../src/source/source-file.js';

const UNITS: readonly ColumnUnit[] = ['utf16', 'utf8', 'code-point'];
const source = (text: string) => sourceFromText('Dockerfile', text);

describe('lines', () => {
  test.each([
    ['', ['']],
    ['FROM a', ['FROM a']],
    ['FROM a\n', ['FROM a', '']],
    ['FROM a\r\nRUN b\r\n', ['FROM a', 'RUN b', '']],
    ['a\rb\nc', ['a\rb', 'c']],
    ['\n\r\n\n', ['', '', '', '']],
    ['a\u2028b\u0085c\fd', ['a\u2028b\u0085c\fd']],
    ['\r\r\nx', ['\r', 'x']],
  ])('%j', (text, lines) => {
    const file = source(text);
    expect(lineCount(file)).toBe(lines.length);
    expect(lines.map((_, i) => lineText(file, i + 1))).toEqual(lines);
  });

  test('a line outside the file is the first or the last', () => {
    const file = source('one\ntwo');
    expect(lineText(file, 0)).toBe('one');
    expect(lineText(file, 9)).toBe('two');
    expect(lineSpan(file, 9)).toEqual({ start: 4, end: 7 });
  });
});

describe('places', () => {
  const text = 'LABEL a="🚀é模" b\r\nRUN x';

  test.each([
    ['utf16', 14],
    ['code-point', 13],
    ['utf8', 19],
  ] as const)('behind an emoji, in %s', (unit, column) => {
    const file = source(text);
    const offset = text.indexOf('" b');
    expect(placeOf(file, offset, unit)).toEqual({ line: 1, column });
    expect(offsetAt(file, { line: 1, column }, unit)).toBe(offset);
  });

  test('a byte order mark counts in no unit', () => {
    const file = source(`\uFEFF${text}`);
    for (const unit of UNITS) expect(placeOf(file, 0, unit)).toEqual({ line: 1, column: 1 });
  });

  test('inside a surrogate pair only UTF-16 can point', () => {
    const file = source('🚀x');
    expect(placeOf(file, 1)).toEqual({ line: 1, column: 2 });
    expect(placeOf(file, 1, 'utf8')).toEqual({ line: 1, column: 1 });
    expect(placeOf(file, 1, 'code-point')).toEqual({ line: 1, column: 1 });
    expect(offsetAt(file, { line: 1, column: 3 }, 'utf8')).toBe(0);
  });

  test('the line end belongs to the line before it', () => {
    const file = source('ab\r\ncd');
    expect([2, 3, 4].map((offset) => placeOf(file, offset))).toEqual([
      { line: 1, column: 3 },
      { line: 1, column: 3 },
      { line: 2, column: 1 },
    ]);
  });

  test('outside is clamped', () => {
    const file = source('ab\ncd');
    expect(placeOf(file, -1)).toEqual({ line: 1, column: 1 });
    expect(placeOf(file, 99)).toEqual({ line: 2, column: 3 });
    expect(offsetAt(file, { line: 0, column: 5 })).toBe(0);
    expect(offsetAt(file, { line: 1, column: 0 })).toBe(0);
    expect(offsetAt(file, { line: 1, column: 99 })).toBe(2);
    expect(offsetAt(file, { line: 9, column: 1 })).toBe(5);
  });

  test('every place leads back to its offset, and agrees with counting by hand', () => {
    const part = fc.constantFrom('a', ' ', '\t', 'é', 'e\u0301', '模', '🚀', '👩‍🔬', '\n', '\r\n', '\r', '\uFFFD');
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('');
        const file = source(text);
        let offset = 0;
        for (const each of parts) {
          const before = text.slice(0, offset);
          const line = before.split('\n').length;
          const onLine = before.slice(before.lastIndexOf('\n') + 1);
          const isInLineEnd = text.startsWith('\n', offset) && onLine.endsWith('\r');
          if (!isInLineEnd) {
            const columns = [onLine.length, Buffer.byteLength(onLine), [...onLine].length];
            for (const [i, unit] of UNITS.entries()) {
              const place = placeOf(file, offset, unit);
              expect(place).toEqual({ line, column: (columns[i] ?? 0) + 1 });
              expect(offsetAt(file, place, unit)).toBe(offset);
            }
          }
          offset += each.length;
        }
      }),
    );
  });
});

describe('ranges', () => {
  test.each(['\n', '\r\n'])('a whole line with its line end %j ends on that line', (end) => {
    const file = source(`USER root${end}${end}CMD x`);
    expect(rangeOf(file, { start: 0, end: 9 + 2 * end.length })).toEqual({ line: 1, column: 1, endLine: 1, endColumn: 10 });
  });

  test('over several lines', () => {
    const file = source('RUN a \\\r\n  é b\r\n');
    expect(rangeOf(file, { start: 4, end: 13 }, 'utf8')).toEqual({ line: 1, column: 5, endLine: 2, endColumn: 6 });
  });

  test('without length, also where it is nothing but line ends', () => {
    const file = source('a\n\nb');
    expect(rangeOf(file, { start: 1, end: 1 })).toEqual({ line: 1, column: 2, endLine: 1, endColumn: 2 });
    expect(rangeOf(file, { start: 1, end: 3 })).toEqual({ line: 1, column: 2, endLine: 1, endColumn: 2 });
    expect(rangeOf(source(''), { start: 0, end: 0 })).toEqual({ line: 1, column: 1, endLine: 1, endColumn: 1 });
  });
});

describe('width in a terminal', () => {
  test.each([
    ['FROM python', 11],
    ['\tx', 5],
    ['模型', 4],
    ['ｆｕｌｌ', 8],
    ['한국', 4],
    ['e\u0301é', 2],
    ['🚀', 2],
    ['👩‍🔬', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['❤', 1],
    ['1️⃣', 2],
    ['\u200b', 0],
    ['\u001b[', 2],
    ['│…', 2],
  ])('%j takes %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('cells lose nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect([...cellsOf(text)].map((cell) => cell.text).join('')).toBe(text);
      }),
    );
  });
});
