import type { Process, Span } from '../model/span.js';
import { SPAN_BYTES, TRACE_BYTES } from './byte-cost.js';
import { Catalog, type Service } from './catalog.js';
import { packedMarks, packSpan, unpackSpan } from './packed-span.js';
import { packProcess, ProcessTable, type StoredProcess, unpackProcess } from './process-table.js';
import { factsOf, packedFacts, type SpanFacts } from './span-facts.js';
import { SpanChunks } from './span-chunks.js';
import { StoredSpan } from './stored-span.js';
import { StoredTrace } from './stored-trace.js';
import type { TagMarks } from './tag-marks.js';
import { TraceOrder } from './trace-order.js';

/** Options of `TraceStore`. */
export interface StoreLimits {
  /** Maximum number of traces; at least 1. */
  readonly maxTraces: number;
  /** Maximum estimated memory in bytes; at least 1. */
  readonly maxBytes: number;
  /** Maximum estimated memory on V8's heap: `maxBytes` without the packed spans. Default: no limit. */
  readonly maxHeapBytes?: number;
}

/** Content and losses of a store. */
export interface StoreStats {
  readonly traces: number;
  readonly spans: number;
  /** Estimated memory of the traces, in bytes. */
  readonly bytes: number;
  /** The part of `bytes` on V8's heap. */
  readonly heapBytes: number;
  readonly maxTraces: number;
  readonly maxBytes: number;
  readonly maxHeapBytes: number;
  readonly evictedTraces: number;
  readonly evictedSpans: number;
  /** Spans that were dropped because an equal one was stored already. */
  readonly duplicateSpans: number;
}

/** Called with each trace that got spans, once per batch. */
export type OnTrace = (trace: StoredTrace) => void;

/**
 * Traces in memory, limited by number and by estimated memory. The trace whose first span arrived earliest is
 * evicted first. Late spans are added to their trace.
 */
export class TraceStore {
  readonly catalog: Catalog = new Catalog();
  private readonly limits: Required<StoreLimits>;
  private readonly processes = new ProcessTable();
  private readonly traces = new Map<string, StoredTrace>();
  private readonly order = new TraceOrder();
  private readonly listeners = new Set<OnTrace>();
  private readonly chunks: SpanChunks;
  private traceBytes = 0;
  private sequence = 0;
  private spans = 0;
  private evictedTraces = 0;
  private evictedSpans = 0;
  private duplicateSpans = 0;

  constructor(limits: StoreLimits) {
    this.limits = { ...limits, maxHeapBytes: limits.maxHeapBytes ?? Number.MAX_SAFE_INTEGER };
    this.chunks = new SpanChunks(limits.maxBytes);
  }

  /** Stores spans of one process. */
  add(process: Process, spans: readonly Span[]): void {
    if (spans.length === 0) return;
    const stored = this.processes.get(packProcess(process), process.serviceName);
    const touched = new Set<StoredTrace>();
    for (const span of spans) {
      const { text, marks } = packSpan(span);
      touched.add(this.addText(span, stored, text, marks, factsOf(span)));
    }
    this.evict();
    for (const trace of touched) {
      if (this.traces.get(trace.traceID) !== trace) continue;
      for (const listener of this.listeners) listener(trace);
    }
  }

  /** Stores a span of another store again. Its strings must be valid: see packed-check.ts. */
  restore(traceID: string, processText: string, text: string): void {
    const { serviceName } = unpackProcess(processText);
    const process = this.processes.get(processText, serviceName);
    const packed = unpackSpan(text);
    const ids = { traceID, spanID: packed.spanID };
    this.addText(ids, process, text, packedMarks(packed), packedFacts(packed));
    this.evict();
  }

  /** A trace by its id in Jaeger's form: 16 hex digits, or 32 if the high 64 bits are not 0. */
  get(traceID: string): StoredTrace | undefined {
    return this.traces.get(traceID);
  }

  service(name: string): Service | undefined {
    return this.catalog.service(name);
  }

  /** All traces; the one whose first span arrived last comes first. */
  newestFirst(): Generator<StoredTrace> {
    return this.order.newestFirst();
  }

  /** All traces; the one whose first span arrived first comes first. */
  oldestFirst(): Generator<StoredTrace> {
    return this.order.oldestFirst();
  }

  /** Calls `listener` for each trace that gets spans, until the returned function is called. */
  onTrace(listener: OnTrace): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Removes all traces. They do not count as evicted. */
  clear(): void {
    for (const trace of this.newestFirst()) this.forget(trace);
    this.order.clear();
  }

  stats(): StoreStats {
    const { maxTraces, maxBytes, maxHeapBytes } = this.limits;
    return {
      traces: this.traces.size,
      spans: this.spans,
      bytes: this.bytes,
      heapBytes: this.heapBytes,
      maxTraces,
      maxBytes,
      maxHeapBytes,
      evictedTraces: this.evictedTraces,
      evictedSpans: this.evictedSpans,
      duplicateSpans: this.duplicateSpans,
    };
  }

  private get heapBytes(): number {
    return this.traceBytes + this.catalog.bytes + this.processes.bytes;
  }

  private get bytes(): number {
    return this.heapBytes + this.chunks.bytes;
  }

  private addText(
    { traceID, spanID }: Pick<Span, 'traceID' | 'spanID'>,
    process: StoredProcess,
    text: string,
    marks: TagMarks,
    facts: SpanFacts,
  ): StoredTrace {
    const trace = this.traces.get(traceID) ?? this.open(traceID);
    const place = this.chunks.write(text);
    if (trace.has(spanID, place, process)) {
      this.chunks.undo(place);
      this.duplicateSpans++;
      return trace;
    }
    this.processes.retain(process);
    const operation = this.catalog.add(process.serviceName, facts.operationName, facts.kind);
    const before = trace.bytes;
    trace.add(new StoredSpan(place, process, operation, facts, marks), SPAN_BYTES);
    this.traceBytes += trace.bytes - before;
    this.spans++;
    return trace;
  }

  private open(traceID: string): StoredTrace {
    const trace = new StoredTrace(traceID, this.sequence++);
    this.traces.set(traceID, trace);
    this.order.push(trace);
    this.traceBytes += TRACE_BYTES;
    return trace;
  }

  private evict(): void {
    while (this.isFull()) {
      const trace = this.order.shift()!;
      this.evictedTraces++;
      this.evictedSpans += trace.spans.length;
      this.forget(trace);
    }
  }

  private isFull(): boolean {
    const { maxTraces, maxBytes, maxHeapBytes } = this.limits;
    if (this.traces.size > maxTraces) return true;
    return this.traces.size > 0 && (this.bytes > maxBytes || this.heapBytes > maxHeapBytes);
  }

  private forget(trace: StoredTrace): void {
    this.traces.delete(trace.traceID);
    this.traceBytes -= TRACE_BYTES + trace.bytes;
    this.spans -= trace.spans.length;
    for (const span of trace.spans) {
      this.catalog.remove(span.operation);
      this.processes.release(span.process);
      this.chunks.free(span);
    }
  }
}
