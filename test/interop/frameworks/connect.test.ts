import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createServer1 } from 'node:http';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { create, createFileRegistry, type DescService } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Type, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import {
  Code,
  ConnectError,
  createClient,
  type HandlerContext,
  type Interceptor,
} from '@connectrpc/connect';
import {
  connectNodeAdapter,
  createConnectTransport,
  createGrpcTransport,
} from '@connectrpc/connect-node';
import {
  credentials,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
} from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectInterceptor } from '../../../src/grpc/connect/index.js';
import { serverInterceptor, tracedClientOptions } from '../../../src/grpc/index.js';
import { activeSpan, withSpan } from '../../../src/node/scope/active-span.js';
import { TestUtils } from '../../../src/node/tracer/test-utils.js';
import { EchoService } from './text.js';
import { areChildren, shape, Traced } from './traced.js';

interface Text {
  readonly value: string;
}

/** Connect's client of `test.Echo`, which it makes of the description below. */
interface EchoClient {
  unary(request: Text, options?: object): Promise<Text>;
  clientStream(requests: AsyncIterable<Text>, options?: object): Promise<Text>;
  serverStream(request: Text, options?: object): AsyncIterable<Text>;
  bidi(requests: AsyncIterable<Text>, options?: object): AsyncIterable<Text>;
}

/** echo.proto, without a compiler. */
const Echo: DescService = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: 'echo.proto',
    package: 'test',
    syntax: 'proto3',
    messageType: [
      {
        name: 'Text',
        field: [{ name: 'value', number: 1, type: FieldDescriptorProto_Type.STRING, label: 1 }],
      },
    ],
    service: [
      {
        name: 'Echo',
        method: [
          ['Unary', false, false],
          ['ClientStream', true, false],
          ['ServerStream', false, true],
          ['Bidi', true, true],
        ].map(([name, clientStreaming, serverStreaming]) => ({
          name: name as string,
          inputType: '.test.Text',
          outputType: '.test.Text',
          clientStreaming: clientStreaming as boolean,
          serverStreaming: serverStreaming as boolean,
        })),
      },
    ],
  }),
  () => undefined,
).getService('test.Echo')!;

const PATHS = Object.values(EchoService).map(({ path }) => path);

async function* messages(...values: string[]): AsyncGenerator<Text, void, undefined> {
  for (const value of values) yield { value };
}

async function all(stream: AsyncIterable<Text>): Promise<string[]> {
  const values: string[] = [];
  for await (const { value } of stream) values.push(value);
  return values;
}

describe('Connect', () => {
  let outgoing: Traced;
  let incoming: Traced;
  let server: Http2Server;
  let url: string;
  /** The span that was active in the steps of the handlers. */
  let active: unknown[];

  const handlers = {
    async unary(request: Text, context: HandlerContext): Promise<Text> {
      active.push(activeSpan());
      await sleep(1);
      active.push(activeSpan());
      if (request.value === 'fail') throw new ConnectError('no such user', Code.NotFound);
      if (request.value === 'break') throw new TypeError('a mistake');
      if (request.value === 'hang') await sleep(10_000, undefined, { signal: context.signal });
      context.responseHeader.set('x-cache', 'hit');
      context.responseTrailer.set('x-cost', '7');
      return request;
    },
    async clientStream(requests: AsyncIterable<Text>): Promise<Text> {
      const values: string[] = [];
      for await (const { value } of requests) {
        active.push(activeSpan());
        values.push(value);
      }
      return { value: values.join('+') };
    },
    async *serverStream(request: Text): AsyncGenerator<Text> {
      for (const value of request.value.split('+')) {
        active.push(activeSpan());
        await sleep(1);
        active.push(activeSpan());
        if (value === 'fail') throw new ConnectError('no more', Code.Aborted);
        yield { value };
        active.push(activeSpan());
      }
    },
    async *bidi(requests: AsyncIterable<Text>): AsyncGenerator<Text> {
      for await (const message of requests) {
        active.push(activeSpan());
        yield message;
        active.push(activeSpan());
      }
    },
  };

  const interceptorOf = (side: 'client' | 'server', options = {}): Interceptor =>
    connectInterceptor({
      side,
      tracer: (side === 'client' ? outgoing : incoming).tracer,
      ...options,
    });

  const newClient = (options = {}, protocol: 'grpc' | 'connect' = 'grpc'): EchoClient => {
    const interceptors = [interceptorOf('client', options)];
    const transport =
      protocol === 'grpc'
        ? createGrpcTransport({ baseUrl: url, interceptors })
        : createConnectTransport({ baseUrl: url, httpVersion: '2', interceptors });
    return createClient(Echo, transport) as unknown as EchoClient;
  };

  async function listen(options = {}): Promise<void> {
    server?.close();
    server = createServer(
      connectNodeAdapter({
        interceptors: [interceptorOf('server', options)],
        routes: (router) => router.service(Echo, handlers as never),
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  beforeEach(async () => {
    active = [];
    outgoing = new Traced('client');
    incoming = new Traced('server');
    await listen();
  });

  afterEach(() => {
    server.close();
    assert.equal(active.includes(undefined), false);
  });

  test.each(['grpc', 'connect'] as const)(
    'over %s all four types are traced, and the span is active in every step of the handler',
    async (protocol) => {
      const client = newClient({}, protocol);
      expect((await client.unary({ value: 'a' })).value).toBe('a');
      expect((await client.clientStream(messages('a', 'b'))).value).toBe('a+b');
      expect(await all(client.serverStream({ value: 'a+b' }))).toStrictEqual(['a', 'b']);
      expect(await all(client.bidi(messages('a', 'b')))).toStrictEqual(['a', 'b']);
      const [clients, servers] = [await outgoing.spans(4), await incoming.spans(4)];
      const spans = (kind: string): object[] =>
        PATHS.map((name) => ({ name, kind, code: 0, error: undefined }));
      expect(clients.map(shape)).toStrictEqual(spans('client'));
      expect(servers.map(shape)).toStrictEqual(spans('server'));
      expect(areChildren(servers, clients)).toBe(true);
      expect(active).toHaveLength(2 + 2 + 6 + 4);
      expect(new Set(active)).toStrictEqual(new Set(servers));
    },
  );

  test('failures are traced, and stay the errors that they were', async () => {
    const client = newClient();
    await expect(client.unary({ value: 'fail' })).rejects.toMatchObject({
      code: Code.NotFound,
      rawMessage: 'no such user',
    });
    await expect(client.unary({ value: 'break' })).rejects.toMatchObject({ code: Code.Internal });
    await expect(all(client.serverStream({ value: 'a+fail' }))).rejects.toMatchObject({
      code: Code.Aborted,
    });
    const [clients, servers] = [await outgoing.spans(3), await incoming.spans(3)];
    const codes = (spans: readonly (typeof clients)[number][]): unknown[] =>
      spans.map((span) => [shape(span).code, shape(span).error]);
    expect(codes(clients)).toStrictEqual([
      [5, true],
      [13, true],
      [10, true],
    ]);
    expect(codes(servers)).toStrictEqual([
      [5, undefined],
      [13, true],
      [10, undefined],
    ]);
    expect(clients[0]!._logs[0]?.fields).toContainEqual({ key: 'message', value: 'no such user' });
  });

  test('an aborted call and a deadline end both spans', async () => {
    const client = newClient();
    const controller = new AbortController();
    const hanging = client.unary({ value: 'hang' }, { signal: controller.signal });
    while (active.length < 2) await sleep(1);
    controller.abort();
    await expect(hanging).rejects.toMatchObject({ code: Code.Canceled });
    expect(shape((await outgoing.spans(1))[0]!)).toMatchObject({ code: 1, error: undefined });
    expect(shape((await incoming.spans(1))[0]!).code).toBe(1);
    const late = client.unary({ value: 'hang' }, { timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    expect(shape((await outgoing.spans(2))[1]!)).toMatchObject({ code: 4, error: true });
    expect([1, 4]).toContain(shape((await incoming.spans(2))[1]!).code);
  });

  test('a stream that is left by break ends when its signal aborts', async () => {
    const client = newClient();
    const controller = new AbortController();
    const endless = (async function* () {
      for (;;) {
        yield { value: 'a' };
        await sleep(1);
      }
    })();
    for await (const { value } of client.bidi(endless, { signal: controller.signal })) {
      expect(value).toBe('a');
      break;
    }
    expect(outgoing.tracer.stats().open).toBe(1);
    controller.abort();
    expect(shape((await outgoing.spans(1))[0]!)).toMatchObject({ code: 1, error: undefined });
    expect((await incoming.spans(1)).map((span) => shape(span).code)).toStrictEqual([1]);
  });

  test.each<[string, number, number]>([
    ['many small items', 180, 10],
    ['items of 16 KiB in all', 15, 1070],
    ['items of 60 KiB in all', 30, 2036],
  ])('over HTTP/1.1 a call does not fail for %s of baggage', async (_what, count, length) => {
    const http1 = createServer1(
      connectNodeAdapter({
        interceptors: [interceptorOf('server')],
        routes: (router) => router.service(Echo, handlers as never),
      }),
    ).listen(0, '127.0.0.1');
    await once(http1, 'listening');
    const transport = createConnectTransport({
      baseUrl: `http://127.0.0.1:${(http1.address() as AddressInfo).port}`,
      httpVersion: '1.1',
      interceptors: [interceptorOf('client')],
    });
    const client = createClient(Echo, transport) as unknown as EchoClient;
    const parent = outgoing.tracer.startSpan('parent');
    for (let i = 0; i < count; i++) parent.setBaggageItem(`k${i}`, 'v'.repeat(length));
    const answer = await withSpan(parent, () => client.unary({ value: 'a' }));
    expect(answer.value).toBe('a');
    const [span] = await incoming.spans(1);
    expect(span!.context().traceIdStr).toBe(parent.context().traceIdStr);
    expect(span!.getBaggageItem('k0')).toBe('v'.repeat(length));
    http1.closeAllConnections();
    http1.close();
  });

  test('the parent is the active span', async () => {
    const client = newClient();
    const parent = outgoing.tracer.startSpan('parent');
    parent.finish();
    await withSpan(parent, () => client.unary({ value: 'a' }));
    const [, span] = await outgoing.spans(2);
    expect(span!.context().parentIdStr).toBe(parent.context().spanIdStr);
  });

  test('the options do what they do for grpc-js', async () => {
    const ends: unknown[] = [];
    const options = {
      operationName: ({ side, method }: { side: string; method: { name: string } }) =>
        `${side} ${method.name}`,
      include: ({ callType }: { callType: string }) => callType !== 'serverStream',
      messageEvents: 'on',
      metadataTags: { request: ['x-user'], response: ['x-cache', 'x-cost'] },
      onEnd: (_span: object, info: { side: string; sent: number; received: number }) =>
        ends.push([info.side, info.sent, info.received]),
    };
    await listen(options);
    const client = newClient(options);
    await client.unary({ value: 'a' }, { headers: { 'x-user': 'ann' } });
    await all(client.bidi(messages('a', 'b', 'c')));
    const before = active.length;
    expect(await all(client.serverStream({ value: 'a+b' }))).toStrictEqual(['a', 'b']);
    expect(new Set(active.splice(before))).toStrictEqual(new Set([undefined]));
    const [clients, servers] = [await outgoing.spans(2), await incoming.spans(2)];
    for (const [spans, side] of [
      [clients, 'client'],
      [servers, 'server'],
    ] as const) {
      expect(spans.map((span) => span.operationName)).toStrictEqual([
        `${side} Unary`,
        `${side} Bidi`,
      ]);
      expect(TestUtils.getTags(spans[0]!)).toMatchObject({
        'rpc.grpc.request.metadata.x-user': 'ann',
        'rpc.grpc.response.metadata.x-cache': 'hit',
        'rpc.grpc.response.metadata.x-cost': '7',
      });
      expect(spans[1]!._logs).toHaveLength(6);
    }
    expect(ends).toStrictEqual(
      expect.arrayContaining([
        ['client', 1, 1],
        ['server', 1, 1],
        ['client', 3, 3],
        ['server', 3, 3],
      ]),
    );
  });

  test('needs to be told its side', () => {
    const make = (options: unknown): Interceptor =>
      connectInterceptor(options as { side: 'client' });
    expect(() => make({})).toThrow("side must be 'client' or 'server'. Received undefined");
    expect(() => make(undefined)).toThrow(TypeError);
  });

  test('a tracer that is broken leaves every call as it is', async () => {
    const broken = {
      startSpan: (): never => {
        throw new Error('broken');
      },
      inject: () => undefined,
      extract: () => null,
    };
    await listen({ tracer: broken });
    const client = newClient({ tracer: broken });
    expect((await client.unary({ value: 'a' })).value).toBe('a');
    expect(await all(client.bidi(messages('a', 'b')))).toStrictEqual(['a', 'b']);
    active.length = 0;
  });
});

describe('Connect and grpc-js', () => {
  test('are one trace, whichever of them calls', async () => {
    const [outgoing, incoming] = [new Traced('client'), new Traced('server')];
    const grpcServer = new Server({
      interceptors: [serverInterceptor({ tracer: incoming.tracer })],
    });
    grpcServer.addService(EchoService, {
      unary: (call: { request: Text }, done: (error: null, text: Text) => void) =>
        done(null, call.request),
    } as never);
    const grpcPort = await new Promise<number>((resolve) => {
      const insecure = ServerCredentials.createInsecure();
      grpcServer.bindAsync('127.0.0.1:0', insecure, (_error, port) => resolve(port));
    });
    const connectServer = createServer(
      connectNodeAdapter({
        interceptors: [connectInterceptor({ side: 'server', tracer: incoming.tracer })],
        routes: (router) => router.service(Echo, { unary: (text: Text) => text } as never),
      }),
    );
    await new Promise<void>((resolve) => connectServer.listen(0, '127.0.0.1', resolve));
    const { port } = connectServer.address() as AddressInfo;

    const interceptors = [connectInterceptor({ side: 'client', tracer: outgoing.tracer })];
    const transport = createGrpcTransport({
      baseUrl: `http://127.0.0.1:${grpcPort}`,
      interceptors,
    });
    const fromConnect = createClient(Echo, transport) as unknown as EchoClient;
    expect((await fromConnect.unary({ value: 'a' })).value).toBe('a');

    const GrpcClient = makeGenericClientConstructor(EchoService, 'test.Echo');
    const fromGrpc = new GrpcClient(
      `127.0.0.1:${port}`,
      credentials.createInsecure(),
      tracedClientOptions({ tracer: outgoing.tracer }),
    ) as unknown as {
      unary(text: Text, done: (error: unknown, text?: Text) => void): void;
      close(): void;
    };
    const answer = new Promise((resolve, reject) => {
      fromGrpc.unary({ value: 'b' }, (error, text) =>
        error ? reject(error) : resolve(text?.value),
      );
    });
    expect(await answer).toBe('b');
    const [clients, servers] = [await outgoing.spans(2), await incoming.spans(2)];
    expect(areChildren(servers, clients)).toBe(true);
    fromGrpc.close();
    grpcServer.forceShutdown();
    connectServer.close();
  });
});
