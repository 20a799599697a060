import { once } from 'node:events';
import { constants, createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { COPIES, type GrpcCopy } from '../../support/grpc-copies.js';
import {
  begin,
  callWith,
  closedAfterEach,
  type GrpcRig,
  newClient,
} from '../../support/grpc-rig.js';
import { CALL_TYPES, type CallType, type Handlers } from '../../support/grpc-service.js';
import { outcomeOf, RigTracer, tagsOf } from '../../support/grpc-spans.js';

const open = closedAfterEach();

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A connection that can be cut: a TCP proxy in front of a target. */
async function cuttable(target: string): Promise<{ target: string; cut: () => void }> {
  const sockets = new Set<Socket>();
  const port = Number(target.split(':').at(-1));
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  closers.push(() => {
    cut();
    proxy.close();
  });
  return { target: `127.0.0.1:${await listening(proxy)}`, cut };
}

async function listening(server: Server | Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Handlers that begin and never end, and a promise of the first call that reaches one. */
function endless(): { handlers: Handlers; reached: Promise<void> } {
  let arrive = (): void => undefined;
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const write = (call: { write(message: string): unknown }): void => {
    call.write('first');
    arrive();
  };
  const wait = (): void => arrive();
  const handlers = { unary: wait, clientStream: wait, serverStream: write, bidi: write };
  return { handlers, reached };
}

/** A client of its own, with its spans. */
function clientAt(
  copy: GrpcCopy,
  target: string,
  options: Record<string, unknown> = {},
): { traced: RigTracer; client: ReturnType<typeof newClient> } {
  const traced = new RigTracer('client');
  const client = newClient(copy, { clientOptions: options }, traced.tracer, target);
  closers.push(() => client.close());
  return { traced, client };
}

describe.each(COPIES)('grpc-js $version', (copy) => {
  test.each(CALL_TYPES)('a %s call whose connection is cut', async (type) => {
    const { handlers, reached } = endless();
    const rig = await open(copy, { handlers });
    const { target, cut } = await cuttable(rig.target);
    const { traced, client } = clientAt(copy, target);
    const answered = callWith(copy, client, type, 'a');
    await reached;
    cut();
    const answer = await answered;
    // UNAVAILABLE; the oldest says CANCELLED.
    expect(answer.status?.code).toBe(copy.version === '1.10' ? 1 : 14);
    await traced.idle();
    expect(outcomeOf(traced.span).code).toBe(answer.status?.code);
    await rig.incoming.idle();
    expect(outcomeOf(rig.incoming.span)).toMatchObject({ code: 1, kind: 'CANCELLED' });
  });

  test.each(CALL_TYPES)('a %s call whose server is shut down by force', async (type) => {
    const { handlers, reached } = endless();
    const rig = await open(copy, { handlers });
    const answered = rig.call(type, 'a');
    await reached;
    rig.server.forceShutdown();
    const answer = await answered;
    await rig.idle();
    expect(outcomeOf(rig.outgoing.span).code).toBe(answer.status?.code);
    expect(outcomeOf(rig.incoming.span)).toMatchObject({ code: 1 });
  });

  test.each(CALL_TYPES)(
    'a %s call that is under way when the server says goodbye goes on to its end',
    async (type) => {
      let finish = (): void => undefined;
      const asked = new Promise<void>((resolve) => (finish = resolve));
      let arrive = (): void => undefined;
      const reached = new Promise<void>((resolve) => (arrive = resolve));
      const answer = (_call: unknown, callback: (error: null, value: string) => void): void => {
        arrive();
        void asked.then(() => callback(null, 'late'));
      };
      const stream = (call: { write(text: string): unknown; end(): void }): void => {
        arrive();
        void asked.then(() => {
          call.write('late');
          call.end();
        });
      };
      const handlers = { unary: answer, clientStream: answer, serverStream: stream, bidi: stream };
      const rig = await open(copy, { handlers });
      const answered = rig.call(type, 'a');
      await reached;
      // GOAWAY.
      const gone = new Promise<void>((resolve) => rig.server.tryShutdown(() => resolve()));
      finish();
      expect((await answered).values).toStrictEqual(['late']);
      await rig.idle();
      expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 0 });
      expect(outcomeOf(rig.incoming.span)).toMatchObject({ code: 0 });
      rig.client.close();
      await gone;
    },
  );

  test.each(CALL_TYPES)('a %s call whose client is closed meanwhile', async (type) => {
    const { handlers, reached } = endless();
    const rig = await open(copy, { handlers });
    const answered = rig.call(type, 'a', { options: { deadline: Date.now() + 500 } });
    await reached;
    rig.client.close();
    const answer = await answered;
    await rig.idle();
    expect(outcomeOf(rig.outgoing.span).code).toBe(answer.status?.code);
    expect(rig.incoming.spans).toHaveLength(1);
  });

  test('a call on a closed client throws, and has no span', async () => {
    const rig = await open(copy);
    rig.client.close();
    for (const type of CALL_TYPES) {
      expect(() => begin(copy, rig.client, type, 'a')).toThrow('Channel has been shut down');
    }
    await rig.idle();
    expect(rig.outgoing.tracer.stats().started).toBe(0);
  });

  test('a refused connection', async () => {
    const nobody = createServer();
    const port = await listening(nobody);
    await new Promise((resolve) => nobody.close(resolve));
    const { traced, client } = clientAt(copy, `127.0.0.1:${port}`);
    for (const type of CALL_TYPES) {
      const answer = await callWith(copy, client, type, 'a');
      expect(answer.status?.code).toBe(14);
    }
    await traced.idle();
    expect(traced.spans.map((span) => outcomeOf(span).code)).toStrictEqual([14, 14, 14, 14]);
    // It never had a peer: what it called is all there is to say, and the oldest does not say it.
    const address = copy.version === '1.10' ? undefined : `dns:127.0.0.1:${port}`;
    expect(tagsOf(traced.spans[0]!)['peer.address']).toBe(address);
  });

  test('a refused connection, to a call that waits until it is ready and has a deadline', async () => {
    const nobody = createServer();
    const port = await listening(nobody);
    await new Promise((resolve) => nobody.close(resolve));
    const { traced, client } = clientAt(copy, `127.0.0.1:${port}`);
    const metadata = new copy.grpc.Metadata({ waitForReady: true });
    const options = { deadline: Date.now() + 150 };
    const answer = await callWith(copy, client, 'unary', 'a', { metadata, options });
    expect(answer.status?.code).toBe(4);
    await traced.idle();
    expect(outcomeOf(traced.span)).toMatchObject({ code: 4, error: true });
  });

  test('a method that the server does not have: a client span and no server span', async () => {
    const rig = await open(copy);
    const bytes = Buffer.from.bind(Buffer) as (text: string) => Buffer;
    const answer = await new Promise((resolve) => {
      rig.client.makeUnaryRequest('/test.Echo/None', bytes, String, 'a', resolve);
    });
    expect(answer).toMatchObject({ code: 12 });
    await rig.idle();
    expect(rig.outgoing.span.operationName).toBe('/test.Echo/None');
    expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 12, error: true });
    expect(rig.incoming.spans).toHaveLength(0);
  });

  describe('a call that is tried again', () => {
    const service = (policy: object): Record<string, unknown> => ({
      'grpc.enable_retries': 1,
      'grpc.service_config': JSON.stringify({
        methodConfig: [{ name: [{ service: 'test.Echo' }], ...policy }],
      }),
    });
    const retrying = service({
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: '0.01s',
        maxBackoff: '0.01s',
        backoffMultiplier: 1,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    });

    async function expectOneParent(rig: GrpcRig, servers: number): Promise<void> {
      await rig.idle();
      const client = rig.outgoing.span;
      expect(rig.incoming.spans).toHaveLength(servers);
      for (const span of rig.incoming.spans) {
        expect(span.context().parentIdStr).toBe(client.context().spanIdStr);
      }
    }

    test.each<CallType>(['unary', 'serverStream'])(
      'by a retry policy (%s) is one client span and a server span for each attempt',
      async (type) => {
        let attempts = 0;
        const fail = { code: copy.grpc.status.UNAVAILABLE, details: 'try again' };
        const handlers: Handlers = {
          unary: (call, callback) =>
            ++attempts < 3 ? callback(fail) : callback(null, call.request),
          serverStream: (call) => {
            if (++attempts < 3) call.emit('error', Object.assign(new Error(), fail));
            else call.end();
          },
        };
        const rig = await open(copy, { handlers, clientOptions: retrying });
        expect((await rig.call(type, 'a')).status?.code).toBe(0);
        await expectOneParent(rig, 3);
        expect(tagsOf(rig.outgoing.span)).toMatchObject({
          'grpc.previous_attempts': 2,
          'grpc.status_code': 0,
        });
        const tags = rig.incoming.spans.map(tagsOf);
        expect(tags.map((all) => all['grpc.previous_attempts'])).toStrictEqual([undefined, 1, 2]);
        expect(tags.map((all) => all['grpc.status_code'])).toStrictEqual([14, 14, 0]);
      },
    );

    test('by hedging is one client span, and a server span for each attempt', async () => {
      const hedging = service({
        hedgingPolicy: { maxAttempts: 2, hedgingDelay: '0.02s', nonFatalStatusCodes: [] },
      });
      let attempts = 0;
      const handlers: Handlers = {
        unary: (call, callback) => {
          if (++attempts > 1) callback(null, call.request);
        },
      };
      const rig = await open(copy, { handlers, clientOptions: hedging });
      expect((await rig.call('unary', 'a')).values).toStrictEqual(['a']);
      await expectOneParent(rig, 2);
      const codes = rig.incoming.spans.map((span) => outcomeOf(span).code);
      expect(codes.sort()).toStrictEqual([0, 1]);
    });

    test('because the server refused its stream is one client span', async () => {
      let streams = 0;
      const contexts: unknown[] = [];
      const server = createHttp2Server();
      server.on('stream', (stream, headers) => {
        contexts.push(headers['uber-trace-id']);
        stream.on('error', () => undefined);
        if (++streams === 1) {
          stream.close(constants.NGHTTP2_REFUSED_STREAM);
          return;
        }
        stream.respond(
          { ':status': 200, 'content-type': 'application/grpc' },
          { waitForTrailers: true },
        );
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end(Buffer.from([0, 0, 0, 0, 1, 0x61]));
      });
      closers.push(() => server.close());
      const { traced, client } = clientAt(copy, `127.0.0.1:${await listening(server)}`);
      const answer = await callWith(copy, client, 'unary', 'a');
      expect([answer.values, streams]).toStrictEqual([['a'], 2]);
      await traced.idle();
      expect(outcomeOf(traced.span)).toMatchObject({ code: 0 });
      expect(contexts).toStrictEqual([
        String(traced.span.context()),
        String(traced.span.context()),
      ]);
    });
  });

  test('a stream that its reader leaves unread holds its span only as long as the call lasts', async () => {
    const { handlers, reached } = endless();
    const rig = await open(copy, { handlers });
    const stream = begin(copy, rig.client, 'serverStream', 'a') as ClientReadableStream<string>;
    stream.on('error', () => undefined);
    await reached;
    expect(rig.outgoing.tracer.stats().open).toBe(1);
    rig.server.forceShutdown();
    stream.resume();
    await rig.idle();
    expect(rig.outgoing.spans).toHaveLength(1);
  });
});
