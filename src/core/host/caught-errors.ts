import { textOfThrown } from '../text/thrown-text.js';
import { logError, type Logger } from './logger.js';

/**
 * Counts exceptions and rejections of user code by the place where the tracer called it. The first of
 * each place is logged. None reaches the caller.
 */
export class CaughtErrors {
  private readonly byPlace: Map<string, number> = new Map();

  add(where: string, error: unknown, logger: Logger): void {
    const before = this.byPlace.get(where) ?? 0;
    this.byPlace.set(where, before + 1);
    if (before === 0)
      logError(logger, `Ignored an exception from the ${where}: ${textOfThrown(error)}`);
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
