import { logError, type Logger } from '../../core/host/logger.js';
import { textOfThrown } from '../../core/text/thrown-text.js';

/** Minimum interval between two log lines of one kind, in milliseconds: a bad peer cannot flood the log. */
const MIN_INTERVAL_MILLIS = 60_000;

/**
 * Logs faults of tracing, which never fail a call. Each kind of fault is logged when it first occurs,
 * then at most once a minute with the number of faults suppressed in between.
 */
export class FaultLog {
  private readonly logger: Logger | undefined;
  private readonly logged: Map<string, { at: number; suppressed: number }> = new Map();

  constructor(logger: Logger | undefined) {
    this.logger = logger;
  }

  /**
   * `kind` begins the line and must be one of a few. `tracer` provides the logger where the options have
   * none.
   */
  report(kind: string, error: unknown, tracer?: object): void {
    const logger = this.logger ?? loggerOf(tracer);
    if (logger === undefined) return;
    const now = Date.now();
    const last = this.logged.get(kind);
    // `abs`: a clock that was set back must not extend the silence.
    if (last !== undefined && Math.abs(now - last.at) < MIN_INTERVAL_MILLIS) {
      last.suppressed++;
      return;
    }
    this.logged.set(kind, { at: now, suppressed: 0 });
    const more = last?.suppressed
      ? ` (${last.suppressed} more were suppressed since the last one)`
      : '';
    logError(logger, `gRPC tracing: ${kind}: ${textOfThrown(error)}${more}`);
  }

  /** Reports an exception or a rejection that does not reach the call. `where` is "from X" or "while ...". */
  caught(where: string, error: unknown, tracer?: object): void {
    this.report(`ignored an exception ${where}`, error, tracer);
  }
}

/** Logger of a tracer of `spoor` or jaeger-client: both keep it as `_logger`. */
function loggerOf(tracer: object | undefined): Logger | undefined {
  try {
    const logger = (tracer as { readonly _logger?: Partial<Logger> } | undefined)?._logger;
    return typeof logger?.error === 'function' ? (logger as Logger) : undefined;
  } catch {
    return undefined;
  }
}
