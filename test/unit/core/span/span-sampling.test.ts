import { Tags } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { BaseSamplerV2 } from '../../../../src/core/sampling/sampler.js';
import type { SamplingDecision } from '../../../../src/core/span/sampling-decision.js';
import type { Span } from '../../../../src/core/span/span.js';
import { DefaultThrottler } from '../../../../src/core/tracer/throttler.js';
import { newTraced } from '../../support/traced.js';

const PRIORITY = Tags.SAMPLING_PRIORITY;
const NEVER = new ConstSampler(false);
const keysOf = (span: Span): string[] => span._tags.map(({ key }) => key);

describe('sampling.priority', () => {
  test.each([1, 5, 0.5, '1', true, 1n])('%s makes it a debug trace, and is a tag', (value) => {
    const { tracer, reporter } = newTraced({ sampler: NEVER });
    const span = tracer.startSpan('op').setTag(PRIORITY, value).setTag('after', 1);
    expect(span.context().flags).toBe(3);
    expect(span._tags).toStrictEqual([
      { key: PRIORITY, value },
      { key: 'after', value: 1 },
    ]);
    span.finish();
    expect(reporter.spans).toStrictEqual([span]);
  });

  test.each([0, -1, '0', false, Number.NaN, 'high', {}])(
    '%j stops sampling, and is no tag',
    (value) => {
      const { tracer, reporter } = newTraced();
      const span = tracer.startSpan('op').setTag(PRIORITY, value);
      expect(span.context().flags).toBe(0);
      expect(span.context().samplingFinalized).toBe(true);
      expect(keysOf(span)).not.toContain(PRIORITY);
      span.finish();
      expect(reporter.spans).toStrictEqual([]);
    },
  );

  test.each([null, undefined])('%s is as if it had not been said', (value) => {
    const span = newTraced().tracer.startSpan('op').setTag(PRIORITY, value);
    expect(span.context().flags).toBe(1);
    expect(keysOf(span)).not.toContain(PRIORITY);
  });

  test('a second time is ignored', () => {
    const span = newTraced().tracer.startSpan('op').setTag(PRIORITY, 1).setTag(PRIORITY, 1);
    expect(keysOf(span).filter((key) => key === PRIORITY)).toHaveLength(1);
  });

  test('where debug is throttled does nothing but make sampling final', () => {
    const { tracer } = newTraced({
      sampler: new AskAgainSampler(),
      debugThrottler: new DefaultThrottler(true),
    });
    const span = tracer.startSpan('op').setTag(PRIORITY, 1);
    expect(span.context().flags).toBe(0);
    expect(span.context().samplingFinalized).toBe(true);
    expect(keysOf(span)).toStrictEqual([]);
  });

  test('among other tags takes effect, and stands, before them', () => {
    const { tracer } = newTraced({ sampler: NEVER });
    const forced = tracer.startSpan('op', { tags: { a: 1, [PRIORITY]: 1, b: 2 } });
    expect(keysOf(forced)).toStrictEqual([PRIORITY, 'a', 'b']);
    const stopped = newTraced()
      .tracer.startSpan('op')
      .addTags({ a: 1, [PRIORITY]: 0 });
    expect(keysOf(stopped)).toStrictEqual(['sampler.type', 'sampler.param']);
  });

  test('holds for every span of the trace', () => {
    const { tracer, reporter } = newTraced({ sampler: NEVER });
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', { childOf: root }).setTag(PRIORITY, 1);
    for (const span of [child, root]) span.finish();
    expect(reporter.spans.map(({ operationName }) => operationName)).toStrictEqual([
      'child',
      'root',
    ]);
  });
});

/** Says "not yet" until it is asked about what it waits for. */
class AskAgainSampler extends BaseSamplerV2 {
  readonly asked: string[] = [];
  private readonly wanted: string;
  private readonly tags: Record<string, unknown> | null;

  constructor(wanted: string = 'never', tags: Record<string, unknown> | null = { why: 'wanted' }) {
    super('AskAgain');
    this.wanted = wanted;
    this.tags = tags;
  }

  onCreateSpan(span: Span): SamplingDecision {
    return this.answer(`create ${span.operationName}`);
  }

  override onSetOperationName(_span: Span, name: string): SamplingDecision {
    return this.answer(`name ${name}`);
  }

  override onSetTag(_span: Span, key: string, value: unknown): SamplingDecision {
    return this.answer(`tag ${key}=${value}`);
  }

  private answer(question: string): SamplingDecision {
    this.asked.push(question);
    const sample = question === this.wanted;
    return { sample, retryable: !sample, tags: sample ? this.tags : null };
  }
}

describe('a sampler whose answers are not final', () => {
  test('is asked on creation, on each tag and on a new name', () => {
    const sampler = new AskAgainSampler();
    const { tracer, reporter } = newTraced({ sampler });
    const span = tracer.startSpan('op', { tags: { a: 1 } });
    span.setTag('b', 2).addTags({ c: 3, d: 4 }).setOperationName('other');
    expect(sampler.asked).toStrictEqual([
      'create op',
      'tag a=1',
      'tag b=2',
      'tag c=3',
      'tag d=4',
      'name other',
    ]);
    span.finish();
    expect(reporter.spans).toStrictEqual([]);
  });

  test('decides late: what was recorded before stays, and its tags come behind', () => {
    const sampler = new AskAgainSampler('tag error=true');
    const { tracer, reporter } = newTraced({ sampler });
    const span = tracer.startSpan('op', { tags: { a: 1 } }).log({ early: true });
    expect(tracer.stats().started).toBe(0);
    span.setTag('error', true).setTag('after', 1);
    span.finish();
    expect(keysOf(span)).toStrictEqual(['a', 'error', 'why', 'after']);
    expect(reporter.spans[0]!._logs).toHaveLength(1);
    expect(sampler.asked).not.toContain('tag after=1');
    expect(tracer.stats()).toMatchObject({ started: 1, finished: 1, open: 0 });
  });

  test('decides for the whole trace, its other spans included', () => {
    const sampler = new AskAgainSampler('name checkout');
    const { tracer, reporter } = newTraced({ sampler });
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', { childOf: root });
    expect(root.context()._samplingState).toBe(child.context()._samplingState);
    child.setOperationName('checkout');
    expect(root.context().isSampled()).toBe(true);
    root.setTag('too', 'late to ask');
    for (const span of [child, root]) span.finish();
    expect(reporter.spans).toHaveLength(2);
    expect(sampler.asked).toStrictEqual(['create root', 'create child', 'name checkout']);
    expect(tracer.stats()).toMatchObject({ started: 2, finished: 2, open: 0 });
  });

  test('may give no tags', () => {
    const { tracer } = newTraced({ sampler: new AskAgainSampler('create op', null) });
    const span = tracer.startSpan('op');
    expect(span.context().isSampled()).toBe(true);
    expect(span._tags).toStrictEqual([]);
  });

  test('that throws is no matter to the application', () => {
    const sampler = new AskAgainSampler();
    const { tracer, logger } = newTraced({ sampler });
    sampler.onSetTag = sampler.onSetOperationName = () => {
      throw new Error('no idea');
    };
    const span = tracer.startSpan('op').setTag('a', 1).setOperationName('b');
    expect(keysOf(span)).toStrictEqual(['a']);
    expect(span.operationName).toBe('b');
    expect(tracer.caughtErrors()).toStrictEqual({ sampler: 2 });
    expect(logger.errors).toStrictEqual(['Ignored an exception from the sampler: Error: no idea']);
  });
});
