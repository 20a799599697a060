import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { criticalPath } from '../../model/critical-path.js';
import type { Route } from '../../model/route.js';
import { assignColors } from '../../model/service-colors.js';
import { markSpans } from '../../model/span-marks.js';
import type { Trace } from '../../model/trace.js';
import { Text } from '../text.js';
import { FindBar } from './find-bar.js';
import { Legend } from './legend.js';
import { Minimap } from './minimap.js';
import { Timeline } from './timeline.js';
import { TraceHeading } from './trace-heading.js';
import { useDeepLink } from './use-deep-link.js';
import { useFind } from './use-find.js';
import { useTimelineKeys } from './use-timeline-keys.js';
import { useTimelineState, useTimeWindow } from './use-timeline.js';

interface TraceViewProps {
  readonly trace: Trace;
  readonly route: Route & { page: 'trace' };
  readonly onReload: () => void;
}

/** A trace: heading, minimap, timeline. */
export function TraceView({ trace, route, onReload }: TraceViewProps): JSX.Element {
  const [state, dispatch] = useTimelineState(trace);
  const [window, setWindow] = useTimeWindow(trace);
  const [isPathShown, setPathShown] = useState(true);
  const path = useMemo(() => criticalPath(trace), [trace]);
  const marks = useMemo(() => markSpans(trace), [trace]);
  const colors = useMemo(() => assignColors(trace.services.map(({ service }) => service)), [trace]);
  const find = useFind(trace, state.selected, dispatch);
  const missing = useDeepLink(trace, route, state.selected, dispatch);
  useTimelineKeys({ trace, state, dispatch, window, setWindow, setPathShown, find });
  const map = { trace, colors, window, onWindow: setWindow };
  return (
    <div class="trace">
      <TraceHeading trace={trace} marks={marks} colors={colors} onReload={onReload} />
      {missing !== undefined && (
        <p class="warnings missing-span" role="status">
          This trace has no span <Text value={missing} max={40} />. It may not have arrived yet.
        </p>
      )}
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
