import { describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import type { Span } from '../../../../src/core/span/span.js';
import { newTraced } from '../../support/traced.js';

describe('ConstSampler', () => {
  test.each([
    [true, 'ConstSampler(always)', { 'sampler.type': 'const', 'sampler.param': true }],
    [false, 'ConstSampler(never)', {}],
  ])('%s', (decision, text, tags) => {
    const sampler = new ConstSampler(decision);
    const outTags = {};
    expect(sampler.isSampled('op', outTags)).toBe(decision);
    expect(outTags).toStrictEqual(tags);
    expect(String(sampler)).toBe(text);
    expect(sampler.name()).toBe('ConstSampler');
    expect(sampler.decision).toBe(decision);
  });

  test('decides for good', () => {
    for (const decision of [true, false]) {
      const span = newTraced({ sampler: new ConstSampler(decision) }).tracer.startSpan('op');
      expect(span.context().samplingFinalized).toBe(true);
      expect(span.context().isSampled()).toBe(decision);
    }
  });

  test('gives each span its tags, without a new object', () => {
    const { tracer } = newTraced({ sampler: new ConstSampler(true) });
    expect(tracer.startSpan('op')._tags).toStrictEqual([
      { key: 'sampler.type', value: 'const' },
      { key: 'sampler.param', value: true },
    ]);
    const span = { operationName: 'op' } as Span;
    for (const decision of [true, false]) {
      const sampler = new ConstSampler(decision);
      expect(sampler.onCreateSpan(span)).toBe(sampler.onCreateSpan(span));
    }
    expect(new ConstSampler(true).onCreateSpan(span)).toMatchObject({
      sample: true,
      retryable: false,
      tags: { 'sampler.type': 'const', 'sampler.param': true },
    });
    expect(new ConstSampler(false).onCreateSpan(span)).toStrictEqual({
      sample: false,
      retryable: false,
      tags: null,
    });
  });

  test('a subclass that decides otherwise is heard', () => {
    class Checkout extends ConstSampler {
      override isSampled(operationName: string, outTags: Record<string, unknown>): boolean {
        outTags.asked = operationName;
        return operationName === 'checkout';
      }
    }
    const { tracer } = newTraced({ sampler: new Checkout(true) });
    expect(tracer.startSpan('other').context().isSampled()).toBe(false);
    expect(tracer.startSpan('checkout')._tags).toStrictEqual([{ key: 'asked', value: 'checkout' }]);
  });

  test('equal', () => {
    expect(new ConstSampler(true).equal(new ConstSampler(true))).toBe(true);
    expect(new ConstSampler(true).equal(new ConstSampler(false))).toBe(false);
    expect(new ConstSampler(true).equal({})).toBe(false);
  });

  test('close calls back', async () => {
    await new Promise<void>((resolve) => new ConstSampler(true).close(resolve));
    expect(() => new ConstSampler(true).close()).not.toThrow();
  });
});
