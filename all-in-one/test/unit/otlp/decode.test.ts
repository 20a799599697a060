import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeJson } from '../../../src/otlp/decode-json.js';
import { decodeProtobuf } from '../../../src/otlp/decode-protobuf.js';
import { MAX_ELEMENTS, OtlpDecodeError } from '../../../src/otlp/otlp-request.js';
import { toBatches } from '../../../src/otlp/to-batches.js';
import { deepValue, protobufOf, REQUEST, requestOf } from './request.js';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const codecs = [
  { name: 'JSON', decode: (request: object) => decodeJson(json(request)) },
  { name: 'protobuf', decode: (request: object) => decodeProtobuf(protobufOf(request)) },
];

describe.each(codecs)('$name', ({ decode }) => {
  test('all that there is in a request', () => {
    const { resourceSpans } = decode(REQUEST);
    const [sent] = REQUEST.resourceSpans;
    const [sentScope] = sent!.scopeSpans;
    const [sentSpan] = sentScope!.spans;
    const { startTimeUnixNano: _start, endTimeUnixNano: _end, status, ...span } = sentSpan!;
    expect(resourceSpans).toEqual([
      {
        ...sent!.resource,
        scopeSpans: [
          {
            scope: sentScope!.scope,
            spans: [
              {
                ...span,
                start: { micros: 1_700_000_000_000_001, nanos: 999 },
                end: { micros: 1_700_000_000_002_003, nanos: 998 },
                events: [
                  {
                    time: { micros: 1_700_000_000_000_002, nanos: 500 },
                    name: 'ev',
                    attributes: sentSpan!.events[0]!.attributes,
                    droppedAttributesCount: 4,
                  },
                ],
                statusCode: status.code,
                statusMessage: status.message,
              },
            ],
          },
        ],
      },
    ]);
  });

  test('what is not there has its type’s zero', () => {
    const { resourceSpans } = decode({ resourceSpans: [{ scopeSpans: [{ spans: [{}] }] }] });
    expect(resourceSpans[0]).toMatchObject({ attributes: [], droppedAttributesCount: 0 });
    expect(resourceSpans[0]!.scopeSpans[0]).toMatchObject({
      scope: undefined,
      spans: [{ traceId: '', name: '', kind: 0, start: { micros: 0, nanos: 0 }, events: [] }],
    });
  });

  test('nanoseconds of any size', () => {
    for (const [nanos, micros, rest] of [
      ['0', 0, 0],
      ['1', 0, 1],
      ['999', 0, 999],
      ['1000', 1, 0],
      ['4294967295', 4_294_967, 295],
      ['4294967296', 4_294_967, 296],
      ['1767323045678901234', 1_767_323_045_678_901, 234],
      ['9007199254740991999', 9_007_199_254_740_991, 999],
    ] as const) {
      const request = requestOf({}, { startTimeUnixNano: nanos });
      const start = decode(request).resourceSpans[0]!.scopeSpans[0]!.spans[0]!.start;
      expect(start, nanos).toEqual({ micros, nanos: rest });
    }
  });

  test('values that nest are taken to a depth, and refused below it', () => {
    expect(() => decode(requestOf(deepValue(20)))).not.toThrow();
    expect(() => decode(requestOf(deepValue(40)))).toThrow(OtlpDecodeError);
  });

  test('more elements than a request may have are refused', () => {
    const spans = Array.from({ length: MAX_ELEMENTS }, () => ({}));
    expect(() => decode({ resourceSpans: [{ scopeSpans: [{ spans }] }] })).toThrow(
      /too many elements/,
    );
  });
});

describe('JSON', () => {
  const attributeOf = (value: object): unknown =>
    decodeJson(json(requestOf(value))).resourceSpans[0]!.scopeSpans[0]!.spans[0]!.attributes[0]!
      .value;

  test('times as numbers keep their microseconds', () => {
    for (let micros = 1_795_654_168_985_000; micros < 1_795_654_168_987_000; micros += 7) {
      const request = requestOf({}, { startTimeUnixNano: micros * 1000 });
      const { start } = decodeJson(json(request)).resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
      expect(start).toEqual({ micros, nanos: 0 });
    }
  });

  test('names as in the proto file, enums by name, numbers as texts and the other way round', () => {
    const { resourceSpans } = decodeJson(
      json({
        resource_spans: [
          {
            scope_spans: [
              {
                spans: [
                  {
                    trace_id: 'AB',
                    start_time_unix_nano: 1_700_000_000_000,
                    kind: 'SPAN_KIND_CLIENT',
                    dropped_events_count: '7',
                    status: { code: 'STATUS_CODE_ERROR' },
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
    expect(resourceSpans[0]!.scopeSpans[0]!.spans[0]).toMatchObject({
      traceId: 'ab',
      start: { micros: 1_700_000_000, nanos: 0 },
      kind: 3,
      droppedEventsCount: 7,
      statusCode: 2,
    });
  });

  test('values in other forms', () => {
    expect(attributeOf({ intValue: 42 })).toEqual({ intValue: '42' });
    expect(attributeOf({ doubleValue: 'NaN' })).toEqual({ doubleValue: 'NaN' });
    expect(attributeOf({ doubleValue: '1.5' })).toEqual({ doubleValue: 1.5 });
    expect(attributeOf({ bytesValue: 'AAH_' })).toEqual({ bytesValue: 'AAH/' });
    expect(attributeOf({ stringValue: '' })).toEqual({ stringValue: '' });
    expect(attributeOf({ unheardOf: 1 })).toEqual({});
  });

  test.each([
    'x',
    '[]',
    'null',
    '{"resourceSpans":{}}',
    '{"resourceSpans":[1]}',
    JSON.stringify(requestOf({}, { traceId: 1 })),
    JSON.stringify(requestOf({}, { kind: 'SPAN_KIND_OF_WONDER' })),
    JSON.stringify(requestOf({}, { kind: -1 })),
    JSON.stringify(requestOf({}, { startTimeUnixNano: '-1' })),
    JSON.stringify(requestOf({}, { flags: 2 ** 32 })),
    JSON.stringify(requestOf({ intValue: '1.5' })),
    JSON.stringify(requestOf({ intValue: 1 })).replace('"intValue":1', '"intValue":1e999'),
    JSON.stringify(requestOf({ bytesValue: '***' })),
    JSON.stringify(requestOf({ doubleValue: true })),
    JSON.stringify(requestOf({ doubleValue: 'abc' })),
    '['.repeat(1_000_000),
    `{"resourceSpans":[${'{},'.repeat(2_100_000)}{}]}`,
  ])('%.60s is an error of its own', (text) => {
    expect(() => decodeJson(Buffer.from(text))).toThrow(OtlpDecodeError);
  });

  test('a key that is a trap is a key', () => {
    const text = JSON.stringify(requestOf({})).replace('"key":"k"', '"key":"__proto__"');
    const { resourceSpans } = decodeJson(Buffer.from(text));
    expect(resourceSpans[0]!.scopeSpans[0]!.spans[0]!.attributes[0]!.key).toBe('__proto__');
    expect(() => decodeJson(Buffer.from('{"__proto__":{"resourceSpans":[1]}}'))).not.toThrow();
  });
});

describe('protobuf', () => {
  const bytes = protobufOf(REQUEST);

  test('unknown fields are passed over, groups too', () => {
    const unknown = Buffer.from('9a3e03616263d83e05e33ee83e01e43e', 'hex');
    expect(decodeProtobuf(Buffer.concat([unknown, bytes, unknown]))).toEqual(decodeProtobuf(bytes));
  });

  test('cut off anywhere, it is an error of its own or has less in it', () => {
    for (let end = 0; end < bytes.length; end++) {
      try {
        decodeProtobuf(bytes.subarray(0, end));
      } catch (error) {
        expect(error).toBeInstanceOf(OtlpDecodeError);
      }
    }
  });

  test('a message that is longer than what it is in is an error', () => {
    expect(() => decodeProtobuf(Buffer.from('0a040a7f0000', 'hex'))).toThrow(OtlpDecodeError);
  });

  test('a length of 2^31 is an error', () => {
    expect(() => decodeProtobuf(Buffer.from('0affffffff0f', 'hex'))).toThrow(OtlpDecodeError);
  });

  test('any bytes are an error of its own, or a request that can be converted', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (garbage) => {
        try {
          toBatches(decodeProtobuf(garbage));
        } catch (error) {
          expect(error).toBeInstanceOf(OtlpDecodeError);
        }
      }),
      { seed: 63, numRuns: 2_000 },
    );
  });
});

test('any JSON is an error of its own, or a request that can be converted', () => {
  const anyRequest = fc.record({
    resourceSpans: fc.array(
      fc.oneof(
        fc.jsonValue(),
        fc.record({
          resource: fc.jsonValue(),
          scopeSpans: fc.array(fc.record({ scope: fc.jsonValue(), spans: fc.jsonValue() })),
        }),
      ),
    ),
  });
  fc.assert(
    fc.property(anyRequest, (request) => {
      try {
        toBatches(decodeJson(json(request)));
      } catch (error) {
        expect(error).toBeInstanceOf(OtlpDecodeError);
      }
    }),
    { seed: 64, numRuns: 1_000 },
  );
});
