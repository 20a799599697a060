import { describe, expect, test } from 'vitest';
import { decodeBatch, decodeMessage } from '../../../src/thrift/jaeger-decoder.js';
import {
  encode,
  encodeMessage,
  ENCODINGS,
  type Struct,
  structs,
  Type,
} from '../../../../test/fixtures/apache/apache-thrift.js';
import { apacheBatch, decodedBatch } from '../../../../test/unit/core/wire/arbitrary-batch.js';
import {
  GOLDEN_BATCH,
  GOLDEN_BYTES,
  GOLDEN_ENVELOPE,
} from '../../../../test/unit/core/wire/golden-batch.js';
import { bytesOfHex, hexOfBytes } from '../../../../test/unit/core/thrift/hex.js';
import { errorOf } from './reader-contract.js';
import { writeShuffledBatch } from './shuffled-batch.js';

describe.each(ENCODINGS)('%s', (encoding) => {
  const batchBytes = bytesOfHex(GOLDEN_BYTES[encoding]);
  const [before, after] = GOLDEN_ENVELOPE[encoding];
  const messageBytes = bytesOfHex(`${before}\n${GOLDEN_BYTES[encoding]}\n${after}`);
  const errorWithout = (path: string): unknown => {
    const bytes = encode(encoding, (p) => goldenWithout(path).write(p));
    return errorOf(() => decodeBatch(bytes, encoding));
  };

  test('the golden bytes are what Apache writes', () => {
    const batch = apacheBatch(GOLDEN_BATCH);
    expect(hexOfBytes(encode(encoding, (p) => batch.write(p)))).toBe(hexOfBytes(batchBytes));
    expect(hexOfBytes(encodeMessage(encoding, batch))).toBe(hexOfBytes(messageBytes));
  });

  test('decodes the golden batch, bare and as a message', () => {
    const batch = decodedBatch(GOLDEN_BATCH);
    expect(decodeBatch(batchBytes, encoding)).toStrictEqual({ batch, trailingBytes: 0 });
    expect(decodeMessage(messageBytes, encoding)).toStrictEqual({
      batch,
      trailingBytes: 0,
      sequenceId: 1,
      oneway: true,
    });
  });

  test('ids are padded hex: 32 digits for 128 bits, 16 for 64', () => {
    const { batch } = decodeBatch(batchBytes, encoding);
    expect(batch.spans[0]).toMatchObject({
      traceID: '00000000000000ab8000000000000001',
      spanID: '0000000000000002',
      parentSpanID: '0000000000000001',
      references: [
        { refType: 'FOLLOWS_FROM', traceID: '0000000000000003', spanID: 'ffffffffffffffff' },
      ],
    });
  });

  test('takes a call as well as a oneway message, and no other kind', () => {
    const message = (kind: number) => encodeMessage(encoding, apacheBatch(GOLDEN_BATCH), { kind });
    expect(decodeMessage(message(1), encoding).oneway).toBe(false);
    for (const kind of [0, 2, 3]) {
      expect(errorOf(() => decodeMessage(message(kind), encoding))).toMatchObject({
        code: 'unknown-method',
      });
    }
  });

  test('takes no other method', () => {
    const message = encodeMessage(encoding, apacheBatch(GOLDEN_BATCH), { name: 'emitZipkinBatch' });
    expect(errorOf(() => decodeMessage(message, encoding))).toMatchObject({
      code: 'unknown-method',
      offset: 0,
    });
  });

  test('a message without a batch', () => {
    const empty = bytesOfHex(`${before.replace(/(1c|0c 0001)\s*(\/\/.*)?$/, '')} 00`);
    expect(errorOf(() => decodeMessage(empty, encoding))).toMatchObject({
      code: 'missing-field',
      message: expect.stringContaining('no emitBatch.batch'),
    });
  });

  test('bytes behind the batch are counted', () => {
    expect(decodeBatch(Uint8Array.of(...batchBytes, 1, 2, 3), encoding).trailingBytes).toBe(3);
    expect(decodeMessage(Uint8Array.of(...messageBytes, 0), encoding).trailingBytes).toBe(1);
  });

  test('a message that is cut anywhere is truncated', () => {
    for (let end = 0; end < messageBytes.length; end++) {
      expect(errorOf(() => decodeMessage(messageBytes.subarray(0, end), encoding))).toMatchObject({
        name: 'ThriftDecodeError',
        code: 'truncated',
      });
    }
  });

  test('fields in any order, unknown ones, and known ones of another type', () => {
    const bytes = encode(encoding, writeShuffledBatch);
    const tags = [{ key: 'k', type: 'string', value: 'v' }];
    expect(decodeBatch(bytes, encoding)).toStrictEqual({
      batch: {
        process: { serviceName: 'shuffled', tags },
        spans: [
          {
            traceID: '0000000000000001',
            spanID: '0000000000000003',
            parentSpanID: '0000000000000004',
            operationName: 'last wins',
            references: [
              {
                refType: 'CHILD_OF',
                traceID: '00000000000000030000000000000002',
                spanID: '0000000000000004',
              },
            ],
            flags: 7,
            startTime: 8,
            duration: 9,
            tags,
            logs: [{ timestamp: 5, fields: tags }],
          },
        ],
        seqNo: undefined,
        stats: undefined,
      },
      trailingBytes: 0,
    });
  });

  test('an empty list may say any element type', () => {
    const bytes = encode(encoding, (p) => {
      p.writeStructBegin('');
      p.writeFieldBegin('', Type.STRUCT, 1);
      new structs.Process({ serviceName: 's' }).write(p);
      p.writeFieldEnd();
      p.writeFieldBegin('', Type.LIST, 2);
      p.writeListBegin(Type.BYTE, 0);
      p.writeFieldEnd();
      p.writeFieldStop();
      p.writeStructEnd();
    });
    expect(decodeBatch(bytes, encoding).batch.spans).toEqual([]);
  });

  test('structs and lists one after another are not nested', () => {
    const batch = {
      ...GOLDEN_BATCH,
      spans: Array.from({ length: 100 }, () => GOLDEN_BATCH.spans[0]!),
    };
    const bytes = encode(encoding, (p) => apacheBatch(batch).write(p));
    expect(decodeBatch(bytes, encoding).batch).toEqual(decodedBatch(batch));
  });

  test.each(REQUIRED)('without %s', (path) => {
    expect(errorWithout(path)).toMatchObject({
      name: 'ThriftDecodeError',
      code: 'missing-field',
    });
  });

  test.each(OPTIONAL)('%s may be absent', (path) => {
    expect(errorWithout(path)).toBeUndefined();
  });

  test('a list that announces 2^31 - 1 spans fails before anything is made of it', () => {
    const bytes = encode(encoding, (p) => {
      p.writeFieldBegin('', Type.LIST, 2);
      p.writeListBegin(Type.STRUCT, 0x7fff_ffff);
    });
    expect(errorOf(() => decodeBatch(bytes, encoding))).toMatchObject({ code: 'truncated' });
  });

  test('an unknown field nested without end is too deep', () => {
    const deep = encode(encoding, (p) => {
      p.writeStructBegin('');
      p.writeFieldBegin('', Type.LIST, 99);
      for (let i = 0; i < 1000; i++) p.writeListBegin(Type.LIST, 1);
    });
    expect(errorOf(() => decodeBatch(deep, encoding))).toMatchObject({ code: 'too-deep' });
  });
});

const SPAN = 'spans.0';
const REQUIRED = [
  'process',
  'process.serviceName',
  'process.tags.0.key',
  'process.tags.0.vType',
  'spans',
  ...['traceIdLow', 'traceIdHigh', 'spanId', 'parentSpanId', 'operationName', 'flags'].map(
    (field) => `${SPAN}.${field}`,
  ),
  `${SPAN}.startTime`,
  `${SPAN}.duration`,
  ...['refType', 'traceIdLow', 'traceIdHigh', 'spanId'].map((f) => `${SPAN}.references.0.${f}`),
  `${SPAN}.logs.0.timestamp`,
  `${SPAN}.logs.0.fields`,
  'stats.fullQueueDroppedSpans',
  'stats.tooLargeDroppedSpans',
  'stats.failedToEmitSpans',
];
const OPTIONAL = [
  'process.tags',
  'seqNo',
  'stats',
  `${SPAN}.references`,
  `${SPAN}.tags`,
  `${SPAN}.logs`,
];

/** The golden batch without the field at `path`: Apache writes no field that is null. */
function goldenWithout(path: string): Struct {
  const batch = apacheBatch(GOLDEN_BATCH);
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce<object>((value, key) => Reflect.get(value, key), batch);
  Reflect.set(parent, last, null);
  return batch;
}
