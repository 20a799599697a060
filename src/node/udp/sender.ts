import type { Socket, SocketOptions } from 'node:dgram';
import dns from 'node:dns';
import { setImmediate } from 'node:timers';
import { logError, logInfo, type Logger, NullLogger } from '../../core/host/logger.js';
import {
  SendError,
  type SendErrorCode,
  type Sender,
  type Wire,
  type SendErrorCounts,
} from '../../core/reporting/sender.js';
import { textOfThrown } from '../../core/text/thrown-text.js';
import { runOutside } from '../platform/outside.js';
import { AgentAddress, type IpFamily, type Lookup } from './address.js';
import { closedError, reasonOf } from './errors.js';
import { settingsOf, type UDPSenderOptions } from './options.js';
import { checkNetAccess } from './permission.js';
import { Refusals } from './refusals.js';
import { ConnectedSocket, type OnAnswer } from './socket.js';

/** Datagrams sent in a row before the event loop gets a turn. */
const SENDS_AT_ONCE = 16;

/** Minimum lifetime of a socket in milliseconds, even if its datagrams are refused. */
const SOCKET_KEPT_MS = 1_000;

/**
 * Sends messages to a Jaeger agent over UDP, one datagram each. The socket is connected, so the host name is
 * not looked up per packet, and the kernel reports refused datagrams.
 *
 *     send ─► address (looked up again after 30 s or an error) ─► socket (replaced after an error) ─► kernel
 *
 * After any failure of name, network or socket, the next datagram is tried with the current address and a
 * working socket. `sendErrors()` counts the failed datagrams.
 */
export class UDPSender implements Sender {
  readonly wire: Wire;
  readonly maxMessageBytes: number;
  readonly _host: string;
  readonly _port: number;
  _logger: Logger;
  private readonly family: IpFamily;
  private readonly socketOptions: SocketOptions;
  /** False with a user's `lookup`: it is not known which permission that function needs. */
  private readonly looksUpNames: boolean;
  private readonly address: AgentAddress;
  /** Made when something is sent: a tracer may be made where sockets are not to be had. */
  private socket: ConnectedSocket | undefined = undefined;
  private openedAt = 0;
  private opening: Promise<ConnectedSocket> | undefined = undefined;
  private closed = false;
  private sends = 0;
  private readonly refusals: Refusals = new Refusals();
  private answers = 0;
  private readonly counts: Partial<Record<SendErrorCode, number>> = {};

  /** @throws TypeError `Bad socket type specified. Valid types are: udp4, udp6` */
  constructor(options: UDPSenderOptions = {}) {
    const settings = settingsOf(options);
    this.wire = { protocol: settings.protocol, message: true };
    this.maxMessageBytes = settings.maxPacketSize;
    this._host = settings.host;
    this._port = settings.port;
    this._logger = options.logger ?? new NullLogger();
    this.socketOptions = settings.socketOptions;
    this.family = settings.family;
    this.looksUpNames = settings.lookup === undefined;
    this.address = new AgentAddress({
      host: this._host,
      family: this.family,
      lookup: settings.lookup ?? lookUpByDns,
      now,
    });
  }

  toString(): string {
    return `UDPSender(${this.wire.protocol}, ${this._host}:${this._port})`;
  }

  /**
   * The current socket, created now if there is none yet. After an error it is replaced.
   *
   * @throws what `dgram.createSocket` throws
   */
  get _client(): Socket {
    const socket = (this.socket ??= this.newSocket());
    if (this.closed) socket.close();
    return socket.socket;
  }

  /** Number of datagrams that were refused after they had left. Their spans count as sent. */
  get refusedDatagrams(): number {
    return this.answers;
  }

  sendErrors(): SendErrorCounts {
    return { ...this.counts };
  }

  /**
   * Resolves when the kernel has accepted the datagram.
   *
   * @throws SendError
   */
  send(message: Uint8Array): Promise<void> {
    return runOutside(() => this.sendOutside(message));
  }

  private async sendOutside(message: Uint8Array): Promise<void> {
    let { socket } = this;
    try {
      if (this.closed) throw closedError();
      socket = this.usableSocket() ?? (await this.open());
      await socket.send(message);
    } catch (error) {
      await this.sendAnew(message, error, socket ?? this.socket);
    }
    if (++this.sends % SENDS_AT_ONCE === 0) await turnOfTheLoop();
    if (this.refusals.areGoingOn) this.noteSent();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.address.close();
    this.socket?.close();
  }

  /** The socket, if it is connected to the current address. Called for each datagram, so it must be cheap. */
  private usableSocket(): ConnectedSocket | undefined {
    this.address.refresh();
    const { socket } = this;
    const address = socket?.address;
    return address !== undefined && address === this.address.current ? socket : undefined;
  }

  /** Concurrent sends wait for the same socket. */
  private open(): Promise<ConnectedSocket> {
    this.opening ??= this.connect().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async connect(): Promise<ConnectedSocket> {
    if (this.address.current === undefined) this.checkAccess();
    const address = await this.address.resolve();
    if (this.closed) throw closedError();
    this.checkAccess();
    const socket = this.unusedSocket();
    this.openedAt = now();
    await socket.connect(this._port, address);
    return socket;
  }

  private unusedSocket(): ConnectedSocket {
    if (this.socket?.isNew === true) return this.socket;
    this.socket?.close();
    this.socket = undefined;
    return (this.socket = this.newSocket());
  }

  private checkAccess(): void {
    const { isName, current } = this.address;
    checkNetAccess({
      family: this.family,
      name: isName && this.looksUpNames && current === undefined ? this._host : undefined,
      address: current,
      port: this._port,
    });
  }

  /**
   * Sends a datagram once more with a new socket, if the old one worked before and has ended: other code may
   * have closed it, or the host may have another address now.
   */
  private async sendAnew(
    message: Uint8Array,
    error: unknown,
    socket: ConnectedSocket | undefined,
  ): Promise<void> {
    const hasEnded =
      socket?.isClosed === true && (socket.hasWorked || reasonOf(error) === 'closed');
    if (this.closed || !hasEnded) throw this.failed(error, message);
    try {
      const another = await this.open();
      await another.send(message);
    } catch (again) {
      throw this.failed(again, message);
    }
  }

  private failed(error: unknown, message: Uint8Array): SendError {
    const reason = this.closed ? 'closed' : reasonOf(error);
    this.count(reason);
    // Neither of these two depends on the address.
    if (reason !== 'too-large' && reason !== 'no-buffers') this.address.doubt();
    return new SendError(
      reason,
      `error sending spans over UDP: ${textOfThrown(error)}, packet size: ${message.length}, bytes sent: 0`,
    );
  }

  private newSocket(): ConnectedSocket {
    return runOutside(() => new ConnectedSocket(this.socketOptions, this.onAnswer));
  }

  private readonly onAnswer: OnAnswer = (error, isLatest) => {
    const time = now();
    this.answers++;
    this.count(reasonOf(error));
    if (this.refusals.note(time)) {
      logError(
        this._logger,
        `error sending spans over UDP: ${textOfThrown(error)} (${this._host}:${this._port})`,
      );
    }
    this.address.doubt();
    // A new socket has a new source port: a router on the way may have kept the route to an agent that is gone.
    // While later datagrams may still be refused, the socket stays open: their refusals must be counted.
    if (isLatest && time - this.openedAt >= SOCKET_KEPT_MS) this.socket?.close();
  };

  private noteSent(): void {
    if (!this.refusals.noteSent(now())) return;
    logInfo(this._logger, `Agent at ${this._host}:${this._port} accepts spans again`);
  }

  private count(reason: SendErrorCode): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
  }
}

/** Reads `dns.lookup` at each call, as Node does, so that patches of user code and tests apply. */
const lookUpByDns: Lookup = (hostname, options, callback) =>
  dns.lookup(hostname, options, callback);

/**
 * Waits for the next turn of the event loop. If the kernel accepts a datagram at once, Node calls back in the
 * same turn, so a long queue would delay all timers and requests. `setImmediate` is imported, not read from
 * `globalThis`: a test's fake timers must not stop the sending.
 */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Milliseconds of the monotonic clock. */
function now(): number {
  return performance.now();
}
