import type { BaggageRestrictionManager } from '../../../src/core/span/baggage.js';
import type { Logger } from '../../../src/core/host/logger.js';
import type { MetricsFactory } from '../../../src/core/host/metrics.js';
import type { Reporter } from '../../../src/core/reporting/reporter.js';
import { SAMPLER_API_V2, type SamplerV2 } from '../../../src/core/sampling/sampler.js';
import type { SamplingDecision } from '../../../src/core/span/sampling-decision.js';
import type { DebugThrottler } from '../../../src/core/tracer/throttler.js';
import { HOSTILE_OBJECTS, HOSTILE_TRAPS, throwingProxy } from '../support/hostile-values.js';
import type { Moods } from './moods.js';

/*
 * What the application gives the tracer: all of it throws, rejects, never settles and uses the tracer
 * again, by its mood.
 */

export function moodyLogger(moods: Moods): Logger {
  const say = (): void => moods.react('logger') as void;
  return { info: say, warn: say, error: say };
}

/** Its counters and gauges misbehave, not itself: that is trouble at start, with tests of its own. */
export function moodyMetrics(moods: Moods): MetricsFactory {
  const feed = (): void => moods.react('metrics') as void;
  return {
    createCounter: () => ({ increment: feed }),
    createGauge: () => ({ update: feed }),
  };
}

export function moodyThrottler(moods: Moods): DebugThrottler {
  return {
    isAllowed: () => moods.react('throttler.isAllowed', () => moods.pick(2) === 0) as boolean,
    setProcess: () => moods.react('throttler.setProcess'),
    close: (callback) => moods.react('throttler.close', () => callback?.()) as void,
  };
}

export function moodyBaggage(moods: Moods): BaggageRestrictionManager {
  return {
    getRestriction: () =>
      moods.react('baggage rules', () => ({
        keyAllowed: moods.pick(4) > 0,
        maxValueLength: moods.of([0, 5, 2048, Number.NaN, -1]),
      })) as ReturnType<BaggageRestrictionManager['getRestriction']>,
  };
}

export function moodySampler(moods: Moods): SamplerV2 {
  /** A list that it hands out with each decision, and changes. */
  const changing: unknown[] = ['sampler.type', 'changing'];
  const decide = (): SamplingDecision =>
    moods.react('sampler', () => decision(moods, changing)) as SamplingDecision;
  return {
    apiVersion: SAMPLER_API_V2,
    onCreateSpan: decide,
    onSetOperationName: decide,
    onSetTag: decide,
    close: (callback) => moods.react('sampler.close', () => callback?.()) as void,
  };
}

/** As our own samplers' decisions, whose tags never change, but for that. */
function withConstant(decision: SamplingDecision, flatTags: unknown): SamplingDecision {
  return Object.assign(decision, { flatTags, constantTags: flatTags });
}

function decision(moods: Moods, changing: unknown[]): SamplingDecision {
  const sample = moods.pick(5) > 0;
  const retryable = moods.pick(6) === 0;
  const tags = { 'sampler.type': 'moody', 'sampler.param': moods.pick(3) };
  switch (moods.pick(12)) {
    case 0:
      return moods.of([undefined, null, 1, {}, throwingProxy()]) as SamplingDecision;
    case 1:
      return { sample, retryable, tags: moods.of(HOSTILE_TRAPS).make() as typeof tags };
    case 2:
      return withConstant({ sample, retryable, tags }, moods.of(HOSTILE_OBJECTS).make());
    case 3:
      changing.push(`key ${changing.length}`);
      if (changing.length > 9) changing.length = 2;
      return withConstant({ sample, retryable, tags }, changing);
    default:
      return { sample, retryable, tags };
  }
}

/** A reporter without a count of its own: what it takes without throwing is sent. */
export class MoodyReporter implements Reporter {
  taken = 0;
  private readonly moods: Moods;

  constructor(moods: Moods) {
    this.moods = moods;
  }

  report(): void {
    const answer = this.moods.react('reporter.report');
    this.taken++;
    return answer as void;
  }

  flush(callback?: () => void): Promise<void> {
    return this.moods.react('reporter.flush', () => callback?.()) as Promise<void>;
  }

  close(callback?: () => void): void {
    return this.moods.react('reporter.close', () => {
      callback?.();
      if (this.moods.pick(3) === 0) callback?.();
    }) as void;
  }

  setProcess(): void {
    return this.moods.react('reporter.setProcess') as void;
  }

  toString(): string {
    return this.moods.react('reporter.toString', () => 'MoodyReporter') as string;
  }
}
