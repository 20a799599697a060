import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Stretch } from '../../model/critical-path.js';
import { RowOffsets } from '../../model/row-offsets.js';
import type { SpanMarks } from '../../model/span-marks.js';
import { axisTicks, type Tick } from '../../model/time-window.js';
import {
  type TimelineAction,
  type TimelineState,
  visibleSpans,
} from '../../model/timeline-state.js';
import type { Span } from '../../model/trace.js';
import { NARROW, useMedia } from '../use-media.js';
import { useWidth } from '../use-size.js';
import { useVirtualRows } from '../use-virtual-rows.js';
import type { MapProps } from './minimap.js';
import { NameResizer } from './name-resizer.js';
import { SpanDetails } from './span-details.js';
import { SpanRow } from './span-row.js';
import type { Find } from './use-find.js';

/** Heights of a row in pixels, as in the style sheet. */
const ROW_PX = 26;
const NARROW_ROW_PX = 44;
/** What details count for until they were measured. */
const UNKNOWN_DETAILS_PX = 240;
/** Room for a label of the time axis, in pixels. */
const TICK_PX = 110;

interface TimelineProps extends MapProps {
  readonly marks: SpanMarks;
  /** Undefined: not shown. */
  readonly path: ReadonlyMap<number, readonly Stretch[]> | undefined;
  readonly state: TimelineState;
  readonly dispatch: (action: TimelineAction) => void;
  readonly find: Find;
  /** Above the names. */
  readonly bar: JSX.Element;
}

/** The spans as rows: the tree on the left, bars on a shared time axis on the right. */
export function Timeline(props: TimelineProps): JSX.Element {
  const { trace, state, window } = props;
  const [axis, axisWidth] = useWidth<HTMLDivElement>();
  const rowPx = useMedia(NARROW) ? NARROW_ROW_PX : ROW_PX;
  const spans = useMemo(() => visibleSpans(trace, state.folded), [trace, state.folded]);
  const [offsets, onHeight] = useOffsets(spans, rowPx, state.opened);
  const { ref, from, to, abovePx, belowPx } = useVirtualRows(spans.length, offsets);
  const outer = useRef<HTMLDivElement>(null);
  useSelectedInView(props, spans, offsets, rowPx, ref);
  const ticks = axisTicks(window, Math.max(2, Math.min(10, Math.floor(axisWidth / TICK_PX))));
  return (
    <div class="timeline" ref={outer}>
      <div class="timeline-head">
        {props.bar}
        <div class="axis" ref={axis}>
          <Ticks ticks={ticks} window={window} />
        </div>
        <NameResizer target={outer} />
      </div>
      <div
        class="rows"
        ref={ref}
        role="tree"
        tabIndex={0}
        aria-label="Spans"
        aria-activedescendant={state.selected === undefined ? undefined : `row-${state.selected}`}
      >
        <div class="grid-lines">
          <Ticks ticks={ticks} window={window} />
        </div>
        <div style={{ height: `${abovePx}px` }} />
        {spans.slice(from, to).map((span) => (
          <Entry key={span.index} {...props} span={span} onHeight={onHeight} />
        ))}
        <div style={{ height: `${belowPx}px` }} />
      </div>
    </div>
  );
}

type OnHeight = (index: number, px: number) => void;

/** Where the rows stand, and who to tell how high a span's details are. */
function useOffsets(
  spans: readonly Span[],
  rowPx: number,
  opened: ReadonlySet<number>,
): readonly [RowOffsets, OnHeight] {
  const [heights, setHeights] = useState<ReadonlyMap<number, number>>(new Map());
  const offsets = useMemo(
    () => new RowOffsets(spans.length, rowPx, heightsByRow(spans, opened, heights)),
    [spans, rowPx, opened, heights],
  );
  const onHeight: OnHeight = (index, px) =>
    setHeights((known) => (known.get(index) === px ? known : new Map(known).set(index, px)));
  return [offsets, onHeight];
}

function Entry(
  props: TimelineProps & {
    readonly span: Span;
    readonly onHeight: OnHeight;
  },
): JSX.Element {
  const { span, state } = props;
  return (
    <>
      <SpanRow
        span={span}
        trace={props.trace}
        window={props.window}
        color={props.colors.get(span.process.service)}
        marks={props.marks}
        stretches={props.path?.get(span.index)}
        isFolded={state.folded.has(span.index)}
        isOpened={state.opened.has(span.index)}
        isSelected={state.selected === span.index}
        isMatch={props.find.isMatch.has(span.index)}
        find={props.find.mark}
        dispatch={props.dispatch}
      />
      {state.opened.has(span.index) && (
        <SpanDetails
          span={span}
          trace={props.trace}
          color={props.colors.get(span.process.service)}
          find={props.find.mark}
          onHeight={props.onHeight}
        />
      )}
    </>
  );
}

function Ticks(props: {
  readonly ticks: readonly Tick[];
  readonly window: TimelineProps['window'];
}): JSX.Element {
  const { start, end } = props.window;
  return (
    <>
      {props.ticks.map(({ value, label }) => {
        const left = ((value - start) / (end - start)) * 100;
        return (
          <span key={value} class={left > 92 ? 'is-last' : ''} style={{ left: `${left}%` }}>
            {label}
          </span>
        );
      })}
    </>
  );
}

/** Heights by row instead of by span; of the spans that are in the list. */
function heightsByRow(
  spans: readonly Span[],
  opened: ReadonlySet<number>,
  heights: ReadonlyMap<number, number>,
): Map<number, number> {
  const byRow = new Map<number, number>();
  if (opened.size === 0) return byRow;
  spans.forEach(({ index }, row) => {
    if (opened.has(index)) byRow.set(row, heights.get(index) ?? UNKNOWN_DETAILS_PX);
  });
  return byRow;
}

/** Scrolls to the span that was selected or opened by key, link or search; a little when it is near. */
function useSelectedInView(
  { state, trace }: TimelineProps,
  spans: readonly Span[],
  offsets: RowOffsets,
  rowPx: number,
  ref: { readonly current: HTMLDivElement | null },
): void {
  const isOpened = state.selected !== undefined && state.opened.has(state.selected);
  const known = useRef(trace);
  useLayoutEffect(() => {
    const isSameTrace = known.current === trace;
    known.current = trace;
    // In another answer the same span may have another place.
    if (!isSameTrace) return;
    const row = spans.findIndex(({ index }) => index === state.selected);
    if (row < 0 || ref.current === null) return;
    const sticky = ref.current.previousElementSibling?.getBoundingClientRect().height ?? 0;
    const top = ref.current.getBoundingClientRect().top + offsets.offsetOf(row);
    // With the beginning of its details, where those are open.
    const needed = rowPx + (isOpened ? innerHeight / 2 : 0);
    const isAbove = top < sticky;
    const isBelow = top + needed > innerHeight;
    if (!isAbove && !isBelow) return;
    const isNear = top > -innerHeight / 2 && top < innerHeight * 1.5;
    const edge = isAbove ? sticky : Math.max(sticky, innerHeight - needed - 8);
    scrollBy({ top: top - (isNear ? edge : innerHeight / 3), behavior: 'instant' });
    // Only a new selection and its details scroll, not what opens or folds around it.
  }, [trace, state.selected, state.reveals, isOpened]);
}
