import { describe, expect, test } from 'vitest';
import { adaptSamplerOrThrow } from '../../../../src/core/sampling/adapt-sampler.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { SAMPLER_API_V2, type SamplerV1 } from '../../../../src/core/sampling/sampler.js';
import type { Span } from '../../../../src/core/span/span.js';
import { newTraced } from '../../support/traced.js';

/** A sampler of jaeger-client's first interface, written by somebody else. */
class OnlyCheckout implements SamplerV1 {
  readonly asked: string[] = [];
  closed = 0;

  name(): string {
    return 'OnlyCheckout';
  }

  isSampled(operationName: string, outTags: Record<string, unknown>): boolean {
    this.asked.push(operationName);
    outTags['sampler.type'] = 'only-checkout';
    return operationName === 'checkout';
  }

  toString(): string {
    return 'OnlyCheckout()';
  }

  close(callback?: () => void): void {
    this.closed++;
    callback?.();
  }
}

describe('a V2 sampler', () => {
  test('is used as it is', () => {
    const sampler = new ConstSampler(true);
    expect(adaptSamplerOrThrow(sampler)).toBe(sampler);
  });

  test('is told by apiVersion and not by class', () => {
    // The literal is a contract with samplers that were written for jaeger-client.
    expect(SAMPLER_API_V2).toBe('SAMPLER_API_V2');
    const foreign = { apiVersion: 'SAMPLER_API_V2' };
    expect(adaptSamplerOrThrow(foreign)).toBe(foreign);
  });
});

describe('a V1 sampler', () => {
  test('is asked on creation and on a new name, and not for tags', () => {
    const sampler = new OnlyCheckout();
    const { tracer } = newTraced({ sampler });
    const span = tracer.startSpan('checkout', { tags: { a: 1 } });
    expect(sampler.asked).toStrictEqual(['checkout']);
    expect(span.context().samplingFinalized).toBe(true);
    expect(span._tags).toStrictEqual([
      { key: 'sampler.type', value: 'only-checkout' },
      { key: 'a', value: 1 },
    ]);
    const other = tracer.startSpan('other');
    expect(other.context().isSampled()).toBe(false);
    expect(other._tags).toStrictEqual([]);
  });

  test('has its name and text', () => {
    const adapted = adaptSamplerOrThrow(new OnlyCheckout());
    expect(String(adapted)).toBe('OnlyCheckout()');
    expect(Reflect.apply(Reflect.get(adapted, 'name') as () => string, adapted, [])).toBe(
      'OnlyCheckout',
    );
  });

  test('is sampled again by a new name while nothing is final', () => {
    const sampler = new OnlyCheckout();
    const adapted = adaptSamplerOrThrow(sampler);
    const span = { operationName: 'checkout' } as Span;
    expect(adapted.onSetOperationName(span, 'checkout')).toMatchObject({
      sample: true,
      retryable: false,
    });
    expect(adapted.onSetTag(span, 'k', 1)).toMatchObject({ sample: false, retryable: true });
  });

  test('is closed, where it can be', async () => {
    const sampler = new OnlyCheckout();
    await new Promise<void>((resolve) => adaptSamplerOrThrow(sampler).close(resolve));
    expect(sampler.closed).toBe(1);
    const bare = adaptSamplerOrThrow({ isSampled: () => true });
    await new Promise<void>((resolve) => bare.close(resolve));
    expect(() => bare.close()).not.toThrow();
    expect(String(Reflect.apply(Reflect.get(bare, 'name') as () => string, bare, []))).toBe(
      'LegacySampler',
    );
  });
});

test.each([
  ['null', null, 'null'],
  ['undefined', undefined, 'undefined'],
  ['text', 'const', 'const'],
  ['an empty object', {}, '[object Object]'],
  ['another API version', { apiVersion: 'V3', isSampled: () => true }, '[object Object]'],
  ['no prototype', Object.create(null), 'object'],
])('%s is no sampler', (_name, sampler, text) => {
  expect(() => adaptSamplerOrThrow(sampler)).toThrow(new Error(`Unrecognized sampler: ${text}`));
});

test('a tracer refuses what is no sampler', () => {
  expect(() => newTraced({ sampler: {} as never })).toThrow(
    'Unrecognized sampler: [object Object]',
  );
});
