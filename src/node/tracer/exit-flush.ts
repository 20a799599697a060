import { runOutside } from '../platform/outside.js';

/** The part of a tracer that is used before the process ends. */
interface Flushable {
  stats(): { readonly waiting: number };
  flush(): Promise<void>;
}

/**
 * Flushes before one exit. Sending may itself finish spans (a traced HTTP client in the sender, a logger that
 * makes spans). Without this limit such a process would never end.
 */
const MAX_ROUNDS = 100;

const open: Set<Flushable> = new Set();
let rounds = 0;

/**
 * One handler for all tracers. Node emits `beforeExit` when the event loop is empty, and again after the work
 * that a handler started. So only a tracer with waiting spans starts work.
 */
function flushWaiting(): void {
  if (rounds >= MAX_ROUNDS) return;
  rounds++;
  for (const tracer of open) {
    if (tracer.stats().waiting > 0) runOutside(() => void tracer.flush());
  }
}

/** Sends the waiting spans of `tracer` before the process ends by itself. */
export function flushOnExit(tracer: Flushable): void {
  if (open.size === 0) process.on('beforeExit', flushWaiting);
  open.add(tracer);
}

/** Undoes `flushOnExit`, for a closed tracer. */
export function forgetOnExit(tracer: Flushable): void {
  if (open.delete(tracer) && open.size === 0) process.off('beforeExit', flushWaiting);
}
