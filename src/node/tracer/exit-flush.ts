import { runOutside } from '../platform/outside.js';

/** What can be flushed before the process ends. */
interface Flushable {
  stats(): { readonly waiting: number };
  flush(): Promise<void>;
}

/**
 * Flushes before one exit. Sending may itself finish a span (a traced HTTP client under the sender, a
 * logger that makes spans): such a process would go on flushing for ever and never end.
 */
const MAX_ROUNDS = 100;

const open: Set<Flushable> = new Set();
let rounds = 0;

/**
 * One handler for all tracers. `beforeExit` comes when nothing is left to do, and again when what a
 * handler started is done, so only spans that wait start something.
 */
function flushWaiting(): void {
  if (rounds >= MAX_ROUNDS) return;
  rounds++;
  for (const tracer of open) {
    if (tracer.stats().waiting > 0) runOutside(() => void tracer.flush());
  }
}

/** From here on, spans of `tracer` that wait when the process ends by itself are sent. */
export function flushOnExit(tracer: Flushable): void {
  if (open.size === 0) process.on('beforeExit', flushWaiting);
  open.add(tracer);
}

/** The tracer is closed: nothing waits any more. */
export function forgetOnExit(tracer: Flushable): void {
  if (open.delete(tracer) && open.size === 0) process.off('beforeExit', flushWaiting);
}
