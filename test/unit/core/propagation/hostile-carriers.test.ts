import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import { TextMapCodec } from '../../../../src/core/propagation/text-map-codec.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { RecordingMetrics, THROWING_METRICS } from '../../support/recording-metrics.js';

const CODEC = new TextMapCodec({ urlEncoding: true });
const TEXT = new TextMapCodec();
const MEGABYTE = 'x'.repeat(1024 * 1024);

function fail(): never {
  throw new Error('hostile');
}

/** Baggage travels in lower case. */
function lowerCased(baggage: Record<string, string>): unknown {
  return Object.fromEntries(
    Object.entries(baggage).map(([key, value]) => [key.toLowerCase(), value]),
  );
}

/** How much text a context has kept. */
function keptOf(context: SpanContext): { items: number; length: number } {
  const entries = Object.entries(context.baggage);
  const length = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return { items: entries.length, length: length + context.debugId.length };
}

describe('an empty context comes of', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a number', 7],
    ['text', 'uber-trace-id'],
    ['a symbol', Symbol('carrier')],
    ['a list', ['a:b:0:1']],
    ['a Map', new Map([['uber-trace-id', 'a:b:0:1']])],
    ['a function', () => ({ 'uber-trace-id': 'a:b:0:1' })],
    ['inherited headers', Object.create({ 'uber-trace-id': 'a:b:0:1' })],
    ['a number as the context', { 'uber-trace-id': 7 }],
    ['null as the context', { 'uber-trace-id': null }],
    ['an object as the context', { 'uber-trace-id': { toString: () => 'a:b:0:1' } }],
    ['an empty list as the context', { 'uber-trace-id': [] }],
    ['a list of objects as the context', { 'uber-trace-id': [{}] }],
    ['a megabyte as the context', { 'uber-trace-id': MEGABYTE }],
    ['a megabyte of zeros and an id', { 'uber-trace-id': `${'0'.repeat(1024 * 1024)}1:1:0:1` }],
    ['a megabyte as a key', { [MEGABYTE]: 'a:b:0:1' }],
    [
      'a getter that throws',
      Object.defineProperty({}, 'uber-trace-id', { get: fail, enumerable: true }),
    ],
    ['a Proxy that throws', new Proxy({}, { ownKeys: fail })],
    ['a Proxy whose values throw', new Proxy({ 'uber-trace-id': 'a:b:0:1' }, { get: fail })],
  ])('%s', (_name, carrier) => {
    const context = CODEC.extract(carrier);
    expect(context.isValid).toBe(false);
    expect(keptOf(context)).toStrictEqual({ items: 0, length: 0 });
  });
});

test('a carrier without a prototype is one like any other', () => {
  const carrier = Object.assign(Object.create(null), { 'uber-trace-id': 'a:b:0:1' });
  expect(CODEC.extract(carrier).toString()).toBe('a:b:0:1');
  const empty = Object.create(null) as Record<string, string>;
  CODEC.inject(SpanContext.fromString('a:b:0:1')!, empty);
  expect(empty['uber-trace-id']).toBe('a:b:0:1');
});

test('what was read before something threw is kept, and the trouble counted', () => {
  const metrics = new RecordingMetrics();
  const codec = new TextMapCodec({ metrics: new Metrics(metrics) });
  const carrier = {
    'uber-trace-id': 'a:b:0:1',
    get 'uberctx-k'(): string {
      return fail();
    },
  };
  expect(codec.extract(carrier).toString()).toBe('a:b:0:1');
  expect(metrics.counted).toStrictEqual({ 'jaeger:span_context_decoding_errors': 1 });
});

test('metrics that throw are no matter', () => {
  const codec = new TextMapCodec({ metrics: new Metrics(THROWING_METRICS) });
  expect(codec.extract({ 'uber-trace-id': 'junk' }).isValid).toBe(false);
});

test('numbers are taken as their text, other values are passed over', () => {
  const context = CODEC.extract({
    'uberctx-number': 7,
    'uberctx-null': null,
    'uberctx-object': {},
    'uberctx-true': true,
    'jaeger-debug-id': 12,
    'jaeger-baggage': 5,
  });
  expect(context.baggage).toStrictEqual({ number: '7' });
  expect(context.debugId).toBe('12');
});

test.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'])(
  'baggage called %s is baggage and nothing else',
  (key) => {
    const carrier = JSON.parse(`{"uberctx-${key}": "v"}`) as object;
    for (const context of [
      CODEC.extract(carrier),
      CODEC.extract({ 'jaeger-baggage': `${key}=v` }),
    ]) {
      expect(Object.entries(context.baggage)).toStrictEqual([[key, 'v']]);
      expect(Object.getPrototypeOf(context.baggage)).toBe(Object.prototype);
    }
    expect(Reflect.get({}, 'v')).toBeUndefined();
  },
);

describe('what is kept is bounded', () => {
  test.each<[string, object]>([
    ['a megabyte of baggage', { 'uberctx-k': MEGABYTE }],
    ['a megabyte of escapes', { 'uberctx-k': '%41'.repeat(350_000) }],
    ['a megabyte of a debug id', { 'jaeger-debug-id': MEGABYTE }],
    ['a megabyte of jaeger-baggage', { 'jaeger-baggage': 'k=v,'.repeat(262_144) }],
    ['a megabyte of one jaeger-baggage item', { 'jaeger-baggage': `k=${MEGABYTE}` }],
    [
      '10,000 keys',
      Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`uberctx-${i}`, 'v'])),
    ],
    [
      '100 values of 64 kB',
      Object.fromEntries(
        Array.from({ length: 100 }, (_, i) => [`uberctx-${i}`, 'v'.repeat(65_000)]),
      ),
    ],
    ['a long list', { 'uberctx-k': Array.from({ length: 100_000 }, () => MEGABYTE) }],
  ])('%s', (_name, headers) => {
    const context = CODEC.extract({ ...headers, 'uber-trace-id': 'a:b:0:1' });
    const { items, length } = keptOf(context);
    expect(items).toBeLessThanOrEqual(180);
    expect(length).toBeLessThanOrEqual(64 * 1024);
    expect(context.toString()).toBe('a:b:0:1');
  });

  test('the first 180 items are kept', () => {
    const carrier = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`uberctx-k${i}`, 'v']),
    );
    expect(Object.keys(CODEC.extract(carrier).baggage)).toStrictEqual(
      Array.from({ length: 180 }, (_, i) => `k${i}`),
    );
  });
});

test('no carrier makes it throw, and every answer is a context', () => {
  const anyKey = fc.oneof(
    fc.constantFrom('uber-trace-id', 'uberctx-k', 'jaeger-debug-id', 'jaeger-baggage', '__proto__'),
    fc.string(),
  );
  const anyValue = fc.oneof(
    fc.anything(),
    fc.string(),
    fc.constantFrom('a:b:0:1', '%', '%zz', '::::'),
  );
  const anyCarrier = fc.oneof(fc.dictionary(anyKey, anyValue), fc.anything());
  fc.assert(
    fc.property(anyCarrier, fc.boolean(), (carrier, urlEncoding) => {
      const context = new TextMapCodec({ urlEncoding }).extract(carrier);
      expect(context).toBeInstanceOf(SpanContext);
      const carried = {};
      TEXT.inject(context, carried);
      expect(lowerCased(TEXT.extract(carried).baggage)).toStrictEqual(lowerCased(context.baggage));
    }),
    { seed: 12, numRuns: 1000 },
  );
});
