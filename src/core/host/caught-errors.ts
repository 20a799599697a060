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
      logError(logger, `Ignored an exception from the ${where}: ${textOfThrown(error)}`);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.byPlace);
  }
}
