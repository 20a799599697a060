import type { SpanOptions as OpenTracingSpanOptions } from 'opentracing';
import type { Reporter } from '../../core/reporting/reporter.js';
import type { Sampler } from '../../core/sampling/sampler.js';
import type { Span } from '../../core/span/span.js';
import { Tracer as CoreTracer } from '../../core/tracer/tracer.js';
import type {
  SpanOptions,
  TracerOptions as CoreOptions,
} from '../../core/tracer/tracer-options.js';
import { runOutside } from '../platform/outside.js';
import { nodePlatform } from '../platform/platform.js';
import { withActiveParent, withSpan } from '../scope/active-span.js';
import { runSpan } from '../scope/run-span.js';
import { flushOnExit, forgetOnExit } from './exit-flush.js';
import { SpanContext } from './span-context.js';

/** Options of `new Tracer`. */
export interface TracerOptions extends CoreOptions {
  /** Send the waiting spans when the process ends by itself (`beforeExit`). Default true. Not in jaeger-client. */
  readonly flushOnExit?: boolean | undefined;
  /**
   * `startSpan` uses the active span as the parent if its options name none; `childOf: null` asks for a root.
   * Default false: a span without a parent in its options is a root, as in jaeger-client.
   */
  readonly implicitParent?: boolean | undefined;
}

/** Interval of a timer that does nothing, in milliseconds. Longer than any `closeTimeoutMs`. */
const HOLD_MS = 2 ** 31 - 1;

/** The core's tracer on Node, under jaeger-client's constructor signature. */
export class Tracer extends CoreTracer {
  /**
   * Without a reporter, finished spans are discarded. Without a sampler, no trace is sampled.
   *
   * @throws Error `Unrecognized sampler: ...`
   */
  constructor(
    serviceName: string,
    reporter?: Reporter,
    sampler?: Sampler,
    options: TracerOptions = {},
  ) {
    super(serviceName, reporter, sampler, {
      ...options,
      platform: nodePlatform,
      contextClass: SpanContext,
    });
    if (options.flushOnExit !== false && typeof reporter?.flush === 'function') flushOnExit(this);
    // An own property, so that `startSpan` of other tracers does not become slower.
    if (options.implicitParent === true) this.startSpan = startSpanWithin;
  }

  /**
   * Starts a span, calls `fn` with it as the active span, and returns the result of `fn`. The span is finished
   * when `fn` returns, or when its promise settles. An exception or a rejection is recorded on the span and
   * passed on. The parent is the active span unless the options name one; `childOf: null` asks for a root.
   */
  startActiveSpan<T>(name: string, fn: (span: Span) => T): T;
  startActiveSpan<T>(
    name: string,
    options: SpanOptions | OpenTracingSpanOptions | null | undefined,
    fn: (span: Span) => T,
  ): T;
  startActiveSpan<T>(
    name: string,
    options: SpanOptions | OpenTracingSpanOptions | null | undefined | ((span: Span) => T),
    fn?: (span: Span) => T,
  ): T {
    const work = typeof options === 'function' ? options : fn!;
    const given = typeof options === 'function' ? undefined : options;
    const span = this.startSpan(name, withActiveParent<SpanOptions>(given));
    return runSpan(span, () => withSpan(span, () => work(span)));
  }

  override close(callback?: () => void): Promise<void> {
    forgetOnExit(this);
    const closed = super.close(callback);
    // The timers of the core are unref'd. This one keeps the process alive until the promise resolves.
    const release = holdProcess();
    void closed.then(release);
    return closed;
  }
}

/** Keeps the process alive until the function that it gives is called. */
function holdProcess(): () => void {
  try {
    const hold = runOutside(() => setInterval(() => undefined, HOLD_MS));
    return () => clearInterval(hold);
  } catch {
    // A test's timers, in place of the runtime's.
    return () => undefined;
  }
}

/** `startSpan` with `implicitParent`. */
function startSpanWithin(
  this: Tracer,
  operationName: string,
  options?: SpanOptions | OpenTracingSpanOptions,
): Span {
  const within = withActiveParent<SpanOptions>(options);
  return CoreTracer.prototype.startSpan.call(this, operationName, within);
}
