import { describe, expect, test } from 'vitest';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { SpanContext as NodeSpanContext } from '../../../../src/node/tracer/span-context.js';

describe('a child', () => {
  const parent = NodeSpanContext.fromString('a:b:c:1')!;
  parent.baggage = { user: 'ann' };
  parent.debugId = 'why';

  test('has its own span id, and the parent above it', () => {
    const child = parent.makeChild(1, 2);
    expect(child.toString()).toBe('a:100000002:b:1');
    expect(child).toBeInstanceOf(NodeSpanContext);
    expect(child.debugId).toBe('why');
    expect(child.isRemote()).toBe(false);
  });

  test('shares the baggage and the sampling state', () => {
    const child = parent.makeChild(1, 2);
    expect(child.baggage).toBe(parent.baggage);
    child._setDebug(true);
    expect(parent.flags).toBe(3);
    parent._setDebug(false);
    expect(child.flags).toBe(1);
    expect(child._samplingState).toBe(parent._samplingState);
  });

  test('shares the bytes that its parent has', () => {
    const withBytes = NodeSpanContext.fromString('a:b:c:1')!;
    const { traceId, spanId } = withBytes;
    const child = withBytes.makeChild(1, 2);
    expect(child.traceId).toBe(traceId);
    expect(child.parentId).toBe(spanId);
  });

  test('by the name that jaeger-client gave it, from text or bytes', () => {
    expect(parent._makeChildContext('00D').toString()).toBe('a:00d:b:1');
    const id = Buffer.from('000000000000000e', 'hex');
    const child = parent._makeChildContext(id);
    expect(child.toString()).toBe('a:e:b:1');
    expect(child.spanId).toBe(id);
  });
});

describe('a context with one more baggage item', () => {
  test('is a copy: the first one keeps its baggage', () => {
    const context = NodeSpanContext.fromString('0a:0b:0c:1')!;
    const first = context.withBaggageItem('user', 'ann');
    const second = first.withBaggageItem('user', 'bob');
    expect(context.baggage).toStrictEqual({});
    expect(first.baggage).toStrictEqual({ user: 'ann' });
    expect(second.baggage).toStrictEqual({ user: 'bob' });
    expect(second.toString()).toBe('0a:0b:0c:1');
    expect(second).toBeInstanceOf(NodeSpanContext);
    expect(second._samplingState).toBe(context._samplingState);
  });

  test('does not share ids that are set later', () => {
    const context = SpanContext.fromString('0a:0b:0c:1')!;
    const copy = context.withBaggageItem('k', 'v');
    copy.spanId = Uint8Array.of(0xff);
    expect([context.spanIdStr, copy.spanIdStr]).toStrictEqual(['0b', 'ff']);
  });

  test.each(['__proto__', 'constructor', 'toString', ''])('under the key %j', (key) => {
    const { baggage } = SpanContext.fromString('a:b:0:1')!.withBaggageItem(key, 'v');
    expect(Object.entries(baggage)).toStrictEqual([[key, 'v']]);
    expect(Object.getPrototypeOf(baggage)).toBe(Object.prototype);
  });
});

describe("a server's context that shares its client's span id", () => {
  test('has the ids of the client', () => {
    const client = SpanContext.fromString('a:b:c:1')!;
    client._setRemote(true);
    const server = client.makeShared();
    expect(server.toString()).toBe('a:b:c:1');
    expect(server.isRemote()).toBe(false);
    expect(client.isRemote()).toBe(true);
  });

  test('has no parent where the client has none', () => {
    expect(SpanContext.fromString('a:b:0:1')!.makeShared().toString()).toBe('a:b:0:1');
  });
});

test('words for the wire, most significant first', () => {
  const context = SpanContext.fromString(
    '00000001000000020000000300000004:0000000500000006:0000000700000008:1',
  )!;
  const { _trace3, _trace2, _trace1, _trace0, _span1, _span0, _parent1, _parent0 } = context;
  expect([_trace3, _trace2, _trace1, _trace0]).toStrictEqual([1, 2, 3, 4]);
  expect([_span1, _span0, _parent1, _parent0]).toStrictEqual([5, 6, 7, 8]);
  for (const parent of ['parentId', 'parentIdStr'] as const) {
    context.parentId = Uint8Array.of(1);
    context[parent] = null;
    expect([context._parent1, context._parent0]).toStrictEqual([0, 0]);
  }
});
