import { expect, test } from 'vitest';
import { count, Metrics, show } from '../../../src/core/metrics.js';
import { RecordingMetrics, THROWING_METRICS } from '../support/recording-metrics.js';

/** Field of `Metrics`, and the name and labels behind it: jaeger-client's table. */
const TABLE: Record<string, string> = {
  tracesStartedSampled: 'jaeger:traces{state=started,sampled=y}',
  tracesStartedNotSampled: 'jaeger:traces{state=started,sampled=n}',
  tracesJoinedSampled: 'jaeger:traces{state=joined,sampled=y}',
  tracesJoinedNotSampled: 'jaeger:traces{state=joined,sampled=n}',
  spansFinished: 'jaeger:finished_spans',
  spansStartedSampled: 'jaeger:started_spans{sampled=y}',
  spansStartedNotSampled: 'jaeger:started_spans{sampled=n}',
  decodingErrors: 'jaeger:span_context_decoding_errors',
  reporterSuccess: 'jaeger:reporter_spans{result=ok}',
  reporterFailure: 'jaeger:reporter_spans{result=err}',
  reporterDropped: 'jaeger:reporter_spans{result=dropped}',
  reporterQueueLength: 'jaeger:reporter_queue_length',
  samplerRetrieved: 'jaeger:sampler_queries{result=ok}',
  samplerQueryFailure: 'jaeger:sampler_queries{result=err}',
  samplerUpdated: 'jaeger:sampler_updates{result=ok}',
  samplerUpdateFailure: 'jaeger:sampler_updates{result=err}',
  baggageUpdateSuccess: 'jaeger:baggage_updates{result=ok}',
  baggageUpdateFailure: 'jaeger:baggage_updates{result=err}',
  baggageTruncate: 'jaeger:baggage_truncations',
  throttledDebugSpans: 'jaeger:throttled_debug_spans',
  throttlerUpdateSuccess: 'jaeger:throttler_updates{result=ok}',
  throttlerUpdateFailure: 'jaeger:throttler_updates{result=err}',
};

test('every field feeds the metric of its name', () => {
  const factory = new RecordingMetrics();
  const metrics = new Metrics(factory);
  expect(metrics._factory).toBe(factory);
  expect(
    Object.keys(metrics)
      .filter((field) => field !== '_factory')
      .sort(),
  ).toStrictEqual(Object.keys(TABLE).sort());
  expect([...factory.names].sort()).toStrictEqual(Object.values(TABLE).sort());
  Object.keys(TABLE).forEach((field, i) => {
    const metric = Reflect.get(metrics, field) as { increment?: (by: number) => void };
    if (metric.increment) count(metric as Metrics['spansFinished'], i + 1);
    else show(metrics.reporterQueueLength, i + 1);
  });
  expect(factory.counted).toStrictEqual(
    Object.fromEntries(Object.values(TABLE).map((name, i) => [name, i + 1])),
  );
});

test('without a factory nothing is recorded', () => {
  const metrics = new Metrics();
  expect(() => {
    metrics.spansFinished.increment(1);
    metrics.reporterQueueLength.update(1);
  }).not.toThrow();
});

test('metrics that throw are silent', () => {
  const metrics = new Metrics(THROWING_METRICS);
  expect(() => metrics.spansFinished.increment(1)).toThrow('the metrics are broken');
  expect(() => {
    count(metrics.spansFinished, 1);
    show(metrics.reporterQueueLength, 1);
  }).not.toThrow();
});
