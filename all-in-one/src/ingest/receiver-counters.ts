/** Why something was refused before it was read. */
export type RefusalReason =
  | 'host' // the Host header names no host that is allowed
  | 'too-large' // a body past the limit
  | 'busy' // too many bytes of bodies are being read already
  | 'connections' // too many connections
  | 'timeout' // headers or body came too slowly
  | 'bad-http' // no HTTP at all, or headers past the limit
  | 'bad-request'; // another method, content type or content encoding than is served

/** What one way in has seen since it started. `messages` = those taken + `malformed`. */
export interface ReceiverStats {
  /** `udp-compact`, `udp-binary`, `thrift-http`, `otlp-http`, `otlp-grpc`, `import`. */
  readonly name: string;
  /** Where it listens: `127.0.0.1:6831`. */
  readonly address: string;
  /** Datagrams, bodies or calls that were read. */
  readonly messages: number;
  /** Spans in them, duplicates included. */
  readonly spans: number;
  /** Messages that could not be decoded. */
  readonly malformed: number;
  /** Requests and connections that were refused unread. */
  readonly refused: number;
  /** Bytes of the messages. */
  readonly bytes: number;
  /** `refused`, by reason. Reasons that did not occur are absent. */
  readonly refusedBy: Readonly<Partial<Record<RefusalReason, number>>>;
  /** UDP: the kernel's receive buffer, in bytes. */
  readonly receiveBufferBytes?: number;
}

/** Counts what one way in sees. */
export class ReceiverCounters {
  readonly name: string;
  address = '';
  receiveBufferBytes: number | undefined;
  private messages = 0;
  private spans = 0;
  private malformed = 0;
  private bytes = 0;
  private readonly refusedBy = new Map<RefusalReason, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** A message of so many bytes held so many spans. */
  taken(bytes: number, spans: number): void {
    this.messages++;
    this.bytes += bytes;
    this.spans += spans;
  }

  /** A message of so many bytes could not be decoded. */
  unreadable(bytes: number): void {
    this.messages++;
    this.bytes += bytes;
    this.malformed++;
  }

  refuse(reason: RefusalReason): void {
    this.refusedBy.set(reason, (this.refusedBy.get(reason) ?? 0) + 1);
  }

  stats(): ReceiverStats {
    const { name, address, messages, spans, malformed, bytes, receiveBufferBytes } = this;
    const refused = [...this.refusedBy.values()].reduce((sum, n) => sum + n, 0);
    const refusedBy = Object.fromEntries(this.refusedBy);
    const stats = { name, address, messages, spans, malformed, refused, bytes, refusedBy };
    return receiveBufferBytes === undefined ? stats : { ...stats, receiveBufferBytes };
  }
}
