import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeFloat64 } from '../../../../src/core/thrift/float64.js';

test('writeFloat64 writes what Buffer writes, in both byte orders, and nothing beside it', () => {
  fc.assert(
    fc.property(fc.double(), fc.boolean(), (value, littleEndian) => {
      const expected = Buffer.alloc(10, 0xee);
      if (littleEndian) expected.writeDoubleLE(value, 1);
      else expected.writeDoubleBE(value, 1);
      const target = new Uint8Array(10).fill(0xee);
      writeFloat64(value, littleEndian, target, 1);
      expect(target).toEqual(Uint8Array.from(expected));
    }),
    { seed: 6, numRuns: 500 },
  );
});
