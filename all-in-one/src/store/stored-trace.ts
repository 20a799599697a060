import type { StoredProcess } from './process-table.js';
import type { ChunkPlace } from './span-chunks.js';
import type { StoredSpan } from './stored-span.js';

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
  /** Estimated memory of its spans on the heap, in bytes: without their packed strings. */
  bytes = 0;
  private spansById: Map<string, StoredSpan[]> | undefined;

  constructor(traceID: string, sequence: number) {
    this.traceID = traceID;
    this.sequence = sequence;
  }

  /** Whether an equal span of this process, written to `place`, is stored already. */
  has(spanID: string, place: ChunkPlace, process: StoredProcess): boolean {
    const candidates = this.spansById === undefined ? this.spans : this.spansById.get(spanID);
    return candidates?.some((span) => span.process === process && isEqual(span, place)) ?? false;
  }

  /** Adds a span; `bytes` is its estimated memory on the heap. */
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
    const id = span.spanID;
    const same = spansById.get(id);
    if (same === undefined) spansById.set(id, [span]);
    else same.push(span);
    this.bytes += INDEX_ENTRY_BYTES;
  }
}

function isEqual(a: ChunkPlace, b: ChunkPlace): boolean {
  if (a.end - a.start !== b.end - b.start) return false;
  // Not `compare` with offsets: Deno checks those of the one buffer against the length of the other.
  const bytes = a.chunk.bytes.subarray(a.start, a.end);
  return bytes.equals(b.chunk.bytes.subarray(b.start, b.end));
}
