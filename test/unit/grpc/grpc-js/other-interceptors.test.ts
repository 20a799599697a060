import type { Interceptor, InterceptingCall, Metadata, ServerInterceptor } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { COPIES, type GrpcCopy } from '../../support/grpc-copies.js';
import { callWith, closedAfterEach, type GrpcRig } from '../../support/grpc-rig.js';
import { CALL_TYPES, fromBytes, PATHS, toBytes } from '../../support/grpc-service.js';
import { outcomeOf, RigTracer } from '../../support/grpc-spans.js';

const open = closedAfterEach();

/** A client interceptor of the application's, which does nothing. */
const passThrough =
  ({ grpc }: GrpcCopy): Interceptor =>
  (options, nextCall) =>
    new grpc.InterceptingCall(nextCall(options));

/** One that passes calls on once `ready` resolves. */
const waiting =
  ({ grpc }: GrpcCopy, ready: Promise<void>): Interceptor =>
  (options, nextCall) =>
    new grpc.InterceptingCall(nextCall(options), {
      start: (metadata, listener, next) => void ready.then(() => next(metadata, listener)),
    });

/** One that refuses every call by itself. */
const refusing =
  ({ grpc }: GrpcCopy): Interceptor =>
  (options, nextCall) =>
    new grpc.InterceptingCall(nextCall(options), {
      start: (_metadata, listener) => {
        const status = { code: grpc.status.UNAUTHENTICATED, details: 'who?' };
        setImmediate(() => {
          listener.onReceiveMessage(null);
          listener.onReceiveStatus({ ...status, metadata: new grpc.Metadata() });
        });
      },
      sendMessage: () => undefined,
      halfClose: () => undefined,
    });

/** One that answers from a cache and never calls the next one. */
const caching =
  ({ grpc }: GrpcCopy): Interceptor =>
  () => {
    const call = {
      start: (_metadata: Metadata, listener: Parameters<InterceptingCall['start']>[1]) => {
        setImmediate(() => {
          listener?.onReceiveMetadata?.(new grpc.Metadata());
          listener?.onReceiveMessage?.('from the cache');
          const status = { code: 0, details: 'OK', metadata: new grpc.Metadata() };
          listener?.onReceiveStatus?.(status);
        });
      },
      sendMessage: () => undefined,
      sendMessageWithContext: () => undefined,
      halfClose: () => undefined,
      startRead: () => undefined,
      cancelWithStatus: () => undefined,
      getPeer: () => 'cache',
      getAuthContext: () => null,
    };
    return new grpc.InterceptingCall(call);
  };

/** A server interceptor that lets nobody in. */
const guarding =
  ({ grpc }: GrpcCopy): ServerInterceptor =>
  (_method, call) =>
    new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: () => {
            call.sendStatus({ code: grpc.status.PERMISSION_DENIED, details: 'no', metadata: null });
          },
        }),
    });

const passingServer =
  ({ grpc }: GrpcCopy): ServerInterceptor =>
  (_method, call) =>
    new grpc.ServerInterceptingCall(call);

/** A client whose interceptors are in the order given; 'ours' is the tracing one. */
async function ordered(
  copy: GrpcCopy,
  interceptors: readonly (Interceptor | 'ours')[],
): Promise<GrpcRig> {
  const rig = await open(copy, { clientTracing: null });
  const ours = copy.tracing.clientInterceptor({ tracer: rig.outgoing.tracer });
  const client = new copy.grpc.Client(rig.target, copy.grpc.credentials.createInsecure(), {
    interceptors: interceptors.map((each) => (each === 'ours' ? ours : each)),
  });
  rig.client.close();
  return Object.assign(rig, { client });
}

describe.each(COPIES)('grpc-js $version', (copy) => {
  const { status } = copy.grpc;

  describe('beside another client interceptor', () => {
    test.each(CALL_TYPES)('%s calls work, inside and outside of it', async (type) => {
      for (const order of [
        ['ours', passThrough(copy)],
        [passThrough(copy), 'ours'],
        [passThrough(copy), 'ours', passThrough(copy)],
      ] as const) {
        const rig = await ordered(copy, order);
        const answer = await rig.call(type);
        expect(answer.values.join('+')).toBe('a+b');
        await rig.idle();
        expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 0 });
        expect(rig.incoming.span.context().parentIdStr).toBe(rig.outgoing.span.context().spanIdStr);
      }
    });

    test.each(CALL_TYPES)(
      'that refuses a %s call: a span outside of it, none inside',
      async (type) => {
        const outside = await ordered(copy, ['ours', refusing(copy)]);
        expect((await outside.call(type)).status?.code).toBe(status.UNAUTHENTICATED);
        await outside.idle();
        expect(outcomeOf(outside.outgoing.span)).toMatchObject({ code: 16, message: 'who?' });
        expect(outside.incoming.spans).toHaveLength(0);
        const inside = await ordered(copy, [refusing(copy), 'ours']);
        expect((await inside.call(type)).status?.code).toBe(status.UNAUTHENTICATED);
        await inside.idle();
        expect(inside.outgoing.spans).toHaveLength(0);
      },
    );

    test('that answers from a cache: the span ends with that answer', async () => {
      const rig = await ordered(copy, ['ours', caching(copy)]);
      expect((await rig.call('unary')).values).toStrictEqual(['from the cache']);
      await rig.idle();
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 0 });
      expect(rig.incoming.spans).toHaveLength(0);
    });

    test('that answers with something else than metadata: the answer arrives, and the span ends', async () => {
      const strange: Interceptor = (options, nextCall) =>
        new copy.grpc.InterceptingCall(nextCall(options), {
          start: (_metadata, listener) =>
            void setImmediate(() => {
              listener.onReceiveMetadata({} as never);
              listener.onReceiveMessage('strange');
              listener.onReceiveStatus({ code: 0, details: '', metadata: {} as never });
            }),
          sendMessage: () => {},
          halfClose: () => {},
        });
      const rig = await ordered(copy, ['ours', strange]);
      expect((await rig.call('unary')).values).toStrictEqual(['strange']);
      await rig.idle();
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 0 });
    });

    test.each(CALL_TYPES)(
      'that throws below in a %s call: the span ends, the call throws',
      async (type) => {
        const throwing: Interceptor = (options, nextCall) =>
          new copy.grpc.InterceptingCall(nextCall(options), {
            start: () => {
              throw Object.assign(new Error('a mistake'), { code: 7 });
            },
          });
        const rig = await ordered(copy, ['ours', throwing]);
        await expect(rig.call(type)).rejects.toThrow('a mistake');
        await rig.idle();
        expect(outcomeOf(rig.outgoing.span)).toMatchObject({
          code: 7,
          error: true,
          message: 'Error: a mistake',
        });
      },
    );

    test('that throws where it makes its call: there is no span', async () => {
      const throwing: Interceptor = () => {
        throw new Error('a mistake');
      };
      const rig = await ordered(copy, ['ours', throwing]);
      await expect(rig.call('unary')).rejects.toThrow('a mistake');
      expect(rig.outgoing.tracer.stats().started).toBe(0);
    });
  });

  describe('beside a client interceptor that waits', () => {
    const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
    const never = new Promise<void>(() => undefined);

    test.each(CALL_TYPES)('%s calls work, inside and outside of it', async (type) => {
      for (const order of [
        ['ours', waiting(copy, soon())],
        [waiting(copy, soon()), 'ours'],
      ] as const) {
        const rig = await ordered(copy, order);
        expect((await rig.call(type)).values.join('+')).toBe('a+b');
        await rig.idle();
        expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 0 });
      }
    });

    /** Makes a call that grpc-js never says another word about. */
    function mute(rig: GrpcRig, deadline?: number): { cancel(): void } {
      const options = deadline === undefined ? {} : { deadline };
      const metadata = new copy.grpc.Metadata();
      const answer = (): void => undefined;
      return rig.client.makeUnaryRequest(
        PATHS.unary,
        toBytes,
        fromBytes,
        'a',
        metadata,
        options,
        answer,
      );
    }

    test('a call that is cancelled meanwhile ends its span (waiting inside)', async () => {
      const rig = await ordered(copy, ['ours', waiting(copy, never)]);
      mute(rig).cancel();
      await rig.outgoing.idle();
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 1, kind: 'CANCELLED' });
    });

    test('a call that is cancelled meanwhile ends its span (waiting outside)', async () => {
      let ready = (): void => undefined;
      const rig = await ordered(copy, [
        waiting(copy, new Promise((resolve) => (ready = resolve))),
        'ours',
      ]);
      mute(rig).cancel();
      await soon();
      expect(rig.outgoing.tracer.stats().started).toBe(0);
      ready();
      while (rig.outgoing.tracer.stats().started === 0) await soon();
      await rig.outgoing.idle();
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 1, kind: 'CANCELLED' });
    });

    test('a call whose deadline passes meanwhile ends its span (waiting inside)', async () => {
      const rig = await ordered(copy, ['ours', waiting(copy, never)]);
      mute(rig, Date.now() + 30);
      await rig.outgoing.idle();
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 4, kind: 'DEADLINE_EXCEEDED' });
    });

    test('a call whose deadline passes meanwhile ends its span (waiting outside)', async () => {
      const rig = await ordered(copy, [waiting(copy, soon().then(soon)), 'ours']);
      mute(rig, Date.now() + 10);
      while (rig.outgoing.tracer.stats().started === 0) await soon();
      await rig.outgoing.idle();
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 4, kind: 'DEADLINE_EXCEEDED' });
    });

    test('a call with a deadline that ends before it keeps no timer', async () => {
      const timers = (): number =>
        process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      const rig = await ordered(copy, ['ours', passThrough(copy)]);
      const metadata = new copy.grpc.Metadata();
      await rig.call('unary');
      const before = timers();
      for (let i = 0; i < 20; i++) {
        await rig.call('unary', 'a', { metadata, options: { deadline: Date.now() + 3_600_000 } });
      }
      await rig.idle();
      expect(timers()).toBeLessThanOrEqual(before);
    });
  });

  describe('interceptors of one call', () => {
    const options = { interceptors: [passThrough(copy)] };

    test('replace those of the client, and tracing with them', async () => {
      const rig = await open(copy);
      expect((await rig.call('unary', 'a', { options })).values).toStrictEqual(['a']);
      await rig.incoming.idle();
      expect(rig.outgoing.spans).toHaveLength(0);
      expect(rig.incoming.span.context().parentIdStr).toBeFalsy();
    });

    test.each(CALL_TYPES)('leave a %s call traced with tracedClientOptions', async (type) => {
      const rig = await open(copy, { tracedOptions: true });
      const { interceptors } = options;
      for (const own of [options, { interceptor_providers: [() => interceptors[0]!] }, {}]) {
        expect((await rig.call(type, 'a', { options: own })).error).toBeUndefined();
      }
      await rig.idle();
      expect(rig.outgoing.spans).toHaveLength(3);
      expect(options.interceptors).toHaveLength(1);
    });

    test('that name the tracing one themselves get it once', async () => {
      const traced = new RigTracer('client');
      const interceptor = copy.tracing.tracedClientOptions({ tracer: traced.tracer });
      const rig = await open(copy, { clientTracing: null });
      const { credentials } = copy.grpc;
      const client = new copy.grpc.Client(rig.target, credentials.createInsecure(), interceptor);
      const own = { interceptors: interceptor.interceptors! };
      await callWith(copy, client, 'unary', 'a', { options: own });
      client.close();
      await traced.idle();
      expect(traced.spans).toHaveLength(1);
    });
  });

  describe('tracedClientOptions', () => {
    test('keep the options, the interceptors and the transformer of the application', async () => {
      const transformed: string[] = [];
      const given = Object.freeze({
        'grpc.primary_user_agent': 'shop',
        interceptors: Object.freeze([passThrough(copy)]) as Interceptor[],
        callInvocationTransformer: <P extends { methodDefinition: { path: string } }>(
          props: P,
        ): P => {
          transformed.push(props.methodDefinition.path);
          return props;
        },
      });
      const rig = await open(copy, { tracedOptions: true, clientOptions: given });
      expect((await rig.call('unary')).error).toBeUndefined();
      await rig.idle();
      expect(transformed).toStrictEqual([PATHS.unary]);
      expect(rig.outgoing.spans).toHaveLength(1);
      expect(given.interceptors).toHaveLength(1);
      const options = copy.tracing.tracedClientOptions({}, given);
      expect(options['grpc.primary_user_agent']).toBe('shop');
      expect(options.interceptors).toHaveLength(2);
    });

    test('take providers of interceptors too', async () => {
      const clientOptions = { interceptor_providers: [() => passThrough(copy)] };
      const rig = await open(copy, { tracedOptions: true, clientOptions });
      expect((await rig.call('unary')).error).toBeUndefined();
      await rig.idle();
      expect(rig.outgoing.spans).toHaveLength(1);
    });
  });

  describe('beside another server interceptor', () => {
    const serverWith = async (order: readonly (ServerInterceptor | 'ours')[]): Promise<GrpcRig> => {
      const traced = new RigTracer('server');
      const ours = copy.tracing.serverInterceptor({ tracer: traced.tracer });
      const rig = await open(copy, {
        serverTracing: null,
        serverOptions: { interceptors: order.map((each) => (each === 'ours' ? ours : each)) },
      });
      return Object.assign(rig, { incoming: traced });
    };

    test.each(CALL_TYPES)('%s calls work, inside and outside of it', async (type) => {
      for (const order of [
        ['ours', passingServer(copy)],
        [passingServer(copy), 'ours'],
        [passingServer(copy), 'ours', passingServer(copy)],
      ] as const) {
        const rig = await serverWith(order);
        expect((await rig.call(type)).values.join('+')).toBe('a+b');
        await rig.idle();
        expect(outcomeOf(rig.incoming.span)).toMatchObject({ code: 0 });
      }
    });

    test.each(CALL_TYPES)(
      'that refuses a %s call: a span outside of it, none inside',
      async (type) => {
        const outside = await serverWith(['ours', guarding(copy)]);
        expect((await outside.call(type)).status?.code).toBe(status.PERMISSION_DENIED);
        await outside.idle();
        expect(outcomeOf(outside.incoming.span)).toMatchObject({ code: 7, error: undefined });
        const inside = await serverWith([guarding(copy), 'ours']);
        expect((await inside.call(type)).status?.code).toBe(status.PERMISSION_DENIED);
        await inside.idle();
        expect(inside.incoming.spans).toHaveLength(0);
      },
    );

    test('that other one inside: a status that grpc-js sends by itself is still found', async () => {
      const rig = await serverWith([passingServer(copy), 'ours', passingServer(copy)]);
      const metadata = new copy.grpc.Metadata();
      await rig.call('unary', 'unreadable', { metadata });
      await rig.idle();
      expect(outcomeOf(rig.incoming.span)).toMatchObject({ code: 13 });
    });
  });
});

describe('two copies of grpc-js in one program', () => {
  const [newest, oldest] = COPIES as [GrpcCopy, GrpcCopy];

  test.each<[string, GrpcCopy, GrpcCopy]>([
    ['interceptors on the newest, server and client the oldest', newest, oldest],
    ['interceptors on the oldest, server and client the newest', oldest, newest],
  ])('%s', async (_name, ours, theirs) => {
    const mixed: GrpcCopy = { ...theirs, tracing: ours.tracing };
    for (const type of CALL_TYPES) {
      const rig = await open(mixed);
      expect((await rig.call(type)).values.join('+')).toBe('a+b');
      const late = await rig.call(type, 'unreadable');
      expect(late.status?.code).toBe(13);
      await rig.idle();
      expect(rig.outgoing.spans.map((span) => outcomeOf(span).code)).toStrictEqual([0, 13]);
      expect(rig.incoming.spans.map((span) => outcomeOf(span).code)).toStrictEqual([0, 13]);
    }
  });

  test('the newest client and the oldest server, and the other way round', async () => {
    for (const [copy, clientCopy] of [
      [oldest, newest],
      [newest, oldest],
    ] as const) {
      const rig = await open(copy, { clientCopy });
      for (const type of CALL_TYPES) {
        const metadata = new clientCopy.grpc.Metadata();
        const answer = await callWith(clientCopy, rig.client, type, 'a+b', { metadata });
        expect(answer.values.join('+')).toBe('a+b');
      }
      await rig.idle();
      expect(rig.incoming.spans.map((span) => span.context().parentIdStr)).toStrictEqual(
        rig.outgoing.spans.map((span) => span.context().spanIdStr),
      );
    }
  });

  test('share the span of a call', async () => {
    const found: unknown[] = [];
    const rig = await open(newest, {
      handlers: {
        unary: (call, callback) => {
          found.push(newest.tracing.spanOf(call), oldest.tracing.spanOf(call));
          callback(null, 'a');
        },
      },
    });
    await rig.call('unary');
    await rig.idle();
    expect(newest.tracing.spanOf).not.toBe(oldest.tracing.spanOf);
    expect(found).toStrictEqual([rig.incoming.span, rig.incoming.span]);
  });
});
