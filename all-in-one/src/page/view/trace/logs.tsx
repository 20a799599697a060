import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount, formatDuration, formatTime } from '../../model/format.js';
import type { Log, Span } from '../../model/trace.js';
import { TagTable } from './tag-table.js';

/** Logs shown before one asks for all. */
const MAX_LOGS = 40;

/** What was logged, each with its time counted from the start of the span. */
export function Logs(props: { readonly span: Span; readonly find: string }): JSX.Element | null {
  const { logs, startMicros } = props.span;
  const [isWhole, setWhole] = useState(false);
  if (logs.length === 0) return null;
  const inOrder = [...logs].sort((a, b) => a.timeMicros - b.timeMicros);
  const shown = isWhole ? inOrder : inOrder.slice(0, MAX_LOGS);
  return (
    <section class="logs">
      <h3>
        Logs <small>{formatCount(logs.length)}</small>
      </h3>
      <ol>
        {shown.map((log) => (
          <LogEntry log={log} startMicros={startMicros} find={props.find} />
        ))}
      </ol>
      {shown.length < logs.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {formatCount(logs.length)}
        </button>
      )}
    </section>
  );
}

function LogEntry(props: {
  readonly log: Log;
  readonly startMicros: number;
  readonly find: string;
}): JSX.Element {
  const { log, startMicros, find } = props;
  const offset = log.timeMicros - startMicros;
  return (
    <li>
      <time title={formatTime(log.timeMicros, 6)}>
        {offset < 0 ? '' : '+'}
        {formatDuration(offset)}
      </time>
      <TagTable title="" tags={log.fields} find={find} />
    </li>
  );
}
