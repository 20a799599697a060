import { describe, expect, test } from 'vitest';
import type { Reporter } from '../../../../src/core/reporting/reporter.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { Tracer } from '../../../../src/core/tracer/tracer.js';
import { FakePlatform, settle } from '../../support/fake-platform.js';
import { newTraced } from '../../support/traced.js';

/** A reporter that notes what it is asked, and answers in one of the ways that reporters have. */
function answering(
  answer: (callback?: () => void) => void | Promise<void>,
  asked: string[] = [],
): Reporter {
  return {
    report: () => {},
    close: (callback) => {
      asked.push('close');
      return answer(callback);
    },
    flush: (callback) => {
      asked.push('flush');
      return answer(callback);
    },
  };
}

const ANSWERS: [string, (callback?: () => void) => void | Promise<void>][] = [
  ['calls back', (callback) => callback?.()],
  ['calls back later', (callback) => void setImmediate(() => callback?.())],
  ['returns a promise', () => Promise.resolve()],
  ['does both', (callback) => Promise.resolve(callback?.())],
  ['returns a promise that rejects', () => Promise.reject(new Error('broken'))],
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
];

describe.each(ANSWERS)('a reporter that %s', (_name, answer) => {
  test.each(['flush', 'close'] as const)('%s resolves, and calls back', async (method) => {
    const asked: string[] = [];
    const { tracer } = newTraced({ reporter: answering(answer, asked) });
    let called = 0;
    await tracer[method](() => called++);
    expect(called).toBe(1);
    expect(asked).toStrictEqual([method]);
  });
});

describe('close', () => {
  test('closes the reporter, then the sampler, and the throttler, once', async () => {
    const asked: string[] = [];
    const sampler = new ConstSampler(true);
    sampler.close = (callback) => {
      asked.push('sampler');
      callback?.();
    };
    const { tracer } = newTraced({
      sampler,
      reporter: answering(() => Promise.resolve(), asked),
      debugThrottler: { isAllowed: () => true, close: () => void asked.push('throttler') },
    });
    await Promise.all([tracer.close(), tracer.close()]);
    let called = 0;
    await tracer.close(() => called++);
    expect(asked).toStrictEqual(['throttler', 'close', 'sampler']);
    expect(called).toBe(1);
  });

  test.each([undefined, 250])('ends by its deadline (%s)', async (closeTimeoutMs) => {
    const { tracer, platform } = newTraced({ reporter: answering(() => {}), closeTimeoutMs });
    let closed = false;
    void tracer.close(() => (closed = true));
    await platform.advance((closeTimeoutMs ?? 5000) - 1);
    expect(closed).toBe(false);
    await platform.advance(1);
    expect(closed).toBe(true);
    expect(platform.timers.size).toBe(0);
  });

  test('in time leaves no timer behind', async () => {
    const { tracer, platform } = newTraced();
    await tracer.close();
    expect(platform.timers.size).toBe(0);
  });

  test('without timers waits for the reporter', async () => {
    const { clock, randomWords } = new FakePlatform();
    let answer: (() => void) | undefined;
    const reporter = answering((callback) => void (answer = callback));
    const tracer = new Tracer('shop', reporter, undefined, { platform: { clock, randomWords } });
    let closed = false;
    void tracer.close(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    answer!();
    await settle();
    expect(closed).toBe(true);
  });
});

test('flush of a reporter that cannot be flushed resolves', async () => {
  const { tracer } = newTraced({ reporter: { report: () => {}, close: () => {} } });
  await expect(tracer.flush()).resolves.toBeUndefined();
});
