import type { Operation } from './catalog.js';
import { spanIdOf } from './packed-span.js';
import type { StoredProcess } from './process-table.js';

/** A span as it is held: its text, and what searches ask without reading that. */
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
  /** Of the tags of the span and its logs: see tag-marks.ts. */
  readonly markLow: number;
  readonly markHigh: number;
}

/** From how many spans on a trace keeps an index of their ids, for finding duplicates. */
const INDEXED_FROM = 32;
/** What an entry of that index takes, in bytes. */
const INDEX_ENTRY_BYTES = 100;

/** The spans of one trace, in the order of arrival. */
export class StoredTrace {
  readonly traceID: string;
  /** Counts the traces of a store up, in the order in which their first spans arrived. */
  readonly sequence: number;
  readonly spans: StoredSpan[] = [];
  /** Earliest start and latest end of its spans, in microseconds since the Unix epoch. */
  startTime: number = Number.POSITIVE_INFINITY;
  endTime: number = Number.NEGATIVE_INFINITY;
  /** What its spans take, in bytes. */
  bytes = 0;
  private spansById: Map<string, StoredSpan[]> | undefined;

  constructor(traceID: string, sequence: number) {
    this.traceID = traceID;
    this.sequence = sequence;
  }

  /** Whether a span with this text and process is here already. */
  has(text: string, process: StoredProcess): boolean {
    const candidates = this.spansById?.get(spanIdOf(text)) ?? (this.spansById ? [] : this.spans);
    return candidates.some((span) => span.text === text && span.process === process);
  }

  /** Takes a span that costs so many bytes. */
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
