import { describe, expect, test } from 'vitest';
import { BinaryWriter } from '../../../../src/core/thrift/binary-writer.js';
import type { ThriftWriter } from '../../../../src/core/thrift/thrift-writer.js';
import { bytesOfHex, hexOfBytes } from './hex.js';
import { writerContract } from './writer-contract.js';

writerContract('binary', () => new BinaryWriter());

describe('binary bytes', () => {
  test.each<[name: string, write: (w: ThriftWriter) => void, bytes: string]>([
    ['strict header', (w) => w.messageBegin('m', 4, -1), '80010004 00000001 6d ffffffff'],
    ['i32', (w) => w.i32Field(1, -2), '08 0001 fffffffe'],
    ['i64', (w) => w.i64Field(0x102, 1, -1), '0a 0102 00000001ffffffff'],
    ['double is big-endian', (w) => w.doubleField(1, 1.5), '04 0001 3ff8000000000000'],
    ['double keeps the sign of -0', (w) => w.doubleField(1, -0), '04 0001 8000000000000000'],
    ['double 2^-29', (w) => w.doubleField(1, 2 ** -29), '04 0001 3e20000000000000'],
    ['bool', (w) => w.boolField(1, true), '02 0001 01'],
    ['list', (w) => w.structListFieldBegin(1, 15), '0f 0001 0c 0000000f'],
  ])('%s', (_name, write, bytes) => {
    const w = new BinaryWriter();
    write(w);
    expect(hexOfBytes(w.view())).toBe(hexOfBytes(bytesOfHex(bytes)));
  });
});
