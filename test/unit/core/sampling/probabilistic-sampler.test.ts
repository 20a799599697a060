import { describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { ProbabilisticSampler } from '../../../../src/core/sampling/probabilistic-sampler.js';
import type { Span } from '../../../../src/core/span/span.js';
import { seededRandom } from '../../support/fake-platform.js';
import { newTraced } from '../../support/traced.js';

const SPAN = { operationName: 'op' } as Span;

describe('ProbabilisticSampler', () => {
  test.each([
    [0.5, 0.4999, true],
    [0.5, 0.5, false],
    [0, 0, false],
    [1, 0.999_999, true],
    [Number.NaN, 0, false],
  ])('rate %d, chance %d: %s', (rate, chance, expected) => {
    const outTags = {};
    expect(new ProbabilisticSampler(rate, () => chance).isSampled('op', outTags)).toBe(expected);
    expect(outTags).toStrictEqual(
      expected ? { 'sampler.type': 'probabilistic', 'sampler.param': rate } : {},
    );
  });

  test.each([
    [0.5, 0.4999, true],
    [0.5, 0.5, false],
    [0, 0, false],
    [1, 0.999_999, true],
    [Number.NaN, 0, false],
  ])('a span at rate %d, chance %d: %s', (rate, chance, expected) => {
    const sampler = new ProbabilisticSampler(rate, () => chance);
    const span = newTraced({ sampler }).tracer.startSpan('op');
    expect(span.context().isSampled()).toBe(expected);
    expect(span.context().samplingFinalized).toBe(true);
    const tags = [
      { key: 'sampler.type', value: 'probabilistic' },
      { key: 'sampler.param', value: rate },
    ];
    expect(span._tags).toStrictEqual(expected ? tags : []);
    expect(sampler.onCreateSpan(SPAN)).toMatchObject(
      expected
        ? { sample: true, tags: { 'sampler.type': 'probabilistic', 'sampler.param': rate } }
        : { sample: false, tags: null },
    );
    expect(sampler.onCreateSpan(SPAN)).toBe(sampler.onCreateSpan(SPAN));
  });

  test('a subclass that decides otherwise is heard', () => {
    class Checkout extends ProbabilisticSampler {
      override isSampled(operationName: string, outTags: Record<string, unknown>): boolean {
        outTags.asked = operationName;
        return operationName === 'checkout';
      }
    }
    const { tracer } = newTraced({ sampler: new Checkout(1, () => 0) });
    expect(tracer.startSpan('other').context().isSampled()).toBe(false);
    expect(tracer.startSpan('checkout')._tags).toStrictEqual([{ key: 'asked', value: 'checkout' }]);
  });

  test('samples its share', () => {
    const sampler = new ProbabilisticSampler(0.3, seededRandom(11));
    let sampled = 0;
    for (let i = 0; i < 10_000; i++) sampled += sampler.isSampled('op', {}) ? 1 : 0;
    // Six standard deviations of a binomial distribution to each side.
    expect(Math.abs(sampled - 3000)).toBeLessThan(6 * Math.sqrt(10_000 * 0.3 * 0.7));
  });

  test.each([-0.1, 1.1, Number.NEGATIVE_INFINITY, 2])('refuses %d', (rate) => {
    expect(() => new ProbabilisticSampler(rate, Math.random)).toThrow(
      `The sampling rate must be between 0.0 and 1.0. Received ${rate}`,
    );
  });

  test('update says whether the rate is another, and checks no range', () => {
    const sampler = new ProbabilisticSampler(0.5, () => 0.7);
    expect(sampler.update(0.5)).toBe(false);
    expect(sampler.update(0.8)).toBe(true);
    expect(sampler.samplingRate).toBe(0.8);
    expect(sampler.isSampled('op', {})).toBe(true);
    expect(sampler.onCreateSpan(SPAN).tags).toMatchObject({ 'sampler.param': 0.8 });
    expect(sampler.update(7)).toBe(true);
    expect(String(sampler)).toBe('ProbabilisticSampler(samplingRate=7)');
  });

  test('equal', () => {
    const sampler = new ProbabilisticSampler(0.5, Math.random);
    expect(sampler.equal(new ProbabilisticSampler(0.5, Math.random))).toBe(true);
    expect(sampler.equal(new ProbabilisticSampler(0.6, Math.random))).toBe(false);
    expect(sampler.equal(new ConstSampler(true))).toBe(false);
  });
});
