import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readUtf8, writeUtf8 } from '../../../../src/core/text/utf8.js';

const RUNS = { seed: 5, numRuns: 2000 };

// The judge: the platform's own. `ignoreBOM` means that a byte order mark stays.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const anyUnits = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.integer({ min: 0xd7ff, max: 0xe000 })), {
    maxLength: 30,
  })
  .map((units) => String.fromCharCode(...units));

/** Bytes that are nearly UTF-8: beginnings, continuations and the bounds of what may follow. */
const nearlyUtf8 = fc
  .array(
    fc.oneof(
      fc.constantFrom(0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf),
      fc.constantFrom(0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff),
      fc.nat(255),
    ),
    { maxLength: 24 },
  )
  .map((bytes) => Uint8Array.from(bytes));

describe('readUtf8', () => {
  test('is what a TextDecoder reads, from any bytes', () => {
    fc.assert(
      fc.property(nearlyUtf8, (bytes) => {
        expect(readUtf8(bytes, 0, bytes.length)).toBe(decoder.decode(bytes));
      }),
      RUNS,
    );
  });

  test('reads no byte outside its range', () => {
    fc.assert(
      fc.property(nearlyUtf8, fc.nat(10), fc.nat(10), (bytes, skip, drop) => {
        const start = Math.min(skip, bytes.length);
        const end = Math.max(start, bytes.length - drop);
        expect(readUtf8(bytes, start, end)).toBe(decoder.decode(bytes.subarray(start, end)));
      }),
      RUNS,
    );
  });

  test.each([
    ['a byte order mark stays', [0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
    ['one U+FFFD for a cut character', [0xf0, 0x9f, 0x98], '\ufffd'],
    ['an overlong slash is no slash', [0xc0, 0xaf], '\ufffd\ufffd'],
    ['a surrogate is no character', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
  ])('%s', (_name, bytes, text) => {
    expect(readUtf8(Uint8Array.from(bytes), 0, bytes.length)).toBe(text);
  });

  test('a text longer than any argument list', () => {
    const text = 'aé€😀'.repeat(200_000);
    const bytes = Buffer.from(text);
    expect(readUtf8(bytes, 0, bytes.length) === text).toBe(true);
  });
});

describe('writeUtf8', () => {
  test('is what Buffer writes, lone surrogates included', () => {
    fc.assert(
      fc.property(anyUnits, fc.nat(5), (text, offset) => {
        const target = new Uint8Array(offset + 3 * text.length);
        const length = writeUtf8(text, target, offset);
        expect(Buffer.from(target.subarray(offset, offset + length))).toEqual(Buffer.from(text));
      }),
      RUNS,
    );
  });

  test('readUtf8 gets it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const target = new Uint8Array(3 * text.length);
        expect(readUtf8(target, 0, writeUtf8(text, target, 0))).toBe(text);
      }),
      RUNS,
    );
  });
});
