/**
 * Why a message did not leave; of `refused` and `unreachable` also what came back for one that had.
 *
 * - `closed`: the sender was closed before the message left.
 * - `resolve`: the host name has no address, or none that the socket can use.
 * - `refused`: nobody listens there.
 * - `too-large`: the network takes no message of this size.
 * - `no-buffers`: the system has no memory for it at the moment.
 * - `not-permitted`: a firewall, the system or the runtime does not allow it.
 * - `unreachable`: no way to the address: network, interface or host is down.
 * - `timeout`: no answer in time.
 * - `failed`: anything else; the text has the system's error.
 */
export type SendErrorCode =
  | 'closed'
  | 'resolve'
  | 'refused'
  | 'too-large'
  | 'no-buffers'
  | 'not-permitted'
  | 'unreachable'
  | 'timeout'
  | 'failed';

/** Failed messages by reason. A reason that never came up is absent. */
export type SendErrorCounts = Readonly<Partial<Record<SendErrorCode, number>>>;

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
  /**
   * Messages so far that did not leave, and those that left and were refused. Each message of an outage counts. A refused
   * message had left and its `send` resolved: it counts here, and its spans count as sent. Returns a copy.
   */
  sendErrors?(): SendErrorCounts;
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
