import { describe, expect, test } from 'vitest';
import { SamplingState } from '../../../../src/core/context/sampling-state.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { SpanContext as NodeSpanContext } from '../../../../src/node/tracer/span-context.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (id: Uint8Array | null | undefined): string => Buffer.from(id!).toString('hex');

describe('a context without ids', () => {
  test('has none, in any form', () => {
    const context = new SpanContext();
    expect([context.traceId, context.spanId, context.parentId]).toStrictEqual([
      undefined,
      undefined,
      null,
    ]);
    expect([context.traceIdStr, context.spanIdStr, context.parentIdStr]).toStrictEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(context.isValid).toBe(false);
    expect(context.toString()).toBe('undefined:undefined:0:0');
    expect([context.toTraceId(), context.toSpanId()]).toStrictEqual(['', '']);
  });

  test('carries a debug id', () => {
    const context = new SpanContext();
    expect(context.isDebugIDContainerOnly()).toBe(false);
    context.debugId = 'why-is-it-slow';
    expect(context.isDebugIDContainerOnly()).toBe(true);
    context.traceId = bytes('01');
    context.spanId = bytes('02');
    expect(context.isDebugIDContainerOnly()).toBe(false);
  });
});

describe('the constructor', () => {
  test('takes ids as bytes', () => {
    const context = new SpanContext(
      bytes('00000000000000ff'),
      bytes('0000000000000a00'),
      bytes('0000000000000001'),
    );
    expect(context.toString()).toBe('ff:a00:1:0');
    expect(context.isValid).toBe(true);
  });

  test('takes ids as text, and text wins', () => {
    const context = new SpanContext(bytes('01'), bytes('02'), bytes('03'), 'a', 'b', 'c');
    expect(context.toString()).toBe('a:b:c:0');
    expect(hexOf(context.traceId)).toBe('000000000000000a');
  });

  test('takes all nine arguments', () => {
    const state = new SamplingState('b');
    state.setFlags(9);
    const baggage = { user: 'ann' };
    const context = new SpanContext(null, null, null, 'a', 'b', 'c', baggage, 'debug', state);
    expect(context.toString()).toBe('a:b:c:9');
    expect(context.baggage).toBe(baggage);
    expect(context.debugId).toBe('debug');
    expect(context._samplingState).toBe(state);
    expect(context.isFirehose()).toBe(true);
  });

  test("as moleculer calls it: ids, then nulls, then flags where baggage's place is", () => {
    const id = Buffer.from('00000000000000ab', 'hex');
    const context = new NodeSpanContext(id, id, null, null, null, null, {}, '', null);
    expect(context.traceId).toBe(id);
    expect(context.toString()).toBe('ab:ab:0:0');
  });

  test('starts a sampling state of its own, whose local root it is', () => {
    const context = new SpanContext(null, null, null, 'a', 'b');
    expect(context._samplingState.isLocalRootSpan(context)).toBe(true);
    expect(context._samplingState.localRootSpanId()).toBe('b');
  });
});

describe('ids that are set', () => {
  test('bytes change the text', () => {
    const context = SpanContext.fromString('00a:00b:00c:1')!;
    context.traceId = bytes('0000000000000001000000000000000f');
    context.spanId = bytes('00000000deadbeef');
    context.parentId = bytes('0000000000000010');
    expect(context.toString()).toBe('1000000000000000f:deadbeef:10:1');
  });

  test.each(['traceId', 'spanId', 'parentId'] as const)('%s keeps the object', (id) => {
    const context = new SpanContext();
    const given = bytes('0123456789abcdef');
    context[id] = given;
    expect(context[id]).toBe(given);
    expect(context[`${id}Str`]).toBe('123456789abcdef');
  });

  test.each(['traceId', 'spanId', 'parentId'] as const)('text for %s changes the bytes', (id) => {
    const context = SpanContext.fromString('a:b:c:1')!;
    expect(hexOf(context[id])).toMatch(/^0+[abc]$/);
    Reflect.set(context, `${id}Str`, '00FF');
    expect(context[`${id}Str`]).toBe('00ff');
    expect(hexOf(context[id])).toBe('00000000000000ff');
  });

  test.each(['traceId', 'spanId', 'parentId'] as const)('null takes %s away', (id) => {
    for (const nothing of [null, undefined]) {
      const context = SpanContext.fromString('0a:0b:0c:1')!;
      context[id] = nothing;
      expect(context[id] ?? null).toBeNull();
      expect(context[`${id}Str`]).toBeUndefined();
      expect(context.isValid).toBe(id === 'parentId');
    }
  });

  test('an id that was taken away does not come back in a child', () => {
    const context = SpanContext.fromString('0a:0b:0c:1')!;
    context.parentId = null;
    expect(context.toString()).toBe('0a:0b:0:1');
    context.spanId = bytes('0d');
    expect(context.makeChild(0, 1).toString()).toBe('0a:1:d:1');
  });

  test('a 128-bit trace id that is replaced by 64 bits is one of 64 bits', () => {
    const context = SpanContext.fromString('1000000000000000f:b:0:1')!;
    expect(context.traceId).toHaveLength(16);
    context.traceId = bytes('000000000000000e');
    expect(context.traceIdStr).toBe('e');
    expect([context._trace3, context._trace2]).toStrictEqual([0, 0]);
  });
});

describe('bytes', () => {
  test('of 64-bit ids are 8, of a 128-bit trace id 16', () => {
    const context = SpanContext.fromString('f00000000000000000000000000000a:b:c:1')!;
    expect(hexOf(context.traceId)).toBe('0f00000000000000000000000000000a');
    expect(hexOf(context.spanId)).toBe('000000000000000b');
    expect(hexOf(context.parentId)).toBe('000000000000000c');
    expect(SpanContext.fromString('a:b:c:1')!.traceId).toHaveLength(8);
  });

  test('are made once', () => {
    const context = SpanContext.fromString('a:b:c:1')!;
    for (const id of ['traceId', 'spanId', 'parentId'] as const) {
      expect(context[id]).toBe(context[id]);
    }
  });

  test('of a root are one object for the trace id and the span id', () => {
    const root = new SpanContext();
    root.setRootIds(0, 0, 1, 2, false);
    expect(root.spanId).toBe(root.traceId);
    const wide = new SpanContext();
    wide.setRootIds(3, 4, 1, 2, true);
    expect(wide.spanId).not.toBe(wide.traceId);
    expect(hexOf(wide.traceId).endsWith(hexOf(wide.spanId))).toBe(true);
  });

  test('are Buffers on Node and Uint8Arrays elsewhere', () => {
    expect(Buffer.isBuffer(NodeSpanContext.fromString('a:b:c:1')!.spanId)).toBe(true);
    expect(Buffer.isBuffer(SpanContext.fromString('a:b:c:1')!.spanId)).toBe(false);
  });
});

test('flags are shared with the sampling state', () => {
  const context = new SpanContext(null, null, null, 'a', 'b');
  context.flags = 3;
  expect([context.isSampled(), context.isDebug(), context.isFirehose()]).toStrictEqual([
    true,
    true,
    false,
  ]);
  context._setFirehose(true);
  context._setDebug(false);
  expect(context.flags).toBe(9);
  context._setSampled(false);
  expect(context.flags).toBe(8);
  expect(context.samplingFinalized).toBe(false);
  context.finalizeSampling();
  expect(context.samplingFinalized).toBe(true);
});
