import { endMicros, type Span } from './trace.js';

/** How long a span ran with none of its children running, in microseconds. */
export function selfMicros(span: Span): number {
  const end = endMicros(span);
  let covered = 0;
  let reached = span.startMicros;
  // Children come by start time.
  for (const child of span.children) {
    const from = Math.max(child.startMicros, reached);
    const to = Math.min(endMicros(child), end);
    if (to <= from) continue;
    covered += to - from;
    reached = to;
  }
  return end - span.startMicros - covered;
}
