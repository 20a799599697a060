import type { GrpcCallType, GrpcMethod } from './method.js';
import type { GrpcSide } from './status.js';

/**
 * A call, as option functions see it: one object per call, from `include` to `onEnd`. `Metadata` is the
 * library's metadata class, `Options` its options of one call.
 */
export interface GrpcCallInfo<Metadata, Options> {
  readonly side: GrpcSide;
  readonly method: GrpcMethod;
  readonly callType: GrpcCallType;
  /** Request metadata; at a client, the caller's own object. Undefined in `include`: not yet known. */
  readonly metadata: Metadata | undefined;
  /**
   * Deadline as a Date or in milliseconds since the Unix epoch. Undefined or Infinity: none. Always
   * undefined in the adapters for nice-grpc and Connect.
   */
  readonly deadline: Date | number | undefined;
  /** Options of the call. Undefined at a server. */
  readonly options: Options | undefined;
  /**
   * Address of the peer as the library formats it. A client knows it once it is connected. `unknown`
   * if there is none.
   */
  peer(): string;
}

/** A call at its end, as `onEnd` sees it. */
export interface GrpcCallEndInfo<Metadata, Options> extends GrpcCallInfo<Metadata, Options> {
  /** gRPC status code, 0 to 16, and message. */
  readonly status: { readonly code: number; readonly details: string };
  /** Undefined if the status did not come with trailers from the peer. */
  readonly trailers: Metadata | undefined;
  /** Milliseconds since the start of the span. */
  readonly durationMs: number;
  /** Number of messages that this side sent. */
  readonly sent: number;
  /** Number of messages that this side received. */
  readonly received: number;
}

/** Direction of a message, seen from the side of the span. */
export type GrpcMessageDirection = 'SENT' | 'RECEIVED';

/** The call info that option functions get. Interceptors add facts as they become known. */
export class MutableCallInfo<Metadata, Options> implements GrpcCallInfo<Metadata, Options> {
  readonly side: GrpcSide;
  readonly method: GrpcMethod;
  readonly callType: GrpcCallType;
  readonly deadline: Date | number | undefined;
  readonly options: Options | undefined;
  metadata: Metadata | undefined = undefined;
  /** Knows the address of the peer. */
  call: { getPeer(): string } | undefined = undefined;

  constructor(
    side: GrpcSide,
    method: GrpcMethod & { readonly callType: GrpcCallType },
    deadline: Date | number | undefined,
    options?: Options,
  ) {
    this.side = side;
    this.method = method;
    this.callType = method.callType;
    this.deadline = deadline;
    this.options = options;
  }

  /** Adds facts. Does nothing if user code froze the object. */
  note(known: Partial<Pick<this, 'metadata' | 'call'>>): void {
    try {
      Object.assign(this, known);
    } catch {
      // A frozen info must not fail the call.
    }
  }

  peer(): string {
    return this.call?.getPeer() ?? 'unknown';
  }
}
