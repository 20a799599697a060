import type { Operation } from './catalog.js';
import { spanIdOf } from './packed-span.js';
import type { StoredProcess } from './process-table.js';

/** A stored span: its packed string, and what searches need without parsing it. */
export interface StoredSpan {
  /** See packed-span.ts. */
  readonly text: string;
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
}

/** A trace of at least this many spans has an index by span id, to find duplicates. */
const INDEXED_FROM = 32;
/** Memory of an index entry, in bytes. */
const INDEX_ENTRY_BYTES = 100;

/** A stored trace: its spans in the order of arrival. */
export class StoredTrace {
  readonly traceID: string;
  /** Number of the trace in its store, in the order of the arrival of first spans. */
  readonly sequence: number;
  readonly spans: StoredSpan[] = [];
  /** Earliest start and latest end of its spans, in microseconds since the Unix epoch. */
  startTime: number = Number.POSITIVE_INFINITY;
  endTime: number = Number.NEGATIVE_INFINITY;
  /** Estimated memory of its spans, in bytes. */
  bytes = 0;
  private spansById: Map<string, StoredSpan[]> | undefined;

  constructor(traceID: string, sequence: number) {
    this.traceID = traceID;
    this.sequence = sequence;
  }

  /** Whether an equal span of this process is stored already. */
  has(text: string, process: StoredProcess): boolean {
    const candidates = this.spansById?.get(spanIdOf(text)) ?? (this.spansById ? [] : this.spans);
    return candidates.some((span) => span.text === text && span.process === process);
  }

  /** Adds a span; `bytes` is its estimated memory. */
  add(span: StoredSpan, bytes: number): void {
    this.spans.push(span);
    this.startTime = Math.min(this.startTime, span.startTime);
    this.endTime = Math.max(this.endTime, span.startTime + span.duration);
    this.bytes += bytes;
    if (this.spansById !== undefined) this.index(this.spansById, span);
    else if (this.spans.length >= INDEXED_FROM) this.startIndex();
  }

  private startIndex(): void {
    this.spansById = new Map();
    for (const span of this.spans) this.index(this.spansById, span);
  }

  private index(spansById: Map<string, StoredSpan[]>, span: StoredSpan): void {
    const id = spanIdOf(span.text);
    const same = spansById.get(id);
    if (same === undefined) spansById.set(id, [span]);
    else same.push(span);
    this.bytes += INDEX_ENTRY_BYTES;
  }
}
