import type { JSX } from 'preact';
import { counted, formatCount } from '../../model/format.js';
import { ITEMS_PER_PAGE, type Place, toggleMark } from '../../model/place.js';
import { comparePath } from '../../model/route.js';
import type { TraceSummary } from '../../model/trace-summary.js';
import { TraceItem } from './trace-item.js';
import type { SetPlace } from './use-place.js';

interface TraceListProps {
  readonly summaries: readonly TraceSummary[];
  readonly colors: ReadonlyMap<string, number>;
  readonly place: Place;
  readonly setPlace: SetPlace;
}

/** The found traces; two of them can be marked for a comparison. */
export function TraceList({ summaries, colors, place, setPlace }: TraceListProps): JSX.Element {
  const { marked, shownCount } = place;
  const longest = summaries.reduce((max, one) => Math.max(max, one.durationMicros), 1);
  const hidden = summaries.length - shownCount;
  return (
    <>
      <ul class="trace-list">
        {summaries.slice(0, shownCount).map((summary) => (
          <TraceItem
            key={summary.traceId}
            summary={summary}
            colors={colors}
            share={summary.durationMicros / longest}
            isMarked={marked.includes(summary.traceId)}
            onMark={() => setPlace({ marked: toggleMark(marked, summary.traceId) })}
          />
        ))}
      </ul>
      {hidden > 0 && (
        <button
          type="button"
          class="more"
          onClick={() => setPlace({ shownCount: shownCount + ITEMS_PER_PAGE })}
        >
          Show {formatCount(Math.min(ITEMS_PER_PAGE, hidden))} more of {counted(hidden, 'trace')}
        </button>
      )}
      {marked.length > 0 && <Marked ids={marked} onClear={() => setPlace({ marked: [] })} />}
    </>
  );
}

function Marked(props: {
  readonly ids: readonly string[];
  readonly onClear: () => void;
}): JSX.Element {
  const [a, b] = props.ids;
  return (
    <div class="marked" role="status">
      <span>{b === undefined ? 'One trace marked: mark another one' : 'Two traces marked'}</span>
      {a !== undefined && b !== undefined && (
        <a class="button primary" href={comparePath(a, b)}>
          Compare
        </a>
      )}
      <button type="button" onClick={props.onClear}>
        Clear
      </button>
    </div>
  );
}
