import { fileURLToPath } from 'node:url';
import {
  Client,
  credentials,
  loadPackageDefinition,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serverInterceptor, spanOf, tracedClientOptions } from '../../../src/grpc/index.js';
import { activeSpan } from '../../../src/node/scope/active-span.js';
import { EchoService, type Text } from './text.js';
import { areChildren, shape, Traced } from './traced.js';

type Callback = (error: ServiceError | null, value?: Text) => void;
type Stream = NodeJS.ReadWriteStream & { cancel(): void };

/** The methods of a client, whoever generated it. */
interface EchoClient extends Client {
  unary(request: Text, callback: Callback): unknown;
  clientStream(callback: Callback): Stream;
  serverStream(request: Text): Stream;
  bidi(): Stream;
}

const proto = fileURLToPath(new URL('echo.proto', import.meta.url));
const loaded = loadPackageDefinition(loadSync(proto)) as unknown as {
  readonly test: { readonly Echo: { readonly service: typeof EchoService } };
};

/** A generated client: the service it was generated of, and its class. */
type ClientClass = new (target: string, given: unknown, options: object) => EchoClient;
const kinds: Readonly<Record<string, { service: typeof EchoService; Client: ClientClass }>> = {
  'proto-loader': {
    service: loaded.test.Echo.service,
    Client: loaded.test.Echo as unknown as ClientClass,
  },
  'ts-proto': {
    service: EchoService,
    Client: makeGenericClientConstructor(EchoService, 'test.Echo') as unknown as ClientClass,
  },
};

/** Whether each event of each handler had the call's span as the active one. */
const active: boolean[] = [];
const note = (call: { readonly metadata: object }): void => {
  active.push(activeSpan() !== undefined && activeSpan() === spanOf(call));
};

const handlers = {
  unary: (call: never, callback: Callback) => {
    const { request } = call as { request: Text };
    note(call);
    if (request.value === 'fail') callback(Object.assign(new Error('no'), { code: 5 }) as never);
    else callback(null, request);
  },
  clientStream: (call: never, callback: Callback) => {
    const values: string[] = [];
    (call as Stream).on('data', ({ value }: Text) => values.push(value));
    (call as Stream).on('end', () => {
      note(call);
      callback(null, { value: values.join('+') });
    });
  },
  serverStream: (call: never) => {
    note(call);
    const { request } = call as { request: Text };
    for (const value of request.value.split('+')) (call as Stream).write({ value } as never);
    (call as Stream).end();
  },
  bidi: (call: never) => {
    (call as Stream).on('data', (message: Text) => {
      note(call);
      (call as Stream).write(message as never);
    });
    (call as Stream).on('end', () => (call as Stream).end());
  },
};

function values(stream: Stream): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const read: string[] = [];
    stream.on('data', ({ value }: Text) => read.push(value));
    stream.on('end', () => resolve(read));
    stream.on('error', reject);
  });
}

function answer(call: (callback: Callback) => unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    call((error, text) => (error ? reject(error) : resolve(text!.value)));
  });
}

describe.each(Object.keys(kinds))('a client and a server of %s', (kind) => {
  const { service, Client: EchoClient } = kinds[kind]!;
  let [outgoing, incoming] = [new Traced('client'), new Traced('server')];
  let server: Server;
  let port: number;
  let client: EchoClient;

  beforeAll(async () => {
    const tracer = { startSpan: (...args: [string]) => incoming.tracer.startSpan(...args) };
    const forward = Object.assign(tracer, {
      inject: () => undefined,
      extract: (format: string, carrier: unknown) => incoming.tracer.extract(format, carrier),
    });
    server = new Server({ interceptors: [serverInterceptor({ tracer: forward })] });
    server.addService(service, handlers as never);
    port = await new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  });

  afterAll(() => server.forceShutdown());

  beforeEach(() => {
    active.length = 0;
    [outgoing, incoming] = [new Traced('client'), new Traced('server')];
    const options = tracedClientOptions({ tracer: outgoing.tracer });
    client = new EchoClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  });

  afterEach(() => client.close());

  test('all four types are traced, and the span is active in the handler', async () => {
    expect(await answer((done) => client.unary({ value: 'a' }, done))).toBe('a');
    const joined = answer((done) => {
      const call = client.clientStream(done);
      for (const value of ['a', 'b']) call.write({ value } as never);
      call.end();
    });
    expect(await joined).toBe('a+b');
    expect(await values(client.serverStream({ value: 'a+b' }))).toStrictEqual(['a', 'b']);
    const duplex = client.bidi();
    duplex.write({ value: 'a' } as never);
    duplex.end();
    expect(await values(duplex)).toStrictEqual(['a']);
    const [clients, servers] = [await outgoing.spans(4), await incoming.spans(4)];
    const paths = Object.values(EchoService).map(({ path }) => path);
    const spans = (each: string): object[] =>
      paths.map((name) => ({ name, kind: each, code: 0, error: undefined }));
    expect(clients.map(shape)).toStrictEqual(spans('client'));
    expect(servers.map(shape)).toStrictEqual(spans('server'));
    expect(areChildren(servers, clients)).toBe(true);
    expect(active).toStrictEqual([true, true, true, true]);
  });

  test('a failure is traced', async () => {
    await expect(answer((done) => client.unary({ value: 'fail' }, done))).rejects.toThrow('no');
    const [[span], [child]] = [await outgoing.spans(1), await incoming.spans(1)];
    expect(shape(span!)).toMatchObject({ code: 5, error: true });
    expect(shape(child!)).toMatchObject({ code: 5, error: undefined });
  });
});

test('the generated client is one of grpc-js', () => {
  expect(kinds['ts-proto']!.Client.prototype).toBeInstanceOf(Client);
});
