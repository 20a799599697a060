import { connect } from 'node:http2';
import { once } from 'node:events';
import type { Metadata, ServerInterceptor, ServerUnaryCall } from '@grpc/grpc-js';
import { FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import type { Span } from '../../../../src/core/span/span.js';
import { COPIES, type GrpcCopy } from '../../support/grpc-copies.js';
import { closedAfterEach, type GrpcRig, type RigOptions } from '../../support/grpc-rig.js';
import { CALL_TYPES, type Handlers, PATHS } from '../../support/grpc-service.js';
import { logsOf, RigTracer, tagsOf } from '../../support/grpc-spans.js';

const open = closedAfterEach();

/** A handler that answers with the metadata as it came, as JSON. */
const REFLECT: Handlers = {
  unary: (call, callback) => callback(null, JSON.stringify(call.metadata.toJSON())),
};

/** The metadata that a server got, by key. */
async function received(
  rig: GrpcRig,
  metadata?: Metadata,
  options = {},
): Promise<Record<string, string[]>> {
  const answer = await rig.call('unary', 'a', metadata ? { metadata, options } : { options });
  expect(answer.error).toBeUndefined();
  return JSON.parse(answer.values[0]!) as Record<string, string[]>;
}

/** What a call brings with it, where the client is not traced. */
async function serverSpanOf(
  copy: GrpcCopy,
  headers: Record<string, string>,
  options: RigOptions = {},
): Promise<{ span: Span | undefined; rig: GrpcRig }> {
  const rig = await open(copy, { clientTracing: null, ...options });
  const metadata = new copy.grpc.Metadata();
  for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
  const answer = await rig.call('unary', 'a', { metadata });
  expect(answer.values).toStrictEqual(['a']);
  await rig.idle();
  return { span: rig.incoming.spans[0], rig };
}

/** Deep enough for a comparison before and after. */
function frozen(metadata: Metadata): string {
  return JSON.stringify([metadata.toJSON(), metadata.getOptions()]);
}

describe.each(COPIES)('grpc-js $version', (copy) => {
  const { Metadata, ServerInterceptingCall } = copy.grpc;

  describe('an interceptor outside of ours', () => {
    async function spanBehind(outer: ServerInterceptor): Promise<Span> {
      const traced = new RigTracer('server');
      const ours = copy.tracing.serverInterceptor({ tracer: traced.tracer });
      const serverOptions = { interceptors: [outer, ours] };
      const rig = await open(copy, { serverTracing: null, serverOptions });
      expect((await rig.call('unary')).values).toStrictEqual(['a+b']);
      await traced.idle();
      return traced.span;
    }

    test('that adds a second context: the last one counts', async () => {
      const span = await spanBehind(
        (_definition, call) =>
          new ServerInterceptingCall(call, {
            start: (next) =>
              next({
                onReceiveMetadata: (metadata, pass) => {
                  metadata.add('uber-trace-id', 'c:d:0:1');
                  pass(metadata);
                },
              }),
          }),
      );
      expect(span.context().toString()).toMatch(/^c:[\da-f]+:d:1$/);
    });

    test('that adds what is no context, and baggage: the last that can be read counts', async () => {
      const span = await spanBehind(
        (_definition, call) =>
          new ServerInterceptingCall(call, {
            start: (next) =>
              next({
                onReceiveMetadata: (metadata, pass) => {
                  for (const context of ['c:d:0:1', 'junk']) metadata.add('uber-trace-id', context);
                  for (const city of ['Basel, CH', 'Bern, CH']) metadata.add('uberctx-city', city);
                  pass(metadata);
                },
              }),
          }),
      );
      expect(span.context().toString()).toMatch(/^c:[\da-f]+:d:1$/);
      expect(span.getBaggageItem('city')).toBe('Bern, CH');
    });

    test('that knows another peer is believed', async () => {
      class Behind extends ServerInterceptingCall {
        override getPeer(): string {
          return '10.9.9.9:99';
        }
      }
      const span = await spanBehind((_definition, call) => new Behind(call));
      expect(tagsOf(span)).toMatchObject({ 'peer.address': '10.9.9.9:99' });
    });
  });

  describe("the application's metadata", () => {
    test('is the same object, unchanged, in two calls at once', async () => {
      const rig = await open(copy, { handlers: REFLECT });
      const metadata = new Metadata({ waitForReady: true });
      metadata.set('x-user', 'ann');
      metadata.add('x-list', 'one');
      metadata.add('x-list', 'two');
      metadata.set('x-blob-bin', Buffer.from([0, 1, 254, 255]));
      const before = frozen(metadata);
      const [first, second] = await Promise.all([received(rig, metadata), received(rig, metadata)]);
      expect(frozen(metadata)).toBe(before);
      await rig.idle();
      const contexts = rig.outgoing.spans.map((span) => String(span.context()));
      expect([...first['uber-trace-id']!, ...second['uber-trace-id']!].sort()).toStrictEqual(
        contexts.sort(),
      );
    });

    test('goes along: text, lists and bytes, there and back', async () => {
      const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
      const seen: unknown[] = [];
      const handlers: Handlers = {
        unary: (call, callback) => {
          seen.push(call.metadata.get('x-blob-bin'), call.metadata.get('x-user'));
          const [initial, trailing] = [new Metadata(), new Metadata()];
          initial.set('x-head-bin', bytes);
          trailing.set('x-tail-bin', bytes);
          call.sendMetadata(initial);
          callback(null, 'a', trailing);
        },
      };
      const rig = await open(copy, { handlers });
      const metadata = new Metadata();
      metadata.set('x-blob-bin', bytes);
      metadata.set('x-user', 'ann');
      let initial: Metadata | undefined;
      const answer = await rig.call('unary', 'a', {
        metadata,
        onCall: (call) => call.on('metadata', (received: Metadata) => (initial = received)),
      });
      expect(seen).toStrictEqual([[bytes], ['ann']]);
      expect(initial?.get('x-head-bin')).toStrictEqual([bytes]);
      expect(answer.status?.metadata.get('x-tail-bin')).toStrictEqual([bytes]);
    });

    test('that came with a call may be passed on: one context leaves, the new one', async () => {
      const rig = await open(copy, { handlers: REFLECT });
      const metadata = new Metadata();
      metadata.set('uber-trace-id', 'a:b:0:1');
      metadata.add('uber-trace-id', 'c:d:0:1');
      const headers = await received(rig, metadata);
      await rig.idle();
      expect(headers['uber-trace-id']).toStrictEqual([String(rig.outgoing.span.context())]);
      expect(metadata.get('uber-trace-id')).toStrictEqual(['a:b:0:1', 'c:d:0:1']);
    });
  });

  describe('a context that comes', () => {
    test('twice, because a peer appends, is the last one', async () => {
      const rig = await open(copy, { clientTracing: null, handlers: REFLECT });
      const metadata = new Metadata();
      metadata.add('uber-trace-id', 'a:b:0:1');
      metadata.add('uber-trace-id', 'c:d:0:1');
      metadata.add('uberctx-tenant', 'old');
      metadata.add('uberctx-tenant', 'new');
      const headers = await received(rig, metadata);
      // What Node.js makes of two headers.
      expect(headers['uber-trace-id']).toStrictEqual(['a:b:0:1, c:d:0:1']);
      await rig.idle();
      const { span } = rig.incoming;
      expect(span.context().traceIdStr).toBe('c');
      expect(span.context().parentIdStr).toBe('d');
      expect(span.getBaggageItem('tenant')).toBe('new');
      expect(rig.incoming.logger.errors).toStrictEqual([]);
    });

    test.each(['junk', '', '0:0:0:0'])(
      'twice, the second time as %j, is the first',
      async (second) => {
        const rig = await open(copy, { clientTracing: null });
        const metadata = new Metadata();
        for (const context of ['a:b:0:1', second]) metadata.add('uber-trace-id', context);
        expect((await rig.call('unary', 'a', { metadata })).error).toBeUndefined();
        await rig.idle();
        expect(rig.incoming.span.context().traceIdStr).toBe('a');
        expect(rig.incoming.logger.errors).toStrictEqual([]);
      },
    );

    test('not at all, is a root, and nothing is said', async () => {
      const { span, rig } = await serverSpanOf(copy, {});
      expect(span?.context().parentIdStr).toBeFalsy();
      expect(rig.incoming.logger.errors).toStrictEqual([]);
    });

    test('from others only, is a root, and nothing is said', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const { span, rig } = await serverSpanOf(copy, { traceparent, b3: '0' });
      expect(span?.context().parentIdStr).toBeFalsy();
      expect(rig.incoming.logger.errors).toStrictEqual([]);
    });

    test.each([
      ['corrupted', 'not:a:context'],
      ['empty', ''],
      ['overlong', `${'a'.repeat(200)}:b:0:1`],
      ['of too many parts', 'a:b:0:1:2'],
      ['of zeros', '0:0:0:0'],
    ])('%s, is a root, and is said once', async (_what, value) => {
      const { span, rig } = await serverSpanOf(copy, { 'uber-trace-id': value });
      expect(span?.context().parentIdStr).toBeFalsy();
      expect(rig.incoming.logger.errors).toStrictEqual([
        'gRPC tracing: extract: cannot read the context of an incoming call; its span becomes a root',
      ]);
      expect((await rig.call('unary')).error).toBeUndefined();
    });

    test('unsampled, is not sampled here either', async () => {
      const { span, rig } = await serverSpanOf(copy, { 'uber-trace-id': 'a:b:0:0' });
      expect(span).toBeUndefined();
      expect(rig.incoming.tracer.stats().started).toBe(0);
    });

    test('as jaeger-debug-id and jaeger-baggage, is a debug trace with that baggage', async () => {
      const headers = { 'jaeger-debug-id': 'ticket-7', 'jaeger-baggage': 'k=v, k2=v2' };
      const sampler = new ConstSampler(false);
      const { span } = await serverSpanOf(copy, headers, { sampler });
      expect(tagsOf(span!)).toMatchObject({ 'jaeger-debug-id': 'ticket-7' });
      expect(span?.context().isDebug()).toBe(true);
      expect([span?.getBaggageItem('k'), span?.getBaggageItem('k2')]).toStrictEqual(['v', 'v2']);
    });

    test('with baggage that has a comma of its own, keeps it', async () => {
      const headers = { 'uber-trace-id': 'a:b:0:1', 'uberctx-city': 'Bern, CH' };
      const { span } = await serverSpanOf(copy, headers);
      expect(span?.getBaggageItem('city')).toBe('Bern, CH');
    });

    test('under a key that the tracer was told', async () => {
      const tracerOptions = { contextKey: 'x-trace' };
      const good = await serverSpanOf(copy, { 'x-trace': 'a:b:0:1' }, { tracerOptions });
      expect(good.span?.context().traceIdStr).toBe('a');
      const joined = { 'x-trace': 'a:b:0:1, c:d:0:1', 'uber-trace-id': 'junk' };
      const last = await serverSpanOf(copy, joined, { tracerOptions });
      expect(last.span?.context().traceIdStr).toBe('c');
      expect(last.rig.incoming.logger.errors).toStrictEqual([]);
      const bad = await serverSpanOf(copy, { 'x-trace': 'junk' }, { tracerOptions });
      expect(bad.rig.incoming.logger.errors).toHaveLength(1);
    });

    test('with a key that is no key of an object', async () => {
      const { span } = await serverSpanOf(copy, { __proto__x: 'a', 'uber-trace-id': 'a:b:0:1' });
      expect(span?.context().traceIdStr).toBe('a');
    });
  });

  test('an unsampled call carries its ids, and neither side reports', async () => {
    const sampler = new ConstSampler(false);
    const rig = await open(copy, { sampler, handlers: REFLECT });
    const headers = await received(rig);
    expect(headers['uber-trace-id']?.[0]).toMatch(/^[0-9a-f]+:[0-9a-f]+:0:0$/);
    expect([rig.outgoing.spans, rig.incoming.spans]).toStrictEqual([[], []]);
    for (const type of CALL_TYPES) expect((await rig.call(type)).error).toBeUndefined();
  });

  describe('baggage', () => {
    /** What of a parent's baggage reaches the server, and what is said of it. */
    async function sent(
      items: Record<string, string>,
      format: string,
    ): Promise<{ baggage: Record<string, string>; client: Span }> {
      const rig = await open(copy, { tracing: { format } });
      const parent = rig.outgoing.tracer.startSpan('parent');
      for (const [key, value] of Object.entries(items)) parent.setBaggageItem(key, value);
      const options = copy.tracing.withParent(parent);
      expect((await rig.call('unary', 'a', { options })).error).toBeUndefined();
      parent.finish();
      await rig.idle();
      const client = rig.outgoing.spans[0]!;
      expect(rig.incoming.span.context().traceIdStr).toBe(client.context().traceIdStr);
      return { baggage: rig.incoming.span.context().baggage, client };
    }

    test.each<[string, string, string]>([
      ['a key in upper case', 'Tenant', 'acme'],
      ['a space', 'k', 'one two'],
      ['a comma', 'k', 'a,b, c'],
      ['8 kB, cut by the tracer to 2,048', 'k', 'x'.repeat(8192)],
      ['nothing', 'k', ''],
    ])('with %s travels in both formats', async (_what, key, value) => {
      for (const format of [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS]) {
        const { baggage, client } = await sent({ [key]: value }, format);
        expect(baggage).toStrictEqual({ [key.toLowerCase()]: value.slice(0, 2048) });
        expect(logsOf(client)).toStrictEqual([]);
      }
    });

    test.each<[string, string]>([
      ['letters beyond ASCII', 'São Paulo'],
      ['a line break', 'a\r\nuber-trace-id: 1:1:0:1'],
      ['a space at an end', ' a'],
      ['a control character', 'a\u0000b'],
    ])(
      'with %s travels percent-encoded as HTTP_HEADERS; as TEXT_MAP it stays, and the span says so',
      async (_what, value) => {
        const encoded = await sent({ k: value, other: 'b' }, FORMAT_HTTP_HEADERS);
        expect(encoded.baggage).toStrictEqual({ k: value, other: 'b' });
        const plain = await sent({ k: value, other: 'b' }, FORMAT_TEXT_MAP);
        expect(plain.baggage).toStrictEqual({ other: 'b' });
        expect(logsOf(plain.client)).toStrictEqual([
          { event: 'inject', message: 'gRPC metadata cannot carry uberctx-k' },
        ]);
      },
    );

    test.each(['trace-bin', 'schlüssel', 'a key'])(
      'under the key "%s", which metadata cannot have, stays, and the span says so',
      async (key) => {
        const { baggage, client } = await sent({ [key]: 'v', other: 'b' }, FORMAT_HTTP_HEADERS);
        expect(baggage).toStrictEqual({ other: 'b' });
        expect(logsOf(client)).toStrictEqual([
          { event: 'inject', message: `gRPC metadata cannot carry uberctx-${key}` },
        ]);
      },
    );

    test('of more than 8 KiB in all stays, past those; the call goes through, and no span says so', async () => {
      const items = Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [`k${i}`, 'x'.repeat(2000)]),
      );
      const { baggage, client } = await sent(items, FORMAT_TEXT_MAP);
      expect(Object.keys(baggage)).toStrictEqual(['k0', 'k1', 'k2']);
      expect(logsOf(client)).toStrictEqual([]);
    });
  });

  test('a server-kind span may share the span id of its client', async () => {
    const rig = await open(copy, { tracerOptions: { shareRpcSpan: true } });
    await rig.call('unary');
    await rig.idle();
    const [client, server] = [rig.outgoing.span, rig.incoming.span];
    expect(server.context().spanIdStr).toBe(client.context().spanIdStr);
    expect(tagsOf(server)['span.kind']).toBe('server');
  });

  test('two headers of one name from a peer that is no grpc-js', async () => {
    const rig = await open(copy);
    const session = connect(`http://${rig.target}`);
    const stream = session.request({
      ':method': 'POST',
      ':path': PATHS.unary,
      'content-type': 'application/grpc',
      te: 'trailers',
      'uber-trace-id': ['a:b:0:1', 'c:d:0:1'],
    });
    stream.end(Buffer.from([0, 0, 0, 0, 1, 0x61]));
    stream.resume();
    await once(stream, 'end');
    session.close();
    await rig.incoming.idle();
    expect(rig.incoming.span.context().traceIdStr).toBe('c');
  });

  test('a call within a call is one trace', async () => {
    const opened: GrpcRig[] = [];
    const handlers: Handlers = {
      unary: (call: ServerUnaryCall<string, string>, callback) => {
        if (call.request === 'inner') {
          callback(null, 'done');
          return;
        }
        // The metadata that came is passed on, as applications do.
        void opened[0]!
          .call('unary', 'inner', { metadata: call.metadata })
          .then(({ values }) => callback(null, values[0]));
      },
    };
    const rig = await open(copy, { handlers });
    opened.push(rig);
    expect((await rig.call('unary', 'outer')).values).toStrictEqual(['done']);
    await rig.idle();
    const [innerClient, outerClient] = rig.outgoing.spans;
    const [innerServer, outerServer] = rig.incoming.spans;
    const chain = [outerClient, outerServer, innerClient, innerServer].map((span) =>
      span!.context(),
    );
    expect(new Set(chain.map((context) => context.traceIdStr)).size).toBe(1);
    for (let i = 1; i < chain.length; i++) {
      expect(chain[i]!.parentIdStr).toBe(chain[i - 1]!.spanIdStr);
    }
  });
});
