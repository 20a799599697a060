import type { Buffer } from 'node:buffer';
import type { RemoteInfo, Socket } from 'node:dgram';
import { type AddressInfo, isIPv6 } from 'node:net';
import { DgramAsPromised, type SocketAsPromised } from 'dgram-as-promised';
import {
  type DecodedMessage,
  decodeMessage,
  type ThriftEncoding,
} from '../thrift/jaeger-decoder.js';
import type { JaegerBatch } from '../thrift/jaeger-model.js';
import { BINARY_FIRST_BYTE, COMPACT_PROTOCOL_ID } from '../thrift/protocol-ids.js';
import type { ThriftDecodeError } from '../thrift/thrift-decode-error.js';

/** Where a datagram came from and what it was. */
export interface DatagramInfo {
  readonly address: string;
  readonly port: number;
  /** Its length in bytes. */
  readonly bytes: number;
  /** How it was decoded. */
  readonly protocol: ThriftEncoding;
}

/** Options of `startUdpReceiver`. */
export interface UdpReceiverOptions {
  /** How the datagrams are encoded. By custom, compact comes to port 6831 and binary to 6832. */
  readonly protocol: ThriftEncoding;
  /** Takes datagrams of the other encoding too, which their first byte tells. Default false, as Jaeger. */
  readonly takesBoth?: boolean | undefined;
  /** The address to listen on; an IPv6 address opens an IPv6 socket. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 0 (the default) takes a free port: ask `address()`. */
  readonly port?: number | undefined;
  /**
   * The kernel's receive buffer, in bytes, or as much of it as the system allows. A burst that does
   * not fit into it is lost. Default: the system's.
   */
  readonly receiveBufferBytes?: number | undefined;
  /** Called with each batch, in the order of arrival. What it throws is thrown into the event loop. */
  readonly onBatch: (batch: JaegerBatch, info: DatagramInfo) => void;
  /** Called with each datagram that is no batch, after it was counted. */
  readonly onMalformed?: ((error: ThriftDecodeError, info: DatagramInfo) => void) | undefined;
  /** Called with what the system reports of the open socket; it goes on listening. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** What a receiver has seen since it started. `packets` = `batches` + `malformed`. */
export interface UdpReceiverStats {
  /** Datagrams of any kind. */
  readonly packets: number;
  /** Datagrams that held a batch. */
  readonly batches: number;
  /** Spans in those batches. */
  readonly spans: number;
  /** Datagrams that held none. */
  readonly malformed: number;
  /** Batches behind which bytes were left over. */
  readonly withTrailingBytes: number;
}

/** A socket that listens for Jaeger clients. */
export interface UdpReceiver {
  readonly protocol: ThriftEncoding;
  /** Where it listens; still known after `close()`. */
  address(): AddressInfo;
  stats(): UdpReceiverStats;
  /** The kernel's receive buffer, in bytes, as the system says it. Linux counts its own overhead in. */
  receiveBufferBytes(): number;
  /** Stops listening and frees the port. Idempotent. Nothing is called after it resolved. */
  close(): Promise<void>;
}

/**
 * Listens for what Jaeger clients send over UDP: one Thrift message `emitBatch` to a datagram.
 * Rejects with the system's error when the address cannot be listened on (`EADDRINUSE` ...).
 */
export async function startUdpReceiver(options: UdpReceiverOptions): Promise<UdpReceiver> {
  const { protocol, host = '127.0.0.1', port = 0, receiveBufferBytes = 0 } = options;
  const socket = DgramAsPromised.createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
  const counters = { packets: 0, batches: 0, spans: 0, malformed: 0, withTrailingBytes: 0 };
  // `recv()` of the promised socket keeps nothing that comes between two calls; the event does not wait.
  socket.socket.on('message', (datagram, remote) => receive(datagram, remote, options, counters));
  const address = await listen(socket, port, host);
  socket.socket.on('error', (error) => options.onError?.(error));
  const bufferBytes = raiseReceiveBuffer(socket.socket, receiveBufferBytes);
  let closed: Promise<void> | undefined;
  return {
    protocol,
    address: () => address,
    stats: () => ({ ...counters }),
    receiveBufferBytes: () => bufferBytes,
    close: () => (closed ??= socket.close()),
  };
}

async function listen(socket: SocketAsPromised, port: number, host: string): Promise<AddressInfo> {
  try {
    return await socket.bind(port, host);
  } catch (error) {
    await socket.close();
    throw error;
  }
}

/** Linux takes any size and cuts it to its limit; other systems refuse what is past theirs. */
function raiseReceiveBuffer(socket: Socket, wanted: number): number {
  const before = socket.getRecvBufferSize();
  for (let bytes = wanted; bytes > before; bytes = Math.floor(bytes / 2)) {
    try {
      socket.setRecvBufferSize(bytes);
      break;
    } catch {
      // The next one is half as large.
    }
  }
  return socket.getRecvBufferSize();
}

function receive(
  datagram: Buffer,
  remote: RemoteInfo,
  options: UdpReceiverOptions,
  counters: { -readonly [K in keyof UdpReceiverStats]: number },
): void {
  const { address, port } = remote;
  const protocol = (options.takesBoth && protocolOf(datagram)) || options.protocol;
  const info: DatagramInfo = { address, port, bytes: datagram.length, protocol };
  counters.packets++;
  let message: DecodedMessage;
  try {
    message = decodeMessage(datagram, protocol);
  } catch (error) {
    counters.malformed++;
    options.onMalformed?.(error as ThriftDecodeError, info);
    return;
  }
  counters.batches++;
  counters.spans += message.batch.spans.length;
  if (message.trailingBytes > 0) counters.withTrailingBytes++;
  options.onBatch(message.batch, info);
}

/** Undefined where it is neither. */
function protocolOf(datagram: Buffer): ThriftEncoding | undefined {
  if (datagram[0] === COMPACT_PROTOCOL_ID) return 'compact';
  return datagram[0] === BINARY_FIRST_BYTE ? 'binary' : undefined;
}
