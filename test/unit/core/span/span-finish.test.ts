import { describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { toMillis } from '../../../../src/core/span/span-data.js';
import { START_MILLIS } from '../../support/fake-platform.js';
import { newTraced } from '../../support/traced.js';

describe('a measured duration', () => {
  test.each([
    [0, 0.001],
    [0.0001, 0.001],
    [0.0014, 0.001],
    [0.0016, 0.002],
    [12.3456, 12.346],
    [86_400_000, 86_400_000],
  ])('of %d ms is %d ms: whole microseconds, at least one', (elapsed, duration) => {
    const { tracer, platform } = newTraced();
    const span = tracer.startSpan('op');
    platform.clock.monotonic += elapsed;
    span.finish();
    expect(span._duration).toBeCloseTo(duration, 6);
    expect(Math.round(span._duration! * 1000)).toBe(Math.round(duration * 1000));
  });

  test.each([-86_400_000, 86_400_000])('is the same where the clock is set by %d ms', (step) => {
    const { tracer, platform } = newTraced();
    const span = tracer.startSpan('op');
    platform.clock.step(step);
    platform.clock.advance(3);
    span.finish();
    expect(span._duration).toBe(3);
  });

  test("is the wall clock's where there is no monotonic one", () => {
    const { tracer, platform } = newTraced();
    platform.clock.withoutMonotonic = true;
    const [span, other] = [tracer.startSpan('op'), tracer.startSpan('op')];
    platform.clock.step(4);
    span.finish();
    expect(span._duration).toBe(4);
    platform.clock.step(-4);
    other.finish();
    expect(other._duration).toBe(0.001);
  });

  test("is the wall clock's where the application gave the start", () => {
    const { tracer, platform } = newTraced();
    const span = tracer.startSpan('op', { startTime: START_MILLIS - 1000 });
    platform.clock.advance(5);
    span.finish();
    expect(span._duration).toBe(1005);
  });

  test.each([1, 1000, START_MILLIS * 999])(
    'is a microsecond where the start given is %d ms ahead',
    (ahead) => {
      const span = newTraced().tracer.startSpan('op', { startTime: START_MILLIS + ahead });
      span.finish();
      expect([span._startTime, span._duration]).toStrictEqual([START_MILLIS + ahead, 0.001]);
    },
  );
});

describe('explicit times', () => {
  test.each([
    [1000, 1500, 500],
    [1000, 1000, 0],
    [1000, 900, -100],
    [1000.25, 1000.5, 0.25],
  ])('from %d to %d is %d', (startTime, finishTime, duration) => {
    const { tracer, reporter } = newTraced();
    const span = tracer.startSpan('op', { startTime });
    span.finish(finishTime);
    expect([span._startTime, span._duration]).toStrictEqual([startTime, duration]);
    expect(reporter.spans).toStrictEqual([span]);
  });

  test.each([0, null, undefined, Number.NaN])('%s is now', (time) => {
    const { tracer, platform } = newTraced();
    const span = tracer.startSpan('op', { startTime: time as never });
    expect(span._startTime).toBe(START_MILLIS);
    platform.clock.advance(2);
    span.finish(time as never);
    expect(span._duration).toBe(2);
  });

  test.each<[string, unknown, number | undefined]>([
    ['a number', 5, 5],
    ['a negative number', -5, -5],
    ['a Date', new Date(7), 7],
    ['0', 0, undefined],
    ['an invalid Date', new Date(Number.NaN), undefined],
    ['infinity', Number.POSITIVE_INFINITY, undefined],
    ['text', '5', undefined],
    ['a big integer', 5n, undefined],
    ['a boolean', true, undefined],
    ['an object whose valueOf throws', { valueOf: throwHostile }, undefined],
    ['an object without a prototype', Object.create(null), undefined],
  ])('%s as milliseconds', (_name, time, millis) => {
    expect(toMillis(time)).toBe(millis);
  });
});

describe('finish again', () => {
  test('is logged with the operation and the context, and reports nothing', () => {
    const { tracer, logger, reporter } = newTraced();
    const span = tracer.startSpan('GET /');
    span.finish(START_MILLIS + 5);
    span.finish(START_MILLIS + 9);
    expect(logger.errors).toStrictEqual([
      `operation=GET /,context=${span.context()}#You can only call finish() on a span once.`,
    ]);
    expect(span._duration).toBe(5);
    expect(reporter.spans).toHaveLength(1);
    expect(tracer.stats()).toMatchObject({ started: 1, open: 0, finished: 1 });
  });

  test('after explicit equal times too', () => {
    const { tracer, logger } = newTraced();
    const span = tracer.startSpan('op', { startTime: 1000 });
    span.finish(1000);
    span.finish(1000);
    expect(logger.errors).toHaveLength(1);
  });

  test('is no matter for a span that is not sampled', () => {
    const { tracer, logger } = newTraced({ sampler: new ConstSampler(false) });
    const span = tracer.startSpan('op');
    span.finish();
    span.finish();
    expect(logger.errors).toStrictEqual([]);
  });
});

function throwHostile(): never {
  throw new Error('hostile');
}
