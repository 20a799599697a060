import { createSocket } from 'node:dgram';
import type { JaegerBatch, JaegerSpan } from '../../../src/core/thrift/jaeger-model.js';
import { NO_PARENT } from '../../../src/core/thrift/jaeger-model.js';
import type { ReportedSpan } from '../../../src/collector/index.js';

/** A span as the decoder gives it, with what a test does not care about filled in. */
function spanOf(span: Partial<JaegerSpan>): JaegerSpan {
  return {
    traceID: '000000000000002a',
    spanID: '0000000000000001',
    parentSpanID: NO_PARENT,
    operationName: 'op',
    references: [],
    flags: 1,
    startTime: 1_000_000,
    duration: 100,
    tags: [],
    logs: [],
    ...span,
  };
}

/** A span named `name` whose id is `id`, below the span `parent` (0: none). */
export function reported(
  name: string,
  id: number,
  parent: number,
  span: Partial<JaegerSpan> = {},
  serviceName: string = 'shop',
): ReportedSpan {
  const spanID = hex16(id);
  const parentSpanID = hex16(parent);
  return {
    process: { serviceName, tags: [] },
    span: spanOf({ spanID, parentSpanID, operationName: name, ...span }),
  };
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
