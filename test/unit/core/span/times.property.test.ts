import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Span } from '../../../../src/core/span/span.js';
import { type FakeClock } from '../../support/fake-platform.js';
import { newTraced } from '../../support/traced.js';

/** A time as user code may give it: none, `Date.now()`, or something else, in milliseconds from `Date.now()`. */
type Given = 'none' | 'now' | number;

type Step =
  | { readonly kind: 'pass'; readonly millis: number }
  | { readonly kind: 'set'; readonly millis: number }
  | { readonly kind: 'fake'; readonly isFaked: boolean }
  | {
      readonly kind: 'start';
      readonly of: number;
      readonly byContext: boolean;
      readonly time: Given;
    }
  | { readonly kind: 'log'; readonly of: number; readonly time: Given }
  | { readonly kind: 'finish'; readonly of: number; readonly time: Given };

/** What was asked for: undefined where the tracer was to measure. */
interface Asked {
  readonly span: Span;
  readonly start: number | undefined;
  readonly parent: Asked | undefined;
  /** The parent lies in what was the future when this one began. */
  readonly isParentToCome: boolean;
  readonly logs: (number | undefined)[];
  end: number | undefined | 'open';
}

const anyGiven: fc.Arbitrary<Given> = fc.oneof(
  fc.constant<Given>('none'),
  fc.constant<Given>('now'),
  fc.integer({ min: -4, max: 4 }),
  fc.integer({ min: -4000, max: 4000 }).map((micros) => micros / 1000),
  fc.constantFrom(-1_698_300_000_000, 1_698_300_000_000_000, -86_400_000, 86_400_000),
);
const anySpan = fc.nat({ max: 5 });
const anyPass = fc.oneof(
  fc.integer({ min: 0, max: 3000 }).map((micros) => micros / 1000),
  fc.constantFrom(10_000, 11_000, 3_600_000),
);
const pass = fc.record({ kind: fc.constant('pass' as const), millis: anyPass });
const work: fc.Arbitrary<Step>[] = [
  pass,
  fc.record({
    kind: fc.constant('start' as const),
    of: anySpan,
    byContext: fc.boolean(),
    time: anyGiven,
  }),
  fc.record({ kind: fc.constant('log' as const), of: anySpan, time: anyGiven }),
  fc.record({ kind: fc.constant('finish' as const), of: anySpan, time: anyGiven }),
];
const setBy = (micros: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constant('set' as const), millis: micros.map((value) => value / 1000) });
/** What NTP does. */
const corrections = setBy(fc.integer({ min: -5000, max: 5000 }));
const anySet = setBy(fc.constantFrom(-86_400_000_000, -2_000_000, -1300, 1300, 86_400_000_000));
const fake = fc.record({ kind: fc.constant('fake' as const), isFaked: fc.boolean() });

/** What a measured span lasts at least: its end may be so much nearer to a log. */
const SHORTEST_MILLIS = 0.0011;

const micros = (millis: number): number => Math.round(millis * 1000);

class Program {
  readonly asked: Asked[] = [];
  private readonly traced = newTraced();
  private readonly clock: FakeClock = this.traced.platform.clock;

  constructor() {
    this.clock.advance(0.437);
    this.asked.push(this.start(undefined, false, 'none'));
  }

  run(step: Step, allowsContexts: boolean): void {
    if (step.kind === 'pass') this.clock.advance(step.millis);
    else if (step.kind === 'set') this.clock.step(step.millis);
    else if (step.kind === 'fake') this.clock.withoutMonotonic = step.isFaked;
    else {
      const of = this.asked[step.of % this.asked.length]!;
      if (step.kind === 'start') {
        this.asked.push(this.start(of, step.byContext && allowsContexts, step.time));
      } else if (of.end === 'open') {
        const time = this.given(step.time);
        if (step.kind === 'log') of.logs.push(this.log(of.span, time));
        else of.end = this.finish(of.span, time);
      }
    }
  }

  finishAll(): void {
    for (const asked of this.asked) {
      if (asked.end === 'open') asked.end = this.finish(asked.span, undefined);
    }
  }

  private given(time: Given): number | undefined {
    const now = Math.floor(this.clock.wall);
    if (time === 'none') return undefined;
    return time === 'now' ? now : now + time;
  }

  /** Without a time, and where it is `Date.now()`: a faked clock has no microseconds that it lacks. */
  private isMeasured(time: number | undefined): boolean {
    if (time === undefined) return true;
    const { wall, withoutMonotonic } = this.clock;
    if (withoutMonotonic || !Number.isInteger(time)) return false;
    return time < wall + 1 && wall < time + 1.1;
  }

  private start(parent: Asked | undefined, byContext: boolean, time: Given): Asked {
    const startTime = this.given(time);
    const span = this.traced.tracer.startSpan('op', {
      childOf: byContext ? parent?.span.context() : parent?.span,
      startTime,
    });
    const isParentToCome = parent?.start !== undefined && parent.span._startTime > this.clock.wall;
    const start = this.isMeasured(startTime) ? undefined : startTime;
    return { span, start, parent, isParentToCome, logs: [], end: 'open' };
  }

  private log(span: Span, time: number | undefined): number | undefined {
    span.log({ a: 1 }, time);
    return this.isMeasured(time) ? undefined : time;
  }

  private finish(span: Span, time: number | undefined): number | undefined {
    span.finish(time);
    return this.isMeasured(time) ? undefined : time;
  }
}

/** Holds a time to one that it must not be before, as they are sent, unless it was asked for. */
function expectNotBefore(
  what: string,
  earliest: number,
  time: number,
  asked: number | undefined,
  earliestAsked?: number,
): void {
  if (micros(time) >= micros(earliest)) return;
  const wanted = (earliestAsked ?? earliest) - (asked ?? time);
  const isAskedFor = asked !== undefined || earliestAsked !== undefined;
  expect([
    what,
    isAskedFor && wanted >= 1 - SHORTEST_MILLIS ? 'asked' : { earliest, time, asked },
  ]).toStrictEqual([what, 'asked']);
}

function expectOrder({ span, logs, end, start, parent, isParentToCome }: Asked): void {
  const endMillis = span._startTime + span._duration!;
  const endAsked = end as number | undefined;
  expectNotBefore('duration', span._startTime, endMillis, endAsked);
  span._logs.forEach(({ timestamp }, i) => {
    expectNotBefore('log after start', span._startTime, timestamp, logs[i]);
    if (endMillis < span._startTime) return;
    // The end was moved to another log: how far it was asked for from this one is not to be seen.
    if (logs.some((asked) => asked !== undefined && micros(asked) === micros(endMillis))) return;
    expectNotBefore('log before end', timestamp, endMillis, endAsked, logs[i]);
  });
  // A child's start with microseconds of its own is kept as it is.
  if (parent === undefined || isParentToCome || !Number.isInteger(start ?? 0)) return;
  expectNotBefore('child after parent', parent.span._startTime, span._startTime, start);
}

function runs(steps: readonly Step[], allowsContexts: boolean): void {
  const program = new Program();
  for (const step of steps) program.run(step, allowsContexts);
  program.finishAll();
  for (const asked of program.asked) expectOrder(asked);
}

describe('measured and given times, in any mixture', () => {
  test('while Date is faked, and the clock is set to anything', () => {
    const steps = fc.array(fc.oneof(...work, anySet, fake), { maxLength: 25 });
    fc.assert(
      fc.property(steps, (program) => runs(program, false)),
      { numRuns: 5000, seed: 11 },
    );
  });

  test('while the clock is corrected, with parents that are contexts', () => {
    const measured = fc.record({
      kind: fc.constant('start' as const),
      of: anySpan,
      byContext: fc.constant(true),
      time: fc.constantFrom<Given>('none', 'now'),
    });
    const steps = fc.array(fc.oneof(pass, measured, measured, ...work.slice(2), corrections), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (program) => runs(program, true)),
      { numRuns: 5000, seed: 12 },
    );
  });
});
