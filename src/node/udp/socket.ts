import { Buffer } from 'node:buffer';
import type { Socket, SocketOptions } from 'node:dgram';
import { DgramAsPromised } from 'dgram-as-promised';
import type { SendErrorCode } from '../../core/reporting/sender.js';
import { closedError, reasonOf } from './errors.js';

/** How often a datagram is sent again because of an error that was not about it. */
const RETRIES = 2;

/** Errors after which the socket is as good as before. */
const HARMLESS: ReadonlySet<SendErrorCode> = new Set(['too-large', 'no-buffers', 'not-permitted']);

/** What the network answers to a datagram that has left. */
const ANSWERS: ReadonlySet<SendErrorCode> = new Set(['refused', 'unreachable']);

/**
 * An error that came for a datagram which had left. `isLatest`: none has left since, so nothing more
 * comes until the next one does.
 */
export type OnAnswer = (error: Error, isLatest: boolean) => void;

/**
 * One socket, connected once: the kernel tells when nobody listens, and no packet is looked up. It
 * is good until an error that is not about one datagram; then it is closed, and another one is needed.
 */
export class ConnectedSocket {
  /** `dgram`'s own. */
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
    // Before it is bound: later has no effect on Deno.
    this.socket.unref();
    this.socket.on('error', (error) => this.onError(error));
    // Anybody may close it who has it.
    this.socket.on('close', () => this.end(closedError()));
  }

  get isNew(): boolean {
    return this.state === 'new';
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** True once a datagram has left through it. */
  get hasWorked(): boolean {
    return this.worked;
  }

  /** The address that it is connected to; undefined before and after. */
  get address(): string | undefined {
    return this.remoteAddress;
  }

  /** Once. After an error the socket is closed. */
  connect(port: number, address: string): Promise<void> {
    this.state = 'connecting';
    return new Promise<void>((resolve, reject) => {
      // Node forgets the callback where the socket is closed before, or cannot be bound.
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

  /** Resolves when the kernel has taken the datagram. */
  async send(message: Uint8Array): Promise<void> {
    try {
      await this.transmit(message);
    } catch (error) {
      await this.sendAgain(message, error);
    }
    this.worked = true;
  }

  /** Idempotent. A `connect` that is under way rejects; so does a `send`, unless it has left. */
  close(): void {
    if (this.state === 'closed') return;
    const isBinding = this.state === 'connecting';
    this.end(closedError());
    // A socket that is being bound would take it twice, if somebody else closes it too, and throw
    // where nobody can catch it. It is closed when `connect` has ended.
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
      // It is closed already.
    }
  }

  /**
   * The error of a send may be an answer to a datagram before it: the kernel hands one that is
   * pending to the next call, and the library under us the last `error` event. Then this datagram has
   * not been sent, and goes out at the next try.
   */
  private async sendAgain(message: Uint8Array, first: unknown): Promise<void> {
    let error = first;
    for (let retry = 0; retry < RETRIES && this.isOfEarlier(error); retry++) {
      try {
        await this.transmit(message);
      } catch (next) {
        // That nobody listens is always such an answer; the others only where the next try leaves.
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

  /** Each answer is told once. */
  private answered(error: unknown): void {
    if (error === this.lastEvent) this.lastEvent = undefined;
    else this.onAnswer(error as Error, false);
  }

  private async transmit(message: Uint8Array): Promise<void> {
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    // On a connected socket this is (message, offset, length); the types know only the other form.
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
      // It cannot be bound, and has forgotten a `close` that waited for that.
      this.fail(error);
    }
  }
}
