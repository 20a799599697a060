import { REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM, Reference } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { contextOf, parentOfReferences } from '../../../../src/core/context/parent.js';
import { SamplingState } from '../../../../src/core/context/sampling-state.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { newTraced } from '../../support/traced.js';

const HALF_A_STATE = { isFinal: () => true, isSampled: () => true };

/** A context as another copy of the package, or jaeger-client 3.19, has it: the same by shape. */
function foreignContext(fields: object = {}): object {
  const state = new SamplingState('b');
  state.setFlags(1);
  // Methods of the state are reached through its prototype, which is not ours there.
  const foreignState = {
    isSampled: () => state.isSampled(),
    isDebug: () => state.isDebug(),
    isFirehose: () => state.isFirehose(),
    isFinal: () => state.isFinal(),
    setFinal: (value: boolean) => state.setFinal(value),
    setSampled: (value: boolean) => state.setSampled(value),
    setDebug: (value: boolean) => state.setDebug(value),
    setFirehose: (value: boolean) => state.setFirehose(value),
    flags: () => state.flags(),
    setFlags: (flags: number) => state.setFlags(flags),
    isLocalRootSpan: () => false,
    localRootSpanId: () => 'b',
    extendedState: () => ({}),
  };
  return {
    traceIdStr: '0a',
    spanIdStr: '0b',
    parentIdStr: null,
    baggage: { user: 'ann' },
    debugId: '',
    _samplingState: foreignState,
    isRemote: () => false,
    ...fields,
  };
}

describe('contextOf', () => {
  test('a context is itself, a span its context', () => {
    const span = newTraced().tracer.startSpan('op');
    expect(contextOf(span)).toBe(span.context());
    expect(contextOf(span.context())).toBe(span.context());
  });

  test("another copy's context is told by its shape", () => {
    const context = contextOf(foreignContext())!;
    expect(context).toBeInstanceOf(SpanContext);
    expect(context.toString()).toBe('0a:0b:0:1');
    expect(context.baggage).toStrictEqual({ user: 'ann' });
    expect(context.isRemote()).toBe(false);
    expect(contextOf(foreignContext({ isRemote: () => true }))!.isRemote()).toBe(true);
  });

  test("another copy's span too", () => {
    const foreign = foreignContext();
    expect(contextOf({ context: () => foreign })!.toString()).toBe('0a:0b:0:1');
  });

  test('without baggage and remoteness it is a context all the same', () => {
    const { traceIdStr, spanIdStr, _samplingState } = foreignContext() as Record<string, unknown>;
    const context = contextOf({ traceIdStr, spanIdStr, _samplingState })!;
    expect(context.toString()).toBe('0a:0b:0:1');
    expect([context.baggage, context.debugId, context.isRemote()]).toStrictEqual([{}, '', false]);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a number', 1],
    ['text', 'a:b:0:1'],
    ['an object', {}],
    ["an OpenTelemetry span's context", { traceId: 'a', spanId: 'b', traceFlags: 1 }],
    ['ids without a sampling state', foreignContext({ _samplingState: null })],
    ['ids with half a sampling state', foreignContext({ _samplingState: HALF_A_STATE })],
    ['a span of something else', { context: () => ({ traceId: 'a' }) }],
    ['a span without a context', { context: () => undefined }],
  ])('%s is none', (_name, value) => {
    expect(contextOf(value)).toBeUndefined();
  });
});

test("a child of another copy's span shares its trace, baggage and sampling", () => {
  const { tracer, reporter } = newTraced();
  const foreign = foreignContext() as { readonly _samplingState: SamplingState };
  const child = tracer.startSpan('child', { childOf: foreign as never });
  expect(child.context().toString()).toMatch(/^0a:[0-9a-f]+:0b:1$/);
  expect(child.getBaggageItem('user')).toBe('ann');
  child.setTag('sampling.priority', 1);
  expect(foreign._samplingState.flags()).toBe(3);
  child.finish();
  expect(reporter.spans).toHaveLength(1);
});

test("another copy's context is injected", () => {
  const carrier = {};
  newTraced().tracer.inject(foreignContext() as never, 'text_map', carrier);
  expect(carrier).toStrictEqual({ 'uber-trace-id': '0a:0b:0:1', 'uberctx-user': 'ann' });
});

describe('parentOfReferences', () => {
  const a = SpanContext.fromString('1:a:0:1')!;
  const b = SpanContext.fromString('1:b:0:1')!;
  const to = (type: string, context: unknown): Reference => new Reference(type, context as never);

  test.each<[string, Reference[], SpanContext | undefined]>([
    ['none', [], undefined],
    ['CHILD_OF first', [to(REFERENCE_FOLLOWS_FROM, a), to(REFERENCE_CHILD_OF, b)], b],
    ['FOLLOWS_FROM else', [to('other', b), to(REFERENCE_FOLLOWS_FROM, a)], a],
    [
      'one without a context passed over',
      [to(REFERENCE_CHILD_OF, {}), to(REFERENCE_CHILD_OF, b)],
      b,
    ],
  ])('%s', (_name, references, parent) => {
    expect(parentOfReferences(references)).toBe(parent);
  });
});
