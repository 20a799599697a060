import type {
  Reference,
  Span as OpenTracingSpan,
  SpanContext as OpenTracingSpanContext,
} from 'opentracing';
import type { SpanContext } from '../context/span-context.js';
import type { Logger } from '../host/logger.js';
import type { Metrics } from '../host/metrics.js';
import type { Platform } from '../host/platform.js';
import type { MaxBaggage } from '../propagation/baggage-limit.js';
import type { BaggageRestrictionManager } from '../span/baggage.js';
import type { DebugThrottler } from './throttler.js';

/** Options of a tracer. They are jaeger-client's unless noted. */
export interface TracerOptions {
  /** Process tags, before the tracer's own. */
  readonly tags?: Record<string, unknown> | undefined;
  readonly metrics?: Metrics | undefined;
  readonly logger?: Logger | undefined;
  readonly baggageRestrictionManager?: BaggageRestrictionManager | undefined;
  readonly debugThrottler?: DebugThrottler | undefined;
  /** Carrier key of the context. Default `uber-trace-id`. */
  readonly contextKey?: string | null | undefined;
  /** Default `uberctx-`. */
  readonly baggagePrefix?: string | null | undefined;
  /**
   * How much baggage is sent in HTTP headers and gRPC metadata; the first items are sent, the others stay
   * behind and are counted. Text maps have no limit. Default 64 items, 8,192 bytes. Not jaeger-client's.
   */
  readonly maxBaggage?: MaxBaggage | null | undefined;
  /** New traces get ids of 128 bits. Default false: 64. */
  readonly traceId128bit?: boolean | undefined;
  /** A server span uses its client's span id, as in Zipkin. Default false. */
  readonly shareRpcSpan?: boolean | undefined;
  /** Id strings always have 16 digits, 32 for 128-bit trace ids. Default false. Not in jaeger-client. */
  readonly padIds?: boolean | undefined;
  /**
   * Logs that a span keeps: the first half and the latest half, with a log between them that counts the
   * dropped ones, as in jaeger-client-go. Default 0: all. Not in jaeger-client.
   */
  readonly maxLogsPerSpan?: number | undefined;
  /** Longest wait of `close()`, in milliseconds. Default 5,000. Not in jaeger-client. */
  readonly closeTimeoutMs?: number | undefined;
}

/** Options of the core's tracer. */
export interface CoreTracerOptions extends TracerOptions {
  readonly platform: Platform;
  /** The class of the tracer's contexts. */
  readonly contextClass?: typeof SpanContext | undefined;
}

/** Options of `startSpan`. `startTime` is in milliseconds since the Unix epoch. */
export interface SpanOptions {
  readonly childOf?: OpenTracingSpan | OpenTracingSpanContext | null | undefined;
  readonly references?: Reference[] | undefined;
  readonly tags?: Record<string, unknown> | undefined;
  readonly startTime?: number | undefined;
}
