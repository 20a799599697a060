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
import { kernelDrops } from './kernel-drops.js';
import { BINARY_FIRST_BYTE, COMPACT_PROTOCOL_ID } from '../thrift/protocol-ids.js';
import type { ThriftDecodeError } from '../thrift/thrift-decode-error.js';

/** The sender and the encoding of a datagram. */
export interface DatagramInfo {
  readonly address: string;
  readonly port: number;
  /** Length in bytes. */
  readonly bytes: number;
  /** The encoding that decoded it. */
  readonly protocol: ThriftEncoding;
}

/** Options of `startUdpReceiver`. */
export interface UdpReceiverOptions {
  /** Encoding of the datagrams. By convention, port 6831 is compact and port 6832 binary. */
  readonly protocol: ThriftEncoding;
  /** Also accepts the other encoding, recognised by the first byte. Default false, as in Jaeger. */
  readonly takesBoth?: boolean | undefined;
  /** Address to listen on; an IPv6 address opens an IPv6 socket. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 0..65535. Default 0: any free port, see `address()`. */
  readonly port?: number | undefined;
  /**
   * Size of the kernel's receive buffer in bytes; the system may allow less. The kernel drops datagrams
   * that do not fit. Default: the system's.
   */
  readonly receiveBufferBytes?: number | undefined;
  /** Called with each batch, in the order of arrival. An exception becomes an uncaught exception. */
  readonly onBatch: (batch: JaegerBatch, info: DatagramInfo) => void;
  /** Called with each datagram that is not a batch, after it was counted. */
  readonly onMalformed?: ((error: ThriftDecodeError, info: DatagramInfo) => void) | undefined;
  /** Called with errors of the open socket. The receiver keeps listening. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** Counters since the start. `packets` = `batches` + `malformed`. */
export interface UdpReceiverStats {
  /** All datagrams. */
  readonly packets: number;
  /** Datagrams with a batch. */
  readonly batches: number;
  /** Spans in those batches. */
  readonly spans: number;
  /** Datagrams without a valid batch. */
  readonly malformed: number;
  /** Datagrams with more bytes after the batch. */
  readonly withTrailingBytes: number;
}

/** A UDP socket that receives spans of Jaeger clients. */
export interface UdpReceiver {
  readonly protocol: ThriftEncoding;
  /** The local address; also valid after `close()`. */
  address(): AddressInfo;
  stats(): UdpReceiverStats;
  /** Size of the kernel's receive buffer in bytes, as the system reports it. Linux includes its overhead. */
  receiveBufferBytes(): number;
  /**
   * Datagrams that the kernel dropped, mostly because the receive buffer was full; undefined on systems other than
   * Linux. After `close()` the count at that time.
   */
  kernelDrops(): number | undefined;
  /** Stops listening and frees the port. Idempotent. No callback runs after it resolved. */
  close(): Promise<void>;
}

/**
 * Receives what Jaeger clients send over UDP: one Thrift message `emitBatch` per datagram. Rejects with the
 * system's error if it cannot listen on the address (`EADDRINUSE` ...).
 */
export async function startUdpReceiver(options: UdpReceiverOptions): Promise<UdpReceiver> {
  const { protocol, host = '127.0.0.1', port = 0, receiveBufferBytes = 0 } = options;
  const socket = DgramAsPromised.createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
  const counters = { packets: 0, batches: 0, spans: 0, malformed: 0, withTrailingBytes: 0 };
  // Not `recv()`: it loses datagrams that arrive between two calls.
  socket.socket.on('message', (datagram, remote) => receive(datagram, remote, options, counters));
  const address = await listen(socket, port, host);
  socket.socket.on('error', (error) => options.onError?.(error));
  const bufferBytes = raiseReceiveBuffer(socket.socket, receiveBufferBytes);
  let closed: Promise<void> | undefined;
  let drops: number | undefined;
  // The kernel forgets the count of a closed socket.
  const countDrops = (): number | undefined => (closed ? drops : (drops = kernelDrops(address)));
  return {
    protocol,
    address: () => address,
    stats: () => ({ ...counters }),
    receiveBufferBytes: () => bufferBytes,
    kernelDrops: countDrops,
    close: () => {
      countDrops();
      return (closed ??= socket.close());
    },
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

/** Linux reduces any size to its limit; other systems reject sizes above their limit. */
function raiseReceiveBuffer(socket: Socket, wanted: number): number {
  const before = socket.getRecvBufferSize();
  for (let bytes = wanted; bytes > before; bytes = Math.floor(bytes / 2)) {
    try {
      socket.setRecvBufferSize(bytes);
      break;
    } catch {
      // Retry with half the size.
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

/** Undefined for neither. */
function protocolOf(datagram: Buffer): ThriftEncoding | undefined {
  if (datagram[0] === COMPACT_PROTOCOL_ID) return 'compact';
  return datagram[0] === BINARY_FIRST_BYTE ? 'binary' : undefined;
}
