import { useMemo, useReducer, useState } from 'preact/hooks';
import { carryTimeline, carryWindow } from '../../model/carry-over.js';
import { fitWindow, type TimeWindow } from '../../model/time-window.js';
import {
  FRESH_TIMELINE,
  nextTimeline,
  type TimelineAction,
  type TimelineState,
} from '../../model/timeline-state.js';
import type { Trace } from '../../model/trace.js';

/** Something that is shown, and the answer whose spans it speaks of. */
interface Held<T> {
  readonly trace: Trace;
  readonly value: T;
}

/** What is held, for the trace that is shown now. */
function heldFor<T>(
  held: Held<T>,
  trace: Trace,
  carry: (before: Trace, after: Trace, value: T) => T,
): Held<T> {
  return held.trace === trace ? held : { trace, value: carry(held.trace, trace, held.value) };
}

/** What is folded, opened and selected. Kept by span when the trace is loaded again. */
export function useTimelineState(
  trace: Trace,
): readonly [TimelineState, (action: TimelineAction) => void] {
  const [known, dispatch] = useReducer(
    (held: Held<TimelineState>, action: TimelineAction): Held<TimelineState> => {
      const { value } = heldFor(held, trace, carryTimeline);
      return { trace, value: nextTimeline(trace, value, action) };
    },
    { trace, value: FRESH_TIMELINE },
  );
  return [useCarried(known, trace, carryTimeline), dispatch];
}

/** The part of the time that is shown: at first, and until one zooms in, all of it. */
export function useTimeWindow(trace: Trace): readonly [TimeWindow, (window: TimeWindow) => void] {
  const [known, setKnown] = useState<Held<TimeWindow>>(() => ({
    trace,
    value: fitWindow({ start: 0, end: trace.durationMicros }, trace.durationMicros),
  }));
  return [useCarried(known, trace, carryWindow), (value) => setKnown({ trace, value })];
}

/** The same object as long as neither what is held nor the trace is another one. */
function useCarried<T>(
  held: Held<T>,
  trace: Trace,
  carry: (before: Trace, after: Trace, value: T) => T,
): T {
  return useMemo(() => heldFor(held, trace, carry).value, [held, trace, carry]);
}
