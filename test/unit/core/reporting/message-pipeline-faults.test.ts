import { describe, expect, test } from 'vitest';
import type { Span } from '../../../../src/core/span/span.js';
import { FakePlatform, settle } from '../../support/fake-platform.js';
import { newPiped, spanOf } from './piped.js';

/** How many bytes a span of `spanOf` takes in a message. */
function bytesOf(span: Span): number {
  const { pipeline, sender } = newPiped();
  pipeline.report(span);
  pipeline.report(span);
  void pipeline.flush();
  const two = sender.messages[0]!.length;
  const { pipeline: other, sender: otherSender } = newPiped();
  other.report(span);
  void other.flush();
  return two - otherSender.messages[0]!.length;
}

/** Of a message of 1,000 bytes. */
const HALF_A_MESSAGE = spanOf('a', 500);

describe('the queue is bounded', () => {
  test('in bytes, also while they are in flight', async () => {
    const span = spanOf('a', 100);
    const { pipeline, sender, counters } = newPiped({ maxQueuedBytes: 3 * bytesOf(span) });
    const report = (): boolean => pipeline.report(span);
    expect([report(), report(), report(), report()]).toStrictEqual([true, true, true, false]);
    void pipeline.flush();
    expect(report()).toBe(false);
    await sender.succeed();
    expect(report()).toBe(true);
    expect(counters.snapshot()).toMatchObject({ sent: 3, waiting: 1, dropped: { queueFull: 2 } });
  });

  test('in bytes: a small span may still fit where a large one does not', () => {
    const small = spanOf('a');
    const { pipeline } = newPiped({ maxQueuedBytes: 2 * bytesOf(small) });
    expect(pipeline.report(small)).toBe(true);
    expect(pipeline.report(spanOf('a', 100))).toBe(false);
    expect(pipeline.report(small)).toBe(true);
  });

  test('in spans', async () => {
    const { pipeline, sender, counters } = newPiped({ maxQueueSize: 2 });
    const report = (): boolean => pipeline.report(spanOf('a'));
    expect([report(), report(), report()]).toStrictEqual([true, true, false]);
    void pipeline.flush();
    expect(report()).toBe(false);
    await sender.succeed();
    expect(report()).toBe(true);
    expect(counters.dropped.queueFull).toBe(2);
  });

  test.each([
    ['spans', { maxQueueSize: 8 }],
    ['bytes', { maxQueuedBytes: 8 * bytesOf(HALF_A_MESSAGE) }],
  ])('in %s, and an overload is said once, until it is over', async (_name, bounds) => {
    const { pipeline, sender, logger } = newPiped({ ...bounds, sender: { maxMessageBytes: 1000 } });
    const overload = (): void => {
      while (pipeline.report(HALF_A_MESSAGE));
    };
    for (let i = 0; i < 20; i++) {
      overload();
      await sender.succeed();
    }
    expect(logger.errors).toHaveLength(1);
    expect(logger.errors[0]).toMatch(
      /^Failed to append spans in reporter: the queue is full \(8 spans, \d+ bytes\)$/,
    );
    const flushed = pipeline.flush();
    while (sender.isBusy) await sender.succeed();
    await flushed;
    overload();
    expect(logger.errors).toHaveLength(2);
  });

  test.each([
    ['spans', { maxQueueSize: 8 }],
    ['bytes', { maxQueuedBytes: 8 * bytesOf(HALF_A_MESSAGE) }],
  ])('in %s, and an overload is over once half of the queue is empty', async (_name, bounds) => {
    const { pipeline, sender, logger } = newPiped({ ...bounds, sender: { maxMessageBytes: 1000 } });
    const overload = (): void => {
      while (pipeline.report(HALF_A_MESSAGE));
    };
    overload();
    for (let i = 0; i < 3; i++) await sender.succeed();
    overload();
    expect(logger.errors).toHaveLength(1);
    for (let i = 0; i < 4; i++) await sender.succeed();
    overload();
    expect(logger.errors).toHaveLength(2);
  });
});

describe('a span that no message can hold', () => {
  test('is dropped, with its operation named once', () => {
    const { pipeline, counters, logger, metrics } = newPiped({ sender: { maxMessageBytes: 500 } });
    // A name is not cut, as values are.
    const big = spanOf('big '.repeat(150));
    const size = bytesOf(big);
    const other = spanOf('other '.repeat(100));
    for (const span of [big, big, other]) expect(pipeline.report(span)).toBe(false);
    expect(counters.dropped.tooLarge).toBe(3);
    expect(metrics.get('jaeger:reporter_spans{result=dropped}')).toBe(3);
    expect(logger.errors).toHaveLength(2);
    expect(logger.errors[0]).toMatch(
      new RegExp(
        `^Failed to append spans in reporter: span size ${size} is larger than maxSpanSize \\d+, operation=(big ){50}$`,
      ),
    );
    expect(logger.errors[1]).toMatch(/operation=other other /);
  });

  test('does not disturb the spans around it', async () => {
    const { pipeline, sender } = newPiped({ sender: { maxMessageBytes: 500, automatic: true } });
    pipeline.report(spanOf('a'));
    pipeline.report(spanOf('big'.repeat(1_000_000)));
    pipeline.report(spanOf('b'));
    await pipeline.flush();
    expect(sender.operations).toStrictEqual([['a', 'b']]);
  });

  test('a hundred operations are named, the others counted', () => {
    const { pipeline, counters, logger } = newPiped({ sender: { maxMessageBytes: 500 } });
    for (let i = 0; i < 150; i++) pipeline.report(spanOf(`op ${i}`.repeat(200)));
    expect(counters.dropped.tooLarge).toBe(150);
    expect(logger.errors).toHaveLength(100);
  });
});

describe('a span that cannot be encoded', () => {
  test('is dropped, and disturbs no other', async () => {
    const platform = Object.assign(new FakePlatform(), {
      writeUtf8: (text: string, target: Uint8Array, offset: number): number => {
        if (text.startsWith('poison')) throw new Error('no text');
        return Buffer.from(target.buffer, target.byteOffset).write(text, offset);
      },
    });
    const { pipeline, sender, counters, logger } = newPiped({ platform });
    const poisoned = spanOf('a').setTag('k', 'poison'.repeat(100));
    pipeline.report(spanOf('before'));
    expect([pipeline.report(poisoned), pipeline.report(poisoned)]).toStrictEqual([false, false]);
    pipeline.report(spanOf('after'));
    void pipeline.flush();
    expect(sender.operations).toStrictEqual([['before', 'after']]);
    expect(counters.dropped.encodeError).toBe(2);
    expect(logger.errors).toStrictEqual([
      'Failed to append spans in reporter: error converting span to Thrift: no text',
    ]);
  });
});

test.each<[string, () => unknown]>([
  [
    'an error whose message is a symbol',
    () => Object.assign(new Error('x'), { message: Symbol('m') }),
  ],
  ['a revoked Proxy', () => revoked()],
  ['an object without text', () => Object.create(null)],
  ['nothing', () => undefined],
])('a sender may reject with %s', async (_name, make) => {
  const { pipeline, sender, counters } = newPiped();
  pipeline.report(spanOf('a'));
  const flushed = pipeline.flush();
  await sender.fail(make());
  await flushed;
  expect(counters).toMatchObject({ waiting: 0, dropped: { sendFailed: 1 } });
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('an outage', () => {
  test('is said once, and once when it is over', async () => {
    const { pipeline, sender, counters, logger } = newPiped();
    const send = async (outcome: 'succeed' | 'fail'): Promise<void> => {
      pipeline.report(spanOf('a'));
      void pipeline.flush();
      await sender[outcome]();
    };
    for (let i = 0; i < 3; i++) await send('fail');
    for (let i = 0; i < 3; i++) await send('succeed');
    expect(logger.errors).toStrictEqual(['Failed to flush spans in reporter: the network is down']);
    expect(logger.infos).toStrictEqual(['Reporter sends spans again']);
    await send('fail');
    expect(logger.errors).toHaveLength(2);
    expect(counters.snapshot()).toMatchObject({ sent: 3, dropped: { sendFailed: 4 } });
  });

  test.each<[string, () => Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects with no error', () => Promise.reject('broken')],
  ])('a sender that %s', async (_name, send) => {
    const { pipeline, sender, counters, logger } = newPiped();
    sender.send = send;
    pipeline.report(spanOf('a'));
    await pipeline.flush();
    expect(counters.snapshot()).toMatchObject({ waiting: 0, dropped: { sendFailed: 1 } });
    expect(logger.errors).toStrictEqual(['Failed to flush spans in reporter: broken']);
  });

  test('a sender that returns no promise has sent', async () => {
    const { pipeline, sender, counters } = newPiped();
    sender.send = () => undefined as never;
    pipeline.report(spanOf('a'));
    await pipeline.flush();
    expect(counters.snapshot()).toMatchObject({ sent: 1, waiting: 0 });
  });

  test.each<[string, () => void]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('a sender whose close %s', async (_name, close) => {
    const { pipeline, sender, logger } = newPiped();
    sender.close = close;
    pipeline.abandon();
    await settle();
    expect(logger.errors).toStrictEqual(['Failed to close the sender: broken']);
  });
});

test("a tag's own code may report, flush and close while its span is being encoded", async () => {
  const { pipeline, sender, counters } = newPiped({ sender: { automatic: true } });
  const outer = spanOf('outer').setTag('k', {
    toJSON: () => {
      pipeline.report(spanOf('inner'));
      void pipeline.flush();
      return 'x';
    },
  });
  pipeline.report(spanOf('before'));
  pipeline.report(outer);
  await pipeline.flush();
  expect(sender.operations.flat().sort()).toStrictEqual(['before', 'inner', 'outer']);
  const closing = spanOf('closing').setTag('k', { toJSON: () => pipeline.abandon() });
  pipeline.report(closing);
  expect(counters.snapshot()).toMatchObject({ sent: 3, waiting: 0, dropped: { closed: 1 } });
});

test('a span that finishes too many others while it is being encoded costs some of them', async () => {
  const { pipeline, sender, counters, logger } = newPiped({ sender: { automatic: true } });
  const outer = spanOf('outer').setTag('k', {
    toJSON: () => {
      for (let i = 0; i < 150; i++) pipeline.report(spanOf('inner'));
    },
  });
  pipeline.report(outer);
  await pipeline.flush();
  expect(counters.snapshot()).toMatchObject({
    sent: 101,
    waiting: 0,
    dropped: { encodeError: 50 },
  });
  expect(sender.operations.flat()).toHaveLength(101);
  expect(logger.errors).toHaveLength(1);
});

test('a sender that finishes a span when it is handed a message disturbs none', async () => {
  const { pipeline, sender, counters } = newPiped({
    sender: { maxMessageBytes: 1000, automatic: true },
  });
  const { send } = sender;
  let nested = 0;
  sender.send = (message) => {
    if (nested < 5) pipeline.report(spanOf(`nested ${nested++}`, 100));
    return send.call(sender, message);
  };
  for (let i = 0; i < 50; i++) pipeline.report(spanOf(`span ${i}`, 100));
  while (counters.waiting > 0) await pipeline.flush();
  expect(sender.operations.flat()).toHaveLength(55);
  expect(counters).toMatchObject({ sent: 55, waiting: 0 });
});

test('a span that is too large and has a name without text is named all the same', () => {
  const { pipeline, counters, logger } = newPiped({ sender: { maxMessageBytes: 500 } });
  const span = spanOf('a');
  span.setOperationName(Object.create(null) as never);
  span.ownTags = Array.from({ length: 1000 }, (_, i) => i);
  expect(pipeline.report(span)).toBe(false);
  expect(counters.dropped.tooLarge).toBe(1);
  expect(logger.errors[0]).toMatch(/, operation=\{\}$/);
});
