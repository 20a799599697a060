import { type Span, type SpanOptions, Tracer as OpenTracingTracer } from 'opentracing';
import type { CarrierKeys, Extractor, Injector } from '../../core/propagation/codec.js';
import type { TracerStats } from '../../core/reporting/accounting.js';
import { runSpan } from '../scope/run-span.js';

/** What `disable: true` gives: OpenTracing's no-op tracer, with the methods of a Jaeger tracer. */
export class NoopTracer extends OpenTracingTracer {
  registerInjector(_format: string, _injector: Injector): void {}

  registerExtractor(_format: string, _extractor: Extractor): void {}

  carrierKeys(_format: string): CarrierKeys | undefined {
    return undefined;
  }

  stats(): TracerStats {
    return {
      started: 0,
      unsampledLater: 0,
      open: 0,
      finished: 0,
      sent: 0,
      waiting: 0,
      dropped: { queueFull: 0, tooLarge: 0, sendFailed: 0, encodeError: 0, closed: 0 },
    };
  }

  caughtErrors(): Record<string, number> {
    return {};
  }

  sendErrors(): Readonly<Record<string, number>> {
    return {};
  }

  /** Calls `fn` with a span that does nothing; the active span stays the one that it was. */
  startActiveSpan<T>(name: string, fn: (span: Span) => T): T;
  startActiveSpan<T>(
    name: string,
    options: SpanOptions | null | undefined,
    fn: (span: Span) => T,
  ): T;
  startActiveSpan<T>(
    name: string,
    options: SpanOptions | null | undefined | ((span: Span) => T),
    fn?: (span: Span) => T,
  ): T {
    return runSpan(this.startSpan(name), typeof options === 'function' ? options : fn!);
  }

  flush(callback?: () => void): Promise<void> {
    const flushed = Promise.resolve();
    if (callback) void flushed.then(callback);
    return flushed;
  }

  close(callback?: () => void): Promise<void> {
    return this.flush(callback);
  }

  now(): number {
    return Date.now();
  }
}
