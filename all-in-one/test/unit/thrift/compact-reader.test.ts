import { describe, expect, test } from 'vitest';
import { CompactReader } from '../../../src/thrift/compact-reader.js';
import {
  type ThriftReader,
  TYPE_LIST,
  TYPE_MAP,
  TYPE_STRUCT,
} from '../../../src/thrift/thrift-reader.js';
import { bytesOfHex } from '../../../../test/unit/core/thrift/hex.js';
import { errorOf, readerContract } from './reader-contract.js';

const open = (hex: string): CompactReader => new CompactReader(bytesOfHex(hex));

readerContract('compact', (bytes) => new CompactReader(bytes));

describe('what is not the compact protocol', () => {
  test.each<[name: string, hex: string, read: (r: ThriftReader) => unknown, error: object]>([
    [
      'binary message',
      '80010004',
      (r) => r.messageBegin(),
      { code: 'bad-protocol', message: expect.stringContaining('looks like the binary protocol') },
    ],
    ['other version', '8282', (r) => r.messageBegin(), { code: 'bad-protocol', offset: 1 }],
    ['empty input', '', (r) => r.messageBegin(), { code: 'truncated', offset: 0 }],
    [
      'varint of 11 bytes',
      'ffffffffffffffffffff01',
      (r) => r.i64(),
      { code: 'bad-varint', offset: 0 },
    ],
    ['field of type 14', '1e', (r) => r.skip(TYPE_STRUCT), { code: 'bad-type' }],
    ['list of type 15', '1f00', (r) => r.skip(TYPE_LIST), { code: 'bad-type' }],
    ['list of stops', '2000', (r) => r.skip(TYPE_LIST), { code: 'bad-type' }],
    ['map of stops', '010000', (r) => r.skip(TYPE_MAP), { code: 'bad-type' }],
    ['string of 2^31 bytes', '8080808008', (r) => r.string(), { code: 'bad-length', offset: 0 }],
    ['string of 2^32 bytes', '8080808010', (r) => r.string(), { code: 'bad-length', offset: 0 }],
    ['string of 2^31 - 1 bytes', 'ffffffff07 00', (r) => r.string(), { code: 'truncated' }],
    ['binary longer than the input', '02 00', (r) => r.binary(), { code: 'truncated' }],
    ['2^31 - 1 structs', 'fc ffffffff07 00', (r) => r.listBegin(), { code: 'truncated' }],
    ['two bools in one byte', '21 01', (r) => r.listBegin(), { code: 'truncated' }],
    [
      'two doubles in 15 bytes',
      `27 ${'00'.repeat(15)}`,
      (r) => r.listBegin(),
      { code: 'truncated' },
    ],
    ['a pair in one byte', '01 33 00', (r) => r.mapBegin(), { code: 'truncated' }],
    ['no such type', '00', (r) => r.skip(99), { code: 'bad-type' }],
  ])('%s', (_name, hex, read, error) => {
    expect(errorOf(() => read(open(hex)))).toMatchObject({ name: 'ThriftDecodeError', ...error });
  });
});

describe('what Apache reads too', () => {
  test('an i32 that its writer extended to 64 bits', () => {
    expect(open('ffffffffffffffffff01').i32()).toBe(-(2 ** 31));
  });

  test('a varint with needless bytes', () => {
    expect(open('8480808000').i32()).toBe(2);
  });

  test('-0', () => {
    expect(open('0000000000000080').double()).toBe(-0);
  });

  test('an empty map, which has no type byte', () => {
    const r = open('00');
    expect(r.mapBegin()).toBe(0);
    expect(r.remaining).toBe(0);
  });
});

test('a binary is a copy, and does not keep or show the input', () => {
  const input = bytesOfHex('02 0102');
  const binary = new CompactReader(input).binary();
  input.fill(9);
  expect(binary).toEqual(Uint8Array.of(1, 2));
  expect(binary.buffer.byteLength).toBe(2);
});

test('reads a view into a larger buffer, doubles included', () => {
  const buffer = bytesOfHex('ff 17 000000000000f83f 00 ff');
  const r = new CompactReader(buffer.subarray(1, 11));
  r.structBegin();
  expect(r.nextField()).toBe(true);
  expect(r.double()).toBe(1.5);
  expect(r.nextField()).toBe(false);
  expect(r.remaining).toBe(0);
});
