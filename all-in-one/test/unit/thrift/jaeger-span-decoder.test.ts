import { describe, expect, test } from 'vitest';
import { decodeBatch } from '../../../src/thrift/jaeger-decoder.js';
import type { JaegerTag } from '../../../src/thrift/jaeger-model.js';
import { encode, ENCODINGS } from '../../../../test/fixtures/apache/apache-thrift.js';
import { apacheBatch, type PlainTag } from '../../../../test/unit/core/wire/arbitrary-batch.js';
import { GOLDEN_BATCH } from '../../../../test/unit/core/wire/golden-batch.js';

describe.each(ENCODINGS)('%s', (encoding) => {
  test.each<[name: string, tag: PlainTag, decoded: JaegerTag]>([
    ['string without value', { key: 'k', vType: 0 }, { key: 'k', type: 'string', value: '' }],
    ['double without value', { key: 'k', vType: 1 }, { key: 'k', type: 'float64', value: 0 }],
    ['bool without value', { key: 'k', vType: 2 }, { key: 'k', type: 'bool', value: false }],
    ['long without value', { key: 'k', vType: 3 }, { key: 'k', type: 'int64', value: 0 }],
    [
      'binary without value',
      { key: 'k', vType: 4 },
      { key: 'k', type: 'binary', value: new Uint8Array(0) },
    ],
    [
      'unknown type',
      { key: 'k', vType: 9, vStr: 'x' },
      { key: 'k', type: 'string', value: 'unknown tag type 9' },
    ],
    [
      'largest exact long',
      { key: 'k', vType: 3, vLong: 2n ** 53n - 1n },
      { key: 'k', type: 'int64', value: 2 ** 53 - 1 },
    ],
    [
      'first inexact long',
      { key: 'k', vType: 3, vLong: 2n ** 53n },
      { key: 'k', type: 'int64', value: 2n ** 53n },
    ],
    [
      'smallest long',
      { key: 'k', vType: 3, vLong: -(2n ** 63n) },
      { key: 'k', type: 'int64', value: -(2n ** 63n) },
    ],
    [
      'value that vType does not name',
      { key: 'k', vType: 2, vBool: true, vStr: 'x', vLong: 1n },
      { key: 'k', type: 'bool', value: true },
    ],
  ])('tag: %s', (_name, tag, decoded) => {
    const batch = { process: { serviceName: 's', tags: [tag] }, spans: [] };
    const bytes = encode(encoding, (p) => apacheBatch(batch).write(p));
    expect(decodeBatch(bytes, encoding).batch.process.tags).toStrictEqual([decoded]);
  });

  test('an unknown kind of reference counts as FOLLOWS_FROM', () => {
    const reference = { refType: 5, traceIdLow: 1n, traceIdHigh: 0n, spanId: 2n };
    const batch = {
      ...GOLDEN_BATCH,
      spans: [{ ...GOLDEN_BATCH.spans[0]!, references: [reference] }],
    };
    const bytes = encode(encoding, (p) => apacheBatch(batch).write(p));
    expect(decodeBatch(bytes, encoding).batch.spans[0]!.references[0]!.refType).toBe(
      'FOLLOWS_FROM',
    );
  });
});
