import { describe, expect, test } from 'vitest';
import {
  type NiceCallOptions,
  niceGrpcClientMiddleware,
  type GrpcTracingOptions,
  withParent,
} from '../../../../src/grpc/nice/index.js';
import { copyOfMetadata } from '../../../../src/grpc/nice/nice-metadata.js';
import { outcomeOf, RigTracer } from '../../support/grpc-spans.js';

// The library itself is in test/interop/frameworks; here are the ways that a call can end.

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
    given: { options?: NiceCallOptions; tracing?: GrpcTracingOptions } = {},
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

  test('baggage is limited by what the metadata leaves', async () => {
    const blobs = Array.from({ length: 20 }, () => new Uint8Array(30));
    const metadata = copyOfMetadata(undefined);
    metadata.set('x-blob-bin', blobs);
    metadata.set('x-user', 'ann');
    metadata.set('uberctx-k70', 'old');
    const { tracer } = new RigTracer('caller');
    const parent = tracer.startSpan('parent');
    for (let i = 0; i < 80; i++) parent.setBaggageItem(`k${i}`, 'v');
    const options = withParent(parent, { metadata });
    const {
      traced,
      messages: made,
      reached,
    } = call(() => messages([], () => 'hi'), false, { options });
    await made.next();
    const sent = reached[0]!.metadata!;
    const keys = [...sent].map(([key]) => key).filter((key) => key.startsWith('uberctx-'));
    expect(keys).toStrictEqual(Array.from({ length: 43 }, (_, i) => `uberctx-k${i}`));
    expect(sent.getAll('x-blob-bin')).toStrictEqual(blobs);
    expect(metadata.get('uberctx-k70')).toBe('old');
    expect(traced.logger.warnings).toStrictEqual([
      'Baggage over maxBaggage (64 items, 8192 bytes) is not sent. First: uberctx-k43',
    ]);
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
