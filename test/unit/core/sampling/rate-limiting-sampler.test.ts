import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  RateLimiter,
  RateLimitingSampler,
} from '../../../../src/core/sampling/rate-limiting-sampler.js';

/** A host whose clock and chance are set by hand. */
function newHost(chance: number = 0): { millis: number; now: () => number; random: () => number } {
  const host = { millis: 1_000_000, now: () => host.millis, random: () => chance };
  return host;
}

function taken(sampler: RateLimitingSampler, tries: number): number {
  let sampled = 0;
  for (let i = 0; i < tries; i++) sampled += sampler.isSampled('op', {}) ? 1 : 0;
  return sampled;
}

describe('RateLimitingSampler', () => {
  test('samples its number a second, and saves no more than that', () => {
    const host = newHost();
    const sampler = new RateLimitingSampler(2, undefined, host);
    expect(taken(sampler, 10)).toBe(0);
    host.millis += 1000;
    expect(taken(sampler, 10)).toBe(2);
    host.millis += 500;
    expect(taken(sampler, 10)).toBe(1);
    host.millis += 3_600_000;
    expect(taken(sampler, 10)).toBe(2);
  });

  test('begins with a share of the bucket by chance, or with what it is told', () => {
    expect(taken(new RateLimitingSampler(10, undefined, newHost(0.55)), 20)).toBe(5);
    expect(taken(new RateLimitingSampler(10, 3, newHost(0.55)), 20)).toBe(3);
  });

  test('below one trace a second the bucket still holds one', () => {
    const host = newHost();
    const sampler = new RateLimitingSampler(0.1, undefined, host);
    expect(taken(sampler, 5)).toBe(0);
    host.millis += 9999;
    expect(taken(sampler, 5)).toBe(0);
    host.millis += 1;
    expect(taken(sampler, 5)).toBe(1);
    host.millis += 100_000;
    expect(taken(sampler, 5)).toBe(1);
  });

  test('a clock that steps back earns nothing and takes nothing away', () => {
    const host = newHost();
    const sampler = new RateLimitingSampler(4, 2, host);
    host.millis -= 86_400_000;
    expect(taken(sampler, 10)).toBe(2);
    host.millis += 500;
    expect(taken(sampler, 10)).toBe(2);
  });

  test('a clock that steps ahead fills the bucket once', () => {
    const host = newHost();
    const sampler = new RateLimitingSampler(4, undefined, host);
    expect(taken(sampler, 5)).toBe(0);
    host.millis += 86_400_000;
    expect(taken(sampler, 100)).toBe(4);
    expect(taken(sampler, 100)).toBe(0);
  });

  test('asks neither the clock nor chance before it is asked', () => {
    let asked = 0;
    const host = { now: () => (asked++, 1000), random: () => (asked++, 0.5) };
    const sampler = new RateLimitingSampler(4, undefined, host);
    expect([sampler.toString(), asked]).toStrictEqual([
      'RateLimitingSampler(maxTracesPerSecond=4)',
      0,
    ]);
    expect(taken(sampler, 10)).toBe(2);
    expect(asked).toBe(11);
  });

  test.each([0, Number.NaN])('at the rate %d samples nothing', (rate) => {
    const host = newHost(0.99);
    const sampler = new RateLimitingSampler(rate, undefined, host);
    host.millis += 60_000;
    expect(taken(sampler, 10)).toBe(0);
  });

  test('tags and text', () => {
    const sampler = new RateLimitingSampler(5, 1, newHost());
    const tags = {};
    sampler.isSampled('op', tags);
    expect(tags).toStrictEqual({ 'sampler.type': 'ratelimiting', 'sampler.param': 5 });
    const none = {};
    expect(sampler.isSampled('op', none)).toBe(false);
    expect(none).toStrictEqual({});
    expect(String(sampler)).toBe('RateLimitingSampler(maxTracesPerSecond=5)');
    expect(sampler.equal(new RateLimitingSampler(5, 1, newHost()))).toBe(true);
    expect(sampler.equal(new RateLimitingSampler(6, 1, newHost()))).toBe(false);
  });

  test('refuses a negative rate, also as an update', () => {
    const text = 'maxTracesPerSecond must be greater than 0.0.  Received -1';
    expect(() => new RateLimitingSampler(-1, undefined, newHost())).toThrow(text);
    expect(() => new RateLimitingSampler(1, undefined, newHost()).update(-1)).toThrow(text);
  });

  test('an update keeps the share of the bucket that was full', () => {
    const host = newHost();
    const sampler = new RateLimitingSampler(10, 5, host);
    expect(sampler.update(20)).toBe(true);
    expect(sampler.update(20)).toBe(false);
    expect(sampler.maxTracesPerSecond).toBe(20);
    expect(taken(sampler, 100)).toBe(10);
  });
});

test('a limiter never gives more than its bucket and what time has earned', () => {
  const step = fc.record({
    millis: fc.integer({ min: -2000, max: 5000 }),
    cost: fc.constantFrom(1, 0.5, 2),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(step), (rate, steps) => {
      const host = newHost(0.5);
      const limiter = new RateLimiter(rate, rate, undefined, host);
      let spent = 0;
      let earned = 0.5 * rate;
      for (const { millis, cost } of steps) {
        host.millis += millis;
        earned += (Math.max(0, millis) / 1000) * rate;
        if (limiter.checkCredit(cost)) spent += cost;
        expect(spent).toBeLessThanOrEqual(earned + 1e-9);
      }
    }),
    { seed: 8 },
  );
});
