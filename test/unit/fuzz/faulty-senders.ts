import {
  SendError,
  type Sender,
  type SenderCallback,
  type SpanSender,
  type Wire,
} from '../../../src/core/reporting/sender.js';
import { decodeMessage } from '../../../all-in-one/src/thrift/jaeger-decoder.js';
import { HOSTILE_THROWABLES, throwingGetters } from '../support/hostile-values.js';
import type { Moods } from './moods.js';

/** What becomes of a message that is handed over. */
export type Answer = 'accept' | 'accept late' | 'reject' | 'reject late' | 'throw' | 'say nothing';

export interface Network {
  readonly protocol: Wire['protocol'];
  readonly maxMessageBytes: number;
  /** Larger messages are refused for their size. */
  readonly networkBytes: number;
}

/** A network that accepts, refuses, stalls and throws, as it is told. */
export class FaultySender implements Sender {
  readonly wire: Wire;
  readonly maxMessageBytes: number;
  /** A copy of each message that was accepted, in order. */
  readonly accepted: Uint8Array[] = [];
  acceptedSpans = 0;
  longest = 0;
  /** More than one message was in flight, or one came after `close()`. */
  readonly misuses: string[] = [];
  answer: Answer = 'accept';
  private readonly stalled: { readonly accept: () => void; readonly reject: () => void }[] = [];
  private readonly networkBytes: number;
  private readonly moods: Moods;
  private inFlight = 0;
  private closed = false;

  constructor(network: Network, moods: Moods) {
    this.wire = { protocol: network.protocol, message: true };
    this.maxMessageBytes = network.maxMessageBytes;
    this.networkBytes = network.networkBytes;
    this.moods = moods;
  }

  send(message: Uint8Array): Promise<void> {
    if (this.closed) this.misuses.push('send after close');
    if (this.inFlight > 0) this.misuses.push('two messages in flight');
    this.longest = Math.max(this.longest, message.length);
    if (message.length > this.networkBytes) {
      return Promise.reject(new SendError('too-large', 'EMSGSIZE'));
    }
    // What the reporter lends must not change while it is in flight: it is copied when it settles.
    const accept = (): void => this.accept(message);
    switch (this.answer) {
      case 'accept':
        accept();
        return Promise.resolve();
      case 'say nothing':
        accept();
        return undefined as unknown as Promise<void>;
      case 'reject':
        return Promise.reject(this.error());
      case 'throw':
        throw this.error();
      default:
        return this.stall(accept);
    }
  }

  /** The message that was in flight for long settles. True where there was one. */
  settleStalled(accepts: boolean): boolean {
    const stalled = this.stalled.shift();
    if (stalled === undefined) return false;
    this.inFlight--;
    if (accepts) stalled.accept();
    else stalled.reject();
    return true;
  }

  close(): void {
    this.closed = true;
    return this.moods.react('sender.close') as void;
  }

  private stall(accept: () => void): Promise<void> {
    this.inFlight++;
    return new Promise((resolve, reject) => {
      this.stalled.push({
        accept: () => {
          accept();
          resolve();
        },
        reject: () => reject(this.error()),
      });
    });
  }

  private accept(message: Uint8Array): void {
    // What was in flight at the end had been given up, and counted so.
    if (this.closed) return;
    this.accepted.push(Uint8Array.from(message));
    this.acceptedSpans += decodeMessage(message, this.wire.protocol).batch.spans.length;
  }

  private error(): unknown {
    if (this.moods.pick(4) > 0) return new SendError('failed', 'the network is down');
    return this.moods.of(HOSTILE_THROWABLES).make();
  }
}

/** A sender of jaeger-client's kind, which calls back late, twice, with nonsense, or not at all. */
export class FaultyAppendSender implements SpanSender {
  acceptedSpans = 0;
  answer: Answer = 'accept';
  private pending = 0;
  private readonly moods: Moods;
  private readonly later: (() => void)[] = [];

  constructor(moods: Moods) {
    this.moods = moods;
  }

  append(_span: unknown, callback?: SenderCallback): void {
    return this.moods.react('sender.append', () => {
      this.pending++;
      callback?.(0);
      if (!this.moods.calm && this.moods.pick(10) === 0) callback?.(this.nonsense() as never);
    }) as void;
  }

  flush(callback?: SenderCallback): void {
    return this.moods.react('sender.flush', () => {
      const spans = this.pending;
      this.pending = 0;
      const done = (): void => this.call(callback, spans);
      if (this.answer.endsWith('late')) this.later.push(done);
      else done();
    }) as void;
  }

  close(): void {
    return this.moods.react('sender.close') as void;
  }

  setProcess(): void {
    return this.moods.react('sender.setProcess') as void;
  }

  settleStalled(_accepts: boolean): boolean {
    const next = this.later.shift();
    next?.();
    return next !== undefined;
  }

  private call(callback: SenderCallback | undefined, spans: number): void {
    const fails = this.answer.startsWith('reject') || this.answer === 'throw';
    callback?.(spans, fails ? (this.moods.throwable() as string) : undefined);
    if (!this.moods.calm && this.moods.pick(5) === 0) callback?.(spans);
  }

  private nonsense(): unknown {
    return this.moods.of([1n, Number.NaN, -1, 0.5, '3', Symbol('n'), null, throwingGetters('x')]);
  }
}
