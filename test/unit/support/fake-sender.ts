import { SendError, type Sender, type Wire } from '../../../src/core/reporting/sender.js';
import { decodeMessage } from '../../../all-in-one/src/thrift/jaeger-decoder.js';
import type { JaegerBatch } from '../../../all-in-one/src/thrift/jaeger-model.js';
import { settle } from './fake-platform.js';

interface InFlight {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface FakeSenderOptions {
  readonly protocol?: Wire['protocol'];
  readonly maxMessageBytes?: number;
  /** Every message leaves at once, without `succeed()`. */
  readonly automatic?: boolean;
}

/** A sender that keeps its messages; what becomes of each is the test's to say. */
export class FakeSender implements Sender {
  readonly wire: Wire;
  readonly maxMessageBytes: number;
  /** A copy of each message that was handed over, in order. */
  readonly messages: Uint8Array[] = [];
  closed = 0;
  /** The most messages that were ever in flight together. */
  mostInFlight = 0;
  private readonly automatic: boolean;
  private readonly inFlight: InFlight[] = [];

  constructor(options: FakeSenderOptions = {}) {
    this.wire = { protocol: options.protocol ?? 'compact', message: true };
    this.maxMessageBytes = options.maxMessageBytes ?? 65_000;
    this.automatic = options.automatic ?? false;
  }

  send(message: Uint8Array): Promise<void> {
    if (this.closed > 0) return Promise.reject(new SendError('closed', 'closed'));
    this.messages.push(Uint8Array.from(message));
    if (this.automatic) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.inFlight.push({ resolve, reject });
      this.mostInFlight = Math.max(this.mostInFlight, this.inFlight.length);
    });
  }

  close(): void {
    this.closed++;
  }

  get isBusy(): boolean {
    return this.inFlight.length > 0;
  }

  /** The message in flight leaves. */
  async succeed(): Promise<void> {
    this.oldest().resolve();
    await settle();
  }

  /** The message in flight does not leave. */
  async fail(error: unknown = new SendError('failed', 'the network is down')): Promise<void> {
    this.oldest().reject(error);
    await settle();
  }

  /** What the messages say, so far. */
  get batches(): JaegerBatch[] {
    return this.messages.map((message) => decodeMessage(message, this.wire.protocol).batch);
  }

  /** The operation names of each message's spans. */
  get operations(): string[][] {
    return this.batches.map(({ spans }) => spans.map(({ operationName }) => operationName));
  }

  private oldest(): InFlight {
    const oldest = this.inFlight.shift();
    if (oldest === undefined) throw new Error('no message is in flight');
    return oldest;
  }
}
