import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { counted, formatCount } from '../../model/format.js';
import { comparePath } from '../../model/route.js';
import type { TraceSummary } from '../../model/trace-summary.js';
import { TraceItem } from './trace-item.js';

/** Items shown at first, and with each press of the button. */
const PAGE = 100;

interface TraceListProps {
  readonly summaries: readonly TraceSummary[];
  readonly colors: ReadonlyMap<string, number>;
}

/** The found traces; two of them can be marked for a comparison. */
export function TraceList({ summaries, colors }: TraceListProps): JSX.Element {
  const [shownCount, setShownCount] = useState(PAGE);
  const [marked, setMarked] = useState<readonly string[]>([]);
  const mark = (id: string): void =>
    setMarked((ids) =>
      ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id].slice(-2),
    );
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
            onMark={() => mark(summary.traceId)}
          />
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" class="more" onClick={() => setShownCount(shownCount + PAGE)}>
          Show {formatCount(Math.min(PAGE, hidden))} more of {counted(hidden, 'trace')}
        </button>
      )}
      {marked.length > 0 && <Marked ids={marked} onClear={() => setMarked([])} />}
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
