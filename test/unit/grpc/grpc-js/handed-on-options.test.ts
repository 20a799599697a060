import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import type { Client, ClientOptions, Interceptor } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { COPIES } from '../../support/grpc-copies.js';
import { begin, callWith, closedAfterEach, type GrpcRig } from '../../support/grpc-rig.js';
import { CALL_TYPES } from '../../support/grpc-service.js';
import { outcomeOf } from '../../support/grpc-spans.js';

const open = closedAfterEach();

/** The options that google-gax hands on to a client of grpc-js, of all that it is given. */
function handedOnByGax(given: ClientOptions): ClientOptions {
  const special = [
    'grpc.callInvocationTransformer',
    'grpc.channelFactoryOverride',
    'grpc.gcpApiConfig',
  ];
  const options: ClientOptions = { 'grpc.max_receive_message_length': -1 };
  for (const [name, value] of Object.entries({ ...given })) {
    const key = name.startsWith('grpc.grpc.') ? name.slice('grpc.'.length) : name;
    if (key.startsWith('grpc.')) options[special.includes(key) ? key.slice(5) : key] = value;
    else if (key.startsWith('grpc-node.')) options[key] = value;
  }
  return options;
}

describe.each(COPIES)('grpc-js $version', (copy) => {
  const { Client, credentials, InterceptingCall, Metadata } = copy.grpc;
  const { tracedClientOptions } = copy.tracing;
  const clients: Client[] = [];

  function clientOf(rig: GrpcRig, options: ClientOptions): Client {
    const client = new Client(rig.target, credentials.createInsecure(), options);
    clients.push(client);
    return client;
  }

  /** Notes that it ran, and passes the call on. */
  function noting(name: string, seen: string[]): Interceptor {
    return (options, next) =>
      new InterceptingCall(next(options), {
        start: (metadata, listener, start) => {
          seen.push(`${name} ${metadata.get('uber-trace-id').length}`);
          start(metadata, listener);
        },
      });
  }

  /** Makes a call of each type, and expects a span for each and its child at the server. */
  async function expectTraced(rig: GrpcRig, client: Client): Promise<void> {
    for (const type of CALL_TYPES) {
      expect((await callWith(copy, client, type, 'a+b')).error).toBeUndefined();
    }
    await rig.idle();
    expect(rig.outgoing.spans.map((span) => outcomeOf(span).code)).toStrictEqual([0, 0, 0, 0]);
    expect(rig.incoming.spans.map((span) => span.context().parentIdStr)).toStrictEqual(
      rig.outgoing.spans.map((span) => span.context().spanIdStr),
    );
    client.close();
  }

  test('google-gax hands on grpc.* options: all four types are traced', async () => {
    const rig = await open(copy, { clientTracing: null });
    const options = tracedClientOptions({ tracer: rig.outgoing.tracer });
    await expectTraced(rig, clientOf(rig, handedOnByGax({ ...options, projectId: 'p' })));
  });

  test('the call invocation transformer alone: all four types are traced', async () => {
    const rig = await open(copy, { clientTracing: null });
    const { callInvocationTransformer } = tracedClientOptions({ tracer: rig.outgoing.tracer });
    await expectTraced(
      rig,
      clientOf(rig, { callInvocationTransformer: callInvocationTransformer! }),
    );
  });

  test('it may be given to google-gax under its own name', async () => {
    const rig = await open(copy, { clientTracing: null });
    const { callInvocationTransformer } = tracedClientOptions({ tracer: rig.outgoing.tracer });
    const given = { 'grpc.callInvocationTransformer': callInvocationTransformer };
    await expectTraced(rig, clientOf(rig, handedOnByGax(given)));
  });

  test('all options together trace a call once', async () => {
    const rig = await open(copy, { clientTracing: null });
    await expectTraced(rig, clientOf(rig, tracedClientOptions({ tracer: rig.outgoing.tracer })));
  });

  test('a stream that is left ends its span behind google-gax, too', async () => {
    const rig = await open(copy, { clientTracing: null });
    const options = tracedClientOptions({ tracer: rig.outgoing.tracer });
    const client = clientOf(rig, handedOnByGax(options));
    const stream = begin(copy, client, 'serverStream', 'a+b+c') as Readable;
    await once(stream, 'data');
    stream.destroy();
    await rig.outgoing.idle();
    expect(rig.outgoing.spans).toHaveLength(1);
    client.close();
  });

  describe('interceptors that are not ours stay', () => {
    test.each<[string, (ours: ClientOptions, theirs: Interceptor) => ClientOptions]>([
      ['in place of ours', (ours, theirs) => ({ ...ours, interceptors: [theirs] })],
      [
        'as providers, in place of ours',
        (ours, theirs) => ({
          ...ours,
          interceptors: [],
          interceptor_providers: [() => theirs],
        }),
      ],
      [
        'beside the transformer alone',
        ({ callInvocationTransformer }, theirs) => ({
          callInvocationTransformer: callInvocationTransformer!,
          interceptors: [theirs],
        }),
      ],
    ])('%s', async (_how, optionsOf) => {
      const rig = await open(copy, { clientTracing: null });
      const seen: string[] = [];
      const ours = tracedClientOptions({ tracer: rig.outgoing.tracer });
      await expectTraced(rig, clientOf(rig, optionsOf(ours, noting('own', seen))));
      expect(seen).toStrictEqual(Array(4).fill('own 1'));
    });

    test.each<[string, (own: Interceptor) => ClientOptions]>([
      ['interceptors', (own) => ({ interceptors: [own] })],
      ['providers', (own) => ({ interceptor_providers: [() => own] })],
    ])('%s of the client options, which google-gax does not hand on', async (_what, given) => {
      const rig = await open(copy, { clientTracing: null });
      const seen: string[] = [];
      const tracing = { tracer: rig.outgoing.tracer };
      const options = tracedClientOptions(tracing, given(noting('own', seen)));
      await expectTraced(rig, clientOf(rig, handedOnByGax(options)));
      expect(seen).toStrictEqual(Array(4).fill('own 1'));
    });

    test("interceptors of one call, and a transformer of google-gax's own kind", async () => {
      const rig = await open(copy, { clientTracing: null });
      const seen: string[] = [];
      const transformed = { 'grpc.callInvocationTransformer': addInterceptor };
      function addInterceptor<P extends { callOptions: { interceptors?: Interceptor[] } }>(
        properties: P,
      ): P {
        const { callOptions } = properties;
        const interceptors = [...(callOptions.interceptors ?? []), noting('pool', seen)];
        return { ...properties, callOptions: { ...callOptions, interceptors } };
      }
      const tracing = { tracer: rig.outgoing.tracer };
      const client = clientOf(rig, handedOnByGax(tracedClientOptions(tracing, transformed)));
      const options = { interceptors: [noting('call', seen)] };
      const metadata = new Metadata();
      expect(
        (await callWith(copy, client, 'unary', 'a', { metadata, options })).values,
      ).toStrictEqual(['a']);
      await rig.idle();
      expect(rig.outgoing.spans).toHaveLength(1);
      expect(seen).toStrictEqual(['call 1', 'pool 1']);
      client.close();
    });
  });

  test('one of our interceptors among the client options is enough', async () => {
    const rig = await open(copy, { clientTracing: null });
    const tracing = { tracer: rig.outgoing.tracer };
    const own = { interceptors: [copy.tracing.clientInterceptor(tracing)] };
    const together = tracedClientOptions(tracing, own);
    await expectTraced(rig, clientOf(rig, together));
    const again = await open(copy, { clientTracing: null });
    const { tracer } = again.outgoing;
    const ours = { interceptors: [copy.tracing.clientInterceptor({ tracer })] };
    const handedOn = handedOnByGax(tracedClientOptions({ tracer }, ours));
    await expectTraced(again, clientOf(again, handedOn));
    const third = await open(copy, { clientTracing: null });
    const other = { tracer: third.outgoing.tracer };
    const beside = {
      ...tracedClientOptions(other),
      interceptors: [copy.tracing.clientInterceptor(other)],
    };
    await expectTraced(third, clientOf(third, beside));
  });

  test.each<[string, unknown]>([
    ['no object', undefined],
    ['the options', {}],
    ['null', null],
  ])('called as a method of %s the transformer leaves the call as it is', (_what, receiver) => {
    const { callInvocationTransformer } = tracedClientOptions();
    const properties = { methodDefinition: { responseStream: false }, callOptions: {} };
    expect(Reflect.apply(callInvocationTransformer!, receiver, [properties])).toBe(properties);
  });

  test('clients of one tracer share a connection', async () => {
    const rig = await open(copy, { clientTracing: null });
    const port = Number(rig.target.split(':').at(-1));
    const connections: object[] = [];
    const proxy = createServer((socket) => {
      connections.push(socket);
      const behind = connect(port, '127.0.0.1');
      socket.pipe(behind).pipe(socket);
      for (const end of [socket, behind]) end.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const target = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { tracer } = rig.outgoing;
    const made = [{ tracer }, { tracer }].map(
      (tracing) => new Client(target, credentials.createInsecure(), tracedClientOptions(tracing)),
    );
    for (const client of made) {
      expect((await callWith(copy, client, 'unary', 'a')).values).toStrictEqual(['a']);
    }
    expect(connections).toHaveLength(1);
    for (const client of made) client.close();
    proxy.close();
  });
});
