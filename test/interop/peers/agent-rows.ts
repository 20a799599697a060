// SPDX-License-Identifier: Apache-2.0
// The lines that thrift-agent.py prints (and ruby-client.rb, for what it sent), as types.

/** An i64; a string in decimal where a JavaScript number would not be exact. */
export type Integer = number | string;

export interface AgentTag {
  readonly key: string;
  /** A number where the type is none that the IDL knows. */
  readonly type: 'STRING' | 'DOUBLE' | 'BOOL' | 'LONG' | 'BINARY' | number;
  /**
   * The value that `type` names; null where it was not sent. BINARY in base64, LONG as {@link Integer};
   * a DOUBLE that JSON cannot say is 'NaN', 'Infinity' or '-Infinity'.
   */
  readonly value: string | number | boolean | null;
  /** Value fields that were sent and are not the one that `type` names; absent where there are none. */
  readonly stray?: readonly string[];
}

export interface AgentReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM' | number;
  readonly traceID: string;
  readonly spanID: string;
}

export interface AgentLog {
  /** Microseconds since the Unix epoch. */
  readonly timestamp: Integer;
  readonly fields: readonly AgentTag[];
}

/** Ids in lower-case hex: 32 digits for a trace, 16 for a span; all zeros for no parent. */
export interface AgentSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly parentSpanID: string;
  readonly operationName: string;
  readonly flags: number;
  /** Microseconds since the Unix epoch. */
  readonly startTime: Integer;
  /** Microseconds. */
  readonly duration: Integer;
  readonly references: readonly AgentReference[];
  readonly tags: readonly AgentTag[];
  readonly logs: readonly AgentLog[];
}

export type AgentVia = 'udp-compact' | 'udp-binary' | 'http';

export interface AgentStats {
  readonly fullQueueDroppedSpans: Integer;
  readonly tooLargeDroppedSpans: Integer;
  readonly failedToEmitSpans: Integer;
}

export interface AgentBatch {
  readonly via: AgentVia;
  /** Size of the datagram or of the HTTP body. */
  readonly bytes: number;
  readonly seqNo: Integer | null;
  readonly stats: AgentStats | null;
  readonly process: { readonly serviceName: string; readonly tags: readonly AgentTag[] };
  readonly spans: readonly AgentSpan[];
  /** Bytes after the end of the message: 0 in a sound one. */
  readonly trailing: number;
  /** UDP: name of the Thrift message, its type (1 call, 4 oneway) and its sequence number. */
  readonly msg?: string;
  readonly msgType?: number;
  readonly seqid?: number;
  /** HTTP: what was asked for, and how the body was announced. */
  readonly path?: string;
  readonly contentType?: string | null;
}

export interface AgentError {
  readonly via: AgentVia;
  readonly error: string;
  readonly bytes: number;
  /** The first 64 bytes. */
  readonly hex: string;
}

/** Totals of one way in since the start. */
export interface AgentCount {
  readonly batches: number;
  readonly spans: number;
  /** Different (trace id, span id) pairs; counted in count mode only, else 0. */
  readonly distinct: number;
  readonly bytes: number;
  /** Bytes of the largest batch. */
  readonly largest: number;
  readonly errors: number;
  /** UDP, Linux: datagrams that the kernel dropped for want of buffer. The judge's loss, not the sender's. */
  readonly kernelDrops?: number | null;
}

export interface AgentSummary {
  readonly summary: Readonly<Record<AgentVia, AgentCount>>;
  /** True for the last one, after everything that was queued has been read. */
  readonly final: boolean;
}

export interface AgentPorts {
  readonly compact: number;
  readonly binary: number;
  readonly http: number;
}

export type AgentLine =
  | AgentBatch
  | AgentError
  | AgentSummary
  | { readonly ready: true; readonly ports: AgentPorts };
