import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeLink } from '../../../src/page/model/safe-link.js';
import { cut, visiblePieces, visibleText } from '../../../src/page/model/visible-text.js';

describe('characters that hide, turn or break text stand as placeholders', () => {
  test.each([
    ['plain text, café, 日本語, 👩‍💻', 'plain text, café, 日本語, 👩‍💻'],
    ['a\u001b[31mb', 'a‹U+001B›[31mb'],
    ['a\u0000b\u007f', 'a‹U+0000›b‹U+007F›'],
    ['user\u202egnp.exe', 'user‹U+202E›gnp.exe'],
    ['a\u2066b\u200bc\ufeff', 'a‹U+2066›b‹U+200B›c‹U+FEFF›'],
    ['line\nbreak\u2028', 'line‹U+000A›break‹U+2028›'],
    ['\ud800 alone', '‹U+D800› alone'],
    ['tag \u{e0041}', 'tag ‹U+E0041›'],
    ['', ''],
  ])('%j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });
});

test('a placeholder is marked, so that it differs from the same letters typed', () => {
  expect(visiblePieces('‹U+202E›')).toEqual([{ text: '‹U+202E›', isControl: false }]);
  expect(visiblePieces('\u202e')).toEqual([{ text: '‹U+202E›', isControl: true }]);
});

test('lines and tabs of a value stay, and a carriage return before a line end is no news', () => {
  expect(visiblePieces('a\r\n\tb\rc', true)).toEqual([
    { text: 'a\n\tb', isControl: false },
    { text: '‹U+000D›', isControl: true },
    { text: 'c', isControl: false },
  ]);
});

test('what is shown of any text holds no unsafe character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      expect(visibleText(text)).not.toMatch(/(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
    { seed: 2 },
  );
});

test('a cut never halves a character', () => {
  expect(cut('ab👍', 3)).toEqual({ text: 'ab', isCut: true });
  expect(cut('ab👍', 4)).toEqual({ text: 'ab👍', isCut: false });
  expect(cut('abc', 2)).toEqual({ text: 'ab', isCut: true });
});

describe('links', () => {
  test.each([
    'http://example.com',
    'https://example.com:8080/a/b?c=d&e#f',
    'HTTPS://EXAMPLE.COM/',
    'http://[::1]:80/x',
  ])('%s is one', (value) => {
    expect(safeLink(value)).toBe(value);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt://example.com/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//example.com',
    'https:example.com',
    'https://example.com@evil.example/',
    'https://evil.example\\@example.com/',
    'see https://example.com',
    'https://example.com\n',
    'https://examp\u202ele.com/',
    'https://exämple.com/',
    'https://',
    '',
  ])('%j is none', (value) => {
    expect(safeLink(value)).toBeUndefined();
  });
});
