import { describe, expect, test } from 'vitest';
import type { Platform } from '../../../../src/core/host/platform.js';
import { RemoteReporter } from '../../../../src/core/reporting/remote-reporter.js';
import {
  CompositeReporter,
  InMemoryReporter,
} from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { Tracer } from '../../../../src/core/tracer/tracer.js';
import { FakePlatform, settle } from '../../support/fake-platform.js';
import { FakeSender } from '../../support/fake-sender.js';
import { RecordingLogger } from '../../support/recording-logger.js';

function fail(): never {
  throw new Error('broken');
}

const BROKEN_CLOCK = {
  wallMillis: fail,
  monotonicMillis: fail,
  get monotonicAtWall(): number {
    return fail();
  },
};

/** The parts of a platform that throw, each alone and all at once. */
const BROKEN: Record<string, Partial<Platform>> = {
  clock: { clock: BROKEN_CLOCK },
  'wall clock': {
    clock: { ...new FakePlatform().clock, monotonicMillis: () => 1, wallMillis: fail },
  },
  'monotonic clock': {
    clock: { wallMillis: () => 1e12, monotonicAtWall: 1, monotonicMillis: fail },
  },
  randomWords: { randomWords: fail },
  startTimer: { startTimer: fail },
  'cancel of a timer': { startTimer: () => ({ cancel: fail }) },
  'timers that are none': { startTimer: (() => undefined) as never },
  allocate: { allocate: fail },
  hostname: { hostname: fail },
  ip: { ip: fail },
  runOutside: { runOutside: fail },
  onRestored: { onRestored: fail },
};
BROKEN['everything'] = Object.assign({}, ...Object.values(BROKEN), {
  clock: BROKEN_CLOCK,
  startTimer: fail,
}) as Partial<Platform>;

function newTracer(broken: Partial<Platform>): {
  tracer: Tracer;
  sender: FakeSender;
  logger: RecordingLogger;
} {
  const fake = new FakePlatform();
  const platform: Platform = {
    clock: fake.clock,
    randomWords: fake.randomWords,
    startTimer: fake.startTimer,
    ...broken,
  };
  const [sender, logger] = [new FakeSender({ automatic: true }), new RecordingLogger()];
  const reporter = new RemoteReporter(sender, { platform, logger });
  const tracer = new Tracer('shop', reporter, new ConstSampler(true), { platform, logger });
  return { tracer, sender, logger };
}

describe('a request goes on where the platform throws', () => {
  test.each(Object.entries(BROKEN))('%s', async (_name, broken) => {
    const { tracer, sender } = newTracer(broken);
    for (let i = 0; i < 3; i++) {
      const span = tracer.startSpan('op', { tags: { a: 1 } });
      const child = tracer.startSpan('child', { childOf: span });
      child.log({ event: 'e' }).finish();
      span.finish();
      expect(span.context().toString()).toMatch(/^([1-9a-f][0-9a-f]*):\1:0:1$/);
      expect(child.context().spanIdStr).not.toBe(span.context().spanIdStr);
    }
    expect(Number.isFinite(tracer.now())).toBe(true);
    await tracer.flush();
    await tracer.close();
    await settle();
    expect(sender.closed).toBe(1);
    expect(tracer.stats()).toMatchObject({ started: 6, finished: 6, sent: 6 });
    const spans = sender.batches.flatMap((batch) => batch.spans);
    expect(spans.map(({ operationName }) => operationName)).toStrictEqual(
      Array(3).fill(['child', 'op']).flat(),
    );
    for (const { duration } of spans) expect(Number(duration)).toBeGreaterThanOrEqual(0);
  });

  test.each(Object.entries(BROKEN).filter(([name]) => name !== 'timers that are none'))(
    '%s: it is counted, and logged once for each who calls it',
    async (_name, broken) => {
      const { tracer, logger } = newTracer(broken);
      for (let i = 0; i < 50; i++) tracer.startSpan('op').finish();
      await tracer.close();
      expect(Object.keys(tracer.caughtErrors())).toStrictEqual(['platform']);
      expect(tracer.caughtErrors()['platform']).toBeGreaterThan(0);
      const line = 'Ignored an exception from the platform: Error: broken';
      expect(logger.errors.length).toBeLessThanOrEqual(2);
      expect(new Set(logger.errors)).toStrictEqual(new Set([line]));
    },
  );
});

describe('ids without randomness', () => {
  const idsOf = (wall: number, count: number): string[] => {
    const clock = { wallMillis: () => wall, monotonicAtWall: 0, monotonicMillis: () => 0 };
    const { tracer } = newTracer({ randomWords: fail, clock });
    return Array.from({ length: count }, () => tracer.startSpan('op').context().traceIdStr!);
  };

  test('never come twice, also where the clock stands still', () => {
    const ids = idsOf(1_700_000_000_000, 5000);
    expect(new Set(ids).size).toBe(5000);
  });

  test('differ between processes that started a microsecond apart', () => {
    const ids = Array.from({ length: 500 }, (_, i) =>
      idsOf(1_700_000_000_000 + i / 1000, 4),
    ).flat();
    expect(new Set(ids).size).toBe(2000);
    // Each bit of the two words comes up as often as not.
    for (const half of [0, 8]) {
      const words = ids.map((id) =>
        Number.parseInt(id.padStart(16, '0').slice(half, half + 8), 16),
      );
      for (let bit = 0; bit < 32; bit++) {
        const ones = words.filter((word) => (word / 2 ** bit) & 1).length;
        expect(ones).toBeGreaterThan(800);
        expect(ones).toBeLessThan(1200);
      }
    }
  });

  test('are random again as soon as there is randomness', () => {
    let isThere = false;
    let fills = 0;
    const randomWords = (words: Uint32Array): void => {
      if (!isThere) fail();
      fills++;
      words.fill(7);
    };
    const { tracer } = newTracer({ randomWords });
    tracer.startSpan('op');
    isThere = true;
    for (let i = 0; i < 20; i++) tracer.startSpan('op');
    expect(fills).toBe(1);
  });
});

test('caughtErrors are the sums of the tracer and all its reporters', () => {
  const counting = (counts: unknown): InMemoryReporter =>
    Object.assign(new InMemoryReporter(), { caughtErrors: () => counts });
  const platform = new FakePlatform();
  const composite = new CompositeReporter([
    counting({ platform: 1, other: 2 }),
    counting(undefined),
    counting({ platform: 3, odd: 'x' }),
    new InMemoryReporter(),
  ]);
  const tracer = new Tracer('shop', composite, new ConstSampler(true), {
    platform: { clock: platform.clock, randomWords: fail },
  });
  tracer.startSpan('op');
  expect(tracer.caughtErrors()).toStrictEqual({ platform: 5, other: 2 });
});
