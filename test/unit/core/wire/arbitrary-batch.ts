import fc from 'fast-check';
import type { JaegerBatch, JaegerTag } from '../../../../all-in-one/src/thrift/jaeger-model.js';
import { bigintOf, int64, type Struct, structs } from '../../../fixtures/apache/apache-thrift.js';

/** A batch in terms of the IDL, of which Apache's structs and what we must decode both follow. */
export interface PlainBatch {
  readonly process: { readonly serviceName: string; readonly tags?: readonly PlainTag[] };
  readonly spans: readonly PlainSpan[];
  readonly seqNo?: bigint;
  readonly stats?: {
    readonly fullQueueDroppedSpans: bigint;
    readonly tooLargeDroppedSpans: bigint;
    readonly failedToEmitSpans: bigint;
  };
}

export interface PlainSpan {
  readonly traceIdLow: bigint;
  readonly traceIdHigh: bigint;
  readonly spanId: bigint;
  readonly parentSpanId: bigint;
  readonly operationName: string;
  readonly references?: readonly PlainReference[];
  readonly flags: number;
  readonly startTime: bigint;
  readonly duration: bigint;
  readonly tags?: readonly PlainTag[];
  readonly logs?: readonly { readonly timestamp: bigint; readonly fields: readonly PlainTag[] }[];
}

interface PlainReference {
  readonly refType: number;
  readonly traceIdLow: bigint;
  readonly traceIdHigh: bigint;
  readonly spanId: bigint;
}

export interface PlainTag {
  readonly key: string;
  readonly vType: number;
  readonly vStr?: string;
  readonly vDouble?: number;
  readonly vBool?: boolean;
  readonly vLong?: bigint;
  readonly vBinary?: Uint8Array;
}

/** The same batch as a struct of Apache's generated code. */
export function apacheBatch(batch: PlainBatch): Struct {
  return new structs.Batch(apacheValue(batch) as object);
}

function apacheValue(value: unknown): unknown {
  if (typeof value === 'bigint') return int64(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(apacheValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, apacheValue(inner)]));
}

/** What Apache read, without the fields that did not come. */
export function plainBatch(batch: unknown): PlainBatch {
  return plainValue(batch) as PlainBatch;
}

function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if ('buffer' in value) return bigintOf(value as Parameters<typeof bigintOf>[0]);
  const present = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(present.map(([key, inner]) => [key, plainValue(inner)]));
}

/** What the decoder must make of it. */
export function decodedBatch(batch: PlainBatch): JaegerBatch {
  return {
    process: {
      serviceName: batch.process.serviceName,
      tags: (batch.process.tags ?? []).map(decodedTag),
    },
    spans: batch.spans.map((span) => ({
      traceID: traceId(span),
      spanID: hex16(span.spanId),
      parentSpanID: hex16(span.parentSpanId),
      operationName: span.operationName,
      references: (span.references ?? []).map((reference) => ({
        refType: reference.refType === 0 ? 'CHILD_OF' : 'FOLLOWS_FROM',
        traceID: traceId(reference),
        spanID: hex16(reference.spanId),
      })),
      flags: span.flags,
      startTime: Number(span.startTime),
      duration: Number(span.duration),
      tags: (span.tags ?? []).map(decodedTag),
      logs: (span.logs ?? []).map((log) => ({
        timestamp: Number(log.timestamp),
        fields: log.fields.map(decodedTag),
      })),
    })),
    seqNo: batch.seqNo === undefined ? undefined : Number(batch.seqNo),
    stats: batch.stats && {
      fullQueueDroppedSpans: Number(batch.stats.fullQueueDroppedSpans),
      tooLargeDroppedSpans: Number(batch.stats.tooLargeDroppedSpans),
      failedToEmitSpans: Number(batch.stats.failedToEmitSpans),
    },
  };
}

function decodedTag({ key, vType, ...values }: PlainTag): JaegerTag {
  if (vType === 0) return { key, type: 'string', value: values.vStr ?? '' };
  if (vType === 1) return { key, type: 'float64', value: values.vDouble ?? 0 };
  if (vType === 2) return { key, type: 'bool', value: values.vBool ?? false };
  if (vType === 4) return { key, type: 'binary', value: values.vBinary ?? new Uint8Array(0) };
  const long = values.vLong ?? 0n;
  const isSafe = long >= Number.MIN_SAFE_INTEGER && long <= Number.MAX_SAFE_INTEGER;
  return { key, type: 'int64', value: isSafe ? Number(long) : long };
}

function hex16(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, '0');
}

function traceId(ids: { readonly traceIdLow: bigint; readonly traceIdHigh: bigint }): string {
  return (ids.traceIdHigh === 0n ? '' : hex16(ids.traceIdHigh)) + hex16(ids.traceIdLow);
}

/** Any i64, the ends and the powers of two and their neighbours often among them. */
export const anyI64: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc
    .record({ power: fc.integer({ min: 0, max: 62 }), step: fc.constantFrom(-1n, 0n, 1n) })
    .chain(({ power, step }) =>
      fc.constantFrom(2n ** BigInt(power) + step, -(2n ** BigInt(power)) + step),
    ),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n),
);

/** Text without lone surrogates, which no UTF-8 holds: empty, ASCII, emoji, and longer than a varint byte says. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary-ascii', minLength: 20, maxLength: 30 }),
  fc.constantFrom('', '\0', '👩‍👩‍👧', 'ß'.repeat(64), 'x'.repeat(127), 'x'.repeat(128), '€'.repeat(43)),
);

/** Doubles that npm's `thrift` writes right: it drops the sign of -0 and halves some powers of two. */
export const anyApacheDouble: fc.Arbitrary<number> = fc
  .oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 0.1))
  .filter((value) => !Object.is(value, -0) && (!Number.isFinite(value) || apacheKeeps(value)));

function apacheKeeps(value: number): boolean {
  const exponent = Math.floor(Math.log(Math.abs(value)) / Math.LN2);
  return value === 0 || exponent < -1022 || Math.abs(value) * 2 ** -exponent < 2;
}

const anyTag: fc.Arbitrary<PlainTag> = fc.oneof(
  fc.record({ key: anyText, vType: fc.constant(0), vStr: anyText }),
  fc.record({ key: anyText, vType: fc.constant(1), vDouble: anyApacheDouble }),
  fc.record({ key: anyText, vType: fc.constant(2), vBool: fc.boolean() }),
  fc.record({ key: anyText, vType: fc.constant(3), vLong: anyI64 }),
  fc.record({ key: anyText, vType: fc.constant(4), vBinary: fc.uint8Array({ maxLength: 140 }) }),
  // As jaeger-client wrote them: every value field, the one that counts named by vType.
  fc.record({
    key: anyText,
    vType: fc.integer({ min: 0, max: 4 }),
    vStr: fc.constant(''),
    vDouble: fc.constant(0),
    vBool: fc.boolean(),
    vLong: fc.constant(0n),
    vBinary: fc.constant(new Uint8Array(0)),
  }),
);

/** Lists on both sides of 15, from where on the compact header takes a second form. */
const anyTags: fc.Arbitrary<PlainTag[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(anyTag, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(anyTag, { minLength: 14, maxLength: 17 }) },
);

const anySpan: fc.Arbitrary<PlainSpan> = fc.record(
  {
    traceIdLow: anyI64,
    traceIdHigh: fc.oneof(fc.constant(0n), anyI64),
    spanId: anyI64,
    parentSpanId: anyI64,
    operationName: anyText,
    references: fc.array(
      fc.record({
        refType: fc.integer({ min: 0, max: 1 }),
        traceIdLow: anyI64,
        traceIdHigh: anyI64,
        spanId: anyI64,
      }),
      { maxLength: 3 },
    ),
    flags: fc.integer(),
    startTime: anyI64,
    duration: anyI64,
    tags: anyTags,
    logs: fc.array(fc.record({ timestamp: anyI64, fields: anyTags }), { maxLength: 3 }),
  },
  {
    requiredKeys: [
      'traceIdLow',
      'traceIdHigh',
      'spanId',
      'parentSpanId',
      'operationName',
      'flags',
      'startTime',
      'duration',
    ],
  },
);

export const anyBatch: fc.Arbitrary<PlainBatch> = fc.record(
  {
    process: fc.record({ serviceName: anyText, tags: anyTags }, { requiredKeys: ['serviceName'] }),
    spans: fc.oneof(
      { weight: 6, arbitrary: fc.array(anySpan, { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.array(anySpan, { minLength: 15, maxLength: 16 }) },
    ),
    seqNo: anyI64,
    stats: fc.record({
      fullQueueDroppedSpans: anyI64,
      tooLargeDroppedSpans: anyI64,
      failedToEmitSpans: anyI64,
    }),
  },
  { requiredKeys: ['process', 'spans'] },
);
