import { createSocket } from 'node:dgram';
import type { JaegerBatch } from '../../src/thrift/jaeger-model.js';
import type { JsonSpan, JsonTrace } from '../../src/index.js';

const TRACE_ID = '000000000000002a';

/**
 * A span named `name` whose id is `id`, below the span `parent` (0: none), with what a test does not
 * care about filled in. Its process is named like its service.
 */
export function jsonSpan(
  name: string,
  id: number,
  parent: number,
  span: Partial<JsonSpan> = {},
  service: string = 'shop',
): JsonSpan {
  const above = { refType: 'CHILD_OF' as const, traceID: TRACE_ID, spanID: hex16(parent) };
  return {
    traceID: TRACE_ID,
    spanID: hex16(id),
    flags: 1,
    operationName: name,
    references: parent === 0 ? [] : [above],
    startTime: 1_000_000,
    duration: 100,
    tags: [],
    logs: [],
    processID: service,
    warnings: null,
    ...span,
  };
}

/** The trace of these spans. */
export function jsonTrace(...spans: JsonSpan[]): JsonTrace {
  const processes = Object.fromEntries(
    spans.map(({ processID }) => [processID, { serviceName: processID, tags: [] }]),
  );
  return { traceID: TRACE_ID, spans, processes, warnings: null };
}

/** An id as the decoder gives it. */
export function hex16(id: number): string {
  return id.toString(16).padStart(16, '0');
}

/** Sends datagrams to a port of this host, one after the other. */
export async function sendDatagrams(
  port: number,
  datagrams: readonly Uint8Array[],
  host: string = '127.0.0.1',
): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    for (const datagram of datagrams) {
      await new Promise<void>((resolve, reject) => {
        socket.send(datagram, port, host, (error) => (error ? reject(error) : resolve()));
      });
    }
  } finally {
    socket.close();
  }
}

/** Keeps what arrives; `wait(n)` resolves once `n` things did. */
export class Arrivals<T = JaegerBatch> {
  readonly items: T[] = [];
  private waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  readonly add = (item: T): void => {
    this.items.push(item);
    this.waiting = this.waiting.filter(({ count, resolve }) => {
      if (this.items.length < count) return true;
      resolve();
      return false;
    });
  };

  wait(count: number): Promise<void> {
    if (this.items.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ count, resolve }));
  }
}
