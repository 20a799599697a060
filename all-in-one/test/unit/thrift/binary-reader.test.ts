import { describe, expect, test } from 'vitest';
import { BinaryReader } from '../../../src/thrift/binary-reader.js';
import {
  type ThriftReader,
  TYPE_LIST,
  TYPE_MAP,
  TYPE_STRUCT,
} from '../../../src/thrift/thrift-reader.js';
import { bytesOfHex } from '../../../../test/unit/core/thrift/hex.js';
import { errorOf, readerContract } from './reader-contract.js';

const open = (hex: string): BinaryReader => new BinaryReader(bytesOfHex(hex));

readerContract('binary', (bytes) => new BinaryReader(bytes));

describe('what is not the strict binary protocol', () => {
  test.each<[name: string, hex: string, read: (r: ThriftReader) => unknown, error: object]>([
    [
      'compact message',
      '82210109',
      (r) => r.messageBegin(),
      {
        code: 'bad-protocol',
        offset: 0,
        message: expect.stringContaining('looks like the compact protocol'),
      },
    ],
    [
      'message without version',
      '00000001 6d 01 00000000',
      (r) => r.messageBegin(),
      { code: 'bad-protocol', offset: 0 },
    ],
    [
      'version 2',
      '80020001 00000001 6d 00000000',
      (r) => r.messageBegin(),
      { code: 'bad-protocol' },
    ],
    ['empty input', '', (r) => r.messageBegin(), { code: 'truncated', offset: 0 }],
    ['field of type 5', '05 0001', (r) => r.skip(TYPE_STRUCT), { code: 'bad-type' }],
    ['list of type 1', '01 00000001 00', (r) => r.skip(TYPE_LIST), { code: 'bad-type' }],
    ['list of stops', '00 00000001 00', (r) => r.skip(TYPE_LIST), { code: 'bad-type' }],
    ['map of stops', '00 00 00000001 00', (r) => r.skip(TYPE_MAP), { code: 'bad-type' }],
    ['map with stops for keys', '00 03 00000001 00', (r) => r.skip(TYPE_MAP), { code: 'bad-type' }],
    ['negative string', 'ffffffff', (r) => r.string(), { code: 'bad-length', offset: 0 }],
    ['negative list', '0c 80000000', (r) => r.listBegin(), { code: 'bad-length', offset: 1 }],
    ['negative map', '03 03 ffffffff', (r) => r.mapBegin(), { code: 'bad-length' }],
    ['string of 2^31 - 1 bytes', '7fffffff 00', (r) => r.string(), { code: 'truncated' }],
    ['2^31 - 1 structs', '0c 7fffffff 00', (r) => r.listBegin(), { code: 'truncated' }],
    [
      'two strings in 7 bytes',
      `0b 00000002 ${'00'.repeat(7)}`,
      (r) => r.listBegin(),
      { code: 'truncated' },
    ],
    [
      'a pair of i64 in 15 bytes',
      `0a 0a 00000001 ${'00'.repeat(15)}`,
      (r) => r.mapBegin(),
      { code: 'truncated' },
    ],
  ])('%s', (_name, hex, read, error) => {
    expect(errorOf(() => read(open(hex)))).toMatchObject({ name: 'ThriftDecodeError', ...error });
  });
});

test('an empty list may have no element type', () => {
  const r = open('00 00000000');
  r.skip(TYPE_LIST);
  expect(r.remaining).toBe(0);
});

test('-0', () => {
  expect(open('8000000000000000').double()).toBe(-0);
});
