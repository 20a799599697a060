import {
  type Client,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceError,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { GrpcClient } from 'google-gax';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serverInterceptor, tracedClientOptions } from '../../../src/grpc/index.js';
import { EchoService, type Text } from './text.js';
import { areChildren, shape, Traced } from './traced.js';

type Callback = (error: ServiceError | null, value?: Text) => void;
type Stream = NodeJS.ReadWriteStream;

/** The stub that google-gax makes for the clients of Google's services (Firestore, Pub/Sub, Spanner). */
interface EchoStub extends Client {
  unary(request: Text, callback: Callback): unknown;
  serverStream(request: Text): Stream;
}

const implementation = {
  unary: (call: { request: Text }, callback: Callback) => callback(null, call.request),
  serverStream: (call: Stream & { request: Text }) => {
    for (const value of call.request.value.split('+')) call.write({ value } as never);
    call.end();
  },
  clientStream: (_call: Stream, callback: Callback) => callback(null, { value: '' }),
  bidi: (call: Stream) => call.end(),
};

/** Stands for Google's authentication, of which only the universe is asked here. */
const auth = { getUniverseDomain: async () => 'googleapis.com' };

function unary(stub: EchoStub, value: string): Promise<string> {
  return new Promise((resolve, reject) => {
    stub.unary({ value }, (error, text) => (error ? reject(error) : resolve(text!.value)));
  });
}

async function values(stream: Stream): Promise<string[]> {
  const read: string[] = [];
  for await (const message of stream) read.push((message as unknown as Text).value);
  return read;
}

describe('google-gax', () => {
  let [outgoing, incoming] = [new Traced('client'), new Traced('server')];
  let server: Server;
  let port: number;
  const stubs: EchoStub[] = [];

  async function stubWith(options: object): Promise<EchoStub> {
    const gax = new GrpcClient({ auth: auth as never });
    const stub = (await gax.createStub(
      makeGenericClientConstructor(EchoService, 'test.Echo') as never,
      {
        servicePath: '127.0.0.1',
        port,
        sslCreds: gax.grpc!.credentials.createInsecure(),
        ...options,
      } as never,
    )) as unknown as EchoStub;
    stubs.push(stub);
    return stub;
  }

  beforeAll(async () => {
    const tracer = {
      startSpan: (name: string, options?: object) => incoming.tracer.startSpan(name, options),
      inject: () => undefined,
      extract: (format: string, carrier: unknown) => incoming.tracer.extract(format, carrier),
    };
    server = new Server({ interceptors: [serverInterceptor({ tracer })] });
    server.addService(EchoService, implementation as unknown as UntypedServiceImplementation);
    port = await new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  });

  afterAll(() => server.forceShutdown());

  beforeEach(() => {
    [outgoing, incoming] = [new Traced('client'), new Traced('server')];
  });

  afterEach(() => {
    for (const stub of stubs.splice(0)) stub.close();
  });

  test.each<[string, (tracer: Traced['tracer']) => object]>([
    ['tracedClientOptions', (tracer) => tracedClientOptions({ tracer })],
    [
      'the transformer alone, under the name that google-gax hands on',
      (tracer) => ({
        'grpc.callInvocationTransformer': tracedClientOptions({ tracer }).callInvocationTransformer,
      }),
    ],
  ])('is traced by %s', async (_how, optionsOf) => {
    const stub = await stubWith(optionsOf(outgoing.tracer));
    expect(await unary(stub, 'a')).toBe('a');
    expect(await values(stub.serverStream({ value: 'a+b' }))).toStrictEqual(['a', 'b']);
    const [clients, servers] = [await outgoing.spans(2), await incoming.spans(2)];
    const names = [EchoService.unary.path, EchoService.serverStream.path];
    for (const [spans, kind] of [[clients, 'client'] as const, [servers, 'server'] as const]) {
      expect(spans.map(shape)).toStrictEqual(
        names.map((name) => ({ name, kind, code: 0, error: undefined })),
      );
    }
    expect(areChildren(servers, clients)).toBe(true);
  });

  test('hands on no interceptors: the interceptor alone traces nothing', async () => {
    const { interceptors } = tracedClientOptions({ tracer: outgoing.tracer });
    expect(await unary(await stubWith({ interceptors }), 'a')).toBe('a');
    expect(outgoing.tracer.stats().started).toBe(0);
  });
});
