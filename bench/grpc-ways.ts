/** What a call can go through, on either side of it: the contenders of `grpc.ts`. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import type * as grpcJs from '@grpc/grpc-js';

/** A way as one process has it, a client's or a server's. */
export interface Way {
  readonly clientOptions?: grpcJs.ClientOptions;
  readonly serverOptions?: grpcJs.ServerOptions;
  /** Sends what waits, so that a window pays for what it traced. */
  flush(): Promise<void>;
  /** Spans that left so far. */
  spans(): number;
}

/** Resolves from this folder, wherever the program's bundle lies. */
const require = createRequire(process.env['BENCH_FOLDER'] ?? import.meta.url);

/** The one copy of grpc-js that all load; after the ways, because OpenTelemetry patches it as it loads. */
export function loadGrpc(): typeof grpcJs {
  return require('@grpc/grpc-js') as typeof grpcJs;
}

const NOT_TRACED: Way = { flush: () => Promise.resolve(), spans: () => 0 };

/** By the name that `grpc-side.ts` is started with. `port`: of a receiver, UDP, compact. */
export const ways: Readonly<Record<string, (port: number) => Way>> = {
  nothing: () => NOT_TRACED,
  'pass-through': passThrough,
  'a context alone': contextAlone,
  'spoor, not sampled': (port) => spoor(port, 0),
  'spoor, sampled and reporting': (port) => spoor(port, 1),
  OpenTelemetry: openTelemetry,
};

/** What all are compared with: an interceptor that does nothing. */
export const BASE = 'pass-through';

/** Spans that a way makes of a call, both sides together. */
export const SPANS_PER_CALL: Readonly<Record<string, number>> = {
  'spoor, sampled and reporting': 2,
  OpenTelemetry: 2,
};

function passThrough(): Way {
  const { InterceptingCall, ServerInterceptingCall } = loadGrpc();
  const client: grpcJs.Interceptor = (options, next) => new InterceptingCall(next(options));
  const server: grpcJs.ServerInterceptor = (_method, next) => new ServerInterceptingCall(next);
  return {
    clientOptions: { interceptors: [client] },
    serverOptions: { interceptors: [server] },
    ...NOT_TRACED,
  };
}

/**
 * What any tracing does at the least, by hand, without a tracer, and past the queues of grpc-js's classes: a header of
 * its own on each call, and a store that is active in the handler.
 */
function contextAlone(): Way {
  const { InterceptingCall, ServerInterceptingCall } = loadGrpc();
  const storage = new AsyncLocalStorage<string>();
  let calls = 0;
  class ClientCall extends InterceptingCall {
    readonly inner: Inner;
    constructor(inner: Inner) {
      super(inner);
      this.inner = inner;
    }
    override start(metadata: grpcJs.Metadata, listener?: object): void {
      const copy = metadata.clone();
      const id = (Math.random() * 2 ** 52).toString(16);
      copy.set('uber-trace-id', `${id}:${id}${calls++ % 10}:0:1`);
      this.inner.start(copy, listener as never);
    }
    override sendMessageWithContext(context: never, message: unknown): void {
      this.inner.sendMessageWithContext(context, message);
    }
    override halfClose(): void {
      this.inner.halfClose();
    }
  }
  class ServerCall extends ServerInterceptingCall {
    readonly inner: grpcJs.ServerInterceptingCallInterface;
    constructor(inner: grpcJs.ServerInterceptingCallInterface) {
      super(inner);
      this.inner = inner;
    }
    override start(listener: ServerListener): void {
      let id = '';
      this.inner.start({
        onReceiveMetadata(metadata) {
          id = String(metadata.get('uber-trace-id')[0]);
          storage.run(id, () => listener.onReceiveMetadata(metadata));
        },
        onReceiveMessage: (message) => storage.run(id, () => listener.onReceiveMessage(message)),
        onReceiveHalfClose: () => storage.run(id, () => listener.onReceiveHalfClose()),
        onCancel: () => storage.run(id, () => listener.onCancel()),
      });
    }
    override sendMetadata(metadata: grpcJs.Metadata): void {
      this.inner.sendMetadata(metadata);
    }
    override sendMessage(message: unknown, callback: () => void): void {
      this.inner.sendMessage(message, callback);
    }
    override sendStatus(status: Parameters<grpcJs.ServerInterceptingCall['sendStatus']>[0]): void {
      this.inner.sendStatus(status);
    }
  }
  return {
    clientOptions: { interceptors: [(options, next) => new ClientCall(next(options))] },
    serverOptions: { interceptors: [(_method, next) => new ServerCall(next)] },
    ...NOT_TRACED,
  };
}

type Inner = ConstructorParameters<typeof grpcJs.InterceptingCall>[0];
type ServerListener = Parameters<grpcJs.ServerInterceptingCall['start']>[0];

interface SpoorTracer {
  flush(): Promise<void>;
  stats(): { readonly sent: number };
}

/** As it is installed: the build, in CommonJS. */
function spoor(port: number, sampled: 0 | 1): Way {
  const { initTracer } = require('../dist/src/index.js') as {
    initTracer(config: object): SpoorTracer;
  };
  const { clientInterceptor, serverInterceptor } = require('../dist/src/grpc.js') as {
    clientInterceptor(options: { tracer: SpoorTracer }): grpcJs.Interceptor;
    serverInterceptor(options: { tracer: SpoorTracer }): grpcJs.ServerInterceptor;
  };
  const tracer = initTracer({
    serviceName: 'bench',
    sampler: { type: 'const', param: sampled },
    reporter: { agentHost: '127.0.0.1', agentPort: port, protocol: 'compact' },
  });
  return {
    clientOptions: { interceptors: [clientInterceptor({ tracer })] },
    serverOptions: { interceptors: [serverInterceptor({ tracer })] },
    flush: () => tracer.flush(),
    spans: () => tracer.stats().sent,
  };
}

/** Of OpenTelemetry's packages, which are installed beside the bench only, what is used here. */
interface OpenTelemetry {
  readonly NodeTracerProvider: new (options: { spanProcessors: object[] }) => {
    register(): void;
    forceFlush(): Promise<void>;
  };
  readonly BatchSpanProcessor: new (exporter: object, options: object) => object;
  readonly GrpcInstrumentation: new () => object;
  registerInstrumentations(options: { instrumentations: object[] }): void;
}

/**
 * Its instrumentation and its batch processor, with an exporter that takes the batches and does nothing
 * with them: what encoding and sending them would cost comes on top.
 */
function openTelemetry(): Way {
  const { NodeTracerProvider, BatchSpanProcessor, GrpcInstrumentation, registerInstrumentations } =
    Object.assign(
      {},
      require('@opentelemetry/sdk-trace-node'),
      require('@opentelemetry/instrumentation-grpc'),
      require('@opentelemetry/instrumentation'),
    ) as OpenTelemetry;
  let exported = 0;
  const exporter = {
    export(spans: readonly object[], done: (result: { code: number }) => void): void {
      exported += spans.length;
      done({ code: 0 });
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  // Its default queue of 2,048 would drop spans, and be the faster for it.
  const processor = new BatchSpanProcessor(exporter, { maxQueueSize: 100_000 });
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  provider.register();
  registerInstrumentations({ instrumentations: [new GrpcInstrumentation()] });
  return { flush: () => provider.forceFlush(), spans: () => exported };
}
