import { describe, expect, test } from 'vitest';
import { CompactWriter } from '../../../../src/core/thrift/compact-writer.js';
import type { ThriftWriter } from '../../../../src/core/thrift/thrift-writer.js';
import { bytesOfHex, hexOfBytes } from './hex.js';
import { writerContract } from './writer-contract.js';

writerContract('compact', () => new CompactWriter());

describe('compact bytes', () => {
  test.each<[name: string, write: (w: ThriftWriter) => void, bytes: string]>([
    ['i32 zigzag', (w) => w.i32Field(1, -2), '15 03'],
    ['i32 smallest', (w) => w.i32Field(1, -(2 ** 31)), '15 ffffffff0f'],
    ['i64 of one byte', (w) => w.i64Field(1, 0, 63), '16 7e'],
    ['i64 smallest', (w) => w.i64Field(1, -(2 ** 31), 0), '16 ffffffffffffffffff01'],
    ['double is little-endian', (w) => w.doubleField(1, 1.5), '17 000000000000f83f'],
    ['double keeps the sign of -0', (w) => w.doubleField(1, -0), '17 0000000000000080'],
    ['double 2^-29', (w) => w.doubleField(1, 2 ** -29), '17 000000000000203e'],
    ['bool is its type', (w) => w.boolField(1, false), '12'],
    ['id 16 takes the long header', (w) => w.boolField(16, true), '01 20'],
    ['14 elements in one byte', (w) => w.structListFieldBegin(1, 14), '19 ec'],
    ['15 elements in two', (w) => w.structListFieldBegin(1, 15), '19 fc 0f'],
    ['128 bytes of text', (w) => w.stringField(1, 'x'.repeat(128)), `18 8001 ${'78'.repeat(128)}`],
    [
      '43 euro signs are 129 bytes',
      (w) => w.stringField(1, '€'.repeat(43)),
      `18 8101 ${'e282ac'.repeat(43)}`,
    ],
  ])('%s', (_name, write, bytes) => {
    const w = new CompactWriter();
    write(w);
    expect(hexOfBytes(w.view())).toBe(hexOfBytes(bytesOfHex(bytes)));
  });
});
