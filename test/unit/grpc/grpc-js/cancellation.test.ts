import { once } from 'node:events';
import type { ClientDuplexStream, ClientReadableStream, Metadata } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { COPIES } from '../../support/grpc-copies.js';
import { begin, closedAfterEach, type GrpcRig, type RigOptions } from '../../support/grpc-rig.js';
import {
  type AnyCall,
  CALL_TYPES,
  type CallType,
  type Handlers,
} from '../../support/grpc-service.js';
import { outcomeOf, RigTracer } from '../../support/grpc-spans.js';

const open = closedAfterEach();

interface ServerListenerLike {
  onReceiveMetadata(metadata: Metadata): void;
  onCancel(): void;
}

const CANCELLED = {
  code: 1,
  // Somebody changed their mind: nothing failed.
  error: undefined,
  kind: 'CANCELLED',
};

/** A rig whose handlers never answer, and a promise of the first call that reaches one. */
function silent(options: RigOptions = {}): { options: RigOptions; reached: Promise<void> } {
  let arrive = (): void => undefined;
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const handle = (): void => arrive();
  const handlers = { unary: handle, clientStream: handle, serverStream: handle, bidi: handle };
  return { options: { ...options, handlers }, reached };
}

async function serverOutcome(rig: GrpcRig): Promise<object> {
  await rig.idle();
  return outcomeOf(rig.incoming.span);
}

describe.each(COPIES)('grpc-js $version', (copy) => {
  test.each(CALL_TYPES)('a %s call that is cancelled at once', async (type) => {
    const rig = await open(copy);
    await rig.connected();
    const answer = await rig.call(type, 'a', { onCall: (call) => call.cancel() });
    expect(answer.status?.code).toBe(1);
    await rig.idle();
    expect(outcomeOf(rig.outgoing.span)).toMatchObject(CANCELLED);
  });

  test.each(CALL_TYPES)('a %s call that is cancelled while its handler thinks', async (type) => {
    const { options, reached } = silent();
    const rig = await open(copy, options);
    const answer = await rig.call(type, 'a', {
      onCall: (call) => void reached.then(() => call.cancel()),
    });
    expect(answer.status?.code).toBe(1);
    expect(await serverOutcome(rig)).toMatchObject(CANCELLED);
    expect(outcomeOf(rig.outgoing.span)).toMatchObject({
      ...CANCELLED,
      message: 'Cancelled on client',
    });
  });

  test.each(CALL_TYPES)(
    'a %s call that is cancelled twice, and once more at its end',
    async (type) => {
      const { options, reached } = silent();
      const rig = await open(copy, options);
      let begun: AnyCall | undefined;
      await rig.call(type, 'a', {
        onCall: (call) => {
          begun = call;
          void reached.then(() => {
            call.cancel();
            call.cancel();
          });
        },
      });
      begun?.cancel();
      expect(await serverOutcome(rig)).toMatchObject(CANCELLED);
      expect(outcomeOf(rig.outgoing.span)).toMatchObject(CANCELLED);
    },
  );

  test.each(CALL_TYPES)('a %s call that is cancelled after its status', async (type) => {
    const rig = await open(copy);
    let begun: AnyCall | undefined;
    const answer = await rig.call(type, 'a', { onCall: (call) => (begun = call) });
    begun?.cancel();
    expect(answer.status?.code).toBe(0);
    expect(await serverOutcome(rig)).toMatchObject({ code: 0 });
    expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 0 });
  });

  test.each<CallType>(['serverStream', 'bidi'])(
    'a %s call that is cancelled in the middle of the stream',
    async (type) => {
      const handlers: Handlers = {
        serverStream: (call) => void call.write('first'),
        bidi: (call) => void call.write('first'),
      };
      const rig = await open(copy, { handlers });
      const answer = await rig.call(type, 'a', {
        onCall: (call) => void once(call, 'data').then(() => call.cancel()),
      });
      expect(answer.values).toStrictEqual(['first']);
      expect(await serverOutcome(rig)).toMatchObject(CANCELLED);
      expect(outcomeOf(rig.outgoing.span)).toMatchObject(CANCELLED);
    },
  );

  test('a handler that answers a call that was cancelled meanwhile changes nothing', async () => {
    let answer = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let respond = (): void => undefined;
    const handlers: Handlers = {
      unary: (_call, callback) => {
        respond = () => callback(null, 'late');
        answer();
      },
    };
    const rig = await open(copy, { handlers });
    await rig.call('unary', 'a', { onCall: (call) => void reached.then(() => call.cancel()) });
    expect(await serverOutcome(rig)).toMatchObject(CANCELLED);
    respond();
    await rig.idle();
  });

  describe('a deadline', () => {
    test.each(CALL_TYPES)('that has passed before a %s call', async (type) => {
      const rig = await open(copy);
      const answer = await rig.call(type, 'a', { options: { deadline: Date.now() - 1000 } });
      expect(answer.status?.code).toBe(4);
      await rig.idle();
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({
        code: 4,
        error: true,
        kind: 'DEADLINE_EXCEEDED',
        message: answer.status?.details,
      });
      expect(rig.incoming.spans).toHaveLength(0);
    });

    test.each(CALL_TYPES)('that passes while the handler of a %s call thinks', async (type) => {
      const { options } = silent();
      const rig = await open(copy, options);
      const deadline = new Date(Date.now() + 300);
      const answer = await rig.call(type, 'a', { options: { deadline } });
      expect(answer.status?.code).toBe(4);
      // Which of the two deadlines is met first is the machine's to say.
      const { code } = (await serverOutcome(rig)) as { code: number };
      expect([1, 4]).toContain(code);
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 4, error: true });
    });

    test.each<[number, number, string]>([
      [1000, 1, 'CANCELLED'],
      [21, 1, 'CANCELLED'],
      [20, 4, 'DEADLINE_EXCEEDED'],
      [-5, 4, 'DEADLINE_EXCEEDED'],
    ])('%i ms away when the client resets its call: %i %s', async (millis, code) => {
      vi.useFakeTimers({ toFake: ['Date'] });
      try {
        const traced = new RigTracer('server');
        const path = { path: '/a/b', requestStream: false, responseStream: false };
        const inner = {
          start: (listener: Required<ServerListenerLike>) => {
            listener.onReceiveMetadata(new copy.grpc.Metadata());
            listener.onCancel();
          },
          getPeer: () => 'unknown',
          getDeadline: () => Date.now() + millis,
        };
        const interceptor = copy.tracing.serverInterceptor({ tracer: traced.tracer });
        const ignore = (): void => undefined;
        interceptor(path as never, inner as never).start({
          onReceiveMetadata: ignore,
          onReceiveMessage: ignore,
          onReceiveHalfClose: ignore,
          onCancel: ignore,
        });
        expect(outcomeOf(traced.span).code).toBe(code);
      } finally {
        vi.useRealTimers();
      }
    });

    test.each(CALL_TYPES)('that only the server of a %s call knows', async (type) => {
      const { options } = silent();
      const rig = await open(copy, options);
      const metadata = new copy.grpc.Metadata();
      metadata.set('grpc-timeout', '50m');
      const answer = await rig.call(type, 'a', { metadata });
      expect(answer.status?.code).toBe(4);
      expect(await serverOutcome(rig)).toMatchObject({
        code: 4,
        error: true,
        message: 'Deadline exceeded',
      });
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 4, error: true });
    });
  });

  describe('tracedClientOptions', () => {
    const endless: Handlers = {
      serverStream: (call) => void call.write('first'),
      bidi: (call) => void call.write('first'),
    };

    test.each<CallType>(['serverStream', 'bidi'])(
      'end the span of a %s whose reader breaks off',
      async (type) => {
        const rig = await open(copy, { handlers: endless, tracedOptions: true });
        const stream = begin(copy, rig.client, type, 'a') as ClientReadableStream<string>;
        for await (const value of stream) {
          expect(value).toBe('first');
          break;
        }
        await rig.outgoing.idle();
        expect(outcomeOf(rig.outgoing.span)).toMatchObject({
          ...CANCELLED,
          message: 'The response stream was closed before the status arrived',
        });
        // The call itself goes on, as it does without tracing.
        expect(rig.incoming.spans).toHaveLength(0);
      },
    );

    test.each<CallType>(['serverStream', 'bidi'])(
      'end the span of a %s that is destroyed',
      async (type) => {
        const rig = await open(copy, { handlers: endless, tracedOptions: true });
        const stream = begin(copy, rig.client, type, 'a') as ClientDuplexStream<string, string>;
        stream.on('error', () => undefined);
        await once(stream, 'data');
        stream.destroy(new Error('enough'));
        await rig.outgoing.idle();
        expect(outcomeOf(rig.outgoing.span)).toMatchObject(CANCELLED);
      },
    );

    test.each(CALL_TYPES)('leave a %s call that ends by itself as it is', async (type) => {
      const rig = await open(copy, { tracedOptions: true });
      const answer = await rig.call(type);
      expect(answer.values.join('+')).toBe('a+b');
      expect(await serverOutcome(rig)).toMatchObject({ code: 0 });
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 0 });
    });
  });

  test('without them, a stream that is broken off ends at its deadline', async () => {
    const handlers: Handlers = { serverStream: (call) => void call.write('first') };
    const rig = await open(copy, { handlers });
    const options = { deadline: Date.now() + 500 };
    const stream = begin(copy, rig.client, 'serverStream', 'a', { options });
    for await (const value of stream as ClientReadableStream<string>) {
      expect(value).toBe('first');
      break;
    }
    await rig.idle();
    expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 4 });
  });
});
