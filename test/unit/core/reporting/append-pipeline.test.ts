import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import { RemoteReporter } from '../../../../src/core/reporting/remote-reporter.js';
import type { SenderCallback, SpanSender } from '../../../../src/core/reporting/sender.js';
import type { ThriftSpan } from '../../../../src/core/wire/thrift-span.js';
import { FakePlatform, settle } from '../../support/fake-platform.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { RecordingMetrics } from '../../support/recording-metrics.js';
import { spanOf } from './piped.js';

/** A sender as jaeger-client has them: takes spans as objects, and batches them itself. */
class BatchingSender implements SpanSender {
  process: { serviceName: string; tags: unknown[] } | undefined;
  readonly batch: ThriftSpan[] = [];
  readonly sent: string[] = [];
  closed = 0;

  setProcess(process: { serviceName: string; tags: unknown[] }): void {
    this.process = process;
  }

  append(thriftSpan: unknown, callback?: SenderCallback): void {
    this.batch.push(thriftSpan as ThriftSpan);
    callback?.(0);
  }

  flush(callback?: SenderCallback): void {
    const spans = this.batch.splice(0);
    this.sent.push(...spans.map(({ operationName }) => operationName));
    callback?.(spans.length);
  }

  close(): void {
    this.closed++;
  }
}

function newAppending(): {
  reporter: RemoteReporter;
  sender: BatchingSender;
  platform: FakePlatform;
  logger: RecordingLogger;
  metrics: RecordingMetrics;
} {
  const sender = new BatchingSender();
  const [platform, logger, metrics] = [
    new FakePlatform(),
    new RecordingLogger(),
    new RecordingMetrics(),
  ];
  const reporter = new RemoteReporter(sender, { platform, logger, metrics: new Metrics(metrics) });
  reporter.setProcess('shop', [{ key: 'n', value: 7 }]);
  return { reporter, sender, platform, logger, metrics };
}

describe('a sender of jaeger-client', () => {
  test('gets the process, the spans, and a flush in time', async () => {
    const { reporter, sender, platform, metrics } = newAppending();
    expect(sender.process).toMatchObject({
      serviceName: 'shop',
      tags: [{ key: 'n', vType: 'DOUBLE', vDouble: 7 }],
    });
    reporter.report(spanOf('a'));
    reporter.report(spanOf('b'));
    expect(sender.batch.map(({ operationName }) => operationName)).toStrictEqual(['a', 'b']);
    expect(reporter.stats()).toMatchObject({ sent: 0, waiting: 2 });
    await platform.advance(1000);
    expect(sender.sent).toStrictEqual(['a', 'b']);
    expect(reporter.stats()).toMatchObject({ sent: 2, waiting: 0 });
    expect(metrics.get('jaeger:reporter_spans{result=ok}')).toBe(2);
  });

  test('is flushed and closed on close', async () => {
    const { reporter, sender } = newAppending();
    reporter.report(spanOf('a'));
    await reporter.close();
    await reporter.close();
    expect([sender.sent, sender.closed]).toStrictEqual([['a'], 1]);
  });

  test('that sends a full batch on append says how many left', () => {
    const { reporter, sender } = newAppending();
    reporter.report(spanOf('a'));
    sender.append = (_span, callback) => callback?.(2);
    reporter.report(spanOf('b'));
    expect(reporter.stats()).toMatchObject({ sent: 2, waiting: 0 });
  });

  test('that never answers a flush is left at the deadline', async () => {
    const { reporter, sender, platform, metrics } = newAppending();
    sender.flush = () => {};
    reporter.report(spanOf('a'));
    let closed = false;
    void reporter.close(() => (closed = true));
    await platform.advance(5000);
    expect([closed, sender.closed]).toStrictEqual([true, 1]);
    expect(reporter.stats()).toMatchObject({ waiting: 0, dropped: { closed: 1 } });
    expect(metrics.get('jaeger:reporter_spans{result=dropped}')).toBe(1);
  });
});

describe('trouble', () => {
  test('on append is logged, and counted as dropped', () => {
    const { reporter, sender, logger, metrics } = newAppending();
    sender.append = (_span, callback) => callback?.(1, 'span size 9 is larger than maxSpanSize 8');
    reporter.report(spanOf('a'));
    sender.append = () => {
      throw new Error('broken');
    };
    reporter.report(spanOf('b'));
    expect(logger.errors).toStrictEqual([
      'Failed to append spans in reporter: span size 9 is larger than maxSpanSize 8',
      'Failed to append spans in reporter: Error: broken',
    ]);
    expect(metrics.counted).toStrictEqual({ 'jaeger:reporter_spans{result=dropped}': 2 });
    expect(reporter.stats()).toMatchObject({ sent: 0, waiting: 0, dropped: { sendFailed: 2 } });
  });

  test('on flush is logged, and counted as an error', async () => {
    const { reporter, sender, logger, metrics } = newAppending();
    sender.flush = (callback) => callback?.(1, 'no route');
    reporter.report(spanOf('a'));
    await reporter.flush();
    expect(logger.errors).toStrictEqual(['Failed to flush spans in reporter: no route']);
    expect(metrics.counted).toStrictEqual({ 'jaeger:reporter_spans{result=err}': 1 });
    expect(reporter.stats()).toMatchObject({ waiting: 0, dropped: { sendFailed: 1 } });
  });

  test('a flush that throws leaves the spans waiting', async () => {
    const { reporter, sender, logger } = newAppending();
    sender.flush = () => {
      throw new Error('broken');
    };
    reporter.report(spanOf('a'));
    await reporter.flush();
    expect(logger.errors).toStrictEqual(['Failed to flush spans in reporter: Error: broken']);
    expect(reporter.stats().waiting).toBe(1);
  });

  test('a close that throws', async () => {
    const { reporter, sender, logger } = newAppending();
    sender.close = () => {
      throw new Error('broken');
    };
    await reporter.close();
    await settle();
    expect(logger.errors).toStrictEqual(['Failed to close the sender: Error: broken']);
  });

  test('a flush before the process is known', async () => {
    const logger = new RecordingLogger();
    const options = { platform: new FakePlatform(), logger };
    await new RemoteReporter(new BatchingSender(), options).flush();
    expect(logger.errors).toStrictEqual(['Failed to flush since process is not set.']);
  });

  test.each([[undefined], [Number.NaN], [-1], [0.5], ['2'], [Number.POSITIVE_INFINITY], [1e9]])(
    'a sender that counts %s spans does not break the sums',
    async (counted) => {
      const { reporter, sender } = newAppending();
      sender.append = (_span, callback) => callback?.(counted as number);
      sender.flush = (callback) => callback?.(counted as number, 'trouble');
      for (let reported = 1; reported <= 3; reported++) {
        reporter.report(spanOf('a'));
        await reporter.flush();
        const { sent, waiting, dropped } = reporter.stats();
        expect(sent + waiting + dropped.sendFailed).toBe(reported);
        expect(Math.min(sent, waiting, dropped.sendFailed)).toBeGreaterThanOrEqual(0);
      }
    },
  );
});
