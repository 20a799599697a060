import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientGrpcProxy,
  GrpcMethod,
  type GrpcOptions,
  GrpcStreamMethod,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { lastValueFrom, map, type Observable, of, take, throwError, toArray } from 'rxjs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { clientInterceptor, serverInterceptor, spanOf } from '../../../src/grpc/index.js';
import { activeSpan } from '../../../src/node/scope/active-span.js';
import type { Text } from './text.js';
import { areChildren, shape, Traced } from './traced.js';

interface EchoClient {
  unary(request: Text): Observable<Text>;
  serverStream(request: Text): Observable<Text>;
  bidi(requests: Observable<Text>): Observable<Text>;
}

let [outgoing, incoming] = [new Traced('client'), new Traced('server')];
/** The span that was active in a handler, and that of its call. */
const active: [unknown, unknown][] = [];

class EchoController {
  unary(request: Text, _metadata: unknown, call: ServerUnaryCall<Text, Text>): Observable<Text> {
    active.push([activeSpan(), spanOf(call)]);
    if (request.value !== 'fail') return of(request);
    return throwError(() => new RpcException({ code: 5, message: 'no such user' }));
  }

  serverStream(request: Text, metadata: object): Observable<Text> {
    active.push([activeSpan(), spanOf({ metadata })]);
    return of(...request.value.split('+').map((value) => ({ value })));
  }

  bidi(requests: Observable<Text>, metadata: object): Observable<Text> {
    // Nest does not pass on that a stream of requests has ended.
    return requests.pipe(
      take(2),
      map((request) => {
        active.push([activeSpan(), spanOf({ metadata })]);
        return request;
      }),
    );
  }
}

/** What `@GrpcMethod('Echo', 'Unary')` does, without the compiler's help. */
function decorate(name: keyof EchoController, decorator: MethodDecorator): void {
  const { prototype } = EchoController;
  decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name)!);
}
Controller()(EchoController);
decorate('unary', GrpcMethod('Echo', 'Unary'));
decorate('serverStream', GrpcMethod('Echo', 'ServerStream'));
decorate('bidi', GrpcStreamMethod('Echo', 'Bidi'));

class EchoModule {
  /** What Nest makes of it has no need of it. */
  readonly name = 'EchoModule';
}
Module({ controllers: [EchoController] })(EchoModule);

const service = {
  package: 'test',
  protoPath: fileURLToPath(new URL('echo.proto', import.meta.url)),
};

let app: INestMicroservice;
let proxy: ClientGrpcProxy;
let client: EchoClient;

beforeAll(async () => {
  const tracer = {
    startSpan: (name: string, options?: object) => incoming.tracer.startSpan(name, options),
    inject: () => undefined,
    extract: (format: string, carrier: unknown) => incoming.tracer.extract(format, carrier),
  };
  const url = `127.0.0.1:${await freePort()}`;
  const options: GrpcOptions = {
    transport: Transport.GRPC,
    options: {
      ...service,
      url,
      channelOptions: { interceptors: [serverInterceptor({ tracer })] } as object,
    },
  };
  app = await NestFactory.createMicroservice(EchoModule, { ...options, logger: false });
  await app.listen();
  const forward = {
    startSpan: (name: string, given?: object) => outgoing.tracer.startSpan(name, given),
    inject: (context: never, format: string, carrier: unknown) =>
      outgoing.tracer.inject(context, format, carrier),
    extract: () => null,
  };
  proxy = new ClientGrpcProxy({
    ...service,
    url,
    channelOptions: { interceptors: [clientInterceptor({ tracer: forward })] } as object,
  });
  client = proxy.getService<EchoClient>('Echo');
});

/** Nest wants to be told a port. */
async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

afterAll(async () => {
  proxy.close();
  await app.close();
});

beforeEach(() => {
  active.length = 0;
  [outgoing, incoming] = [new Traced('client'), new Traced('server')];
});

/** In every step of a handler its call's span was the active one. */
function expectActive(): void {
  expect(active.length).toBeGreaterThan(0);
  for (const [span, ofCall] of active) {
    expect(span).toBeDefined();
    expect(span).toBe(ofCall);
  }
}

const all = (stream: Observable<Text>): Promise<Text[]> => lastValueFrom(stream.pipe(toArray()));

test.each<[string, (echo: EchoClient) => Observable<Text>, number]>([
  ['Unary', (echo) => echo.unary({ value: 'a' }), 1],
  ['ServerStream', (echo) => echo.serverStream({ value: 'a+b' }), 2],
  ['Bidi', (echo) => echo.bidi(of({ value: 'a' }, { value: 'b' })), 2],
])('NestJS: %s is traced, and the span is active in the handler', async (name, call, count) => {
  expect(await all(call(client))).toHaveLength(count);
  const [clients, servers] = [await outgoing.spans(1), await incoming.spans(1)];
  const span = { name: `/test.Echo/${name}`, code: 0, error: undefined };
  expect(shape(clients[0]!)).toStrictEqual({ ...span, kind: 'client' });
  expect(shape(servers[0]!)).toStrictEqual({ ...span, kind: 'server' });
  expect(areChildren(servers, clients)).toBe(true);
  expectActive();
});

test('NestJS: an RpcException is the status of both spans', async () => {
  await expect(all(client.unary({ value: 'fail' }))).rejects.toMatchObject({ code: 5 });
  expect(shape((await outgoing.spans(1))[0]!)).toMatchObject({ code: 5, error: true });
  expect(shape((await incoming.spans(1))[0]!)).toMatchObject({ code: 5, error: undefined });
  expectActive();
});
