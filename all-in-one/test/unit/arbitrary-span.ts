import fc from 'fast-check';
import type { Log, OtlpSpanPart, OtlpValue, Span, Tag } from '../../src/model/span.js';
import { NO_PARENT } from '../../src/thrift/jaeger-model.js';

const hexDigit = fc.constantFrom(...'0123456789abcdef');

const anySpanId: fc.Arbitrary<string> = fc.string({
  unit: hexDigit,
  minLength: 16,
  maxLength: 16,
});

const anyTraceId: fc.Arbitrary<string> = fc.oneof(
  anySpanId,
  fc.tuple(anySpanId, anySpanId).map(([high, low]) => (high === NO_PARENT ? low : high + low)),
);

/** Texts with all that is awkward in them: quotes, controls, surrogates alone and in pairs. */
const anyText: fc.Arbitrary<string> = fc.string({ unit: 'binary', maxLength: 20 });

const anyInt64 = fc.oneof(
  fc.maxSafeInteger(),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
);

const { value: anyOtlpValue } = fc.letrec<{ value: OtlpValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant({}),
    anyText.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.maxSafeInteger().map((n) => ({ intValue: String(n) })),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key: anyText, value: tie('value') }), { maxLength: 3 })
      .map((values) => ({ kvlistValue: { values } })),
  ),
}));

/** Any tag, or field of a log. */
export const anyTag: fc.Arbitrary<Tag> = fc.oneof(
  fc.record({ key: anyText, type: fc.constant('string' as const), value: anyText }),
  fc.record({ key: anyText, type: fc.constant('bool' as const), value: fc.boolean() }),
  fc.record({ key: anyText, type: fc.constant('int64' as const), value: anyInt64 }),
  fc.record({ key: anyText, type: fc.constant('float64' as const), value: fc.double() }),
  fc.record({
    key: anyText,
    type: fc.constant('binary' as const),
    value: fc.uint8Array({ maxLength: 20 }),
  }),
  fc.record({ key: anyText, type: fc.constant('otlp' as const), value: anyOtlpValue }),
);

const anyMicros = fc.integer({ min: -1_000_000, max: 4_000_000_000_000_000 });
const anyNanos = fc.integer({ min: 0, max: 999 });

const anyLog: fc.Arbitrary<Log> = fc.record(
  {
    timestamp: anyMicros,
    fields: fc.array(anyTag, { maxLength: 3 }),
    nanos: anyNanos,
    otlp: fc.record({ name: anyText }),
  },
  { requiredKeys: ['timestamp', 'fields'] },
);

const anyReference = fc.record({
  refType: fc.constantFrom('CHILD_OF' as const, 'FOLLOWS_FROM' as const),
  traceID: anyTraceId,
  spanID: anySpanId,
});

const anyOtlpPart: fc.Arbitrary<OtlpSpanPart> = fc.record(
  {
    attributes: fc.nat(3),
    kind: fc.nat(5),
    statusCode: fc.nat(2),
    statusMessage: anyText,
    traceState: anyText,
    droppedEventsCount: fc.nat(),
    scope: fc.record({ name: anyText, version: anyText }),
  },
  { requiredKeys: ['attributes', 'kind', 'statusCode'] },
);

/** Any span that a receiver may make. */
export const anySpan: fc.Arbitrary<Span> = fc.record(
  {
    traceID: anyTraceId,
    spanID: anySpanId,
    parentSpanID: fc.oneof(fc.constant(NO_PARENT), anySpanId),
    operationName: anyText,
    references: fc.array(anyReference, { maxLength: 3 }),
    flags: fc.nat(255),
    startTime: anyMicros,
    startNanos: anyNanos,
    duration: anyMicros,
    durationNanos: anyNanos,
    tags: fc.array(anyTag, { maxLength: 5 }),
    logs: fc.array(anyLog, { maxLength: 3 }),
    otlp: anyOtlpPart,
    warnings: fc.uniqueArray(anyText, { minLength: 1, maxLength: 2 }),
  },
  {
    requiredKeys: [
      'traceID',
      'spanID',
      'parentSpanID',
      'operationName',
      'references',
      'flags',
      'startTime',
      'duration',
      'tags',
      'logs',
    ],
  },
);
