import { textOfThrown } from '../text/thrown-text.js';
import { logError, type Logger } from './logger.js';

/**
 * What the application's own code threw where the tracer called it. A request goes on, whatever that
 * was: each is counted by where, and the first of its kind is logged.
 */
export class CaughtErrors {
  private readonly byPlace: Map<string, number> = new Map();

  add(where: string, error: unknown, logger: Logger): void {
    const before = this.byPlace.get(where) ?? 0;
    this.byPlace.set(where, before + 1);
    if (before === 0)
      logError(logger, `The ${where} threw, and was ignored: ${textOfThrown(error)}`);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.byPlace);
  }
}

/** The sums of counts; what is no count adds nothing. */
export function sumOfCounts(
  ...all: readonly (Readonly<Record<string, number>> | undefined)[]
): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [key, value] of all.flatMap((counts) => Object.entries(counts ?? {}))) {
    if (Number.isFinite(value)) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return Object.fromEntries(sums);
}
