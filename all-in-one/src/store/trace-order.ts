import type { StoredTrace } from './stored-trace.js';

/** Empty slots at the front of the list before it is compacted: moving the rest costs time. */
const MIN_GAP = 1024;

/** Traces in the order in which their first spans arrived. */
export class TraceOrder {
  private slots: (StoredTrace | undefined)[] = [];
  /** Slots before this one are empty. */
  private oldest = 0;

  /** Slots in use, empty ones included: at most the number of traces and as much again, or `MIN_GAP`. */
  get length(): number {
    return this.slots.length;
  }

  push(trace: StoredTrace): void {
    this.slots.push(trace);
  }

  /** Removes the oldest trace and returns it; undefined for none. */
  shift(): StoredTrace | undefined {
    const trace = this.slots[this.oldest];
    if (trace === undefined) return undefined;
    this.slots[this.oldest++] = undefined;
    if (this.oldest >= MIN_GAP && this.oldest >= this.slots.length / 2) this.compact();
    return trace;
  }

  *newestFirst(): Generator<StoredTrace> {
    const { slots, oldest } = this;
    for (let i = slots.length - 1; i >= oldest; i--) {
      const trace = slots[i];
      if (trace !== undefined) yield trace;
    }
  }

  *oldestFirst(): Generator<StoredTrace> {
    const { slots, oldest } = this;
    for (let i = oldest; i < slots.length; i++) {
      const trace = slots[i];
      if (trace !== undefined) yield trace;
    }
  }

  clear(): void {
    this.slots = [];
    this.oldest = 0;
  }

  /** Copies the list: a generator that is half way through goes on with the list that it began with. */
  private compact(): void {
    this.slots = this.slots.slice(this.oldest);
    this.oldest = 0;
  }
}
