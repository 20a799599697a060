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

/** Datagrams that leave in a row; then the rest of the program has a turn. */
const SENDS_AT_ONCE = 16;

/** Milliseconds that a socket is kept at least, whatever comes back for what it sent. */
const SOCKET_KEPT_MS = 1_000;

/**
 * Sends messages to a Jaeger agent over UDP, one datagram each. The socket is connected: no packet is
 * looked up, and the kernel tells when nobody listens.
 *
 *     send ─► address (30 s, or an error: looked up again) ─► socket (an error: a new one) ─► kernel
 *
 * Whatever happens to the name, the network or the socket ends with the trouble itself: each datagram
 * is tried on what is there by then. `sendErrors()` counts those that were lost.
 */
export class UDPSender implements Sender {
  readonly wire: Wire;
  readonly maxMessageBytes: number;
  readonly _host: string;
  readonly _port: number;
  _logger: Logger;
  private readonly family: IpFamily;
  private readonly socketOptions: SocketOptions;
  /** The user's `lookup` needs no permission for names that we could ask for. */
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
   * The socket of the moment, made now where there is none yet. After an error there will be another one.
   *
   * @throws what `dgram.createSocket` throws
   */
  get _client(): Socket {
    const socket = (this.socket ??= this.newSocket());
    if (this.closed) socket.close();
    return socket.socket;
  }

  /** Datagrams so far of which the network said that they were refused: they had left, and their spans count as sent. */
  get refusedDatagrams(): number {
    return this.answers;
  }

  sendErrors(): SendErrorCounts {
    return { ...this.counts };
  }

  /** Resolves when the kernel has taken the datagram. */
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

  /** Where all is well it costs a comparison and, for a name, a look at the clock. */
  private usableSocket(): ConnectedSocket | undefined {
    this.address.refresh();
    const { socket } = this;
    const address = socket?.address;
    return address !== undefined && address === this.address.current ? socket : undefined;
  }

  /** Sends that are under way at the same time wait for the same socket. */
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
   * A socket that has worked may have ended for a reason of its own: somebody closed it, or the host
   * has another address by now. The datagram is not lost where a new socket takes it.
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
    // Neither has to do with where it goes.
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
    // Another source port, too: what is between may have kept the way to an agent that has gone. Not
    // while there is more to come: it would not be counted.
    if (isLatest && time - this.openedAt >= SOCKET_KEPT_MS) this.socket?.close();
  };

  private noteSent(): void {
    if (!this.refusals.noteSent(now())) return;
    logInfo(this._logger, `Spans are taken again at ${this._host}:${this._port}.`);
  }

  private count(reason: SendErrorCode): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
  }
}

/** Looked up at each call, so that an application's patch, or a test's, is seen: as Node does. */
const lookUpByDns: Lookup = (hostname, options, callback) =>
  dns.lookup(hostname, options, callback);

/**
 * Where the kernel takes a datagram at once Node calls back within the same turn of the loop: a long
 * queue would leave as a whole before any timer or request is looked at. The function is the one of
 * the start: a test's fake timers must not stop the sending.
 */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Milliseconds of a clock that never goes back. */
function now(): number {
  return performance.now();
}
