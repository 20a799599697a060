import type { Span } from 'opentracing';
import type { Logger } from '../../core/host/logger.js';
import type { GrpcCallEndInfo, GrpcCallInfo, GrpcMessageDirection } from '../call/call-info.js';
import type { GrpcSide } from '../call/status.js';

/** An OpenTracing 0.14 tracer. Structural, so that the types of every tracer fit. */
export interface OpenTracingTracer {
  startSpan(name: string, options?: object): object;
  inject(context: object, format: string, carrier: unknown): void;
  extract(format: string, carrier: unknown): object | null;
}

/**
 * Options of all interceptors. Each is optional. `Metadata` is the library's metadata class, `Options`
 * its options of one call; without them the options fit every library.
 */
export interface GrpcTracingOptions<Metadata = unknown, Options = unknown> {
  /** Any OpenTracing tracer. Default, also for null: `globalTracer()`, looked up for each call. */
  readonly tracer?: OpenTracingTracer | null | undefined;
  /**
   * Format of the carrier: `FORMAT_TEXT_MAP` (default) or `FORMAT_HTTP_HEADERS`, which percent-encodes
   * baggage. Must match the peers' format where baggage is used; ids are the same in both.
   */
  readonly format?: string | undefined;
  /** Returns false to leave a call untraced: no span, no propagation. Default: all calls are traced. */
  readonly include?: ((info: GrpcCallInfo<Metadata, Options>) => boolean) | undefined;
  /** Returns the operation name. Default: the path, `/package.Service/Method`. */
  readonly operationName?: ((info: GrpcCallInfo<Metadata, Options>) => string) | undefined;
  /** Called after each span has started. */
  readonly onStart?: ((span: Span, info: GrpcCallInfo<Metadata, Options>) => void) | undefined;
  /** Called before each span finishes. */
  readonly onEnd?: ((span: Span, info: GrpcCallEndInfo<Metadata, Options>) => void) | undefined;
  /**
   * Logs the messages of sampled calls. True: as a string of at most 4,096 UTF-16 units. A function: its
   * return value; undefined logs nothing. Default false.
   */
  readonly logPayloads?:
    | boolean
    | ((message: unknown, direction: GrpcMessageDirection) => unknown)
    | undefined;
  /**
   * Logs an event for each of the first `max` messages of each direction, on sampled calls. 'on' means
   * 1,000. Default 'off'.
   */
  readonly messageEvents?: 'off' | 'on' | { readonly max: number } | undefined;
  /**
   * Whether a span gets the tag `error=true`. Default at a client: all codes except OK and CANCELLED; at
   * a server: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE and DATA_LOSS.
   */
  readonly isError?: ((code: number, side: GrpcSide) => boolean) | undefined;
  /**
   * Metadata keys whose values become tags: `rpc.grpc.request.metadata.{key}` and
   * `rpc.grpc.response.metadata.{key}`.
   */
  readonly metadataTags?:
    | {
        readonly request?: readonly string[] | undefined;
        readonly response?: readonly string[] | undefined;
      }
    | undefined;
  /** Tags of every span: the object's own properties, copied when the interceptor is made. */
  readonly tags?: object | undefined;
  /**
   * Gets the faults of tracing as errors, each kind at most once a minute. Default: the tracer's logger,
   * if it has one.
   */
  readonly logger?: Logger | null | undefined;
}
