import {
  REFERENCE_CHILD_OF,
  REFERENCE_FOLLOWS_FROM,
  Reference,
  Tags,
  Tracer as OpenTracingTracer,
} from 'opentracing';
import { describe, expect, test } from 'vitest';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { DefaultThrottler } from '../../../../src/core/tracer/throttler.js';
import { Tracer } from '../../../../src/core/tracer/tracer.js';
import { FakePlatform, START_MILLIS } from '../../support/fake-platform.js';
import { newTraced } from '../../support/traced.js';

const SERVER = { [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_SERVER };
const childOf = (context: SpanContext): Reference => new Reference(REFERENCE_CHILD_OF, context);
const followsFrom = (context: SpanContext): Reference =>
  new Reference(REFERENCE_FOLLOWS_FROM, context);

/** A context as `extract` gives it. */
function remote(text: string): SpanContext {
  const context = SpanContext.fromString(text)!;
  context._setRemote(true);
  return context;
}

describe('a root', () => {
  test('has a random id of 64 bits, for the trace and for itself', () => {
    const { tracer } = newTraced();
    const context = tracer.startSpan('op').context();
    expect(context.spanId).toBe(context.traceId);
    expect(context.traceId).toHaveLength(8);
    expect(context.parentId).toBeNull();
    expect(context.toString()).toBe(`${context.traceIdStr}:${context.traceIdStr}:0:1`);
    const ids = Array.from({ length: 100 }, () => tracer.startSpan('op').context().traceIdStr);
    expect(new Set(ids).size).toBe(100);
  });

  test('of 128 bits has the low half as its span id', () => {
    const { tracer } = newTraced({ traceId128bit: true });
    const context = tracer.startSpan('op').context();
    expect(context.traceId).toHaveLength(16);
    expect(Buffer.from(context.traceId!).subarray(8)).toStrictEqual(Buffer.from(context.spanId!));
    expect(tracer.startSpan('child', { childOf: context }).context().traceIdStr).toBe(
      context.traceIdStr,
    );
  });

  test('never has the id 0', () => {
    // Seeds that make the words behind the tracer's UUID 0, 0, 10e00 and 6550e00.
    const seed = [1_166_818_690, 2_325_304_996, 1_054_426_535, 504_725_383];
    const tracer = new Tracer('shop', undefined, undefined, {
      platform: { clock: new FakePlatform().clock, randomWords: (words) => words.set(seed) },
    });
    expect(tracer._process.uuid).toHaveLength(36);
    expect(tracer.startSpan('op').context().toString()).toBe('10e0006550e00:10e0006550e00:0:0');
  });

  test('starts now, and takes no options at all', () => {
    const span = newTraced().tracer.startSpan('op', undefined);
    expect(span._startTime).toBe(START_MILLIS);
    expect(newTraced().tracer.startSpan('op', null as never).operationName).toBe('op');
  });

  test('leaves the options as they are', () => {
    const { tracer } = newTraced();
    const options = Object.freeze({
      childOf: tracer.startSpan('parent'),
      tags: Object.freeze({ a: 1 }),
    });
    expect(() => tracer.startSpan('op', options)).not.toThrow();
  });
});

describe('padIds', () => {
  test('pads the ids made here and those of remote parents', () => {
    const { tracer } = newTraced({ padIds: true });
    expect(tracer.startSpan('op').context().toString()).toMatch(/^([0-9a-f]{16}):\1:0{16}:1$/);
    const child = tracer.startSpan('op', { childOf: remote('a:b:0:1') }).context();
    expect(child.toString()).toMatch(/^0{15}a:[0-9a-f]{16}:0{15}b:1$/);
    const extracted = tracer.extract('text_map', { 'uber-trace-id': 'a:b:c:1' })!;
    expect(extracted.toString()).toBe('000000000000000a:000000000000000b:000000000000000c:1');
  });
});

describe('the parent', () => {
  const { tracer } = newTraced();
  const a = tracer.startSpan('a').context();
  const b = tracer.startSpan('b').context();
  const span = tracer.startSpan('s', { childOf: a });
  const invalid = new SpanContext();
  const parentOf = (options: object): string | null | undefined =>
    tracer.startSpan('op', options).context().parentIdStr;

  test.each<[string, object, string | null | undefined]>([
    ['childOf', { childOf: a }, a.spanIdStr],
    ['childOf as a span', { childOf: span }, span.context().spanIdStr],
    ['childOf before references', { childOf: a, references: [childOf(b)] }, a.spanIdStr],
    ['a CHILD_OF reference', { references: [childOf(a)] }, a.spanIdStr],
    ['the first of two', { references: [childOf(a), childOf(b)] }, a.spanIdStr],
    ['CHILD_OF behind FOLLOWS_FROM', { references: [followsFrom(a), childOf(b)] }, b.spanIdStr],
    ['FOLLOWS_FROM alone', { references: [followsFrom(a), followsFrom(b)] }, a.spanIdStr],
    ['null, then references', { childOf: null, references: [childOf(b)] }, b.spanIdStr],
    ['no reference', { references: [] }, undefined],
    ['references that are null', { references: null }, undefined],
  ])('%s', (_name, options, expected) => {
    expect(parentOf(options)).toBe(expected);
  });

  test('an unknown kind of reference is none', () => {
    expect(parentOf({ references: [new Reference('self', a)] })).toBeUndefined();
  });

  test('an invalid one makes a new root that keeps its baggage', () => {
    invalid.baggage = { user: 'ann' };
    const context = tracer.startSpan('op', { childOf: invalid }).context();
    expect(context.parentIdStr).toBeUndefined();
    expect(context.isValid).toBe(true);
    expect(context.baggage).toStrictEqual({ user: 'ann' });
  });

  test.each<[string, unknown]>([
    ["a no-op tracer's span", new OpenTracingTracer().startSpan('noop')],
    ["a no-op tracer's context", new OpenTracingTracer().startSpan('noop').context()],
    ['an empty object', {}],
    ['text', 'a:b:0:1'],
    ['a number', 7],
    ['a function', () => a],
    ['an object whose context() throws', { context: throwHostile }],
  ])('%s is no parent: a new root', (_name, childOf) => {
    const span = tracer.startSpan('op', { childOf: childOf as never });
    expect(span.context().parentIdStr).toBeUndefined();
    expect(span.context().isSampled()).toBe(true);
  });

  test('references that are junk are passed over', () => {
    const references = [null, {}, { type: throwHostile }] as unknown as Reference[];
    expect(parentOf({ references: [references[0], references[1], childOf(a)] })).toBe(a.spanIdStr);
    expect(parentOf({ references })).toBeUndefined();
  });
});

describe('a child of a remote parent', () => {
  test('takes over the decision that was made there', () => {
    const { tracer } = newTraced();
    const unsampled = tracer.startSpan('op', { childOf: remote('a:b:0:0') });
    expect(unsampled.context().samplingFinalized).toBe(true);
    expect(unsampled.context().isSampled()).toBe(false);
    const sampled = tracer.startSpan('op', { childOf: remote('a:b:0:1') });
    expect(sampled.context().isSampled()).toBe(true);
    expect(sampled._tags).toStrictEqual([]);
    expect(sampled.context().isRemote()).toBe(false);
  });

  test('a local parent whose sampling is open is not final', () => {
    const { tracer } = newTraced();
    const local = SpanContext.fromString('a:b:0:0')!;
    const child = tracer.startSpan('op', { childOf: local });
    expect(child.context().isSampled()).toBe(true);
  });
});

describe('shareRpcSpan', () => {
  test('gives a server span the ids of its client', () => {
    const { tracer } = newTraced({ shareRpcSpan: true });
    const server = tracer.startSpan('op', { childOf: remote('a:b:c:1'), tags: SERVER });
    expect(server.context().toString()).toBe('a:b:c:1');
    expect(server.context().samplingFinalized).toBe(true);
  });

  test('is for server spans alone, and for those who ask for it', () => {
    const client = newTraced({ shareRpcSpan: true }).tracer.startSpan('op', {
      childOf: remote('a:b:c:1'),
      tags: { [Tags.SPAN_KIND]: 'client' },
    });
    expect(client.context().parentIdStr).toBe('b');
    const usual = newTraced().tracer.startSpan('op', { childOf: remote('a:b:c:1'), tags: SERVER });
    expect(usual.context().parentIdStr).toBe('b');
  });
});

describe('a debug id', () => {
  const debug = (): SpanContext => {
    const context = new SpanContext();
    context.debugId = 'why-slow';
    context.baggage = { user: 'ann' };
    return context;
  };

  test('makes a debug trace, and is the last tag', () => {
    const { tracer } = newTraced();
    const span = tracer.startSpan('op', { childOf: debug(), tags: { a: 1 } });
    expect(span.context().flags).toBe(3);
    expect(span.context().baggage).toStrictEqual({ user: 'ann' });
    expect(span._tags).toStrictEqual([
      { key: 'sampler.type', value: 'const' },
      { key: 'sampler.param', value: true },
      { key: 'a', value: 1 },
      { key: 'jaeger-debug-id', value: 'why-slow' },
    ]);
  });

  test('does nothing where debug is throttled', () => {
    const { tracer } = newTraced({ debugThrottler: new DefaultThrottler(true) });
    const span = tracer.startSpan('op', { childOf: debug() });
    expect(span.context().flags).toBe(1);
    expect(span._tags.map(({ key }) => key)).not.toContain('jaeger-debug-id');
  });
});

function throwHostile(): never {
  throw new Error('hostile');
}
