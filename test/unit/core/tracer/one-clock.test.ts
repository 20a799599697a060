import { followsFrom } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import type { Span } from '../../../../src/core/span/span.js';
import { START_MILLIS } from '../../support/fake-platform.js';
import { newTraced } from '../../support/traced.js';

const DAY = 86_400_000;
/** The bound: a trace follows the host's clock once it has kept its own for so long. */
const KEPT = 10_000;
const STEPS = [-DAY, -5000, -1.3, -0.01, 0.01, 1.3, 5000, DAY];

const at = (span: Span): number => Math.round((span._startTime - START_MILLIS) * 1000) / 1000;

describe.each(STEPS)('the clock is set by %d ms within a trace', (step) => {
  test.each<[string, (parent: Span) => object]>([
    ['a span', (parent) => ({ childOf: parent })],
    ['a context', (parent) => ({ childOf: parent.context() })],
    ['a reference', (parent) => ({ references: [followsFrom(parent)] })],
  ])('a child starts where the time of the trace is: %s', (_name, options) => {
    const { tracer, platform } = newTraced();
    const parent = tracer.startSpan('p');
    platform.clock.advance(0.25);
    platform.clock.step(step);
    const child = tracer.startSpan('c', options(parent));
    platform.clock.advance(0.25);
    const grandchild = tracer.startSpan('g', options(child));
    child.finish();
    parent.finish();
    expect([parent, child, grandchild].map(at)).toStrictEqual([0, 0.25, 0.5]);
    expect([parent._duration, child._duration]).toStrictEqual([0.5, 0.25]);
  });

  test('other traces start where the clock is', () => {
    const { tracer, platform } = newTraced();
    const parent = tracer.startSpan('p');
    platform.clock.step(step);
    const remote = SpanContext.fromString('a:b:0:1')!;
    expect(at(tracer.startSpan('other'))).toBe(step);
    expect(at(tracer.startSpan('server', { childOf: remote }))).toBe(step);
    expect(at(tracer.startSpan('c', { childOf: parent }))).toBe(0);
  });

  test('after the bound the trace follows, and no child is before its parent', () => {
    const { tracer, platform } = newTraced();
    const parent = tracer.startSpan('p');
    platform.clock.step(step);
    platform.clock.advance(KEPT - 0.005);
    const late = tracer.startSpan('c', { childOf: parent.context() });
    expect(at(late)).toBe(KEPT - 0.005);
    platform.clock.advance(0.005);
    const next = tracer.startSpan('c', { childOf: late.context() });
    const isSmallStepBack = step < 0 && step > -KEPT;
    expect(at(next)).toBe(isSmallStepBack ? KEPT : KEPT + step);
    platform.clock.advance(KEPT);
    expect(at(tracer.startSpan('c', { childOf: parent.context() }))).toBe(2 * KEPT + step);
  });
});

test('a child of the time that stands still is measured all the same', () => {
  const { tracer, platform } = newTraced();
  const parent = tracer.startSpan('p').context();
  platform.clock.step(-5);
  platform.clock.advance(KEPT);
  const child = tracer.startSpan('c', { childOf: parent });
  platform.clock.advance(2);
  const sibling = tracer.startSpan('s', { childOf: parent });
  child.log({ a: 1 }).finish();
  expect([at(child), at(sibling)]).toStrictEqual([KEPT, KEPT]);
  expect([child._duration, child._logs[0]!.timestamp]).toStrictEqual([2, START_MILLIS + KEPT + 2]);
  platform.clock.advance(4);
  expect(at(tracer.startSpan('c', { childOf: parent }))).toBe(KEPT + 1);
});

test('a trace whose clock is not set keeps its time for hours', () => {
  const { tracer, platform } = newTraced();
  const parent = tracer.startSpan('p');
  let reads = 0;
  const wallMillis = platform.clock.wallMillis.bind(platform.clock);
  platform.clock.wallMillis = () => {
    reads++;
    return wallMillis();
  };
  for (let second = 1; second <= 3600; second++) {
    platform.clock.advance(1000);
    expect(at(tracer.startSpan('c', { childOf: parent }))).toBe(1000 * second);
  }
  expect(reads).toBe(360);
});

test('a given start that is ahead of the trace moves it on', () => {
  const { tracer, platform } = newTraced();
  const root = tracer.startSpan('root').context();
  platform.clock.advance(20);
  platform.clock.step(DAY);
  const given = tracer.startSpan('p', { childOf: root, startTime: START_MILLIS + DAY + 5 });
  const child = tracer.startSpan('c', { childOf: given.context() });
  expect([at(given), at(child)]).toStrictEqual([DAY + 5, DAY + 20]);
});

test('two tracers agree within a trace', () => {
  const { tracer, platform } = newTraced();
  const other = newTraced();
  Object.assign(other.platform.clock, { ...platform.clock });
  const parent = tracer.startSpan('p');
  other.platform.clock.step(-1.3);
  other.platform.clock.advance(0.5);
  expect(at(other.tracer.startSpan('c', { childOf: parent.context() }))).toBe(0.5);
});

describe('without a monotonic clock, or with a faked Date', () => {
  test('a child of a span does not start before it', () => {
    const { tracer, platform } = newTraced();
    platform.clock.withoutMonotonic = true;
    const childOf = tracer.startSpan('p');
    platform.clock.step(-1000);
    expect(at(tracer.startSpan('c', { childOf }))).toBe(0);
    expect(at(tracer.startSpan('root'))).toBe(-1000);
  });

  test('the time of a trace goes on after it', () => {
    const { tracer, platform } = newTraced();
    const parent = tracer.startSpan('p');
    platform.clock.withoutMonotonic = true;
    platform.clock.step(DAY);
    expect(at(tracer.startSpan('faked', { childOf: parent }))).toBe(DAY);
    platform.clock.withoutMonotonic = false;
    platform.clock.step(-DAY);
    platform.clock.advance(3);
    expect(at(tracer.startSpan('c', { childOf: parent }))).toBe(3);
  });

  test('a trace that began with it has a time from its first measured span on', () => {
    const { tracer, platform } = newTraced();
    platform.clock.withoutMonotonic = true;
    const parent = tracer.startSpan('p').context();
    platform.clock.withoutMonotonic = false;
    platform.clock.advance(1);
    const first = tracer.startSpan('c', { childOf: parent });
    platform.clock.step(-1.3);
    platform.clock.advance(0.1);
    const second = tracer.startSpan('c', { childOf: first.context() });
    expect([at(first), at(second)]).toStrictEqual([1, 1.1]);
  });
});
