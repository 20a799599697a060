import { describe, expect, test } from 'vitest';
import {
  connectInterceptor,
  type ConnectRequest,
  type ConnectResponse,
} from '../../../../src/grpc/connect/index.js';
import { activeSpan, withSpan } from '../../../../src/node/scope/active-span.js';
import { outcomeOf, RigTracer, tagsOf } from '../../support/grpc-spans.js';

// The library itself is in test/interop/frameworks; here are the ways that a call can end.

async function* oneMessage(): AsyncGenerator<string> {
  yield 'a';
}

describe('the interceptor of Connect', () => {
  function request(headers: Record<string, string> = {}): ConnectRequest & { header: Headers } {
    return {
      stream: false,
      service: { typeName: 'a.B' },
      method: { name: 'C', methodKind: 'unary' },
      header: new Headers(headers),
      signal: new AbortController().signal,
      message: 'hello',
    };
  }
  const answer = (message: unknown, stream: boolean = false): ConnectResponse => ({
    stream,
    header: new Headers(),
    trailer: new Headers(),
    message,
  });

  test('at a client sends the context of the span', async () => {
    const traced = new RigTracer('client');
    const intercept = connectInterceptor({ side: 'client', tracer: traced.tracer });
    const sent = request();
    const parent = new RigTracer('caller').tracer.startSpan('caller');
    await withSpan(parent, () => intercept(async () => answer('hi'))(sent));
    expect(sent.header.get('uber-trace-id')).toBe(String(traced.span.context()));
    expect(traced.span.context().parentIdStr).toBe(parent.context().spanIdStr);
    expect(tagsOf(traced.span)).toMatchObject({ 'span.kind': 'client', 'rpc.service': 'a.B' });
  });

  test('at a client limits baggage by what the headers leave', async () => {
    const traced = new RigTracer('client');
    const intercept = connectInterceptor({ side: 'client', tracer: traced.tracer });
    const own = Array.from({ length: 20 }, (_, i): [string, string] => [`x-${i}`, 'v']);
    const sent = request({ ...Object.fromEntries(own), 'uberctx-k70': 'old' });
    const parent = new RigTracer('caller').tracer.startSpan('caller');
    for (let i = 0; i < 80; i++) parent.setBaggageItem(`k${i}`, 'v');
    await withSpan(parent, () => intercept(async () => answer('hi'))(sent));
    const keys = [...sent.header.keys()].filter((key) => key.startsWith('uberctx-'));
    expect(keys.sort()).toStrictEqual(Array.from({ length: 44 }, (_, i) => `uberctx-k${i}`).sort());
    expect(sent.header.get('uber-trace-id')).toBe(String(traced.span.context()));
    expect(traced.logger.warnings).toHaveLength(1);
  });

  test('at a server is a child of what came, and active in every step of a stream', async () => {
    const traced = new RigTracer('server');
    const intercept = connectInterceptor({ side: 'server', tracer: traced.tracer });
    const active: unknown[] = [];
    async function* stream(): AsyncGenerator<string> {
      for (const value of ['a', 'b']) {
        active.push(activeSpan());
        yield value;
      }
      active.push(activeSpan());
    }
    const response = await intercept(async () => answer(stream(), true))(
      request({ 'uber-trace-id': 'a:b:0:1' }),
    );
    expect(traced.spans).toHaveLength(0);
    for await (const message of response.message as AsyncIterable<string>) {
      expect(message).toMatch(/[ab]/);
      expect(activeSpan()).toBeUndefined();
    }
    expect(traced.span.context().parentIdStr).toBe('b');
    expect(active).toStrictEqual([traced.span, traced.span, traced.span]);
  });

  test('says of a context that it cannot be read', async () => {
    const traced = new RigTracer('server');
    const intercept = connectInterceptor({ side: 'server', tracer: traced.tracer });
    await intercept(async () => answer('hi'))(request({ 'uber-trace-id': 'junk' }));
    expect(traced.logger.errors).toStrictEqual([
      'gRPC tracing: extract: cannot read the context of an incoming call; its span becomes a root',
    ]);
  });

  test('a stream that nobody reads ends with the signal of the call', async () => {
    const traced = new RigTracer('client');
    const controller = new AbortController();
    const intercept = connectInterceptor({ side: 'client', tracer: traced.tracer });
    await intercept(async () => answer(oneMessage(), true) as never)({
      ...request(),
      signal: controller.signal,
    });
    expect(traced.spans).toHaveLength(0);
    controller.abort();
    expect(outcomeOf(traced.span)).toMatchObject({ code: 1 });
  });
});
