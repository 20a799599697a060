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

/** jaeger-client's metrics factory: what `options.metrics` of `initTracer` is. */
export interface MetricsFactory {
  createCounter(name: string, tags: Record<string, string>): Counter;
  createGauge(name: string, tags: Record<string, string>): Gauge;
  createTimer?(name: string, tags: Record<string, string>): Timer;
}

const NOOP_COUNTER: Counter = { increment: () => undefined };
const NOOP_GAUGE: Gauge = { update: () => undefined };

const NOOP_FACTORY: MetricsFactory = {
  createCounter: () => NOOP_COUNTER,
  createGauge: () => NOOP_GAUGE,
};

/** The counters and gauges that a tracer and its reporter feed, by jaeger-client's names. */
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
  readonly throttledDebugSpans: Counter;
  readonly throttlerUpdateSuccess: Counter;
  readonly throttlerUpdateFailure: Counter;

  /** `factory`: where the metrics go; without one nothing is recorded. */
  constructor(factory: MetricsFactory = NOOP_FACTORY) {
    const counter = (name: string, tags: Record<string, string> = {}): Counter =>
      factory.createCounter(name, tags);
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
    this.reporterQueueLength = factory.createGauge('jaeger:reporter_queue_length', {});
    this.samplerRetrieved = counter('jaeger:sampler_queries', { result: 'ok' });
    this.samplerQueryFailure = counter('jaeger:sampler_queries', { result: 'err' });
    this.samplerUpdated = counter('jaeger:sampler_updates', { result: 'ok' });
    this.samplerUpdateFailure = counter('jaeger:sampler_updates', { result: 'err' });
    this.baggageUpdateSuccess = counter('jaeger:baggage_updates', { result: 'ok' });
    this.baggageUpdateFailure = counter('jaeger:baggage_updates', { result: 'err' });
    this.baggageTruncate = counter('jaeger:baggage_truncations');
    this.throttledDebugSpans = counter('jaeger:throttled_debug_spans');
    this.throttlerUpdateSuccess = counter('jaeger:throttler_updates', { result: 'ok' });
    this.throttlerUpdateFailure = counter('jaeger:throttler_updates', { result: 'err' });
  }
}

/** Counts on a counter that may be the user's: one that throws is silent, not fatal. */
export function count(counter: Counter, delta: number): void {
  try {
    counter.increment(delta);
  } catch {
    // A metric that cannot be recorded is not worth the application's request.
  }
}

/** Shows a value on a gauge that may be the user's. */
export function show(gauge: Gauge, value: number): void {
  try {
    gauge.update(value);
  } catch {
    // As above.
  }
}
