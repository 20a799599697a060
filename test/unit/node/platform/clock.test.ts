import { afterEach, describe, expect, test, vi } from 'vitest';
import { NodeClock } from '../../../../src/node/platform/clock.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';
import { InMemoryReporter } from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { seededRandom } from '../../support/fake-platform.js';

const DAY = 86_400_000;
/** Where a fake host's clock starts: a whole millisecond since the epoch. */
const MILLISECOND = 1_000_000_000_000;

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Reads the clock between two readings of the host's, and holds it to them. */
function expectInStep(clock: NodeClock): number {
  const before = Date.now();
  const wall = clock.wallMillis();
  const after = Date.now();
  expect(wall).toBeGreaterThan(before - 1.05);
  // A millisecond, and what goes by between two checks.
  expect(wall).toBeLessThan(after + 1.05);
  return wall;
}

describe('the wall clock', () => {
  test('never strays a millisecond from Date.now, and has its microseconds', () => {
    const clock = new NodeClock();
    const readings = Array.from({ length: 5000 }, () => expectInStep(clock));
    const fractions = new Set(readings.map((reading) => Math.round((reading % 1) * 1000)));
    expect(fractions.size).toBeGreaterThan(10);
  });

  test.each([DAY, -DAY, 1.5, -1.5, 0.4])(
    'follows at once where it is off by %d ms: a step, a sleep, a freeze',
    (stray) => {
      const clock = new NodeClock();
      expectInStep(clock);
      const real = performance.now.bind(performance);
      vi.spyOn(performance, 'now').mockImplementation(() => real() + stray);
      for (let i = 0; i < 100; i++) expectInStep(clock);
      vi.restoreAllMocks();
      for (let i = 0; i < 100; i++) expectInStep(clock);
    },
  );

  test('keeps the monotonic reading that goes with it', () => {
    const clock = new NodeClock();
    const before = performance.now();
    clock.wallMillis();
    expect(clock.monotonicAtWall).toBeGreaterThanOrEqual(before);
    expect(clock.monotonicAtWall).toBeLessThanOrEqual(clock.monotonicMillis());
  });
});

/**
 * A `NodeClock` on a host whose clocks the test moves. `Date.now` is replaced before the module is loaded, and looks
 * native: the clock takes it for the host's own.
 */
async function clockOnFakeHost(): Promise<{
  readonly clock: NodeClock;
  readonly pass: (millis: number) => void;
  readonly step: (millis: number) => void;
  /** The next `Date.now()` returns so much later. */
  readonly suspendNext: (millis: number) => void;
}> {
  const host = { wall: MILLISECOND + 0.25, monotonic: 1000, suspended: 0 };
  const pass = (millis: number): void => {
    host.wall += millis;
    host.monotonic += millis;
  };
  const now = (): number => {
    pass(host.suspended);
    host.suspended = 0;
    return Math.floor(host.wall);
  };
  vi.spyOn(performance, 'now').mockImplementation(() => host.monotonic);
  vi.stubGlobal(
    'Date',
    Object.assign(() => '', { now: now.bind(undefined) }),
  );
  vi.resetModules();
  const { NodeClock: FreshClock } = await import('../../../../src/node/platform/clock.js');
  return {
    clock: new FreshClock(),
    pass,
    step: (millis) => void (host.wall += millis),
    suspendNext: (millis) => void (host.suspended = millis),
  };
}

describe("a step of the host's clock", () => {
  // All numbers are sums of powers of two, so that they are exact in a double; `Date.now()` starts at MILLISECOND.
  test.each<[step: number, passed: number, reading: number]>([
    // Within the millisecond that the reading is in, nothing is to be seen of it.
    [0, 0.5, 0.5],
    [0.125, 0.5, 0.5],
    [-0.75, 0.5, 0.5],
    // Ahead of the reading: it jumps to the beginning of the host's millisecond.
    [0.25, 0.5, 1],
    [1.5, 0.5, 2],
    [DAY, 0.5, DAY],
    // Behind it by less than a millisecond more: it goes back no further than it must.
    [-1, 0.5, -1 + 0.999],
    [-1, 1, 0.999],
    [-1.75, 0.5, -1 + 0.999],
    // Further behind: a step that somebody wanted.
    [-2, 0.5, -2],
    [-2, 2, 0],
    [-DAY, 0.5, -DAY],
  ])('by %d ms, seen %d ms later', async (stepped, passed, reading) => {
    const { clock, pass, step } = await clockOnFakeHost();
    expect(clock.wallMillis() - MILLISECOND).toBe(0);
    pass(passed);
    step(stepped);
    expect(clock.wallMillis() - MILLISECOND).toBeCloseTo(reading, 3);
    pass(0.0625);
    expect(clock.wallMillis() - MILLISECOND).toBeGreaterThanOrEqual(reading - 0.001);
  });

  test('the first reading has its microseconds from the time origin, where that still holds', async () => {
    const { clock } = await clockOnFakeHost();
    vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(MILLISECOND - 1000 + 0.5);
    expect(clock.wallMillis() - MILLISECOND).toBe(0.5);
  });

  test('is looked for every 20 microseconds', async () => {
    const { clock, pass, step } = await clockOnFakeHost();
    clock.wallMillis();
    step(DAY);
    pass(1 / 64);
    expect(clock.wallMillis() - MILLISECOND).toBe(1 / 64);
    pass(1 / 64);
    expect(clock.wallMillis() - MILLISECOND).toBe(DAY);
  });

  test('is seen at once where the monotonic clock went back, as on a fake one', async () => {
    const { clock, pass, step } = await clockOnFakeHost();
    clock.wallMillis();
    pass(-500);
    step(DAY);
    expect(clock.wallMillis() - MILLISECOND).toBe(DAY - 500);
  });

  test('is not seen where the thread was suspended between two readings', async () => {
    const { clock, pass, suspendNext } = await clockOnFakeHost();
    clock.wallMillis();
    pass(1);
    suspendNext(7.5);
    expect(clock.wallMillis() - MILLISECOND).toBe(1);
    expect(clock.wallMillis() - MILLISECOND).toBe(8.5);
  });

  test('the reading is never a millisecond or more from Date.now', async () => {
    const { clock, pass, step } = await clockOnFakeHost();
    const random = seededRandom(5);
    for (let i = 0; i < 2000; i++) {
      pass(0.02 + random() ** 4 * 3);
      if (random() < 0.3) step((random() - 0.5) * 5);
      const off = clock.wallMillis() - Date.now();
      expect([off >= -0.001, off < 1]).toStrictEqual([true, true]);
    }
  });
});

describe('a faked Date', () => {
  const fakes: [string, (millis: number) => () => void][] = [
    [
      "vitest's",
      (millis) => {
        vi.useFakeTimers({ now: millis, toFake: ['Date'] });
        return () => vi.useRealTimers();
      },
    ],
    [
      'another Date.now',
      (millis) => {
        const { now } = Date;
        Date.now = () => millis;
        return () => (Date.now = now);
      },
    ],
    [
      'another Date',
      (millis) => {
        const RealDate = globalThis.Date;
        globalThis.Date = class extends RealDate {
          static override now(): number {
            return millis;
          }
        } as DateConstructor;
        return () => (globalThis.Date = RealDate);
      },
    ],
  ];

  test.each(fakes)('%s is followed, and the real one again after it', (_name, fake) => {
    const clock = new NodeClock();
    expectInStep(clock);
    const restore = fake(1234);
    try {
      expect(clock.wallMillis()).toBe(1234);
      expect([clock.monotonicMillis(), clock.monotonicAtWall]).toStrictEqual([
        Number.NaN,
        Number.NaN,
      ]);
    } finally {
      restore();
    }
    expectInStep(clock);
    expect(clock.monotonicMillis()).toBeGreaterThan(0);
  });

  test('that was there before this module is followed too', async () => {
    vi.useFakeTimers({ now: 5000, toFake: ['Date'] });
    vi.resetModules();
    const { NodeClock: LateClock } = await import('../../../../src/node/platform/clock.js');
    const clock = new LateClock();
    expect(clock.wallMillis()).toBe(5000);
    vi.setSystemTime(6000);
    expect(clock.wallMillis()).toBe(6000);
    expect(clock.monotonicMillis()).toBeNaN();
  });

  test('gives spans its times and durations', () => {
    const reporter = new InMemoryReporter();
    const tracer = new Tracer('shop', reporter, new ConstSampler(true));
    vi.useFakeTimers({ now: 1000 });
    const span = tracer.startSpan('op');
    const instant = tracer.startSpan('instant');
    instant.finish();
    vi.advanceTimersByTime(250);
    span.log({ event: 'x' });
    span.finish();
    expect([span._startTime, span._duration, span._logs[0]!.timestamp]).toStrictEqual([
      1000, 250, 1250,
    ]);
    expect(instant._duration).toBe(0.001);
  });

  test("that begins or ends within a span leaves the wall clock's difference", () => {
    const tracer = new Tracer('shop', new InMemoryReporter(), new ConstSampler(true));
    const before = tracer.startSpan('before');
    const end = Math.floor(before._startTime) + 2000;
    vi.useFakeTimers({ now: end });
    const within = tracer.startSpan('within');
    before.finish();
    expect(before._duration).toBeCloseTo(end - before._startTime, 2);
    vi.useRealTimers();
    const wall = Date.now();
    within.finish();
    expect(within._startTime + within._duration!).toBeGreaterThanOrEqual(wall - 0.001);
  });
});
