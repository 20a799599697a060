import { type TimelineKey, timelineKey } from '../../model/key-bindings.js';
import { panWindow, type TimeWindow, zoomWindow, fitWindow } from '../../model/time-window.js';
import type { TimelineAction, TimelineState } from '../../model/timeline-state.js';
import { endMicros, type Trace } from '../../model/trace.js';
import { isKeyTaken, useWindowEvent } from '../use-window-event.js';
import { FIND_INPUT } from './find-bar.js';
import type { Find } from './use-find.js';

const PAGE_ROWS = 20;
const ZOOM = 0.5;
const PAN = 0.25;

/** What the keys work on. */
export interface TimelineControls {
  readonly trace: Trace;
  readonly state: TimelineState;
  readonly dispatch: (action: TimelineAction) => void;
  readonly window: TimeWindow;
  readonly setWindow: (window: TimeWindow) => void;
  readonly setPathShown: (next: (isShown: boolean) => boolean) => void;
  readonly find: Find;
}

/** Works the timeline with keys, wherever the focus is, unless it is in a field. */
export function useTimelineKeys(controls: TimelineControls): void {
  useWindowEvent('keydown', (event) => {
    if (isKeyTaken(event)) return;
    const name = timelineKey(event.key);
    if (name === undefined) return;
    // Enter and the space bar press the button that has the focus.
    const isOnControl = (event.target as Element).closest('button, a, summary') !== null;
    if (name === 'details' && isOnControl) return;
    event.preventDefault();
    (MOVES[name] ?? OTHERS[name])?.(controls);
  });
}

type Act = (controls: TimelineControls) => void;

function act(action: TimelineAction): Act {
  return ({ dispatch }) => dispatch(action);
}

const MOVES: Partial<Record<TimelineKey, Act>> = {
  down: act({ type: 'move', by: 1 }),
  up: act({ type: 'move', by: -1 }),
  pageDown: act({ type: 'move', by: PAGE_ROWS }),
  pageUp: act({ type: 'move', by: -PAGE_ROWS }),
  first: ({ dispatch }) => dispatch({ type: 'select', index: 0 }),
  last: act({ type: 'move', by: Number.MAX_SAFE_INTEGER }),
  in: act({ type: 'in' }),
  out: act({ type: 'out' }),
  closeAll: act({ type: 'close-details' }),
  foldAll: act({ type: 'fold-all' }),
  unfoldAll: act({ type: 'unfold-all' }),
  foldLevel: act({ type: 'fold-level' }),
  unfoldLevel: act({ type: 'unfold-level' }),
  details: ({ dispatch, state: { selected } }) => {
    if (selected !== undefined) dispatch({ type: 'toggle-details', index: selected });
  },
};

const OTHERS: Partial<Record<TimelineKey, Act>> = {
  find: () => document.querySelector<HTMLInputElement>(`#${FIND_INPUT}`)?.select(),
  nextMatch: ({ find }) => find.step(1),
  previousMatch: ({ find }) => find.step(-1),
  zoomIn: (controls) => zoom(controls, ZOOM),
  zoomOut: (controls) => zoom(controls, 1 / ZOOM),
  zoomReset: ({ trace, setWindow }) =>
    setWindow(fitWindow({ start: 0, end: trace.durationMicros }, trace.durationMicros)),
  zoomToSpan,
  panLeft: ({ trace, window, setWindow }) =>
    setWindow(panWindow(window, trace.durationMicros, -PAN)),
  panRight: ({ trace, window, setWindow }) =>
    setWindow(panWindow(window, trace.durationMicros, PAN)),
  criticalPath: ({ setPathShown }) => setPathShown((isShown) => !isShown),
};

/** Around the middle of the selected span where that is in view, else around the middle of the view. */
function zoom({ trace, state, window, setWindow }: TimelineControls, factor: number): void {
  const span = state.selected === undefined ? undefined : trace.spans[state.selected];
  const middle = span && (span.startMicros + endMicros(span)) / 2 - trace.startMicros;
  const isInView = middle !== undefined && middle >= window.start && middle <= window.end;
  setWindow(zoomWindow(window, trace.durationMicros, factor, isInView ? middle : undefined));
}

function zoomToSpan({ trace, state, setWindow }: TimelineControls): void {
  const span = state.selected === undefined ? undefined : trace.spans[state.selected];
  if (span === undefined) return;
  const start = span.startMicros - trace.startMicros;
  const end = endMicros(span) - trace.startMicros;
  const margin = (end - start) * 0.05;
  setWindow(fitWindow({ start: start - margin, end: end + margin }, trace.durationMicros));
}
