import type { JSX } from 'preact';
import type { Stretch } from '../../model/critical-path.js';
import { counted, formatCount, formatDuration } from '../../model/format.js';
import type { SpanMarks } from '../../model/span-marks.js';
import { type Place, placeIn, type TimeWindow } from '../../model/time-window.js';
import type { TimelineAction } from '../../model/timeline-state.js';
import { endMicros, type Span, type Trace } from '../../model/trace.js';
import { Icon } from '../icons.js';
import { memo } from '../memo.js';
import { plain, Text } from '../text.js';

/** Deeper levels are not indented any further: names keep their room. */
const MAX_INDENT = 24;
const INDENT_PX = 12;
/** Moments marked on a bar. */
const MAX_LOG_MARKS = 40;
/** Room that a label needs beside its bar, in percent of the width. */
const LABEL_PERCENT = 14;

interface SpanRowProps {
  readonly span: Span;
  readonly trace: Trace;
  readonly window: TimeWindow;
  readonly color: number | undefined;
  readonly marks: SpanMarks;
  readonly stretches: readonly Stretch[] | undefined;
  readonly isFolded: boolean;
  readonly isOpened: boolean;
  readonly isSelected: boolean;
  readonly isMatch: boolean;
  readonly find: string;
  readonly dispatch: (action: TimelineAction) => void;
}

/**
 * A span in a row: its name in the tree, and its bar. A click opens its details. While one scrolls, only
 * the rows that come in are drawn.
 */
export const SpanRow: ReturnType<typeof memo<SpanRowProps>> = memo(drawRow);

function drawRow(props: SpanRowProps): JSX.Element {
  const { span, dispatch } = props;
  const { index } = span;
  const classes = ['row', `svc-${props.color ?? 0}`];
  if (props.isSelected) classes.push('is-selected');
  if (props.isOpened) classes.push('is-opened');
  if (props.isMatch) classes.push('is-match');
  return (
    <div
      class={classes.join(' ')}
      id={`row-${index}`}
      role="treeitem"
      aria-level={span.depth + 1}
      aria-selected={props.isSelected}
      aria-expanded={span.children.length > 0 ? !props.isFolded : undefined}
      onClick={() => dispatch({ type: 'toggle-details', index })}
    >
      <RowName {...props} />
      <RowLane {...props} />
    </div>
  );
}

function RowName({ span, isFolded, find, marks, dispatch }: SpanRowProps): JSX.Element {
  const { service } = span.process;
  const indent = Math.min(span.depth, MAX_INDENT) * INDENT_PX;
  const isHidingError = isFolded && marks.aboveErrors.has(span.index);
  return (
    <div class="row-name" title={`${plain(service)} ${plain(span.operation)}`}>
      <span class="guides" style={{ width: `${indent}px` }} />
      <Fold span={span} isFolded={isFolded} dispatch={dispatch} />
      <i class="stripe" />
      {span.isError && <Icon name="error" />}
      {isHidingError && !span.isError && (
        <span class="hidden-error" title="A span below failed">
          <Icon name="error" />
        </span>
      )}
      {marks.warned.has(span.index) && <Icon name="warning" />}
      <span class="row-text">
        <b>
          <Text value={service} find={find} />
        </b>{' '}
        <Text value={span.operation} find={find} />
      </span>
      {isFolded && (
        <small class="count" title={`${counted(span.descendants, 'span')} hidden`}>
          {formatCount(span.descendants)}
        </small>
      )}
    </div>
  );
}

type FoldProps = Pick<SpanRowProps, 'span' | 'isFolded' | 'dispatch'>;

function Fold({ span, isFolded, dispatch }: FoldProps): JSX.Element {
  if (span.children.length === 0) return <span class="fold" />;
  return (
    <button
      type="button"
      class={isFolded ? 'fold is-folded' : 'fold'}
      tabIndex={-1}
      aria-label={isFolded ? 'Show children' : 'Hide children'}
      onClick={(event) => {
        event.stopPropagation();
        dispatch({ type: 'toggle-fold', index: span.index });
      }}
    >
      <Icon name="chevron" />
    </button>
  );
}

function RowLane({ span, trace, window, stretches }: SpanRowProps): JSX.Element {
  const start = span.startMicros - trace.startMicros;
  const end = endMicros(span) - trace.startMicros;
  const place = placeIn(window, start, end);
  const side = place && labelSide(place);
  return (
    <div class="row-lane">
      {place === undefined ? (
        <span class={end < window.start ? 'off is-before' : 'off is-after'} />
      ) : (
        <>
          <div
            class={span.isError ? 'bar has-error' : 'bar'}
            style={{ left: `${place.left}%`, width: `${place.width}%` }}
          >
            <span class={`bar-label is-${side}`}>{formatDuration(span.durationMicros)}</span>
          </div>
          {stretches?.map((stretch) => (
            <Mark
              kind="critical"
              place={placeIn(
                window,
                stretch.startMicros - trace.startMicros,
                stretch.endMicros - trace.startMicros,
              )}
            />
          ))}
          {span.logs.slice(0, MAX_LOG_MARKS).map(({ timeMicros }) => {
            const at = timeMicros - trace.startMicros;
            return <Mark kind="log-mark" place={placeIn(window, at, at)} />;
          })}
        </>
      )}
    </div>
  );
}

function Mark(props: {
  readonly kind: string;
  readonly place: Place | undefined;
}): JSX.Element | null {
  if (props.place === undefined) return null;
  const { left, width } = props.place;
  return <i class={props.kind} style={{ left: `${left}%`, width: `${width}%` }} />;
}

/** Where a bar's label has room. */
function labelSide({ left, width }: Place): 'right' | 'left' | 'inside' {
  if (left + width <= 100 - LABEL_PERCENT) return 'right';
  return left >= LABEL_PERCENT ? 'left' : 'inside';
}
