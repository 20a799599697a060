import type { JaegerBatch } from '../thrift/jaeger-model.js';
import type { Process, Span } from '../model/span.js';
import type { TraceStore } from '../store/trace-store.js';

/** What a service is called that did not say. Jaeger's word. */
export const MISSING_SERVICE_NAME = 'missing-service-name';

/** The spans of one process. */
export interface Batch {
  readonly process: Process;
  readonly spans: readonly Span[];
}

/** Puts what was received into a store. */
export class Ingest {
  private readonly store: TraceStore;

  constructor(store: TraceStore) {
    this.store = store;
  }

  /** Takes batches in their order, and returns how many spans they held. */
  take(batches: readonly Batch[]): number {
    let spans = 0;
    for (const batch of batches) {
      this.store.add(batch.process, batch.spans);
      spans += batch.spans.length;
    }
    return spans;
  }

  /** Takes what a Jaeger client sent. */
  takeThrift({ process, spans }: JaegerBatch): number {
    const isNameless = process.serviceName === '';
    const sender = isNameless ? { ...process, serviceName: MISSING_SERVICE_NAME } : process;
    return this.take([{ process: sender, spans }]);
  }
}
