import { type SpanOptions, Tracer as OpenTracingTracer } from 'opentracing';
import { type Logger, NullLogger } from '../../core/host/logger.js';
import type { Clock } from '../../core/host/platform.js';
import type { CarrierKeys, Extractor, Injector } from '../../core/propagation/codec.js';
import type { TracerStats } from '../../core/reporting/accounting.js';
import type { SendErrorCounts } from '../../core/reporting/sender.js';
import { adaptSamplerOrThrow } from '../../core/sampling/adapt-sampler.js';
import { ConstSampler } from '../../core/sampling/const-sampler.js';
import { Span, type SpanOwner } from '../../core/span/span.js';
import { nodePlatform } from '../platform/platform.js';
import { runSpan } from '../scope/run-span.js';
import { SpanContext } from './span-context.js';

/**
 * The tracer for `disable: true`. Its spans and contexts have Jaeger's shape: user code reads `isSampled()` or
 * `traceIdStr` without checking whether tracing is on. They have no ids. Nothing is recorded, injected or extracted.
 */
export class NoopTracer extends OpenTracingTracer implements SpanOwner {
  readonly _serviceName: string;
  readonly _sampler: SpanOwner['_sampler'] = adaptSamplerOrThrow(new ConstSampler(false));
  readonly _logger: Logger = new NullLogger();
  readonly _clock: Clock = nodePlatform.clock;
  readonly _maxLogsPerSpan = 0;

  constructor(serviceName: string = '') {
    super();
    this._serviceName = serviceName;
  }

  override startSpan(operationName: string, _options?: SpanOptions): Span {
    return new Span(this, operationName, emptyContext(), 0);
  }

  override inject(_spanContext: unknown, _format: string, _carrier: unknown): void {}

  override extract(_format: string, _carrier: unknown): SpanContext {
    return emptyContext();
  }

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

  sendErrors(): SendErrorCounts {
    return {};
  }

  /** Calls `fn` with a span that does nothing. Does not change the active span. */
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

  _isDebugAllowed(_operationName: string): boolean {
    return false;
  }

  _setBaggage(span: Span, _key: string, _value: string): SpanContext {
    return span.context() as SpanContext;
  }

  _countStarted(): void {}

  _countUnsampled(): void {}

  _report(_span: Span): void {}

  _caught(_where: string, _error: unknown): void {}
}

/** A context without ids that is never sampled. */
function emptyContext(): SpanContext {
  const context = new SpanContext();
  context.finalizeSampling();
  return context;
}
