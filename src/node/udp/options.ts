import type { SocketOptions, SocketType } from 'node:dgram';
import type { Logger } from '../../core/host/logger.js';
import type { IpFamily, Lookup } from './address.js';

/** The Thrift protocol of a datagram. Port 6831 accepts compact, port 6832 binary. */
export type UdpProtocol = 'compact' | 'binary';

/** Options of `UDPSender`. */
export interface UDPSenderOptions {
  /** Host name or IP address of the agent. Default `localhost`. */
  readonly host?: string | undefined;
  /** Default 6831, or 6832 if `protocol` is `binary`. */
  readonly port?: number | undefined;
  /**
   * `udp4`, `udp6`, or the options of `dgram.createSocket`. Default `udp4`. A `lookup` in the options replaces
   * `dns.lookup`. It is called with `{ family, all: true }` and may return one address.
   */
  readonly socketType?: SocketType | SocketOptions | undefined;
  /** Default `binary` for port 6832, `compact` for any other. */
  readonly protocol?: UdpProtocol | undefined;
  /** Largest datagram in bytes, Thrift envelope and process included. 200..65,507; default 65,000. */
  readonly maxPacketSize?: number | undefined;
  readonly logger?: Logger | undefined;
}

/** Largest datagram that Jaeger reads completely, in bytes. */
const DEFAULT_MAX_PACKET_SIZE = 65_000;
const COMPACT_PORT = 6831;
const BINARY_PORT = 6832;

/** `UDPSenderOptions` with the defaults filled in. */
export interface UdpSettings {
  readonly protocol: UdpProtocol;
  readonly host: string;
  readonly port: number;
  readonly maxPacketSize: number;
  readonly family: IpFamily;
  /** Without `lookup`. */
  readonly socketOptions: SocketOptions;
  readonly lookup: Lookup | undefined;
}

/**
 * Fills in the defaults. `0` and an empty string mean the default, as in jaeger-client.
 *
 * @throws TypeError `Bad socket type specified. Valid types are: udp4, udp6`
 */
export function settingsOf(options: UDPSenderOptions): UdpSettings {
  const protocol = options.protocol ?? (options.port === BINARY_PORT ? 'binary' : 'compact');
  const { lookup, ...socketOptions } = socketOptionsOf(options.socketType || 'udp4');
  checkType(socketOptions.type);
  return {
    protocol,
    host: options.host || 'localhost',
    port: options.port || (protocol === 'binary' ? BINARY_PORT : COMPACT_PORT),
    maxPacketSize: options.maxPacketSize || DEFAULT_MAX_PACKET_SIZE,
    family: socketOptions.type === 'udp6' ? 6 : 4,
    socketOptions,
    lookup: lookup as unknown as Lookup | undefined,
  };
}

/** As Node does when the socket is made: that is only when something is sent. */
function checkType(type: unknown): void {
  if (type === 'udp4' || type === 'udp6') return;
  throw Object.assign(new TypeError('Bad socket type specified. Valid types are: udp4, udp6'), {
    code: 'ERR_SOCKET_BAD_TYPE',
  });
}

function socketOptionsOf(type: SocketType | SocketOptions): SocketOptions {
  return typeof type === 'string' ? { type } : type;
}
