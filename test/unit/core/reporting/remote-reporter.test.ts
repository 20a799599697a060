import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import type { Platform } from '../../../../src/core/host/platform.js';
import {
  REPORTER_DEFAULTS,
  RemoteReporter,
  type RemoteReporterOptions,
} from '../../../../src/core/reporting/remote-reporter.js';
import { FakePlatform, settle } from '../../support/fake-platform.js';
import { FakeSender } from '../../support/fake-sender.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { RecordingMetrics } from '../../support/recording-metrics.js';
import { spanOf } from './piped.js';

interface Reporting {
  readonly reporter: RemoteReporter;
  readonly sender: FakeSender;
  readonly platform: FakePlatform;
}

function newReporting(options: RemoteReporterOptions & { platform?: Platform } = {}): Reporting {
  const sender = new FakeSender();
  const platform = new FakePlatform();
  const reporter = new RemoteReporter(sender, { platform, ...options });
  reporter.setProcess('shop', []);
  return { reporter, sender, platform };
}

test('must be given a sender', () => {
  const platform = new FakePlatform();
  for (const nothing of [null, undefined]) {
    expect(() => new RemoteReporter(nothing as never, { platform })).toThrow(
      new Error('RemoteReporter must be given a Sender.'),
    );
  }
});

test('name, text and readable fields', () => {
  const [logger, metrics] = [new RecordingLogger(), new Metrics()];
  const { reporter, sender } = newReporting({ logger, metrics, bufferFlushInterval: 50 });
  expect([reporter.name(), String(reporter)]).toStrictEqual(['RemoteReporter', 'RemoteReporter']);
  expect(reporter._sender).toBe(sender);
  expect(reporter._logger).toBe(logger);
  expect(reporter._metrics).toBe(metrics);
  expect(reporter._bufferFlushInterval).toBe(50);
  expect(reporter._process).toStrictEqual({ serviceName: 'shop', tags: [] });
  expect(REPORTER_DEFAULTS).toStrictEqual({
    bufferFlushInterval: 1000,
    maxQueuedBytes: 8 * 1024 * 1024,
    maxQueueSize: 0,
    closeTimeoutMs: 5000,
  });
});

describe('a span leaves', () => {
  test.each([
    [undefined, 1000],
    [0, 1000],
    [20, 20],
  ])(
    'with bufferFlushInterval %s after %i ms, and not before',
    async (bufferFlushInterval, after) => {
      const { reporter, sender, platform } = newReporting({ bufferFlushInterval });
      reporter.report(spanOf('a'));
      await platform.advance(after - 1);
      expect(sender.messages).toHaveLength(0);
      await platform.advance(1);
      expect(sender.operations).toStrictEqual([['a']]);
    },
  );

  test('with those that came behind it: one timer is enough', async () => {
    const { reporter, sender, platform } = newReporting();
    reporter.report(spanOf('a'));
    await platform.advance(999);
    reporter.report(spanOf('b'));
    expect(platform.timers.size).toBe(1);
    await platform.advance(1);
    expect(sender.operations).toStrictEqual([['a', 'b']]);
    expect(platform.timers.size).toBe(0);
  });

  test('in time also when the message before it is still in flight', async () => {
    const { reporter, sender, platform } = newReporting();
    reporter.report(spanOf('a'));
    await platform.advance(1000);
    reporter.report(spanOf('b'));
    await platform.advance(1000);
    await sender.succeed();
    expect(sender.operations).toStrictEqual([['a'], ['b']]);
  });

  test('on flush, where the runtime has no timers', async () => {
    const { clock, randomWords } = new FakePlatform();
    const { reporter, sender } = newReporting({ platform: { clock, randomWords } });
    reporter.report(spanOf('a'));
    const flushed = reporter.flush();
    await sender.succeed();
    await flushed;
    reporter.report(spanOf('b'));
    const closed = reporter.close();
    await sender.succeed();
    await closed;
    expect(sender.operations).toStrictEqual([['a'], ['b']]);
    expect(reporter.stats()).toMatchObject({ sent: 2, waiting: 0 });
  });

  test('no timer runs while nothing waits, nor for a span that was dropped', () => {
    const { reporter, platform } = newReporting({ maxQueuedBytes: 1 });
    expect(platform.timers.size).toBe(0);
    reporter.report(spanOf('a'));
    expect(platform.timers.size).toBe(0);
  });
});

test('flush calls back when it resolves', async () => {
  const { reporter, sender } = newReporting();
  let called = 0;
  reporter.report(spanOf('a'));
  const flushed = reporter.flush(() => called++);
  await settle();
  expect(called).toBe(0);
  await sender.succeed();
  await flushed;
  expect(called).toBe(1);
  await reporter.flush(() => called++);
  expect(called).toBe(2);
});

describe('close', () => {
  test('sends what waits, then closes the sender, once', async () => {
    const { reporter, sender, platform } = newReporting();
    reporter.report(spanOf('a'));
    let called = 0;
    const closed = reporter.close(() => called++);
    expect(sender.operations).toStrictEqual([['a']]);
    await settle();
    expect([sender.closed, called]).toStrictEqual([0, 0]);
    await sender.succeed();
    await closed;
    await reporter.close(() => called++);
    expect([sender.closed, called]).toStrictEqual([1, 2]);
    expect(reporter.stats()).toMatchObject({ sent: 1, waiting: 0 });
    expect(platform.timers.size).toBe(0);
  });

  test('in time leaves no timer behind', async () => {
    const { reporter, platform } = newReporting();
    await reporter.close();
    expect(platform.timers.size).toBe(0);
  });

  test.each([undefined, 300])(
    'ends by its deadline (%s), and counts what is left',
    async (closeTimeoutMs) => {
      const metrics = new RecordingMetrics();
      const { reporter, sender, platform } = newReporting({
        closeTimeoutMs,
        metrics: new Metrics(metrics),
      });
      reporter.report(spanOf('a'));
      let closed = false;
      void reporter.close(() => (closed = true));
      await platform.advance((closeTimeoutMs ?? 5000) - 1);
      expect(closed).toBe(false);
      await platform.advance(1);
      expect([closed, sender.closed]).toStrictEqual([true, 1]);
      expect(reporter.stats()).toMatchObject({ sent: 0, waiting: 0, dropped: { closed: 1 } });
      await sender.succeed();
      expect(reporter.stats()).toMatchObject({ sent: 0, waiting: 0, dropped: { closed: 1 } });
      expect(metrics.get('jaeger:reporter_spans{result=dropped}')).toBe(1);
    },
  );

  test('is the end: spans that come later are dropped, and counted', async () => {
    const metrics = new RecordingMetrics();
    const { reporter, sender } = newReporting({ metrics: new Metrics(metrics) });
    const closed = reporter.close();
    reporter.report(spanOf('while it closes'));
    await closed;
    reporter.report(spanOf('late'));
    expect(reporter.stats()).toMatchObject({ waiting: 0, dropped: { closed: 2 } });
    expect(sender.messages).toHaveLength(0);
    expect(metrics.get('jaeger:reporter_spans{result=dropped}')).toBe(2);
  });

  test('resolves also where the sender cannot be closed', async () => {
    const { reporter, sender } = newReporting();
    sender.close = () => {
      throw new Error('broken');
    };
    await expect(reporter.close()).resolves.toBeUndefined();
  });
});

test('stats are a copy', () => {
  const { reporter } = newReporting();
  Object.assign(reporter.stats().dropped, { closed: 9 });
  expect(reporter.stats().dropped.closed).toBe(0);
});
