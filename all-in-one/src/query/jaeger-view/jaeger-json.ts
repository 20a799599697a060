import type { JaegerReference } from '../../thrift/jaeger-model.js';
import type { JsonTag } from './json-tags.js';

/** A trace in the format of Jaeger's API. */
export interface JsonTrace {
  readonly traceID: string;
  readonly spans: readonly JsonSpan[];
  /** By `processID`. */
  readonly processes: Readonly<Record<string, JsonProcess>>;
  readonly warnings: readonly string[] | null;
}

export interface JsonSpan {
  readonly traceID: string;
  readonly spanID: string;
  /** Absent if 0, and for spans received as OTLP. */
  readonly flags?: number;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  /** Microseconds since the Unix epoch. */
  readonly startTime: number;
  /** Microseconds. */
  readonly duration: number;
  readonly tags: readonly JsonTag[];
  readonly logs: readonly JsonLog[];
  readonly processID: string;
  readonly warnings: readonly string[] | null;
}

export interface JsonLog {
  /** Microseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly fields: readonly JsonTag[];
}

export interface JsonProcess {
  readonly serviceName: string;
  readonly tags: readonly JsonTag[];
}
