import type { JSX } from 'preact';
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { criticalPath } from '../../model/critical-path.js';
import type { Route } from '../../model/route.js';
import { tracePath } from '../../model/route.js';
import { assignColors } from '../../model/service-colors.js';
import { markSpans } from '../../model/span-marks.js';
import type { TimeWindow } from '../../model/time-window.js';
import {
  FRESH_TIMELINE,
  nextTimeline,
  type TimelineAction,
  type TimelineState,
} from '../../model/timeline-state.js';
import type { Trace } from '../../model/trace.js';
import { replaceAddress } from '../navigation.js';
import { FindBar } from './find-bar.js';
import { Legend } from './legend.js';
import { Minimap } from './minimap.js';
import { Timeline } from './timeline.js';
import { TraceHeading } from './trace-heading.js';
import { useFind } from './use-find.js';
import { useTimelineKeys } from './use-timeline-keys.js';

interface TraceViewProps {
  readonly trace: Trace;
  readonly route: Route & { page: 'trace' };
  readonly onReload: () => void;
}

/** A trace: heading, minimap, timeline. */
export function TraceView({ trace, route, onReload }: TraceViewProps): JSX.Element {
  const [state, dispatch] = useReducer(
    (known: TimelineState, action: TimelineAction) => nextTimeline(trace, known, action),
    FRESH_TIMELINE,
  );
  const [window, setWindow] = useState<TimeWindow>({
    start: 0,
    end: Math.max(1, trace.durationMicros),
  });
  const [isPathShown, setPathShown] = useState(true);
  const path = useMemo(() => criticalPath(trace), [trace]);
  const marks = useMemo(() => markSpans(trace), [trace]);
  const colors = useMemo(() => assignColors(trace.services.map(({ service }) => service)), [trace]);
  const find = useFind(trace, state.selected, dispatch);
  useDeepLink(trace, route, state.selected, dispatch);
  useTimelineKeys({ trace, state, dispatch, window, setWindow, setPathShown, find });
  const map = { trace, colors, window, onWindow: setWindow };
  return (
    <div class="trace">
      <TraceHeading trace={trace} marks={marks} colors={colors} onReload={onReload} />
      <Minimap {...map} />
      <Legend trace={trace} colors={colors} onPick={find.setQuery} />
      <Timeline
        {...map}
        marks={marks}
        path={isPathShown ? path : undefined}
        state={state}
        dispatch={dispatch}
        find={find}
        bar={
          <FindBar
            find={find}
            dispatch={dispatch}
            isPathShown={isPathShown}
            onPath={setPathShown}
          />
        }
      />
    </div>
  );
}

/** The span in the address is shown; the span that is selected stands in the address. */
function useDeepLink(
  trace: Trace,
  route: Route & { page: 'trace' },
  selected: number | undefined,
  dispatch: (action: TimelineAction) => void,
): void {
  useEffect(() => {
    const linked = trace.spans.find(({ spanId }) => spanId.toLowerCase() === route.spanId);
    if (linked !== undefined) dispatch({ type: 'reveal', index: linked.index, open: true });
  }, [trace, route, dispatch]);
  useEffect(() => {
    if (selected !== undefined) {
      replaceAddress(tracePath(route.traceId, trace.spans[selected]!.spanId));
    }
  }, [trace, route.traceId, selected]);
}
