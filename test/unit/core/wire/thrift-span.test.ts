import { REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM, Reference } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { spanToThrift, tagsToThrift } from '../../../../src/core/wire/thrift-span.js';
import { newTraced } from '../../support/traced.js';

const allocate = (length: number): Buffer => Buffer.alloc(length);
const int64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};

describe('the object form of a span, for senders of jaeger-client', () => {
  test('has 64-bit integers as big-endian Buffers, in microseconds', () => {
    const parent = SpanContext.fromString('a000000000000000b:c:0:1')!;
    const span = newTraced().tracer.startSpan('op', { childOf: parent, startTime: 1000.25 });
    span.log({ event: 'x' }, 1000.5);
    span.finish(999);
    const thrift = spanToThrift(span, allocate);
    expect(thrift).toMatchObject({
      traceIdLow: int64(0xbn),
      traceIdHigh: int64(0xan),
      spanId: Buffer.from(span.context().spanId!),
      parentSpanId: int64(0xcn),
      operationName: 'op',
      references: [],
      flags: 1,
      startTime: int64(1_000_250n),
      duration: int64(-1_250n),
    });
    expect(thrift.logs).toHaveLength(1);
    expect(thrift.logs[0]!.timestamp).toStrictEqual(int64(1_000_500n));
    expect(thrift.logs[0]!.fields[0]).toMatchObject({ key: 'event', vType: 'STRING', vStr: 'x' });
    expect(Buffer.isBuffer(thrift.spanId)).toBe(true);
  });

  test('a root has the parent 0', () => {
    const span = newTraced().tracer.startSpan('op');
    expect(spanToThrift(span, allocate).parentSpanId).toStrictEqual(int64(0n));
  });

  test('has the references that say something', () => {
    const context = SpanContext.fromString('a:b:0:1')!;
    const references = [
      new Reference(REFERENCE_CHILD_OF, context),
      new Reference(REFERENCE_FOLLOWS_FROM, context),
      new Reference('self', context),
      new Reference(REFERENCE_FOLLOWS_FROM, new SpanContext()),
    ];
    const span = newTraced().tracer.startSpan('op', { references });
    const ids = { traceIdLow: int64(0xan), traceIdHigh: int64(0n), spanId: int64(0xbn) };
    expect(spanToThrift(span, allocate).references).toStrictEqual([
      { refType: 'CHILD_OF', ...ids },
      { refType: 'FOLLOWS_FROM', ...ids },
    ]);
  });
});

describe('the object form of a tag', () => {
  const unset = { vStr: '', vDouble: 0, vBool: false, vLong: int64(0n), vBinary: int64(0n) };

  test.each<[unknown, object]>([
    ['x', { vType: 'STRING', vStr: 'x' }],
    [7, { vType: 'DOUBLE', vDouble: 7 }],
    [true, { vType: 'BOOL', vBool: true }],
    [false, { vType: 'BOOL', vBool: false }],
    [Buffer.of(1), { vType: 'BINARY', vBinary: Buffer.of(1) }],
    [null, { vType: 'STRING', vStr: 'null' }],
    [undefined, { vType: 'STRING', vStr: 'undefined' }],
    [{ a: [1] }, { vType: 'STRING', vStr: '{"a":[1]}' }],
  ])('%o has every value field, and vType says which counts', (value, expected) => {
    expect(tagsToThrift([{ key: 'k', value }], allocate)).toStrictEqual([
      { key: 'k', ...unset, ...expected },
    ]);
  });
});
