import { describe, expect, test } from 'vitest';
import type { Span } from '../../../../src/core/span/span.js';
import { START_MILLIS } from '../../support/fake-platform.js';
import { newTraced, type Traced } from '../../support/traced.js';

/** A clock with microseconds, `fraction` of a millisecond past START_MILLIS. */
function tracedAt(fraction: number): Traced {
  const traced = newTraced();
  traced.platform.clock.advance(fraction);
  return traced;
}

const at = (span: Span): number => Math.round((span._startTime - START_MILLIS) * 1000) / 1000;

describe('a given millisecond', () => {
  test.each<[string, now: number, given: number, start: number]>([
    ['that the clock is in', 0.437, 0, 0.437],
    ['that the clock reaches at once', 0.937, 1, 0.937],
    ['that ended a moment ago', 1.05, 0, 1.05],
    ['that ended before', 1.2, 0, 0],
    ['that is to come', 0.437, 2, 2],
    ['with microseconds of its own', 0.437, 0.25, 0.25],
    ['long ago', 0.437, -5000, -5000],
    ['that ended just now', 3, 2, 3],
  ])('%s', (_name, now, given, start) => {
    const { tracer } = tracedAt(now);
    const span = tracer.startSpan('op', { startTime: START_MILLIS + given });
    expect(at(span)).toBe(start);
  });

  test('is kept where there are no microseconds', () => {
    const { tracer, platform } = tracedAt(3);
    platform.clock.withoutMonotonic = true;
    const starts = [2, 3, 4].map((given) =>
      at(tracer.startSpan('op', { startTime: START_MILLIS + given })),
    );
    expect(starts).toStrictEqual([2, 3, 4]);
  });

  test.each<[string, now: number, given: number, end: number]>([
    ['the current one', 0.8, 0, 0.8],
    ['the one before, while the span was not there', 1.8, 0, 0.437],
    ['less than a millisecond before the start', 5, -0.5, 0.437],
    ['a millisecond before the start', 5, -1, -1],
    ['the start', 5, 0.437, 0.437],
    ['microseconds', 5, 0.438, 0.438],
    ['later', 5, 7, 7],
  ])('as an end, and as a log: %s', (_name, now, given, end) => {
    const { tracer, platform } = tracedAt(0.437);
    const span = tracer.startSpan('op');
    platform.clock.advance(now - 0.437);
    const other = tracer.startSpan('op', { startTime: span._startTime });
    other.log({ a: 1 }, START_MILLIS + given);
    expect(other._logs[0]!.timestamp - START_MILLIS).toBeCloseTo(end, 3);
    span.finish(START_MILLIS + given);
    expect(span._duration).toBeCloseTo(end - 0.437, 3);
  });

  test.each([1.7e9, 1.7e15, -1.7e15])('seconds or microseconds are passed on: %d', (startTime) => {
    const { tracer } = tracedAt(0.4);
    const span = tracer.startSpan('op', { startTime });
    span.log({ a: 1 }, startTime).finish(startTime);
    expect([span._startTime, span._duration, span._logs[0]!.timestamp]).toStrictEqual([
      startTime,
      0,
      startTime,
    ]);
    const measured = tracer.startSpan('op', { startTime });
    measured.finish();
    expect(measured._duration).toBeGreaterThan(0);
  });

  test('an end moves to a log that is less than a millisecond later', () => {
    const { tracer, platform } = tracedAt(0.2);
    const span = tracer.startSpan('op');
    platform.clock.advance(5.5);
    span.log({ a: 1 });
    platform.clock.advance(5);
    span.finish(START_MILLIS + 5);
    expect(span._duration).toBe(5.5);
  });

  test('an end stays where a log is a millisecond later', () => {
    const { tracer, platform } = tracedAt(0.2);
    const span = tracer.startSpan('op');
    platform.clock.advance(6.1);
    span.log({ a: 1 });
    span.finish(START_MILLIS + 5);
    expect(span._duration).toBeCloseTo(4.8, 6);
  });
});

describe('a child that is given a start', () => {
  test.each<[string, number, number]>([
    ["its parent's millisecond", 0, 0.437],
    ['the millisecond before', -1, -1],
    ['microseconds before', 0.25, 0.25],
    ['later', 4, 4],
  ])('%s', (_name, given, start) => {
    const { tracer, platform } = tracedAt(0.437);
    const childOf = tracer.startSpan('p');
    platform.clock.advance(20);
    expect(at(tracer.startSpan('c', { childOf, startTime: START_MILLIS + given }))).toBe(start);
  });

  test('of a parent that is in the future because it was asked for', () => {
    const { tracer } = tracedAt(0.437);
    const childOf = tracer.startSpan('p', { startTime: START_MILLIS * 1000 });
    expect(at(tracer.startSpan('c', { childOf }))).toBe(0.437);
  });
});
