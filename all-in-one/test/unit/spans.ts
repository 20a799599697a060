import { NO_PARENT } from '../../src/thrift/jaeger-model.js';
import type { Process, Span } from '../../src/model/span.js';
import { TraceStore } from '../../src/store/trace-store.js';

/** An id as the decoder gives it. */
export function hex16(id: number): string {
  return id.toString(16).padStart(16, '0');
}

/** A span with what a test does not care about filled in. */
export function span(of: Partial<Span> = {}): Span {
  return {
    traceID: hex16(0x2a),
    spanID: hex16(1),
    parentSpanID: NO_PARENT,
    operationName: 'op',
    references: [],
    flags: 1,
    startTime: 1_700_000_000_000_000,
    duration: 100,
    tags: [],
    logs: [],
    ...of,
  };
}

export function process(serviceName: string = 'shop', tags: Process['tags'] = []): Process {
  return { serviceName, tags };
}

export function textTag(key: string, value: string): Span['tags'][number] {
  return { key, type: 'string', value };
}

/** A store that holds all that a test gives it. */
export function roomyStore(): TraceStore {
  return new TraceStore({ maxTraces: 1_000_000, maxBytes: 2 ** 40 });
}
