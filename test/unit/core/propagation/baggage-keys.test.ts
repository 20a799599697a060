import { FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from 'opentracing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { TextMapCodec } from '../../../../src/core/propagation/text-map-codec.js';
import type { Span } from '../../../../src/core/span/span.js';
import type { Tracer } from '../../../../src/core/tracer/tracer.js';
import { newTraced } from '../../support/traced.js';

const FORMATS = [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS];
const CONTEXT = { 'uber-trace-id': 'a:b:0:1' };

function startedFrom(tracer: Tracer, format: string, carrier: object): Span {
  return tracer.startSpan('op', { childOf: tracer.extract(format, carrier)! });
}

/** The baggage headers that a span's context is sent with. */
function sent(tracer: Tracer, format: string, span: Span): Record<string, string> {
  const carrier: Record<string, string> = {};
  tracer.inject(span.context(), format, carrier);
  const { 'uber-trace-id': _context, ...baggage } = carrier;
  return baggage;
}

describe.each(FORMATS)('baggage that came in %s', (format) => {
  const { tracer } = newTraced();

  test.each<[header: string, spellings: readonly string[], passedOn: string]>([
    ['uberctx-user_id', ['user_id', 'user-id', 'USER_ID', 'User-Id'], 'uberctx-user_id'],
    ['uberctx-user-id', ['user_id', 'user-id'], 'uberctx-user-id'],
    ['Uberctx-Customer', ['customer', 'Customer', 'CUSTOMER'], 'uberctx-customer'],
    ['uberctx-userId', ['userId', 'userid', 'USERID'], 'uberctx-userid'],
    ['UBERCTX-A_b-C', ['a_b_c', 'a-b-c', 'A_B-C'], 'uberctx-a_b-c'],
    ['uberctx-100%', ['100%'], 'uberctx-100%'],
    ['uberctx-a%20b', ['a%20b', 'A%20B'], 'uberctx-a%20b'],
    ['uberctx-__proto__', ['__proto__', '--proto--'], 'uberctx-__proto__'],
  ])('%s is found and replaced in any spelling', (header, spellings, passedOn) => {
    for (const spelling of spellings) {
      const span = startedFrom(tracer, format, { ...CONTEXT, [header]: '42' });
      expect(span.getBaggageItem(spelling)).toBe('42');
      expect(sent(tracer, format, span)).toStrictEqual(ownRecord(passedOn, '42'));
      span.setBaggageItem(spelling, '43');
      for (const other of spellings) expect(span.getBaggageItem(other)).toBe('43');
      expect(sent(tracer, format, span)).toStrictEqual(ownRecord(passedOn, '43'));
    }
  });

  test.each<[headers: Record<string, string>, passedOn: Record<string, string>]>([
    [{ 'uberctx-user_id': '1', 'uberctx-user-id': '2' }, { 'uberctx-user-id': '2' }],
    [{ 'uberctx-user-id': '1', 'Uberctx-User_Id': '2' }, { 'uberctx-user_id': '2' }],
    [{ 'jaeger-baggage': 'user_id=1', 'uberctx-user-id': '2' }, { 'uberctx-user-id': '2' }],
    [{ 'uberctx-k': '1', 'jaeger-baggage': 'K=2,k=3' }, { 'uberctx-k': '3' }],
  ])('%j is one item, the last', (headers, passedOn) => {
    const span = startedFrom(tracer, format, { ...CONTEXT, ...headers });
    expect(sent(tracer, format, span)).toStrictEqual(passedOn);
    const [key, value] = Object.entries(passedOn)[0]!;
    expect(span.getBaggageItem(key.slice('uberctx-'.length))).toBe(value);
  });

  test('that is replaced logs that it is', () => {
    const span = startedFrom(tracer, format, { ...CONTEXT, 'uberctx-user_id': '42' });
    span.setBaggageItem('user_id', '43');
    expect(span._logs[0]?.fields).toContainEqual({ key: 'override', value: 'true' });
  });
});

describe('jaeger-baggage', () => {
  const { tracer } = newTraced();

  test.each<[header: string, key: string, value: string]>([
    ['userId=1', 'userId', '1'],
    ['userId=1', 'userid', '1'],
    ['user_id=1', 'user-id', '1'],
    ['key1 = value1', 'key1', 'value1'],
    ['  key1=  value1  , key2 =value2', 'key2', 'value2'],
    ['\tkey1\t=\tvalue1', 'key1', 'value1'],
    ['key one = value one', 'key one', 'value one'],
  ])('%j has %s', (header, key, value) => {
    const span = startedFrom(tracer, FORMAT_TEXT_MAP, { ...CONTEXT, 'jaeger-baggage': header });
    expect(span.getBaggageItem(key)).toBe(value);
  });
});

test.each([' user ', 'user\t', ' USER'])('blanks around the key %j do not count', (key) => {
  const { tracer } = newTraced();
  const span = tracer.startSpan('op').setBaggageItem(key, '1').setBaggageItem('user', '2');
  expect(span.getBaggageItem(key)).toBe('2');
  expect(sent(tracer, FORMAT_TEXT_MAP, span)).toStrictEqual({ 'uberctx-user': '2' });
  const carrier = { ...CONTEXT, [`uberctx-${key}`]: '3' };
  expect(startedFrom(tracer, FORMAT_TEXT_MAP, carrier).getBaggageItem('user')).toBe('3');
});

test('a context whose baggage has an item in two spellings has one after it is set', () => {
  const context = SpanContext.fromString('a:b:0:1')!;
  context.baggage = { user_id: '1', other: 'x', 'User-ID': '2' };
  const { baggage } = context.withBaggageItem('user-id', '3');
  expect(Object.entries(baggage)).toStrictEqual([
    ['user_id', '3'],
    ['other', 'x'],
  ]);
});

test('keys that came do not take the place of those that an application uses', () => {
  const { tracer } = newTraced();
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`uberctx-x${i}_`, 'v']));
  const span = startedFrom(tracer, FORMAT_TEXT_MAP, { ...CONTEXT, ...many });
  expect(span.getBaggageItem('X149-')).toBe('v');
});

describe('what was set in one spelling', () => {
  const letters = fc.constantFrom(...'aZ_-.%09 äß€\u{1f600}:,=;'.split(''), 'kK', 'Ωω');
  const anyKey = fc.oneof(
    fc.array(letters, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('__proto__', 'constructor', 'toString', '', '1', '007'),
  );
  const anyValue = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', ' ', ',', 'a, b', '%', '100%', '%zz', '%2C', 'São Paulo', '日本', '\r\n'),
  );
  /** Another spelling of a key: what upper case changes back and forth, and `_` for `-`. */
  const respelt = (key: string, how: number): string => {
    const dashes = how & 1 ? key.replaceAll('-', '_') : key.replaceAll('_', '-');
    const upper = dashes.toUpperCase();
    return how & 2 && upper.toLowerCase() === dashes.toLowerCase() ? upper : dashes;
  };

  test.each(FORMATS)('is found in any after each hop in %s, and never doubled', (format) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyKey, anyValue, fc.nat(3)), { maxLength: 8 }),
        fc.nat(3),
        (items, how) => {
          const { tracer } = newTraced();
          const codec = new TextMapCodec({ urlEncoding: format === FORMAT_HTTP_HEADERS });
          const expected = new Map<string, string>();
          let span = tracer.startSpan('op');
          for (const [key, value] of items) {
            span.setBaggageItem(key, value);
            expected.set(span._normalizeBaggageKey(key), value);
          }
          for (let hop = 0; hop < 3; hop++) {
            const carrier: Record<string, string> = {};
            codec.inject(span.context(), carrier);
            const normal = Object.keys(carrier).map((key) => span._normalizeBaggageKey(key));
            expect(new Set(normal).size).toBe(normal.length);
            for (const key of Object.keys(carrier)) expect(key).toBe(key.toLowerCase());
            const left = [...expected.keys()].filter((key) => !isSent(format, key));
            expect(Object.keys(carrier)).toHaveLength(1 + expected.size - left.length);
            for (const key of left) expected.delete(key);
            // The next service names it in its own way.
            span = startedFrom(tracer, format, carrier);
            for (const [key, value] of expected) {
              expect(span.getBaggageItem(respelt(key, how))).toBe(value);
            }
          }
        },
      ),
      { seed: 20_261_128, numRuns: 400 },
    );
  });
});

/** Whether a format has the key: a header's name is a token. */
function isSent(format: string, key: string): boolean {
  return format === FORMAT_TEXT_MAP || /^[!#$%&'*+\-.^_`|~0-9a-z]*$/.test(key);
}

/** A record with one own key, also one called `__proto__`. */
function ownRecord(key: string, value: string): Record<string, string> {
  return Object.fromEntries([[key, value]]);
}
