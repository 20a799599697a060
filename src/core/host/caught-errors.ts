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
