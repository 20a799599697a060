import type { Span } from 'opentracing';
import type { Logger } from '../../core/host/logger.js';
import type { GrpcCallType, GrpcMethod } from '../call/method.js';
import type { GrpcSide } from '../call/status.js';

/** What is asked of a tracer: OpenTracing 0.14. Told by shape, so that any tracer's types fit. */
export interface OpenTracingTracer {
  startSpan(name: string, options?: object): object;
  inject(context: object, format: string, carrier: unknown): void;
  extract(format: string, carrier: unknown): object | null;
}

/**
 * A call, as the functions in the options see it: the same object from `include` to `onEnd`.
 * `Metadata` is the library's own class, `Options` its options of one call.
 */
export interface CallInfo<Metadata, Options> {
  readonly side: GrpcSide;
  readonly method: GrpcMethod;
  readonly callType: GrpcCallType;
  /** Of the request; at a client, the application's own. Undefined in `include`: it is not there yet. */
  readonly metadata: Metadata | undefined;
  /** When the call must have ended; undefined, or Infinity, where nobody said. */
  readonly deadline: Date | number | undefined;
  /** The options of the call, at a client. */
  readonly options: Options | undefined;
  /** The address at the other end, as the library says it; a client knows it once it is connected. */
  peer(): string;
}

/** What `onEnd` is told besides. */
export interface CallEndInfo<Metadata, Options> extends CallInfo<Metadata, Options> {
  readonly status: { readonly code: number; readonly details: string };
  /** Undefined where the status came from elsewhere than the other end. */
  readonly trailers: Metadata | undefined;
  /** From the start of the span, in milliseconds. */
  readonly durationMs: number;
  /** Messages that this side sent, and that it received. */
  readonly sent: number;
  readonly received: number;
}

/** Which way a message went, as seen from the side of the span. */
export type MessageDirection = 'SENT' | 'RECEIVED';

/** Options of the interceptors. All may be left out. */
export interface TracingOptions<Metadata, Options> {
  /** Any OpenTracing tracer. Default, also for null: `globalTracer()`, looked up at each call. */
  readonly tracer?: OpenTracingTracer | null | undefined;
  /**
   * How the context travels: `FORMAT_TEXT_MAP` (the default) or `FORMAT_HTTP_HEADERS`, which
   * percent-encodes baggage, for peers that do. Ids travel either way.
   */
  readonly format?: string | undefined;
  /** False: the call is not traced at all, and carries no context. Default: every call is. */
  readonly include?: ((info: CallInfo<Metadata, Options>) => boolean) | undefined;
  /** Default: the path, `/package.Service/Method`. */
  readonly operationName?: ((info: CallInfo<Metadata, Options>) => string) | undefined;
  /** Called with each span once it has started. */
  readonly onStart?: ((span: Span, info: CallInfo<Metadata, Options>) => void) | undefined;
  /** Called with each span before it finishes. */
  readonly onEnd?: ((span: Span, info: CallEndInfo<Metadata, Options>) => void) | undefined;
  /**
   * Logs the messages of sampled calls. True: as text, of up to 4,096 UTF-16 units. A function: what
   * it answers; undefined is no log. Default false.
   */
  readonly logPayloads?:
    | boolean
    | ((message: unknown, direction: MessageDirection) => unknown)
    | undefined;
  /**
   * Logs that a message went by, on sampled calls: the first `max` of each direction; 'on' is the
   * first 1,000. Default 'off'.
   */
  readonly messageEvents?: 'off' | 'on' | { readonly max: number } | undefined;
  /**
   * Whether a span gets `error=true`. Default: at a client all codes but OK and CANCELLED; at a server
   * UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE and DATA_LOSS.
   */
  readonly isError?: ((code: number, side: GrpcSide) => boolean) | undefined;
  /** Metadata keys whose values become tags: `rpc.grpc.request.metadata.{key}`, `...response...`. */
  readonly metadataTags?:
    | {
        readonly request?: readonly string[] | undefined;
        readonly response?: readonly string[] | undefined;
      }
    | undefined;
  /** Tags of every span: own properties, read once. */
  readonly tags?: object | undefined;
  /** Told of faults of tracing, once a minute for each kind. Default: the tracer's own, if it has one. */
  readonly logger?: Logger | null | undefined;
}
