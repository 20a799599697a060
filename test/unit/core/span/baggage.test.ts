import { describe, expect, test } from 'vitest';
import {
  type BaggageRestrictionManager,
  DefaultBaggageRestrictionManager,
} from '../../../../src/core/span/baggage.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import type { Span } from '../../../../src/core/span/span.js';
import { newTraced } from '../../support/traced.js';

/** The fields of the logs that baggage left on a span. */
function logged(span: Span): Record<string, unknown>[] {
  return span._logs.map(({ fields }) =>
    Object.fromEntries(fields.map(({ key, value }) => [key, value])),
  );
}

describe('a baggage item', () => {
  test('is set, logged and counted', () => {
    const { tracer, metrics } = newTraced();
    const span = tracer.startSpan('op');
    expect(span.setBaggageItem('user', 'ann')).toBe(span);
    expect(span.getBaggageItem('user')).toBe('ann');
    expect(logged(span)).toStrictEqual([{ event: 'baggage', key: 'user', value: 'ann' }]);
    expect(metrics.get('jaeger:baggage_updates{result=ok}')).toBe(1);
  });

  test('that is set again says so', () => {
    const span = newTraced().tracer.startSpan('op');
    span.setBaggageItem('user', 'ann').setBaggageItem('user', 'bob');
    expect(span.getBaggageItem('user')).toBe('bob');
    expect(logged(span)[1]).toStrictEqual({
      event: 'baggage',
      key: 'user',
      value: 'bob',
      override: 'true',
    });
  });

  test.each([
    ['User_ID', 'user-id'],
    ['a_b_c', 'a-b-c'],
    ['X-Y', 'x-y'],
    ['__proto__', '--proto--'],
    ['constructor', 'constructor'],
  ])('under %s is found under %s, and travels so', (key, normalized) => {
    const span = newTraced().tracer.startSpan('op').setBaggageItem(key, 'v');
    expect(Object.entries(span.context().baggage)).toStrictEqual([[normalized, 'v']]);
    expect([span.getBaggageItem(key), span.getBaggageItem(normalized)]).toStrictEqual(['v', 'v']);
  });

  test('goes to children made later and not to the parent', () => {
    const { tracer } = newTraced();
    const parent = tracer.startSpan('parent').setBaggageItem('a', '1');
    const child = tracer.startSpan('child', { childOf: parent }).setBaggageItem('b', '2');
    expect(child.getBaggageItem('a')).toBe('1');
    expect(parent.getBaggageItem('b')).toBeUndefined();
  });

  test("that nobody set is undefined, also under the name of an object's method", () => {
    const span = newTraced().tracer.startSpan('op');
    expect(span.getBaggageItem('toString')).toBeUndefined();
    expect(span.getBaggageItem('none')).toBeUndefined();
  });

  test('is set on a span that is not sampled, and not logged', () => {
    const { tracer } = newTraced({ sampler: new ConstSampler(false) });
    const span = tracer.startSpan('op').setBaggageItem('user', 'ann');
    expect(span.getBaggageItem('user')).toBe('ann');
    expect(span._logs).toStrictEqual([]);
  });

  test('keeps the sampling state: what a child decides holds for the trace', () => {
    const span = newTraced().tracer.startSpan('op');
    const before = span.context();
    span.setBaggageItem('a', '1').setTag('sampling.priority', 0);
    expect(before.isSampled()).toBe(false);
  });
});

describe('a value that is too long', () => {
  test('is cut to 2,048 UTF-16 units', () => {
    const { tracer, metrics } = newTraced();
    const span = tracer.startSpan('op');
    span.setBaggageItem('fits', 'x'.repeat(2048));
    expect(metrics.get('jaeger:baggage_truncations')).toBe(0);
    span.setBaggageItem('long', 'y'.repeat(2049));
    expect(span.getBaggageItem('long')).toBe('y'.repeat(2048));
    expect(metrics.get('jaeger:baggage_truncations')).toBe(1);
    expect(logged(span)[1]).toStrictEqual({
      event: 'baggage',
      key: 'long',
      value: 'y'.repeat(2048),
      truncated: 'true',
    });
  });

  test('is cut where the manager says', () => {
    const { tracer } = newTraced({
      baggageRestrictionManager: new DefaultBaggageRestrictionManager(3),
    });
    expect(tracer.startSpan('op').setBaggageItem('k', 'abcdef').getBaggageItem('k')).toBe('abc');
  });
});

describe('a restriction manager', () => {
  const onlyUser: BaggageRestrictionManager = {
    getRestriction: (service, key) => ({
      keyAllowed: service === 'shop' && key === 'user',
      maxValueLength: 10,
    }),
  };

  test('that does not allow a key', () => {
    const { tracer, metrics } = newTraced({ baggageRestrictionManager: onlyUser });
    const span = tracer.startSpan('op').setBaggageItem('other', 'v').setBaggageItem('user', 'ann');
    expect(span.context().baggage).toStrictEqual({ user: 'ann' });
    expect(logged(span)[0]).toStrictEqual({
      event: 'baggage',
      key: 'other',
      value: 'v',
      invalid: 'true',
    });
    expect(metrics.get('jaeger:baggage_updates{result=err}')).toBe(1);
    expect(metrics.get('jaeger:baggage_updates{result=ok}')).toBe(1);
  });

  test('that throws sets nothing', () => {
    const { tracer } = newTraced({
      baggageRestrictionManager: {
        getRestriction: () => {
          throw new Error('no rules');
        },
      },
    });
    const span = tracer.startSpan('op').setBaggageItem('user', 'ann');
    expect(span.context().baggage).toStrictEqual({});
    expect(tracer.caughtErrors()).toStrictEqual({ baggage: 1 });
  });
});

test.each([null, undefined])('the value %s is ignored', (value) => {
  const { tracer } = newTraced();
  const span = tracer.startSpan('op').setBaggageItem('user', value as never);
  expect(span.getBaggageItem('user')).toBeUndefined();
  expect(tracer.caughtErrors()).toStrictEqual({ baggage: 1 });
});

test('keys are normalised right also past the hundred that are remembered', () => {
  const span = newTraced().tracer.startSpan('op');
  for (let i = 0; i < 250; i++) {
    expect(span._normalizeBaggageKey(`Key_${i}`)).toBe(`key-${i}`);
    expect(span._normalizeBaggageKey(`Key_${i}`)).toBe(`key-${i}`);
  }
});
