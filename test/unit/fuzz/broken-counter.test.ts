import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReporterStats } from '../../../src/core/reporting/accounting.js';
import { RemoteReporter } from '../../../src/core/reporting/remote-reporter.js';
import { anyProgram, anySetup, noteUnhandled, runProgram } from './programs.js';

let stopNoting: () => void;

beforeAll(() => {
  stopNoting = noteUnhandled();
});

afterAll(() => stopNoting());

/** A reporter that counts wrongly. */
function countingWrongly(lie: (stats: ReporterStats) => ReporterStats): typeof RemoteReporter {
  return class extends RemoteReporter {
    override stats(): ReporterStats {
      return lie(super.stats());
    }
  };
}

/** One in so many events is not counted. */
const forgetting = (count: number, oneIn: number): number => count - Math.floor(count / oneIn);

describe('the fuzz finds a reporter that', () => {
  test.each<[string, (stats: ReporterStats) => ReporterStats]>([
    ['counts all right', (stats) => stats],
    [
      'forgets every 50th span for which there was no room',
      ({ dropped, ...rest }) => ({
        ...rest,
        dropped: { ...dropped, queueFull: forgetting(dropped.queueFull, 50) },
      }),
    ],
    [
      'counts every 20th span that failed as sent: the sums are right, the network knows better',
      ({ sent, dropped, ...rest }) => ({
        ...rest,
        sent: sent + Math.floor(dropped.sendFailed / 20),
        dropped: { ...dropped, sendFailed: forgetting(dropped.sendFailed, 20) },
      }),
    ],
    [
      'forgets every third span that it gave up at the end',
      ({ dropped, ...rest }) => ({
        ...rest,
        dropped: { ...dropped, closed: forgetting(dropped.closed, 3) },
      }),
    ],
  ])(
    '%s',
    async (name, lie) => {
      const isRight = name === 'counts all right';
      const setup = anySetup({
        through: 'messages',
        moody: false,
        reporterClass: countingWrongly(lie),
      });
      const { failed, errorInstance } = await fc.check(
        fc.asyncProperty(setup, anyProgram, runProgram),
        { seed: 6, numRuns: isRight ? 30 : 100, endOnFailure: true },
      );
      const found = failed ? String(errorInstance) : 'nothing';
      // Two sums, or a sum and what the network knows.
      const wanted = isRight ? /^nothing$/ : /expected \+?\d+ to be \+?\d+/;
      expect(found).toMatch(wanted);
    },
    60_000,
  );
});
