import type { ThriftEncoding } from '../thrift/jaeger-decoder.js';
import type { Ingest } from '../ingest/ingest.js';
import type { ReceiverCounters } from '../ingest/receiver-counters.js';
import { type DatagramInfo, startUdpReceiver, type UdpReceiver } from './udp-receiver.js';

/** Options of `openUdp`. */
export interface UdpOptions {
  readonly protocol: ThriftEncoding;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly ingest: Ingest;
  readonly counters: ReceiverCounters;
  /** Called with socket errors, and with the first datagram of each kind that cannot be decoded. */
  readonly warn: (message: string) => void;
}

const JAEGERS_PORTS: Readonly<Record<ThriftEncoding, number>> = { compact: 6831, binary: 6832 };

/** Receive buffer to ask for: room for sixty datagrams of the largest size. */
const RECEIVE_BUFFER_BYTES = 4_194_304;

/**
 * Receives what Jaeger clients send to an agent. Unlike Jaeger, it accepts the other port's encoding, too, with a
 * warning: jaeger-client sends binary Thrift to any port, and its traces would be missing without a hint why.
 */
export async function openUdp(options: UdpOptions): Promise<UdpReceiver> {
  const { protocol, host, port, ingest, counters, warn } = options;
  const told = new Set<string>();
  const warnOnce = (kind: string, text: string): void => {
    if (!told.has(kind)) warn(text);
    told.add(kind);
  };
  const receiver = await startUdpReceiver({
    protocol,
    host,
    port,
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    takesBoth: true,
    onBatch: (batch, info) => {
      counters.taken(info.bytes, ingest.takeThrift(batch));
      if (info.protocol !== protocol) warnOnce('other', otherText(protocol, info));
    },
    onMalformed: (error, { address, bytes }) => {
      counters.unreadable(bytes);
      warnOnce(
        error.code,
        `UDP ${protocol}: cannot decode a datagram from ${address}: ${error.message}`,
      );
    },
    onError: (error) => warn(`UDP ${protocol}: ${error.message}`),
  });
  counters.receiveBufferBytes = receiver.receiveBufferBytes();
  counters.kernelDrops = () => receiver.kernelDrops();
  return receiver;
}

function otherText(protocol: ThriftEncoding, { protocol: other, address }: DatagramInfo): string {
  return `UDP ${protocol}: ${other} Thrift from ${address} is accepted here; Jaeger accepts it on port ${JAEGERS_PORTS[other]} only`;
}
