import { Buffer } from 'node:buffer';
import type { Socket, SocketOptions, SocketType } from 'node:dgram';
import { DgramAsPromised } from 'dgram-as-promised';
import { logError, logInfo, type Logger, NullLogger } from '../core/logger.js';
import { SendError, type SendErrorCode, type Sender, type Wire } from '../core/reporting/sender.js';

/** The Thrift protocol of a datagram: port 6831 takes compact, 6832 binary. */
export type UdpProtocol = 'compact' | 'binary';

/** Options of `UDPSender`. */
export interface UDPSenderOptions {
  /** Name or address of the agent. Default `localhost`. */
  readonly host?: string | undefined;
  /** Default 6831, or 6832 where `protocol` is `binary`. */
  readonly port?: number | undefined;
  /** `udp4` or `udp6`, or the options of `dgram.createSocket`. Default `udp4`. */
  readonly socketType?: SocketType | SocketOptions | undefined;
  /** Default `binary` for port 6832, `compact` for any other. */
  readonly protocol?: UdpProtocol | undefined;
  /** Largest datagram in bytes, Thrift envelope and process included. 200..65,507; default 65,000. */
  readonly maxPacketSize?: number | undefined;
  readonly logger?: Logger | undefined;
}

/** Largest datagram that Jaeger reads whole. */
const DEFAULT_MAX_PACKET_SIZE = 65_000;
const COMPACT_PORT = 6831;
const BINARY_PORT = 6832;

const ERROR_CODES: Readonly<Record<string, SendErrorCode>> = {
  ENOTFOUND: 'resolve',
  EAI_AGAIN: 'resolve',
  ECONNREFUSED: 'refused',
  EMSGSIZE: 'too-large',
  ERR_SOCKET_DGRAM_NOT_RUNNING: 'closed',
};

/**
 * Sends messages to a Jaeger agent over UDP, one datagram each. The socket is connected: the host
 * name is resolved once and not for each packet, and the kernel tells when nobody listens.
 */
export class UDPSender implements Sender {
  readonly wire: Wire;
  readonly maxMessageBytes: number;
  readonly _host: string;
  readonly _port: number;
  readonly _client: Socket;
  _logger: Logger;
  private readonly socket: ReturnType<typeof DgramAsPromised.createSocket>;
  private connecting: Promise<void> | undefined = undefined;
  private abortConnect: ((error: Error) => void) | undefined = undefined;
  private closed = false;
  /** How often the kernel said that nobody listens. It moves no span: the datagram had left. */
  private refusals = 0;
  private lastEvent: Error | undefined = undefined;
  private sendsSinceRefusal = 0;
  private refusing = false;

  /** @throws TypeError `Bad socket type specified. Valid types are: udp4, udp6` */
  constructor(options: UDPSenderOptions = {}) {
    const protocol = options.protocol ?? (options.port === BINARY_PORT ? 'binary' : 'compact');
    this.wire = { protocol, message: true };
    this.maxMessageBytes = options.maxPacketSize || DEFAULT_MAX_PACKET_SIZE;
    this._host = options.host || 'localhost';
    this._port = options.port || (protocol === 'binary' ? BINARY_PORT : COMPACT_PORT);
    this._logger = options.logger ?? new NullLogger();
    this.socket = DgramAsPromised.createSocket(
      (options.socketType || 'udp4') as Parameters<typeof DgramAsPromised.createSocket>[0],
    );
    this._client = this.socket.socket;
    // Before it is bound: later has no effect on Deno.
    this._client.unref();
    this._client.on('error', (error) => this.onSocketError(error));
  }

  toString(): string {
    return `UDPSender(${this.wire.protocol}, ${this._host}:${this._port})`;
  }

  /** ECONNREFUSED answers so far: datagrams that had left when the kernel heard of no listener. */
  get refusedDatagrams(): number {
    return this.refusals;
  }

  /** Resolves when the kernel has taken the datagram. */
  async send(message: Uint8Array): Promise<void> {
    if (this.closed) throw asSendError(CLOSED, message.length);
    try {
      await (this.connecting ??= this.connect());
      await this.sendDatagram(message);
    } catch (error) {
      throw asSendError(this.closed ? CLOSED : error, message.length);
    }
    this.noteSent();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    // Node forgets the callback of a `connect` that is still resolving the host name.
    this.abortConnect?.(new Error('closed'));
    this._client.close();
  }

  private connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.abortConnect = reject;
      this._client.connect(this._port, this._host, (error?: Error) => {
        if (!error) return resolve();
        // The next message tries again: the name may resolve by then.
        this.connecting = undefined;
        reject(error);
      });
    });
  }

  /**
   * The library under us rejects the send that comes after an error event, unsent, with the error of
   * that event. The event has been dealt with, so the datagram goes out at the second try.
   */
  private async sendDatagram(message: Uint8Array): Promise<void> {
    try {
      await this.transmit(message);
    } catch (error) {
      if (error !== this.lastEvent) throw error;
      this.lastEvent = undefined;
      await this.transmit(message);
    }
  }

  private async transmit(message: Uint8Array): Promise<void> {
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    // On a connected socket this is (message, offset, length); the types know only the other form.
    const send = this.socket.send as unknown as (
      message: Buffer,
      offset: number,
      length: number,
    ) => Promise<number>;
    await send.call(this.socket, bytes, 0, bytes.length);
  }

  private onSocketError(error: Error & { readonly code?: string }): void {
    this.lastEvent = error;
    if (error.code === 'ECONNREFUSED') {
      this.refusals++;
      this.sendsSinceRefusal = 0;
      if (this.refusing) return;
      this.refusing = true;
    }
    logError(this._logger, `error sending spans over UDP: ${error}`);
  }

  /** A refusal comes before the next datagram leaves: two in a row without one, and somebody listens. */
  private noteSent(): void {
    this.sendsSinceRefusal++;
    if (!this.refusing || this.sendsSinceRefusal < 3) return;
    this.refusing = false;
    logInfo(this._logger, `Spans are taken again at ${this._host}:${this._port}.`);
  }
}

/** What a send is told that the sender's end overtook. */
const CLOSED: Error = Object.assign(new Error('closed'), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });

function asSendError(error: unknown, bytes: number): SendError {
  const code = (error as { readonly code?: string } | null)?.code ?? '';
  return new SendError(
    ERROR_CODES[code] ?? 'failed',
    `error sending spans over UDP: ${error}, packet size: ${bytes}, bytes sent: 0`,
  );
}
