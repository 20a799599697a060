import { activeSpan } from './active-span.js';

/** Fields that connect a log line with its trace. Empty if there is no trace. */
export interface SpanLogFields {
  /** Hexadecimal, as in `uber-trace-id`. */
  readonly trace_id?: string;
  /** Hexadecimal, as in `uber-trace-id`. */
  readonly span_id?: string;
  /** Whether the trace is recorded. */
  readonly sampled?: boolean;
}

/** The parts of a span context that are read. Any Jaeger tracer may have made it. */
interface JaegerLikeContext {
  readonly traceIdStr?: unknown;
  readonly spanIdStr?: unknown;
  toTraceId?(): unknown;
  toSpanId?(): unknown;
  isSampled?(): unknown;
}

/**
 * Fields for structured logs (pino, winston): `trace_id`, `span_id`, `sampled`. `span` is a span or a span
 * context of any Jaeger tracer; default: the active span. Empty for null and for a span without ids. Never
 * throws.
 */
export function spanLogFields(span: object | null | undefined = activeSpan()): SpanLogFields {
  try {
    if (span === null || span === undefined) return {};
    const { context } = span as { context?: () => JaegerLikeContext };
    const own = typeof context === 'function' ? context.call(span) : (span as JaegerLikeContext);
    const traceId = own.traceIdStr ?? own.toTraceId?.();
    const spanId = own.spanIdStr ?? own.toSpanId?.();
    if (!isText(traceId) || !isText(spanId)) return {};
    const ids = { trace_id: traceId, span_id: spanId };
    return typeof own.isSampled === 'function'
      ? { ...ids, sampled: own.isSampled() === true }
      : ids;
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
