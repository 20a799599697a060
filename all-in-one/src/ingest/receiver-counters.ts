/** Why a request or connection was refused before it was read. */
export type RefusalReason =
  | 'host' // the Host header names a host that is not allowed
  | 'too-large' // the body exceeds the limit
  | 'busy' // too many bytes of bodies are in memory
  | 'connections' // too many connections
  | 'timeout' // headers or body arrived too slowly
  | 'bad-http' // not HTTP, or headers exceed the limit
  | 'bad-request'; // unsupported path, method, content type or content encoding

/** Counters of one receiver since the start. `malformed` is a part of `messages`. */
export interface ReceiverStats {
  /** `udp-compact`, `udp-binary`, `thrift-http`, `otlp-http`, `otlp-grpc`, `import`. */
  readonly name: string;
  /** Its address, such as `127.0.0.1:6831`. */
  readonly address: string;
  /** Datagrams, bodies or calls that were read. */
  readonly messages: number;
  /** Spans in them, duplicates included. */
  readonly spans: number;
  /** Messages that could not be decoded. */
  readonly malformed: number;
  /** Requests and connections refused before reading. */
  readonly refused: number;
  /** Bytes in the messages. */
  readonly bytes: number;
  /** `refused`, by reason. Reasons that did not occur are absent. */
  readonly refusedBy: Readonly<Partial<Record<RefusalReason, number>>>;
  /** UDP only: size of the kernel's receive buffer in bytes. */
  readonly receiveBufferBytes?: number;
  /** UDP on Linux only: datagrams that the kernel dropped, mostly because the receive buffer was full. */
  readonly kernelDrops?: number;
}

/** Counts what one receiver gets. */
export class ReceiverCounters {
  readonly name: string;
  address = '';
  receiveBufferBytes: number | undefined;
  /** Asks the kernel; undefined for receivers other than UDP. */
  kernelDrops: (() => number | undefined) | undefined;
  private messages = 0;
  private spans = 0;
  private malformed = 0;
  private bytes = 0;
  private readonly refusedBy = new Map<RefusalReason, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** Counts a message with its bytes and its spans. */
  taken(bytes: number, spans: number): void {
    this.messages++;
    this.bytes += bytes;
    this.spans += spans;
  }

  /** Counts a message that could not be decoded, with its bytes. */
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
    const kernelDrops = this.kernelDrops?.();
    const stats = { name, address, messages, spans, malformed, refused, bytes, refusedBy };
    return {
      ...stats,
      ...(receiveBufferBytes === undefined ? undefined : { receiveBufferBytes }),
      ...(kernelDrops === undefined ? undefined : { kernelDrops }),
    };
  }
}
