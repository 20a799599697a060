import fc from 'fast-check';
import { expect } from 'vitest';
import { textOfThrown } from '../../../src/core/text/thrown-text.js';
import { expectAccounts, expectEnd, expectSettled } from './expect-accounts.js';
import { FuzzedTracer, type FuzzSetup } from './fuzzed-tracer.js';
import { whoRejected } from './moods.js';
import { anyStep, type Step } from './steps.js';

/** A tracer of any kind but for what is given. */
export function anySetup(
  given: Pick<FuzzSetup, 'through' | 'moody' | 'reporterClass'>,
): fc.Arbitrary<FuzzSetup> {
  return fc
    .record({
      seed: fc.integer(),
      protocol: fc.constantFrom('compact' as const, 'binary' as const),
      maxMessageBytes: fc.constantFrom(400, 1500, 65_000),
      maxQueuedBytes: fc.constantFrom(500, 5000, 1_000_000),
      maxQueueSize: fc.constantFrom(0, 0, 3, 40),
      answer: fc.constantFrom('accept' as const, 'accept late' as const, 'reject' as const),
      networkBytes: fc.constantFrom(100_000, 100_000, 9000, 1400, 600, 300),
      options: fc.record({
        traceId128bit: fc.boolean(),
        shareRpcSpan: fc.boolean(),
        padIds: fc.boolean(),
        maxLogsPerSpan: fc.constantFrom(0, 0, 1, 4),
      }),
      values: fc.record({
        numbersAsDouble: fc.boolean(),
        maxTagValueLength: fc.constantFrom(0, 0, 1, 100),
      }),
      endsBroken: fc.boolean(),
    })
    .map((bounds) => ({ ...bounds, ...given }));
}

/** What happens to it. */
export const anyProgram: fc.Arbitrary<Step[]> = fc.array(anyStep, {
  minLength: 1,
  maxLength: 40,
  size: 'max',
});

/** Promises that nobody waited for: each would have ended the application. */
const unhandled: string[] = [];

/** Notes them until the function that it returns is called. */
export function noteUnhandled(): () => void {
  const note = (reason: unknown, promise: Promise<unknown>): void => {
    unhandled.push(`${whoRejected(promise)}: ${textOfThrown(reason)}`);
  };
  process.on('unhandledRejection', note);
  return () => void process.off('unhandledRejection', note);
}

/** Runs a program, and holds after every step what is promised. Needs `noteUnhandled()`. */
export async function runProgram(setup: FuzzSetup, steps: readonly Step[]): Promise<void> {
  unhandled.length = 0;
  const fuzzed = new FuzzedTracer(setup);
  for (const step of steps) {
    await step.run(fuzzed);
    expectAccounts(fuzzed);
    await expectSettled(fuzzed);
    expectNoneUnhandled();
  }
  await expectEnd(fuzzed);
  expectNoneUnhandled();
}

function expectNoneUnhandled(): void {
  expect(`rejected, and nobody waited: ${unhandled.join('; ')}`).toBe(
    'rejected, and nobody waited: ',
  );
}
