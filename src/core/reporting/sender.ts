/** Why a message did not leave. */
export type SendErrorCode = 'closed' | 'resolve' | 'refused' | 'too-large' | 'timeout' | 'failed';

/** Branch on `code`: `instanceof` fails where a program loads two copies of this package. */
export class SendError extends Error {
  override readonly name: string = 'SendError';
  readonly code: SendErrorCode;

  constructor(code: SendErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The bytes that a sender wants. */
export interface Wire {
  readonly protocol: 'compact' | 'binary';
  /** True: an `emitBatch` message (UDP). False: a bare `Batch` struct (HTTP). */
  readonly message: boolean;
}

/**
 * Puts encoded messages on a wire. It knows bytes, not spans.
 *
 * The reporter calls `send` again only after the last promise settled, so a sender holds one message
 * at most. It must not keep `message` after that: the reporter writes the next one into it.
 */
export interface Sender {
  readonly wire: Wire;
  /** Largest `message` that `send` takes, in bytes. */
  readonly maxMessageBytes: number;
  /** Resolves when the message has left this process; rejects with a `SendError`. */
  send(message: Uint8Array): Promise<void>;
  /** Frees what it holds. Idempotent; a later `send` rejects with the code `closed`. */
  close(): void | Promise<void>;
}

/** The callback of jaeger-client's senders: how many spans left or failed, and why. */
export type SenderCallback = (numSpans: number, err?: string) => void;

/** jaeger-client's sender: takes spans one at a time, as objects of Thrift's shape, and batches them. */
export interface SpanSender {
  append(thriftSpan: unknown, callback?: SenderCallback): void;
  flush(callback?: SenderCallback): void;
  close(): void;
  setProcess(process: { serviceName: string; tags: unknown[] }): void;
}

/** Told by shape: a sender may come from another copy of this package. */
export function isByteSender(sender: Sender | SpanSender): sender is Sender {
  const candidate = sender as Partial<Sender>;
  return typeof candidate.send === 'function' && typeof candidate.wire === 'object';
}
