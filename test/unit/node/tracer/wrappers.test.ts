import { afterEach, describe, expect, test, vi } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import { InMemoryReporter } from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { NoopTracer } from '../../../../src/node/tracer/noop-tracer.js';
import { nodePlatform } from '../../../../src/node/platform/platform.js';
import { SpanContext } from '../../../../src/node/tracer/span-context.js';
import { TestUtils } from '../../../../src/node/tracer/test-utils.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';
import {
  asMetrics,
  ProbabilisticSampler,
  RateLimitingSampler,
  RemoteReporter,
  TextMapCodec,
} from '../../../../src/node/tracer/wrappers.js';
import { FakeSender } from '../../support/fake-sender.js';
import { RecordingMetrics } from '../../support/recording-metrics.js';

afterEach(() => {
  vi.useRealTimers();
});

describe("jaeger-client's constructors", () => {
  test('new Tracer(serviceName, reporter, sampler, options)', async () => {
    const reporter = new InMemoryReporter();
    const tracer = new Tracer('shop', reporter, new ConstSampler(true), { tags: { zone: 'b' } });
    const span = tracer.startSpan('op');
    span.finish();
    expect(reporter.spans).toStrictEqual([span]);
    expect(Buffer.isBuffer(span.context().traceId)).toBe(true);
    expect(span.context()).toBeInstanceOf(SpanContext);
    await tracer.close();
  });

  test('new Tracer(serviceName) samples nothing', () => {
    expect(new Tracer('shop').startSpan('op').context().isSampled()).toBe(false);
  });

  test('new ProbabilisticSampler(samplingRate)', () => {
    expect(new ProbabilisticSampler(1).isSampled('op', {})).toBe(true);
    expect(new ProbabilisticSampler(0).isSampled('op', {})).toBe(false);
  });

  test('new RateLimitingSampler(maxTracesPerSecond, initBalance) on the wall clock', () => {
    vi.useFakeTimers({ now: 0 });
    const sampler = new RateLimitingSampler(1, 1);
    const twice = (): boolean[] => [sampler.isSampled('op', {}), sampler.isSampled('op', {})];
    expect(twice()).toStrictEqual([true, false]);
    vi.advanceTimersByTime(1000);
    expect(twice()).toStrictEqual([true, false]);
  });

  test('new RemoteReporter(sender, options)', async () => {
    const sender = new FakeSender({ automatic: true });
    vi.useFakeTimers();
    const reporter = new RemoteReporter(sender, { bufferFlushInterval: 70 });
    const tracer = new Tracer('shop', reporter, new ConstSampler(true));
    tracer.startSpan('op').finish();
    await vi.advanceTimersByTimeAsync(69);
    expect(sender.messages).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(sender.operations).toStrictEqual([['op']]);
    await tracer.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('new TextMapCodec(options), with metrics of either kind', () => {
    const factory = new RecordingMetrics();
    for (const metrics of [factory, new Metrics(factory)]) {
      const codec = new TextMapCodec({ metrics, contextKey: 'X' });
      expect(codec.extract({ x: 'junk' })).toBeInstanceOf(SpanContext);
    }
    expect(factory.get('jaeger:span_context_decoding_errors')).toBe(2);
    expect(new TextMapCodec().extract({ 'uber-trace-id': 'a:b:0:1' }).isValid).toBe(true);
  });
});

test('metrics are not wrapped twice', () => {
  const factory = new RecordingMetrics();
  const metrics = asMetrics(factory)!;
  expect(metrics._factory).toBe(factory);
  expect(asMetrics(metrics)).toBe(metrics);
  expect(asMetrics(undefined)).toBeUndefined();
});

describe('the platform', () => {
  test('knows the host', () => {
    expect(nodePlatform.hostname!().length).toBeGreaterThan(0);
    expect(nodePlatform.ip!()).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(nodePlatform.ip!()).not.toMatch(/^127\./);
  });

  test('fills words, and not with zeros', () => {
    const words = new Uint32Array(64);
    nodePlatform.randomWords(words);
    expect(new Set(words).size).toBeGreaterThan(60);
  });

  test('text of any kind goes into any bytes and back', () => {
    const text = 'aß€😀\ud800';
    for (const bytes of [new Uint8Array(40), Buffer.alloc(40)]) {
      const written = nodePlatform.writeUtf8!(text, bytes, 3);
      expect(nodePlatform.readUtf8!(bytes, 3, 3 + written)).toBe('aß€😀\ufffd');
    }
  });

  test('a timer that was cancelled does not fire', () => {
    vi.useFakeTimers();
    let fired = 0;
    const timer = nodePlatform.startTimer!(() => fired++, 10);
    nodePlatform.startTimer!(() => fired++, 10);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(10);
    expect(fired).toBe(1);
  });
});

describe('TestUtils', () => {
  const span = new Tracer('shop', new InMemoryReporter(), new ConstSampler(true))
    .startSpan('op', { tags: { a: 1, b: 2 } })
    .setTag('a', 3);

  test('getTags gives the last value of each key', () => {
    expect(TestUtils.getTags(span)).toMatchObject({ a: 3, b: 2, 'sampler.type': 'const' });
    expect(TestUtils.getTags(span, ['b', 'c'])).toStrictEqual({ b: 2 });
  });

  test('hasTags', () => {
    expect(TestUtils.hasTags(span, { a: 3, b: 2 })).toBe(true);
    expect(TestUtils.hasTags(span, { a: 1 })).toBe(false);
    expect(TestUtils.hasTags(span, { c: undefined })).toBe(false);
    expect(TestUtils.hasTags(span, {})).toBe(true);
  });
});

test('a no-op tracer calls back', async () => {
  const tracer = new NoopTracer();
  let called = 0;
  await Promise.all([tracer.close(() => called++), tracer.flush(() => called++)]);
  await tracer.close();
  expect(called).toBe(2);
});
