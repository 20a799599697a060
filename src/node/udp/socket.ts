import { Buffer } from 'node:buffer';
import type { Socket, SocketOptions } from 'node:dgram';
import { DgramAsPromised } from 'dgram-as-promised';
import type { SendErrorCode } from '../../core/reporting/sender.js';
import { closedError, reasonOf } from './errors.js';

/** Retries of a datagram whose send reported an error of an earlier datagram. */
const RETRIES = 2;

/** Errors after which the socket still works. */
const HARMLESS: ReadonlySet<SendErrorCode> = new Set(['too-large', 'no-buffers', 'not-permitted']);

/** Errors that the network returns for a datagram that has left. */
const ANSWERS: ReadonlySet<SendErrorCode> = new Set(['refused', 'unreachable']);

/**
 * Receives the error of a datagram that had left. `isLatest`: no datagram was sent since then, so no further
 * error follows until the next one is sent.
 */
export type OnAnswer = (error: Error, isLatest: boolean) => void;

/**
 * One socket, connected once. An error that concerns more than one datagram closes it; the caller must then
 * create another one.
 */
export class ConnectedSocket {
  /** The `dgram` socket. */
  readonly socket: Socket;
  private readonly library: ReturnType<typeof DgramAsPromised.createSocket>;
  private readonly onAnswer: OnAnswer;
  private state: 'new' | 'connecting' | 'connected' | 'closed' = 'new';
  private remoteAddress: string | undefined = undefined;
  private failConnect: ((error: unknown) => void) | undefined = undefined;
  private lastEvent: Error | undefined = undefined;
  private worked = false;

  /** @throws what `dgram.createSocket` throws */
  constructor(options: SocketOptions, onAnswer: OnAnswer) {
    this.onAnswer = onAnswer;
    this.library = DgramAsPromised.createSocket(
      options as Parameters<typeof DgramAsPromised.createSocket>[0],
    );
    this.socket = this.library.socket;
    // Before binding: on Deno it has no effect afterwards.
    this.socket.unref();
    this.socket.on('error', (error) => this.onError(error));
    // User code that has the socket may close it.
    this.socket.on('close', () => this.end(closedError()));
  }

  get isNew(): boolean {
    return this.state === 'new';
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** True once it has sent a datagram. */
  get hasWorked(): boolean {
    return this.worked;
  }

  /** The address to which it is connected; undefined otherwise. */
  get address(): string | undefined {
    return this.remoteAddress;
  }

  /** Connects the socket. May be called once. An error closes the socket. */
  connect(port: number, address: string): Promise<void> {
    this.state = 'connecting';
    return new Promise<void>((resolve, reject) => {
      // Node does not call back if the socket is closed before, or cannot be bound.
      this.failConnect = reject;
      const onConnect = (error?: Error): void => {
        if (error || this.state !== 'connecting') return this.fail(error ?? closedError());
        this.state = 'connected';
        this.remoteAddress = address;
        resolve();
      };
      try {
        this.socket.connect(port, address, onConnect);
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** Resolves when the kernel has accepted the datagram. */
  async send(message: Uint8Array): Promise<void> {
    try {
      await this.transmit(message);
    } catch (error) {
      await this.sendAgain(message, error);
    }
    this.worked = true;
  }

  /** Idempotent. A pending `connect` rejects, and a pending `send` too unless its datagram has left. */
  close(): void {
    if (this.state === 'closed') return;
    const isBinding = this.state === 'connecting';
    this.end(closedError());
    // Node would defer this close until the socket is bound. If other code closes it meanwhile, the deferred
    // close throws an exception that cannot be caught. So the socket is closed when `connect` ends.
    if (!isBinding) this.release();
  }

  private fail(error: unknown): void {
    this.end(error);
    this.release();
  }

  private end(error: unknown): void {
    this.state = 'closed';
    this.remoteAddress = undefined;
    this.failConnect?.(error);
  }

  private release(): void {
    try {
      this.socket.close();
    } catch {
      // The socket is closed already.
    }
  }

  /**
   * The error of a send may belong to an earlier datagram: the kernel returns a pending error from the next
   * call, and `dgram-as-promised` rejects with the last `error` event. This datagram was then not sent, and the
   * next try sends it.
   */
  private async sendAgain(message: Uint8Array, first: unknown): Promise<void> {
    let error = first;
    for (let retry = 0; retry < RETRIES && this.isOfEarlier(error); retry++) {
      try {
        await this.transmit(message);
      } catch (next) {
        // `refused` always belongs to an earlier datagram; other errors only if the next try succeeds.
        if (reasonOf(error) === 'refused') this.answered(error);
        error = next;
        continue;
      }
      this.answered(error);
      return;
    }
    if (!HARMLESS.has(reasonOf(error))) this.close();
    throw error;
  }

  private isOfEarlier(error: unknown): boolean {
    return error === this.lastEvent || ANSWERS.has(reasonOf(error));
  }

  /** Reports each error of an earlier datagram once. */
  private answered(error: unknown): void {
    if (error === this.lastEvent) this.lastEvent = undefined;
    else this.onAnswer(error as Error, false);
  }

  private async transmit(message: Uint8Array): Promise<void> {
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    // On a connected socket the arguments are (message, offset, length); the types have only the other form.
    const send = this.library.send as unknown as (
      message: Buffer,
      offset: number,
      length: number,
    ) => Promise<number>;
    await send.call(this.library, bytes, 0, bytes.length);
  }

  private onError(error: Error): void {
    if (this.state === 'connected') {
      this.lastEvent = error;
      this.onAnswer(error, true);
    } else {
      // Binding failed, and Node has dropped a `close` that waited for it.
      this.fail(error);
    }
  }
}
