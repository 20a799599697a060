import type { Operation } from './catalog.js';
import { NO_PARENT } from '../thrift/jaeger-model.js';
import { ID_DIGITS, PARENT_AT, SPAN_ID_AT } from './packed-span.js';
import type { StoredProcess } from './process-table.js';
import type { ChunkPlace } from './span-chunks.js';
import type { SpanFacts } from './span-facts.js';
import type { TagMarks } from './tag-marks.js';

const QUOTE = 0x22;

/** A stored span: the place of its packed string, and what searches need without reading it. */
export class StoredSpan implements ChunkPlace {
  readonly chunk: ChunkPlace['chunk'];
  readonly start: number;
  readonly end: number;
  readonly process: StoredProcess;
  readonly operation: Operation;
  /** Microseconds since the Unix epoch. */
  readonly startTime: number;
  /** Microseconds. */
  readonly duration: number;
  readonly isError: boolean;
  /** Marks of the tags of the span and its logs: see tag-marks.ts. */
  readonly markLow: number;
  readonly markHigh: number;

  constructor(
    { chunk, start, end }: ChunkPlace,
    process: StoredProcess,
    operation: Operation,
    { startTime, duration, isError }: SpanFacts,
    { low, high }: TagMarks,
  ) {
    this.chunk = chunk;
    this.start = start;
    this.end = end;
    this.process = process;
    this.operation = operation;
    this.startTime = startTime;
    this.duration = duration;
    this.isError = isError;
    this.markLow = low;
    this.markHigh = high;
  }

  /** The packed string, decoded at each call: see packed-span.ts. */
  get text(): string {
    return this.chunk.bytes.toString('utf8', this.start, this.end);
  }

  get spanID(): string {
    return this.digitsAt(SPAN_ID_AT);
  }

  /** `NO_PARENT` for a root span. */
  get parentSpanID(): string {
    const hasParent = this.chunk.bytes[this.start + PARENT_AT] === QUOTE;
    return hasParent ? this.digitsAt(PARENT_AT + 1) : NO_PARENT;
  }

  private digitsAt(offset: number): string {
    const from = this.start + offset;
    return this.chunk.bytes.toString('latin1', from, from + ID_DIGITS);
  }
}
