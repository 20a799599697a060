import { logError, logInfo, type Logger, logWarning } from '../host/logger.js';
import { cutText } from '../text/cut.js';
import { messageOfThrown } from '../text/thrown-text.js';
import { textOfKey } from '../text/value-text.js';

/** Operations and errors that are named; further ones are only counted. */
const NAMED_MAX = 100;
/** UTF-16 units of an operation's name. */
const NAME_UNITS = 200;

/** The lines of a reporter: an outage and an overload are said once, and not for each span. */
export class ReporterLog {
  private readonly logger: Logger;
  private failing = false;
  private full = false;
  private readonly named: Set<string> = new Set();

  constructor(logger: Logger) {
    this.logger = logger;
  }

  withoutProcess(): void {
    logError(this.logger, 'Failed to flush since process is not set.');
  }

  processWasCut(): void {
    logWarning(
      this.logger,
      'Process tags exceed half of the maximum message size; their longest values are truncated',
    );
  }

  limitWasLowered(failedBytes: number, limitBytes: number): void {
    logWarning(
      this.logger,
      `Datagrams of ${failedBytes} bytes are rejected (EMSGSIZE); limiting datagrams to ${limitBytes} bytes`,
    );
  }

  /** A message left; `isHalfEmpty`: an overload is over, too. */
  sent(isHalfEmpty: boolean): void {
    if (isHalfEmpty) this.full = false;
    if (!this.failing) return;
    this.failing = false;
    logInfo(this.logger, 'Reporter sends spans again');
  }

  failed(error: unknown): void {
    if (this.failing) return;
    this.failing = true;
    logError(this.logger, `Failed to flush spans in reporter: ${messageOfThrown(error)}`);
  }

  closeFailed(error: unknown): void {
    logError(this.logger, `Failed to close the sender: ${messageOfThrown(error)}`);
  }

  queueIsFull(waitingSpans: number, waitingBytes: number): void {
    if (this.full) return;
    this.full = true;
    logError(
      this.logger,
      'Failed to append spans in reporter: ' +
        `the queue is full (${waitingSpans} spans, ${waitingBytes} bytes)`,
    );
  }

  /** `bytes` is infinite where the span was not written to its end. */
  spanIsTooLarge(operationName: unknown, bytes: number, maxSpanBytes: number): void {
    const operation = cutText(textOfKey(operationName), NAME_UNITS);
    const size = Number.isFinite(bytes) ? String(bytes) : '(not fully encoded)';
    this.once(
      operation,
      `span size ${size} is larger than maxSpanSize ${maxSpanBytes}, operation=${operation}`,
    );
  }

  spanIsNotEncoded(why: string): void {
    this.once(why, why);
  }

  private once(what: string, why: string): void {
    if (this.named.has(what) || this.named.size >= NAMED_MAX) return;
    this.named.add(what);
    logError(this.logger, `Failed to append spans in reporter: ${why}`);
  }
}
