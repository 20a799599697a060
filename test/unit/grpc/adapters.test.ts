import { describe, expect, test } from 'vitest';
import {
  connectInterceptor,
  type ConnectRequest,
  type ConnectResponse,
} from '../../../src/grpc/connect.js';
import { copyOfMetadata } from '../../../src/grpc/nice-metadata.js';
import {
  type NiceCallOptions,
  niceGrpcClientMiddleware,
  type NiceTracingOptions,
} from '../../../src/grpc/nice.js';
import { observedMessages } from '../../../src/grpc/observed-messages.js';
import { activeSpan, withSpan } from '../../../src/node/scope/active-span.js';
import { outcomeOf, RigTracer, tagsOf } from '../support/grpc-spans.js';

// What the libraries themselves make of these is in test/interop/frameworks; here are the ways of a call.

type Messages = AsyncGenerator<string, string | void, undefined>;

async function* messages(values: readonly string[], end: () => string | void): Messages {
  for (const value of values) yield value;
  return end();
}

function notFound(): never {
  throw Object.assign(new Error('/a.B/C NOT_FOUND: none'), { code: 5, details: 'none' });
}

function aborted(): never {
  throw Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });
}

describe('the middleware of nice-grpc', () => {
  /** Makes a call whose end is `next`, as nice-grpc makes it. */
  function call(
    next: () => Messages,
    responseStream: boolean,
    given: { options?: NiceCallOptions; tracing?: NiceTracingOptions } = {},
  ): { traced: RigTracer; messages: Messages; reached: NiceCallOptions[] } {
    const traced = new RigTracer('client');
    const reached: NiceCallOptions[] = [];
    const middleware = niceGrpcClientMiddleware({ tracer: traced.tracer, ...given.tracing });
    const made = middleware<string, string>(
      {
        method: { path: '/a.B/C', requestStream: false, responseStream },
        request: 'hello',
        requestStream: false,
        responseStream,
        next: (_request, options) => {
          reached.push(options);
          return next();
        },
      },
      given.options ?? {},
    );
    return { traced, messages: made, reached };
  }

  test('answers what the call answers, and ends the span', async () => {
    const { traced, messages: made, reached } = call(() => messages([], () => 'hi'), false);
    expect(await made.next()).toStrictEqual({ done: true, value: 'hi' });
    expect(outcomeOf(traced.span).code).toBe(0);
    expect(traced.span.operationName).toBe('/a.B/C');
    expect(reached[0]?.metadata?.get('uber-trace-id')).toBe(String(traced.span.context()));
  });

  test('passes a stream on, and ends the span with it', async () => {
    const { traced, messages: made } = call(() => messages(['a', 'b'], () => undefined), true);
    const read: string[] = [];
    for await (const message of made) {
      read.push(message);
      expect(traced.spans).toHaveLength(0);
    }
    expect(read).toStrictEqual(['a', 'b']);
    expect(outcomeOf(traced.span).code).toBe(0);
  });

  test('ends the span of a stream that is left, and leaves the one below', async () => {
    let isLeft = false;
    async function* endless(): Messages {
      try {
        for (;;) yield 'a';
      } finally {
        isLeft = true;
      }
    }
    const { traced, messages: made } = call(endless, true);
    for await (const message of made) if (message) break;
    expect(isLeft).toBe(true);
    expect(outcomeOf(traced.span)).toMatchObject({ code: 1, error: undefined });
  });

  test.each<[string, () => never, object]>([
    ['of gRPC', notFound, { code: 5, error: true, message: 'none' }],
    ['of an abort', aborted, { code: 1, error: undefined, message: 'The operation was aborted' }],
  ])('an error %s ends the span and goes on', async (_what, end, outcome) => {
    for (const streams of [false, true]) {
      const { traced, messages: made } = call(() => messages([], end), streams);
      await expect(made.next()).rejects.toThrow(/NOT_FOUND|aborted/);
      expect(outcomeOf(traced.span)).toMatchObject(outcome);
    }
  });

  test('include that is false passes the options on as they are', async () => {
    const options = Object.freeze({});
    const tracing = { include: () => false };
    const {
      traced,
      messages: made,
      reached,
    } = call(() => messages([], () => 'hi'), false, {
      options,
      tracing,
    });
    expect((await made.next()).value).toBe('hi');
    expect(reached[0]).toBe(options);
    expect(traced.tracer.stats().started).toBe(0);
  });

  test('a tracer that is broken leaves the call and its options as they are', async () => {
    const options = {};
    const tracer = {
      startSpan: (): never => {
        throw new Error('broken');
      },
      inject: () => undefined,
      extract: () => null,
    };
    const tracing = { tracer };
    const made = call(() => messages([], () => 'hi'), false, { options, tracing });
    expect((await made.messages.next()).value).toBe('hi');
    expect(made.reached[0]).toBe(options);
  });

  test('metadata is copied with all that it can', () => {
    const original = copyOfMetadata(undefined);
    original.set('X-User', 'ann');
    original.set('x-blob-bin', Buffer.from([1]));
    const copy = copyOfMetadata(original);
    copy.append('x-user', 'bob');
    copy.append('x-blob-bin', Buffer.from([2]));
    copy.set('x-list', ['a', 'b']);
    copy.set('x-list', []);
    expect(copy.get('x-USER')).toBe('ann, bob');
    expect(copy.getAll('x-blob-bin')).toHaveLength(2);
    expect(copy.has('x-list')).toBe(false);
    copy.delete('X-BLOB-BIN');
    expect([...copy]).toStrictEqual([['x-user', ['ann, bob']]]);
    expect([...original]).toStrictEqual([
      ['x-user', ['ann']],
      ['x-blob-bin', [Buffer.from([1])]],
    ]);
  });
});

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
      'gRPC tracing: extract: the context that came with a call cannot be read',
    ]);
  });

  test('a stream that nobody reads ends with the signal of the call', async () => {
    const traced = new RigTracer('client');
    const controller = new AbortController();
    const intercept = connectInterceptor({ side: 'client', tracer: traced.tracer });
    await intercept(
      async () =>
        answer(
          messages(['a'], () => undefined),
          true,
        ) as never,
    )({
      ...request(),
      signal: controller.signal,
    });
    expect(traced.spans).toHaveLength(0);
    controller.abort();
    expect(outcomeOf(traced.span)).toMatchObject({ code: 1 });
  });
});

describe('messages that are watched', () => {
  /** The steps of a stream, as its observer hears of them. */
  function watched(stream: AsyncIterable<unknown>): {
    heard: unknown[];
    it: AsyncIterator<unknown>;
  } {
    const heard: unknown[] = [];
    const seen = observedMessages(stream, {
      onMessage: (message) => heard.push(message),
      onEnd: () => heard.push('end'),
      onError: (error) => heard.push(String(error)),
      onLeft: () => heard.push('left'),
    });
    return { heard, it: seen[Symbol.asyncIterator]() };
  }

  test('are read, to the end and to an error', async () => {
    const good = watched(messages(['a'], () => undefined));
    expect(await good.it.next()).toStrictEqual({ done: false, value: 'a' });
    expect(await good.it.next()).toStrictEqual({ done: true, value: undefined });
    expect(good.heard).toStrictEqual(['a', 'end']);
    const bad = watched(messages([], aborted));
    await expect(bad.it.next()).rejects.toThrow('aborted');
    expect(bad.heard).toStrictEqual(['AbortError: The operation was aborted']);
  });

  test('are left, and thrown into', async () => {
    const left = watched(messages(['a', 'b'], () => undefined));
    await left.it.next();
    expect(await left.it.return?.('over')).toStrictEqual({ done: true, value: 'over' });
    expect(left.heard).toStrictEqual(['a', 'left']);
    const thrown = watched(messages(['a', 'b'], () => undefined));
    await thrown.it.next();
    await expect(thrown.it.throw?.(new Error('stop'))).rejects.toThrow('stop');
    expect(thrown.heard).toStrictEqual(['a', 'Error: stop']);
  });

  test('of a stream that knows no more than next', async () => {
    const bare = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('no')) }),
    };
    const { heard, it } = watched(bare);
    expect(await it.return?.(1)).toStrictEqual({ done: true, value: 1 });
    await expect(it.throw?.(new Error('stop'))).rejects.toThrow('stop');
    expect(heard).toStrictEqual(['left', 'Error: stop']);
  });
});
