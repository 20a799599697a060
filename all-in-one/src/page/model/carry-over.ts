import { fitWindow, isWhole, type TimeWindow } from './time-window.js';
import type { TimelineState } from './timeline-state.js';
import type { Trace } from './trace.js';

// What is kept when a trace is loaded again and has other spans than before.

/**
 * The state of a timeline for another answer of the same trace. Spans are found again by their ids, where
 * two share one, by which of them it was; those that are gone are forgotten.
 */
export function carryTimeline(before: Trace, after: Trace, state: TimelineState): TimelineState {
  const indexes = new Map(spanNames(after).map((name, index) => [name, index]));
  const names = spanNames(before);
  const carried = (index: number): number | undefined => indexes.get(names[index]!);
  const carriedAll = (set: ReadonlySet<number>): ReadonlySet<number> =>
    new Set([...set].map(carried).filter((index) => index !== undefined));
  return {
    ...state,
    folded: carriedAll(state.folded),
    opened: carriedAll(state.opened),
    selected: state.selected === undefined ? undefined : carried(state.selected),
  };
}

/** By index: a name that no other span of the trace has. */
function spanNames({ spans }: Trace): string[] {
  const counts = new Map<string, number>();
  return spans.map(({ spanId }) => {
    const count = counts.get(spanId) ?? 0;
    counts.set(spanId, count + 1);
    return `${count} ${spanId}`;
  });
}

/** The same moments of the trace, or the whole of it where the whole was shown. */
export function carryWindow(before: Trace, after: Trace, window: TimeWindow): TimeWindow {
  const total = after.durationMicros;
  if (isWhole(window, before.durationMicros)) return fitWindow({ start: 0, end: total }, total);
  const by = before.startMicros - after.startMicros;
  return fitWindow({ start: window.start + by, end: window.end + by }, total);
}
