import { callGuarded, catchRejection } from './guarded.js';

/** Counts events. */
export interface Counter {
  increment(delta: number): void;
}

/** Shows a current value. */
export interface Gauge {
  update(value: number): void;
}

/** Records durations, in milliseconds. */
export interface Timer {
  record(value: number): void;
}

/** jaeger-client's metrics factory: the value of `options.metrics` of `initTracer`. */
export interface MetricsFactory {
  createCounter(name: string, tags: Record<string, string>): Counter;
  createGauge(name: string, tags: Record<string, string>): Gauge;
  createTimer?(name: string, tags: Record<string, string>): Timer;
}

/** Errors of a metrics factory that are kept until a tracer listens. */
const MAX_KEPT_ERRORS = 100;

const NOOP_COUNTER: Counter = { increment: () => undefined };
const NOOP_GAUGE: Gauge = { update: () => undefined };

const NOOP_FACTORY: MetricsFactory = {
  createCounter: () => NOOP_COUNTER,
  createGauge: () => NOOP_GAUGE,
};

/**
 * Calls the counters and gauges of user code. If one throws, its value is lost and the request goes on.
 * The errors go to the listener; those before it was set are kept for it.
 */
class MetricsGuard {
  private onError: ((error: unknown) => void) | undefined = undefined;
  private readonly before: unknown[] = [];

  readonly fail = (error: unknown): void => {
    if (this.onError !== undefined) this.onError(error);
    else if (this.before.length < MAX_KEPT_ERRORS) this.before.push(error);
  };

  tell(onError: (error: unknown) => void): void {
    this.onError = onError;
    for (const error of this.before.splice(0)) onError(error);
  }

  counter(make: () => Counter): Counter {
    const counter = callGuarded(make, this.fail);
    if (counter === undefined) return NOOP_COUNTER;
    return { increment: (delta) => this.call(counter, 'increment', delta) };
  }

  gauge(make: () => Gauge): Gauge {
    const gauge = callGuarded(make, this.fail);
    if (gauge === undefined) return NOOP_GAUGE;
    return { update: (value) => this.call(gauge, 'update', value) };
  }

  /** Does what `callGuarded` does, without a closure per call. */
  private call<M extends string>(
    metric: { readonly [K in M]: (value: number) => unknown },
    method: M,
    value: number,
  ): void {
    try {
      const result = metric[method](value);
      catchRejection(result, this.fail);
    } catch (error) {
      this.fail(error);
    }
  }
}

/** The counters and gauges of a tracer and its reporter, under jaeger-client's names. */
export class Metrics {
  readonly _factory: MetricsFactory;
  readonly tracesStartedSampled: Counter;
  readonly tracesStartedNotSampled: Counter;
  readonly tracesJoinedSampled: Counter;
  readonly tracesJoinedNotSampled: Counter;
  readonly spansFinished: Counter;
  readonly spansStartedSampled: Counter;
  readonly spansStartedNotSampled: Counter;
  readonly decodingErrors: Counter;
  readonly reporterSuccess: Counter;
  readonly reporterFailure: Counter;
  readonly reporterDropped: Counter;
  readonly reporterQueueLength: Gauge;
  readonly samplerRetrieved: Counter;
  readonly samplerQueryFailure: Counter;
  readonly samplerUpdated: Counter;
  readonly samplerUpdateFailure: Counter;
  readonly baggageUpdateSuccess: Counter;
  readonly baggageUpdateFailure: Counter;
  readonly baggageTruncate: Counter;
  readonly baggageDropped: Counter;
  readonly throttledDebugSpans: Counter;
  readonly throttlerUpdateSuccess: Counter;
  readonly throttlerUpdateFailure: Counter;
  private readonly _guard: MetricsGuard = new MetricsGuard();

  /**
   * `factory` makes the counters and gauges. Without one nothing is recorded. Exceptions of the factory
   * and of its metrics are caught: see `onError`.
   */
  constructor(factory: MetricsFactory = NOOP_FACTORY) {
    const guard = this._guard;
    const counter = (name: string, tags: Record<string, string> = {}): Counter =>
      factory === NOOP_FACTORY
        ? NOOP_COUNTER
        : guard.counter(() => factory.createCounter(name, tags));
    this._factory = factory;
    this.tracesStartedSampled = counter('jaeger:traces', { state: 'started', sampled: 'y' });
    this.tracesStartedNotSampled = counter('jaeger:traces', { state: 'started', sampled: 'n' });
    this.tracesJoinedSampled = counter('jaeger:traces', { state: 'joined', sampled: 'y' });
    this.tracesJoinedNotSampled = counter('jaeger:traces', { state: 'joined', sampled: 'n' });
    this.spansFinished = counter('jaeger:finished_spans');
    this.spansStartedSampled = counter('jaeger:started_spans', { sampled: 'y' });
    this.spansStartedNotSampled = counter('jaeger:started_spans', { sampled: 'n' });
    this.decodingErrors = counter('jaeger:span_context_decoding_errors');
    this.reporterSuccess = counter('jaeger:reporter_spans', { result: 'ok' });
    this.reporterFailure = counter('jaeger:reporter_spans', { result: 'err' });
    this.reporterDropped = counter('jaeger:reporter_spans', { result: 'dropped' });
    this.reporterQueueLength = guard.gauge(() =>
      factory.createGauge('jaeger:reporter_queue_length', {}),
    );
    this.samplerRetrieved = counter('jaeger:sampler_queries', { result: 'ok' });
    this.samplerQueryFailure = counter('jaeger:sampler_queries', { result: 'err' });
    this.samplerUpdated = counter('jaeger:sampler_updates', { result: 'ok' });
    this.samplerUpdateFailure = counter('jaeger:sampler_updates', { result: 'err' });
    this.baggageUpdateSuccess = counter('jaeger:baggage_updates', { result: 'ok' });
    this.baggageUpdateFailure = counter('jaeger:baggage_updates', { result: 'err' });
    this.baggageTruncate = counter('jaeger:baggage_truncations');
    this.baggageDropped = counter('jaeger:baggage_items_dropped');
    this.throttledDebugSpans = counter('jaeger:throttled_debug_spans');
    this.throttlerUpdateSuccess = counter('jaeger:throttler_updates', { result: 'ok' });
    this.throttlerUpdateFailure = counter('jaeger:throttler_updates', { result: 'err' });
  }

  /** Sets the listener for exceptions of the factory and its metrics. A tracer calls this. */
  onError(listener: (error: unknown) => void): void {
    this._guard.tell(listener);
  }
}

/** Increments a counter, which may belong to user code. Never throws. */
export function count(counter: Counter, delta: number): void {
  try {
    counter.increment(delta);
  } catch {
    // Only metrics of another library throw here: those of `Metrics` report to `onError`.
  }
}

/** Updates a gauge, which may belong to user code. Never throws. */
export function show(gauge: Gauge, value: number): void {
  try {
    gauge.update(value);
  } catch {
    // See `count`.
  }
}

/** Counts a started span: sampled or not, of a new trace or of one joined from a client. */
export function countStart(
  metrics: Metrics,
  sampled: boolean,
  hadParent: boolean,
  isRpcServer: boolean,
): void {
  if (sampled) {
    count(metrics.spansStartedSampled, 1);
    if (!hadParent) count(metrics.tracesStartedSampled, 1);
    else if (isRpcServer) count(metrics.tracesJoinedSampled, 1);
    return;
  }
  count(metrics.spansStartedNotSampled, 1);
  if (!hadParent) count(metrics.tracesStartedNotSampled, 1);
  else if (isRpcServer) count(metrics.tracesJoinedNotSampled, 1);
}
