import { settle } from '../../support/fake-platform.js';
import { expect, test } from 'vitest';
import { count, Metrics, show } from '../../../../src/core/host/metrics.js';
import { RecordingMetrics, THROWING_METRICS } from '../../support/recording-metrics.js';

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
  baggageDropped: 'jaeger:baggage_items_dropped',
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
      .filter((field) => !field.startsWith('_'))
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

test('metrics that throw do not throw here: the listener is told, also of what was before it', async () => {
  const broken = 'the metrics are broken';
  const metrics = new Metrics(THROWING_METRICS);
  metrics.spansFinished.increment(1);
  const told: string[] = [];
  metrics.onError((error) => told.push((error as Error).message));
  expect(told).toStrictEqual([broken]);
  metrics.spansFinished.increment(1);
  metrics.reporterQueueLength.update(1);
  expect(told).toStrictEqual([broken, broken, broken]);
  const rejecting = new Metrics({
    createCounter: () => ({ increment: async () => Promise.reject(new Error('later')) as never }),
    createGauge: () => ({ update: () => {} }),
  });
  rejecting.onError((error) => told.push((error as Error).message));
  rejecting.spansFinished.increment(1);
  await settle();
  expect(told.at(-1)).toBe('later');
});

test('a factory that throws, or makes nothing of use, leaves metrics that do nothing', () => {
  const told: unknown[] = [];
  for (const createCounter of [fail, () => undefined as never, () => ({}) as never]) {
    const metrics = new Metrics({ createCounter, createGauge: undefined as never });
    metrics.onError((error) => told.push(error));
    expect(() => metrics.spansFinished.increment(1)).not.toThrow();
    expect(() => metrics.reporterQueueLength.update(1)).not.toThrow();
  }
  expect(told.length).toBeGreaterThan(20);
});

test('metrics of another library that throw are silent', () => {
  expect(() => {
    count({ increment: fail }, 1);
    show({ update: fail }, 1);
  }).not.toThrow();
});

function fail(): never {
  throw new Error('the metrics are broken');
}
