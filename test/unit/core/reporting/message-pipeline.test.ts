import { describe, expect, test } from 'vitest';
import { settle } from '../../support/fake-platform.js';
import { newPiped, spanOf } from './piped.js';

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => (settled = true));
  await settle();
  return settled;
}

describe('a span', () => {
  test('waits until it is flushed, and then leaves', async () => {
    const { pipeline, sender, counters, metrics } = newPiped();
    expect(pipeline.report(spanOf('a'))).toBe(true);
    await settle();
    expect(sender.messages).toHaveLength(0);
    expect(counters.snapshot()).toMatchObject({ sent: 0, waiting: 1 });
    const flushed = pipeline.flush();
    expect(sender.operations).toStrictEqual([['a']]);
    expect(counters.snapshot()).toMatchObject({ sent: 0, waiting: 1 });
    expect(metrics.get('jaeger:reporter_queue_length')).toBe(1);
    expect(await isSettled(flushed)).toBe(false);
    await sender.succeed();
    expect(await isSettled(flushed)).toBe(true);
    expect(counters.snapshot()).toMatchObject({ sent: 1, waiting: 0 });
    expect(metrics.get('jaeger:reporter_spans{result=ok}')).toBe(1);
  });

  test('that would not fit any more sends the message before it, unasked', async () => {
    const { pipeline, sender } = newPiped({ sender: { maxMessageBytes: 1000 } });
    pipeline.report(spanOf('a', 400));
    expect(sender.isBusy).toBe(false);
    pipeline.report(spanOf('b', 500));
    expect(sender.operations).toStrictEqual([['a']]);
    await sender.succeed();
    expect(sender.isBusy).toBe(false);
    void pipeline.flush();
    expect(sender.operations).toStrictEqual([['a'], ['b']]);
  });

  test('before the process is known is dropped, said once', () => {
    const { pipeline, sender, counters, logger } = newPiped({ withoutProcess: true });
    expect(pipeline.report(spanOf('a'))).toBe(false);
    expect(pipeline.report(spanOf('b'))).toBe(false);
    expect(counters.dropped.encodeError).toBe(2);
    expect(logger.errors).toStrictEqual(['Failed to append spans in reporter: process is not set']);
    expect(sender.messages).toHaveLength(0);
  });
});

describe('messages', () => {
  test('leave one after the other, oldest first', async () => {
    const { pipeline, sender, counters } = newPiped({ sender: { maxMessageBytes: 1000 } });
    for (const name of ['a', 'b', 'c', 'd']) pipeline.report(spanOf(name, 500));
    const flushed = pipeline.flush();
    for (let left = 1; left <= 4; left++) {
      expect(sender.messages).toHaveLength(left);
      await sender.succeed();
      expect(counters.sent).toBe(left);
    }
    await flushed;
    expect(sender.operations).toStrictEqual([['a'], ['b'], ['c'], ['d']]);
    expect(sender.mostInFlight).toBe(1);
    expect(sender.batches.map(({ seqNo }) => seqNo)).toStrictEqual([1, 2, 3, 4]);
  });

  test('a new process stands in the messages from then on', async () => {
    const { pipeline, sender } = newPiped();
    pipeline.report(spanOf('a'));
    pipeline.setProcess('store', []);
    pipeline.report(spanOf('b'));
    void pipeline.flush();
    await sender.succeed();
    expect(sender.operations).toStrictEqual([['a'], ['b']]);
    expect(sender.batches.map(({ process }) => process.serviceName)).toStrictEqual([
      'shop',
      'store',
    ]);
  });

  test('tell the backend what was lost before', async () => {
    const { pipeline, sender } = newPiped({ maxQueueSize: 1, sender: { maxMessageBytes: 500 } });
    pipeline.report(spanOf('huge'.repeat(5000)));
    pipeline.report(spanOf('a'));
    pipeline.report(spanOf('b'));
    void pipeline.flush();
    await sender.fail();
    pipeline.report(spanOf('c'));
    void pipeline.flush();
    expect(sender.batches.map(({ stats }) => stats)).toStrictEqual([
      { tooLargeDroppedSpans: 1, fullQueueDroppedSpans: 1, failedToEmitSpans: 0 },
      { tooLargeDroppedSpans: 1, fullQueueDroppedSpans: 1, failedToEmitSpans: 1 },
    ]);
  });
});

describe('flush', () => {
  test('of nothing resolves at once', async () => {
    const { pipeline, sender } = newPiped();
    await pipeline.flush();
    expect(sender.messages).toHaveLength(0);
  });

  test('waits for what was reported before it and for nothing else', async () => {
    const { pipeline, sender } = newPiped();
    pipeline.report(spanOf('a'));
    const first = pipeline.flush();
    pipeline.report(spanOf('b'));
    const second = pipeline.flush();
    pipeline.report(spanOf('c'));
    await sender.succeed();
    expect([await isSettled(first), await isSettled(second)]).toStrictEqual([true, false]);
    expect(sender.operations).toStrictEqual([['a'], ['b', 'c']]);
    await sender.succeed();
    expect(await isSettled(second)).toBe(true);
  });

  test('resolves also where the message did not leave', async () => {
    const { pipeline, sender, counters, metrics } = newPiped();
    pipeline.report(spanOf('a'));
    const flushed = pipeline.flush();
    await sender.fail();
    await flushed;
    expect(counters.snapshot()).toMatchObject({ sent: 0, waiting: 0, dropped: { sendFailed: 1 } });
    expect(metrics.get('jaeger:reporter_spans{result=err}')).toBe(1);
  });

  test('without a process says so', async () => {
    const { pipeline, logger } = newPiped({ withoutProcess: true });
    await pipeline.flush();
    expect(logger.errors).toStrictEqual(['Failed to flush since process is not set.']);
  });
});

describe('abandon', () => {
  test('drops what waits, in flight or not, and closes the sender once', async () => {
    const { pipeline, sender, counters, metrics } = newPiped({ sender: { maxMessageBytes: 1000 } });
    for (const name of ['a', 'b', 'c']) pipeline.report(spanOf(name, 500));
    const flushed = pipeline.flush();
    pipeline.abandon();
    pipeline.abandon();
    await flushed;
    expect(sender.closed).toBe(1);
    expect(counters.snapshot()).toMatchObject({ sent: 0, waiting: 0, dropped: { closed: 3 } });
    expect(metrics.get('jaeger:reporter_spans{result=dropped}')).toBe(3);
    await sender.succeed();
    expect(counters.snapshot()).toMatchObject({ sent: 0, waiting: 0, dropped: { closed: 3 } });
    expect(sender.operations).toStrictEqual([['a']]);
  });

  test('is the end: later spans are dropped, later flushes resolve', async () => {
    const { pipeline, counters } = newPiped();
    pipeline.abandon();
    expect(pipeline.report(spanOf('late'))).toBe(false);
    await pipeline.flush();
    expect(counters.dropped.closed).toBe(1);
  });
});
