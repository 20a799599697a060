import { childOf, followsFrom, FORMAT_TEXT_MAP, type Reference } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { readReferences } from '../../../../src/core/context/parent.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import type { SpanOptions } from '../../../../src/core/tracer/tracer-options.js';
import { newTraced } from '../../support/traced.js';

const { tracer } = newTraced();
const valid = SpanContext.fromString('a:b:0:1')!;
valid.finalizeSampling();
const other = SpanContext.fromString('c:d:0:1')!;

function extracted(carrier: object): SpanContext {
  return tracer.extract(FORMAT_TEXT_MAP, carrier)!;
}

const empty = extracted({});
const baggage = extracted({ 'uberctx-user': 'ann' });
const otherBaggage = extracted({ 'uberctx-user': 'bob' });
const debug = extracted({ 'jaeger-debug-id': 'why-slow' });
const traceIdOnly = new SpanContext();
traceIdOnly.traceIdStr = 'a';
const foreignEmpty = {
  traceIdStr: null,
  spanIdStr: null,
  _samplingState: new SpanContext()._samplingState,
};

const WITHOUT_IDS: readonly [string, unknown][] = [
  ['no headers', empty],
  ['baggage only', baggage],
  ['a debug id only', debug],
  ['a trace id only', traceIdOnly],
  ["another copy's, empty", foreignEmpty],
  ['malformed', extracted({ 'uber-trace-id': 'not:an:id' })],
];

describe.each(WITHOUT_IDS)('a context without ids hides none with ids (%s)', (_name, without) => {
  const context = without as SpanContext;

  test.each<[string, SpanOptions]>([
    ['followsFrom, followsFrom', { references: [followsFrom(context), followsFrom(valid)] }],
    ['childOf, childOf', { references: [childOf(context), childOf(valid)] }],
    ['childOf, followsFrom', { references: [childOf(context), followsFrom(valid)] }],
    ['followsFrom, childOf', { references: [followsFrom(context), childOf(valid)] }],
    ['behind it', { references: [followsFrom(valid), childOf(context)] }],
    ['several', { references: [childOf(context), followsFrom(context), followsFrom(valid)] }],
    ['the option, childOf', { childOf: context, references: [childOf(valid)] }],
    ['the option, followsFrom', { childOf: context, references: [followsFrom(valid)] }],
    [
      'the first of two',
      { childOf: context, references: [followsFrom(valid), followsFrom(other)] },
    ],
    ['CHILD_OF before', { references: [childOf(context), followsFrom(other), childOf(valid)] }],
  ])('%s', (_case, options) => {
    const span = tracer.startSpan('op', options);
    expect(span.context().toString()).toMatch(/^a:[0-9a-f]+:b:1$/);
    expect(span.context().baggage).toStrictEqual({});
    expect(span._tags).toStrictEqual([]);
  });

  test('and is not sent as a reference', () => {
    const references = [followsFrom(context), childOf(valid), childOf(context)];
    expect(readReferences(references)).toStrictEqual([{ childOf: true, context: valid }]);
  });
});

describe('where none has ids', () => {
  const rootOf = (options: SpanOptions) => {
    const span = tracer.startSpan('op', options);
    expect(span.context().parentIdStr).toBeFalsy();
    return span;
  };

  test.each<[string, SpanOptions, string | undefined]>([
    ['the option', { childOf: baggage }, 'ann'],
    ['a reference', { references: [followsFrom(baggage)] }, 'ann'],
    ['behind an empty one', { references: [childOf(empty), followsFrom(baggage)] }, 'ann'],
    ['behind an empty option', { childOf: empty, references: [followsFrom(baggage)] }, 'ann'],
    ['the first of two', { references: [childOf(baggage), childOf(otherBaggage)] }, 'ann'],
    ['the option first', { childOf: baggage, references: [childOf(otherBaggage)] }, 'ann'],
    ['empty ones', { childOf: empty, references: [childOf(empty)] }, undefined],
  ])('the first baggage is kept: %s', (_name, options, user) => {
    expect(rootOf(options).getBaggageItem('user')).toBe(user);
  });

  test.each<[string, SpanOptions]>([
    ['the option', { childOf: debug }],
    ['behind an empty option', { childOf: empty, references: [childOf(debug)] }],
    ['behind an empty reference', { references: [followsFrom(empty), followsFrom(debug)] }],
  ])('the first debug id makes a debug trace: %s', (_name, options) => {
    const span = rootOf(options);
    expect(span.context().isDebug()).toBe(true);
    expect(span._tags).toContainEqual({ key: 'jaeger-debug-id', value: 'why-slow' });
  });

  test('no reference is sent', () => {
    const references: Reference[] = [childOf(empty), followsFrom(baggage), followsFrom(debug)];
    expect(readReferences(references)).toStrictEqual([]);
  });
});
