import { hasWarnings } from './span-warnings.js';
import type { Trace } from './trace.js';

/** What a row shows of spans that may be hidden in it. Spans by index. */
export interface SpanMarks {
  /** Spans that look wrong. */
  readonly warned: ReadonlySet<number>;
  /** Spans with a failed one below. */
  readonly aboveErrors: ReadonlySet<number>;
}

/** Looks once through all spans of a trace. */
export function markSpans(trace: Trace): SpanMarks {
  const warned = new Set<number>();
  const aboveErrors = new Set<number>();
  for (const span of trace.spans) {
    if (hasWarnings(span)) warned.add(span.index);
    if (!span.isError) continue;
    // What is marked has its ancestors marked already.
    for (let above = span.parent; above !== undefined; above = above.parent) {
      if (aboveErrors.has(above.index)) break;
      aboveErrors.add(above.index);
    }
  }
  return { warned, aboveErrors };
}
