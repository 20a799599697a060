import type { JaegerBatch } from '../thrift/jaeger-model.js';
import type { Process, Span } from '../model/span.js';
import type { TraceStore } from '../store/trace-store.js';

/** Jaeger's name for a service without a name. */
export const MISSING_SERVICE_NAME = 'missing-service-name';

/** The spans of one process. */
export interface Batch {
  readonly process: Process;
  readonly spans: readonly Span[];
}

/** Puts received spans into a store. */
export class Ingest {
  private readonly store: TraceStore;

  constructor(store: TraceStore) {
    this.store = store;
  }

  /** Stores batches in order. Returns the number of spans in them. */
  take(batches: readonly Batch[]): number {
    let spans = 0;
    for (const batch of batches) {
      this.store.add(batch.process, batch.spans);
      spans += batch.spans.length;
    }
    return spans;
  }

  /** Stores the batch of a Jaeger client. Returns the number of spans in it. */
  takeThrift({ process, spans }: JaegerBatch): number {
    const isNameless = process.serviceName === '';
    const sender = isNameless ? { ...process, serviceName: MISSING_SERVICE_NAME } : process;
    return this.take([{ process: sender, spans }]);
  }
}
