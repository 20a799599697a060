import { logError, type Logger } from '../../core/host/logger.js';
import { textOfThrown } from '../../core/text/thrown-text.js';

/** A kind of fault is said once in this time, in milliseconds: a bad peer cannot fill the log. */
const QUIET_MILLIS = 60_000;

/**
 * Says what went wrong with tracing, which is never the call's problem. Each kind of fault is logged
 * when it is new, and then at most once a minute, with the number of those that were not said.
 */
export class FaultLog {
  private readonly logger: Logger | undefined;
  private readonly said: Map<string, { at: number; unsaid: number }> = new Map();

  constructor(logger: Logger | undefined) {
    this.logger = logger;
  }

  /** `kind` is one of a few; `tracer` has the logger where the options name none. */
  report(kind: string, error: unknown, tracer?: object): void {
    const logger = this.logger ?? loggerOf(tracer);
    if (logger === undefined) return;
    const now = Date.now();
    const before = this.said.get(kind);
    // A clock that was set back must not keep it quiet for longer.
    if (before !== undefined && Math.abs(now - before.at) < QUIET_MILLIS) {
      before.unsaid++;
      return;
    }
    this.said.set(kind, { at: now, unsaid: 0 });
    const more = before?.unsaid ? ` (and ${before.unsaid} more since the last such line)` : '';
    logError(logger, `gRPC tracing: ${kind}: ${textOfThrown(error)}${more}`);
  }
}

/** The tracer's own logger: ours and jaeger-client's have one, under this name. */
function loggerOf(tracer: object | undefined): Logger | undefined {
  try {
    const logger = (tracer as { readonly _logger?: Partial<Logger> } | undefined)?._logger;
    return typeof logger?.error === 'function' ? (logger as Logger) : undefined;
  } catch {
    return undefined;
  }
}
