import { describe, expect, test } from 'vitest';
import {
  BaseSamplerV2,
  LegacySamplerV1Base,
  SAMPLER_API_V2,
} from '../../../../src/core/sampling/sampler.js';
import type { SamplingDecision } from '../../../../src/core/span/sampling-decision.js';
import type { Span } from '../../../../src/core/span/span.js';
import { newTraced } from '../../support/traced.js';

/** Decides about the start of a span alone. */
class OnStart extends BaseSamplerV2 {
  private readonly retryable: boolean;

  constructor(retryable: boolean) {
    super('OnStart');
    this.retryable = retryable;
  }

  onCreateSpan(): SamplingDecision {
    return { sample: false, retryable: this.retryable };
  }
}

/** Samples by name. */
class ByName extends LegacySamplerV1Base {
  constructor() {
    super('ByName');
  }

  isSampled(operationName: string, outTags: Record<string, unknown>): boolean {
    outTags.name = operationName;
    return operationName === 'wanted';
  }
}

describe('BaseSamplerV2', () => {
  test('names itself, and closes', async () => {
    const sampler = new OnStart(true);
    expect(sampler.apiVersion).toBe(SAMPLER_API_V2);
    expect(sampler.name()).toBe('OnStart');
    expect(sampler.uniqueName()).toMatch(/^OnStart\[\d+\]$/);
    await new Promise<void>((resolve) => sampler.close(resolve));
  });

  test.each<[string, (span: Span) => void]>([
    ['a tag', (span) => void span.setTag('a', 1)],
    ['a name', (span) => void span.setOperationName('other')],
  ])('is not asked twice: %s makes it final', (_name, write) => {
    const span = newTraced({ sampler: new OnStart(true) }).tracer.startSpan('op');
    expect(span.context().samplingFinalized).toBe(false);
    write(span);
    expect([span.context().samplingFinalized, span.context().isSampled()]).toStrictEqual([
      true,
      false,
    ]);
  });
});

describe('LegacySamplerV1Base', () => {
  const span = { operationName: 'wanted' } as Span;

  test('decides by the name when the span starts, and when it gets another', () => {
    const decision = { sample: true, retryable: false, tags: { name: 'wanted' } };
    expect(new ByName().onCreateSpan(span)).toStrictEqual(decision);
    expect(new ByName().onSetOperationName(span, 'wanted')).toStrictEqual(decision);
  });

  test('asks to be asked again for a tag', () => {
    expect(new ByName().onSetTag(span, 'a', 1)).toStrictEqual({
      sample: false,
      retryable: true,
      tags: null,
    });
  });
});
