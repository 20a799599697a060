import type { Logger } from '../host/logger.js';
import type { Metrics } from '../host/metrics.js';
import type { Platform } from '../host/platform.js';
import type { FinishedSpan } from '../span/finished-span.js';
import type { KeyValue } from '../span/span-data.js';
import type { WriterHost } from '../thrift/thrift-writer.js';
import type { ValueOptions } from '../wire/tag-encoder.js';
import type { ReporterCounters } from './accounting.js';

/** What a pipeline needs: a reporter's options, with the defaults filled in. */
export interface PipelineSetup {
  readonly platform: WriterHost & Pick<Platform, 'runOutside'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly counters: ReporterCounters;
  /** Bytes of encoded spans that may wait. */
  readonly maxQueuedBytes: number;
  /** Spans that may wait; 0 = only the bytes count. */
  readonly maxQueueSize: number;
  readonly values: ValueOptions;
}

/** The way from finished spans to a sender. No method throws; each span is counted once. */
export interface Pipeline {
  /** The tags are read when the first span is encoded. */
  setProcess(serviceName: string, tags: KeyValue[]): void;
  /** Takes a span; true where it waits now. */
  report(span: FinishedSpan): boolean;
  /** Resolves when everything reported before has left, or was dropped and counted. */
  flush(): Promise<void>;
  /** Drops what still waits, counted as `closed`, and closes the sender. Idempotent. */
  abandon(): void;
}
