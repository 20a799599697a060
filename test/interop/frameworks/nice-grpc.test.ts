import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Channel,
  type Client,
  ClientError,
  createChannel,
  createClientFactory,
  createServer,
  Metadata,
  type Server,
  ServerError,
  type ServiceImplementation,
  Status,
} from 'nice-grpc';
import { deadlineMiddleware } from 'nice-grpc-client-middleware-deadline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serverInterceptor } from '../../../src/grpc/index.js';
import { niceGrpcClientMiddleware, withParent } from '../../../src/grpc/nice/index.js';
import { activeSpan, withSpan } from '../../../src/node/scope/active-span.js';
import { TestUtils } from '../../../src/node/tracer/test-utils.js';
import { EchoService, type Text } from './text.js';
import { areChildren, shape, Traced } from './traced.js';

/** The span that was active in the steps of the handlers. */
const active: unknown[] = [];
/** The last metadata that came. */
let received: Metadata;

const implementation: ServiceImplementation<typeof EchoService> = {
  async unary(request, context) {
    received = context.metadata;
    active.push(activeSpan());
    await sleep(1);
    active.push(activeSpan());
    if (request.value === 'fail') throw new ServerError(Status.NOT_FOUND, 'no such user');
    if (request.value === 'hang') await sleep(10_000, undefined, { signal: context.signal });
    context.header.set('x-cache', 'hit');
    context.trailer.set('x-cost', '7');
    return request;
  },
  async clientStream(requests) {
    const values: string[] = [];
    for await (const { value } of requests) {
      active.push(activeSpan());
      values.push(value);
    }
    return { value: values.join('+') };
  },
  async *serverStream(request) {
    for (const value of request.value.split('+')) {
      active.push(activeSpan());
      yield { value };
    }
  },
  async *bidi(requests) {
    for await (const message of requests) {
      active.push(activeSpan());
      yield message;
    }
  },
};

async function* messages(...values: string[]): AsyncGenerator<Text, void, undefined> {
  for (const value of values) yield { value };
}

async function all(stream: AsyncIterable<Text>): Promise<string[]> {
  const values: string[] = [];
  for await (const { value } of stream) values.push(value);
  return values;
}

describe('nice-grpc', () => {
  let incoming = new Traced('server');
  let outgoing = new Traced('client');
  let server: Server;
  let channel: Channel;
  let client: Client<typeof EchoService>;

  const newClient = (
    options: Parameters<typeof niceGrpcClientMiddleware>[0] = {},
  ): Client<typeof EchoService> =>
    createClientFactory()
      .use(niceGrpcClientMiddleware({ tracer: outgoing.tracer, ...options }))
      .create(EchoService, channel);

  beforeAll(async () => {
    const tracer = {
      startSpan: (name: string, options?: object) => incoming.tracer.startSpan(name, options),
      inject: () => undefined,
      extract: (format: string, carrier: unknown) => incoming.tracer.extract(format, carrier),
    };
    server = createServer({ interceptors: [serverInterceptor({ tracer })] });
    server.add(EchoService, implementation);
    channel = createChannel(`127.0.0.1:${await server.listen('127.0.0.1:0')}`);
  });

  afterAll(() => {
    channel.close();
    server.forceShutdown();
  });

  beforeEach(() => {
    active.length = 0;
    outgoing = new Traced('client');
    incoming = new Traced('server');
    client = newClient();
  });

  afterEach(() => {
    assert.equal(active.includes(undefined), false);
  });

  test('all four types are traced, and the span is active in the handler', async () => {
    expect((await client.unary({ value: 'a' })).value).toBe('a');
    expect((await client.clientStream(messages('a', 'b'))).value).toBe('a+b');
    expect(await all(client.serverStream({ value: 'a+b' }))).toStrictEqual(['a', 'b']);
    expect(await all(client.bidi(messages('a', 'b')))).toStrictEqual(['a', 'b']);
    const [clients, servers] = [await outgoing.spans(4), await incoming.spans(4)];
    const paths = Object.values(EchoService).map(({ path }) => path);
    const spans = (kind: string): object[] =>
      paths.map((name) => ({ name, kind, code: 0, error: undefined }));
    expect(clients.map(shape)).toStrictEqual(spans('client'));
    expect(servers.map(shape)).toStrictEqual(spans('server'));
    expect(areChildren(servers, clients)).toBe(true);
    // Each message of each handler, in its own call's span.
    expect(new Set(active).size).toBe(4);
  });

  test('a failure is traced, and stays the error that it was', async () => {
    const failing = client.unary({ value: 'fail' });
    await expect(failing).rejects.toMatchObject({
      code: Status.NOT_FOUND,
      details: 'no such user',
    });
    await expect(failing).rejects.toBeInstanceOf(ClientError);
    const [span] = await outgoing.spans(1);
    expect(shape(span!)).toMatchObject({ code: 5, error: true });
    expect(span!._logs[0]?.fields).toContainEqual({ key: 'message', value: 'no such user' });
    expect(shape((await incoming.spans(1))[0]!)).toMatchObject({ code: 5, error: undefined });
  });

  test('an aborted call is cancelled, which is no error', async () => {
    const controller = new AbortController();
    const hanging = client.unary({ value: 'hang' }, { signal: controller.signal });
    while (active.length < 2) await sleep(1);
    controller.abort();
    await expect(hanging).rejects.toThrow(/abort/);
    expect(shape((await outgoing.spans(1))[0]!)).toMatchObject({ code: 1, error: undefined });
    expect(shape((await incoming.spans(1))[0]!)).toMatchObject({ code: 1, error: undefined });
  });

  test.each(['serverStream', 'bidi'] as const)('a %s that is left by break ends', async (type) => {
    const endless = (async function* () {
      for (;;) {
        yield { value: 'a' };
        await sleep(1);
      }
    })();
    const stream =
      type === 'bidi' ? client.bidi(endless) : client.serverStream({ value: 'a+b+c+d' });
    for await (const { value } of stream) {
      expect(value).toBe('a');
      break;
    }
    expect(shape((await outgoing.spans(1))[0]!)).toMatchObject({ code: 1, error: undefined });
  });

  test("the caller's metadata goes along and stays as it was", async () => {
    const metadata = Metadata({ 'x-user': 'ann', 'x-blob-bin': Buffer.from([0, 255]) });
    await client.unary({ value: 'a' }, { metadata });
    expect(received.get('x-user')).toBe('ann');
    expect(received.get('x-blob-bin')).toStrictEqual(Buffer.from([0, 255]));
    expect([...metadata].map(([key]) => key)).toStrictEqual(['x-user', 'x-blob-bin']);
    const [span] = await outgoing.spans(1);
    expect(received.get('uber-trace-id')).toBe(String(span!.context()));
  });

  test('a middleware after ours sees metadata of the usual kind', async () => {
    const seen: unknown[] = [];
    const own = createClientFactory()
      .use(async function* (call, options) {
        const metadata = options.metadata!;
        metadata.set('X-List', ['a', 'b']);
        metadata.append('x-list', 'c');
        metadata.set('x-gone', 'soon').delete('X-Gone');
        metadata.set('x-one-bin', Buffer.from([1])).append('x-one-bin', Buffer.from([2]));
        seen.push(metadata.has('X-LIST'), metadata.getAll('x-gone'), metadata.get('uber-trace-id'));
        return yield* call.next(call.request, options);
      })
      // The one that is attached last is the outermost.
      .use(niceGrpcClientMiddleware({ tracer: outgoing.tracer }))
      .create(EchoService, channel);
    await own.unary({ value: 'a' });
    const [span] = await outgoing.spans(1);
    expect(seen).toStrictEqual([true, [], String(span!.context())]);
    expect(received.get('x-list')).toBe('a, b, c');
    expect(received.getAll('x-one-bin')).toStrictEqual([Buffer.from([1]), Buffer.from([2])]);
  });

  describe('beside the deadline middleware', () => {
    const tracing = () => niceGrpcClientMiddleware({ tracer: outgoing.tracer });
    const request = { value: 'hang' };
    const callOptions = { deadline: 50 };

    test('attached after it, the span has the status that the caller gets', async () => {
      const factory = createClientFactory().use(deadlineMiddleware).use(tracing());
      const call = factory.create(EchoService, channel).unary(request, callOptions);
      await expect(call).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED });
      expect(shape((await outgoing.spans(1))[0]!)).toMatchObject({ code: 4, error: true });
    });

    test('attached before it, the span knows only that the call was cancelled', async () => {
      const factory = createClientFactory().use(tracing()).use(deadlineMiddleware);
      const call = factory.create(EchoService, channel).unary(request, callOptions);
      await expect(call).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED });
      expect(shape((await outgoing.spans(1))[0]!)).toMatchObject({ code: 1, error: undefined });
    });
  });

  test('a response stream that nobody reads keeps its span open until it is aborted', async () => {
    const controller = new AbortController();
    const stream = client.serverStream({ value: 'a+b' }, { signal: controller.signal });
    const messages = stream[Symbol.asyncIterator]();
    expect((await messages.next()).value).toStrictEqual({ value: 'a' });
    await incoming.spans(1);
    expect(outgoing.tracer.stats().open).toBe(1);
    controller.abort();
    await expect(messages.next()).rejects.toThrow(/abort/);
    expect(shape((await outgoing.spans(1))[0]!)).toMatchObject({ code: 1 });
  });

  test('the parent is the active span, or what withParent says', async () => {
    const parent = outgoing.tracer.startSpan('parent');
    const other = outgoing.tracer.startSpan('other');
    for (const span of [parent, other]) span.finish();
    await withSpan(parent, () => client.unary({ value: 'a' }));
    await withSpan(parent, () => client.unary({ value: 'a' }, withParent(other)));
    await withSpan(parent, () => client.unary({ value: 'a' }, withParent(null)));
    const parents = (await outgoing.spans(5)).slice(2).map((span) => span.context().parentIdStr);
    expect(parents).toStrictEqual([
      parent.context().spanIdStr,
      other.context().spanIdStr,
      expect.toSatisfy((id: unknown) => !id),
    ]);
  });

  test('the options do what they do for grpc-js', async () => {
    const ends: unknown[] = [];
    const traced = newClient({
      operationName: ({ method }) => `call ${method.name}`,
      include: ({ callType }) => callType !== 'bidi',
      messageEvents: 'on',
      metadataTags: { request: ['x-user'], response: ['x-cache', 'x-cost'] },
      onEnd: (_span, { sent, received: got, status }) => ends.push([sent, got, status.code]),
    });
    const metadata = Metadata({ 'x-user': 'ann' });
    await traced.unary({ value: 'a' }, { metadata });
    await traced.clientStream(messages('a', 'b', 'c'));
    await all(traced.bidi(messages('a')));
    const [unary, stream] = await outgoing.spans(2);
    expect(unary!.operationName).toBe('call Unary');
    expect(TestUtils.getTags(unary!)).toMatchObject({
      'rpc.grpc.request.metadata.x-user': 'ann',
      'rpc.grpc.response.metadata.x-cache': 'hit',
      'rpc.grpc.response.metadata.x-cost': '7',
    });
    expect(stream!._logs).toHaveLength(4);
    expect(ends).toStrictEqual([
      [1, 1, 0],
      [3, 1, 0],
    ]);
    // The bidi call was left out by the client, so its server span has no parent.
    const servers = await incoming.spans(3);
    expect(servers.map((span) => Boolean(span.context().parentIdStr))).toStrictEqual([
      true,
      true,
      false,
    ]);
  });
});
