import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hexOf64,
  hexOfWord,
  isHex,
  putWord,
  wordOfBytes,
  wordOfHex,
} from '../../../../src/core/context/id-words.js';

const anyWord = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

describe('hex', () => {
  test.each([
    ['0', true],
    ['00ff', true],
    ['abcdefABCDEF0123', true],
    ['', false],
    ['0x1', false],
    ['-1', false],
    [' 1', false],
    ['1 ', false],
    ['1\n', false],
    ['1g', false],
    ['١', false],
    ['12345678123456781', false],
  ])('isHex(%j, 16) is %s', (text, expected) => {
    expect(isHex(text, 16)).toBe(expected);
  });

  test.each([
    [0, 0, '0'],
    [0, 1, '1'],
    [0, -1, 'ffffffff'],
    [1, 0, '100000000'],
    [-0x8000_0000, 1, '8000000000000001'],
    [0x0abc_def0, 0x12, 'abcdef000000012'],
  ])('hexOf64(%i, %i) has no leading zeros: %s', (high, low, text) => {
    expect(hexOf64(high, low)).toBe(text);
  });

  test('every id survives text and back, in either case', () => {
    fc.assert(
      fc.property(anyWord, anyWord, (high, low) => {
        for (const text of [hexOf64(high, low), hexOfWord(high) + hexOfWord(low)]) {
          for (const form of [text, text.toUpperCase()]) {
            expect([wordOfHex(form, 1), wordOfHex(form, 0)]).toStrictEqual([high, low]);
          }
        }
        expect(hexOf64(high, low)).toBe(
          BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(low >>> 0)).toString(16),
        );
      }),
      { seed: 3 },
    );
  });

  test('words past the left end of a text are 0', () => {
    expect([3, 2, 1, 0].map((i) => wordOfHex('1234567890', i))).toStrictEqual([
      0, 0, 0x12, 0x34567890,
    ]);
  });
});

describe('bytes', () => {
  test('every word survives bytes and back', () => {
    fc.assert(
      fc.property(anyWord, anyWord, (high, low) => {
        const bytes = new Uint8Array(8);
        putWord(bytes, 0, high);
        putWord(bytes, 4, low);
        expect([wordOfBytes(bytes, 1), wordOfBytes(bytes, 0)]).toStrictEqual([high, low]);
        expect(Buffer.from(bytes).toString('hex')).toBe(hexOfWord(high) + hexOfWord(low));
      }),
      { seed: 4 },
    );
  });

  test('fewer bytes than a word stand at its right end', () => {
    expect(wordOfBytes(Uint8Array.of(1, 2), 0)).toBe(0x0102);
    expect(wordOfBytes(Uint8Array.of(1, 2, 3, 4, 5), 1)).toBe(1);
    expect(wordOfBytes(new Uint8Array(0), 0)).toBe(0);
  });
});
