import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTraceTree } from '../../../src/index.js';
import { printable } from '../../../src/terminal/printable.js';
import { jsonSpan, jsonTrace } from '../collected.js';

test.each([
  ['plain text and letters of any script stay', 'GET /ä 漢字 😀', 'GET /ä 漢字 😀'],
  ['escape sequences', '\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
  ['line breaks, tabs and the bell', 'a\r\n\tb\u0007', 'a\\u{d}\\u{a}\\u{9}b\\u{7}'],
  ['the 8-bit control sequence introducer', '\u009b2J', '\\u{9b}2J'],
  ['text that turns its direction', 'a\u202eb', 'a\\u{202e}b'],
  ['invisible characters', 'a\u200bb\u2028', 'a\\u{200b}b\\u{2028}'],
  ['a lone surrogate', '\ud800', '\\u{d800}'],
  ['a backslash, so that an escape cannot be faked', '\\u{1b}', '\\\\u{1b}'],
])('%s', (_name, text, safe) => {
  expect(printable(text)).toBe(safe);
});

test('a long text ends in an ellipsis', () => {
  expect(printable('x'.repeat(121))).toBe(`${'x'.repeat(120)}…`);
  expect(printable('x'.repeat(120))).toBe('x'.repeat(120));
});

test('no control character of a name or a service reaches the tree', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, service) => {
      const text = formatTraceTree(jsonTrace(jsonSpan(name, 1, 0, {}, service)));
      expect(text.split('\n')).toHaveLength(2);
      expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    }),
    { seed: 22, numRuns: 500 },
  );
});
