import type { SendErrorCounts } from './sender.js';
import type { Span } from '../span/span.js';
import type { KeyValue } from '../span/span-data.js';
import type { ReporterStats } from './accounting.js';

/**
 * Takes finished sampled spans. Any object of this shape works; jaeger-client's reporters have it.
 *
 * `report` is called once per span, in the application's request: it must be quick. A span's tags
 * and logs do not change after the call.
 */
export interface Reporter {
  report(span: Span): void;
  /** Sends what waits, frees what it holds, then calls back. */
  close(callback?: () => void): void | Promise<void>;
  /**
   * Said once, when the tracer is made. The value of `client-uuid` is drawn when it is first read: read the tags
   * when the first span is reported, where the runtime has no randomness before.
   */
  setProcess?(serviceName: string, tags: KeyValue[]): void;
  /** Resolves when every span reported before the call has left or was given up. */
  flush?(callback?: () => void): void | Promise<void>;
  /** Without it the tracer counts every span handed over as sent. */
  readonly stats?: (() => ReporterStats) | undefined;
  /** Messages that failed so far, by reason: see `Sender.sendErrors`. */
  sendErrors?(): SendErrorCounts;
  /** How often something of the application's or of the platform's threw, by what it was. */
  caughtErrors?(): Readonly<Record<string, number>>;
  name?(): string;
}
