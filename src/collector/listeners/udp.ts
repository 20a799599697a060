import type { ThriftEncoding } from '../../core/thrift/jaeger-decoder.js';
import type { Ingest } from '../ingest/ingest.js';
import type { ReceiverCounters } from '../ingest/receiver-counters.js';
import { startUdpReceiver, type UdpReceiver } from './udp-receiver.js';

/** Options of `openUdp`. */
export interface UdpOptions {
  readonly protocol: ThriftEncoding;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly ingest: Ingest;
  readonly counters: ReceiverCounters;
  /** Told of errors of the open socket, and of the first datagram of each kind that does not decode. */
  readonly warn: (message: string) => void;
}

/** What the kernel is asked to hold for a burst: sixty datagrams of the largest size. */
const RECEIVE_BUFFER_BYTES = 4_194_304;

/** Takes what Jaeger clients send to an agent. */
export async function openUdp(options: UdpOptions): Promise<UdpReceiver> {
  const { protocol, host, port, ingest, counters, warn } = options;
  const told = new Set<string>();
  const receiver = await startUdpReceiver({
    protocol,
    host,
    port,
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    onBatch: (batch, { bytes }) => counters.taken(bytes, ingest.takeThrift(batch)),
    onMalformed: (error, { address, bytes }) => {
      counters.unreadable(bytes);
      if (told.has(error.code)) return;
      told.add(error.code);
      warn(`UDP ${protocol}: a datagram from ${address} does not decode: ${error.message}`);
    },
    onError: (error) => warn(`UDP ${protocol}: ${error.message}`),
  });
  counters.receiveBufferBytes = receiver.receiveBufferBytes();
  return receiver;
}
