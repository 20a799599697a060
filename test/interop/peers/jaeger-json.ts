// SPDX-License-Identifier: Apache-2.0
// What Jaeger's query API answers at /api/traces/{id}, as far as tests look at it.

export interface JaegerTag {
  readonly key: string;
  readonly type: 'string' | 'bool' | 'int64' | 'float64' | 'binary';
  /** Binary in base64; null for one that is empty. */
  readonly value: string | number | boolean | null;
}

export interface JaegerReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

/** Ids in hex, padded to 16 digits, trace ids of 128 bits to 32. */
export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  /** A parent comes as a CHILD_OF; where a FOLLOWS_FROM names the same span, only that one comes back. */
  readonly references: readonly JaegerReference[];
  /** Microseconds since the Unix epoch. */
  readonly startTime: number;
  /** Microseconds. */
  readonly duration: number;
  /** Sorted by key. */
  readonly tags: readonly JaegerTag[];
  readonly logs: readonly { readonly timestamp: number; readonly fields: readonly JaegerTag[] }[];
  readonly processID: string;
  /** What Jaeger found wrong with the span, such as a duration of 0. */
  readonly warnings: readonly string[] | null;
}

export interface JaegerProcess {
  readonly serviceName: string;
  /** `hostname` comes back as `host.name`, `jaeger.version` as `opencensus.exporterversion`. */
  readonly tags: readonly JaegerTag[];
}

export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, JaegerProcess>>;
  readonly warnings: readonly string[] | null;
}
