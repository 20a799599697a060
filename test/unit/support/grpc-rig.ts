import type {
  CallOptions,
  Client,
  ClientOptions,
  Metadata,
  Server,
  ServerCredentials,
  ServerOptions,
  ServiceError,
  StatusObject,
} from '@grpc/grpc-js';
import { setImmediate } from 'node:timers/promises';
import { afterEach } from 'vitest';
import type { Sampler } from '../../../src/core/sampling/sampler.js';
import type { GrpcTracingOptions } from '../../../src/grpc/index.js';
import type { Tracer, TracerOptions } from '../../../src/node/tracer/tracer.js';
import type { GrpcCopy } from './grpc-copies.js';
import {
  type AnyCall,
  beginCall,
  type CallType,
  ECHO,
  type Handlers,
  serviceDefinition,
} from './grpc-service.js';
import { RigTracer } from './grpc-spans.js';

/** What a client heard. */
export interface Answer {
  readonly values: readonly string[];
  readonly error: ServiceError | undefined;
  readonly status: StatusObject | undefined;
}

export interface CallSetup {
  readonly metadata?: Metadata;
  readonly options?: CallOptions;
  /** Called with the call once it has begun. */
  readonly onCall?: (call: AnyCall) => void;
}

type RigTracing = GrpcTracingOptions<Metadata, CallOptions>;

export interface RigOptions {
  readonly handlers?: Handlers;
  readonly sampler?: Sampler;
  readonly tracerOptions?: TracerOptions;
  /** Options of both interceptors; null: no tracing on that side. */
  readonly tracing?: RigTracing;
  readonly clientTracing?: RigTracing | null;
  readonly serverTracing?: RigTracing | null;
  /** Use `tracedClientOptions`, and not the interceptor alone. */
  readonly tracedOptions?: boolean;
  readonly clientOptions?: ClientOptions;
  readonly serverOptions?: ServerOptions;
  readonly address?: string;
  readonly serverCredentials?: ServerCredentials;
  /** Another copy of grpc-js at the client. */
  readonly clientCopy?: GrpcCopy;
}

/** A server and a client on loopback, each traced by a tracer of its own. */
export class GrpcRig {
  readonly copy: GrpcCopy;
  readonly client: Client;
  readonly server: Server;
  readonly target: string;
  /** The client's spans, and the server's. */
  readonly outgoing: RigTracer;
  readonly incoming: RigTracer;

  private constructor(
    copy: GrpcCopy,
    server: Server,
    client: Client,
    target: string,
    outgoing: RigTracer,
    incoming: RigTracer,
  ) {
    this.copy = copy;
    this.server = server;
    this.client = client;
    this.target = target;
    this.outgoing = outgoing;
    this.incoming = incoming;
  }

  static async open(copy: GrpcCopy, options: RigOptions = {}): Promise<GrpcRig> {
    const { clientCopy = copy, sampler, tracerOptions } = options;
    const outgoing = new RigTracer('client', sampler, tracerOptions);
    const incoming = new RigTracer('server', sampler, tracerOptions);
    const server = newServer(copy, options, incoming.tracer);
    const { address = '127.0.0.1:0' } = options;
    const credentials = options.serverCredentials ?? copy.grpc.ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(address, credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const target = address.replace(/:0$/, `:${port}`);
    const client = newClient(clientCopy, options, outgoing.tracer, target);
    return new GrpcRig(copy, server, client, target, outgoing, incoming);
  }

  /** A call of any type, to its end. Requests are parted by "+", as the responses are. */
  call(type: CallType, request: string = 'a+b', setup: CallSetup = {}): Promise<Answer> {
    return callWith(this.copy, this.client, type, request, setup);
  }

  /** Resolves when the client is connected. */
  async connected(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.client.waitForReady(Number.POSITIVE_INFINITY, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  /** Resolves when every span of both sides has finished. */
  async idle(): Promise<void> {
    await this.outgoing.idle();
    await this.incoming.idle();
  }

  close(): void {
    this.client.close();
    this.server.forceShutdown();
  }
}

const TURNS_OF_A_CANCELLED_CALL = 50;

/** Opens rigs that are closed after each test. */
export function closedAfterEach(): (copy: GrpcCopy, options?: RigOptions) => Promise<GrpcRig> {
  const rigs: GrpcRig[] = [];
  afterEach(async () => {
    // grpc-js sends a call that is cancelled at once all the same. If its channel is closed before that,
    // grpc-js 1.10.0 picks a connection in an endless loop of microtasks. Sending takes no more than a few
    // turns of the event loop; a number of milliseconds may be a single turn on a busy machine.
    for (let turn = 0; turn < TURNS_OF_A_CANCELLED_CALL; turn++) await setImmediate();
    for (const rig of rigs.splice(0)) rig.close();
  });
  return async (copy, options) => {
    const rig = await GrpcRig.open(copy, options);
    rigs.push(rig);
    return rig;
  };
}

function newServer(copy: GrpcCopy, options: RigOptions, tracer: Tracer): Server {
  const { serverOptions = {}, serverTracing } = options;
  const { interceptors = [], ...rest } = serverOptions;
  const ours =
    serverTracing === null
      ? []
      : [copy.tracing.serverInterceptor({ tracer, ...options.tracing, ...serverTracing })];
  const server = new copy.grpc.Server({ ...rest, interceptors: [...ours, ...interceptors] });
  const handlers = { ...ECHO, ...options.handlers };
  server.addService(serviceDefinition(), handlers);
  return server;
}

/** A client of the service in the tests. */
export function newClient(
  copy: GrpcCopy,
  options: RigOptions,
  tracer: Tracer,
  target: string,
): Client {
  const { clientOptions = {}, clientTracing } = options;
  const credentials = copy.grpc.credentials.createInsecure();
  // Not one connection for all tests of a file.
  const channel = { 'grpc.use_local_subchannel_pool': 1, ...clientOptions };
  if (clientTracing === null) return new copy.grpc.Client(target, credentials, channel);
  const tracing = { tracer, ...options.tracing, ...clientTracing };
  const { interceptors = [] } = clientOptions;
  const traced = options.tracedOptions
    ? copy.tracing.tracedClientOptions(tracing, channel)
    : { ...channel, interceptors: [copy.tracing.clientInterceptor(tracing), ...interceptors] };
  return new copy.grpc.Client(target, credentials, traced);
}

/** Makes a call of any type, and resolves when the client has heard its status. */
export function callWith(
  copy: GrpcCopy,
  client: Client,
  type: CallType,
  request: string,
  setup: CallSetup = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const values: string[] = [];
    let error: ServiceError | undefined;
    const call = begin(copy, client, type, request, setup, (failed, value) => {
      error = failed ?? undefined;
      if (value !== undefined) values.push(value);
    });
    call.on('status', (status: StatusObject) => resolve({ values, error, status }));
    if ('read' in call) {
      call.on('data', (value: string) => values.push(value));
      call.on('error', (failed: ServiceError) => (error = failed));
    }
    setup.onCall?.(call);
    if ('write' in call && !call.writableEnded) {
      for (const part of request.split('+')) call.write(part);
      call.end();
    }
  });
}

/** Begins a call of any type. */
export function begin(
  { grpc }: GrpcCopy,
  client: Client,
  type: CallType,
  request: string,
  { metadata = new grpc.Metadata(), options = {} }: CallSetup = {},
  callback?: (error: ServiceError | null, value?: string) => void,
): AnyCall {
  return beginCall(client, type, request, metadata, options, callback);
}
