import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { counted, formatDay, formatDuration, formatTime } from '../../model/format.js';
import { pastedTraceId, tracePath } from '../../model/route.js';
import { rootOf, type Trace } from '../../model/trace.js';
import { ServiceName } from '../service-name.js';
import { Text } from '../text.js';

interface TraceSideProps {
  readonly name: 'A' | 'B';
  readonly traceId: string;
  readonly trace: Trace | undefined;
  readonly colors: ReadonlyMap<string, number>;
  readonly onTrace: (traceId: string) => void;
}

/** One of the two: which trace it is, and a field for another one. */
export function TraceSide({ name, traceId, trace, colors, onTrace }: TraceSideProps): JSX.Element {
  const [draft, setDraft] = useState(traceId);
  useEffect(() => setDraft(traceId), [traceId]);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const id = pastedTraceId(draft);
    if (id !== undefined) onTrace(id);
  };
  return (
    <form class={`side side-${name.toLowerCase()}`} onSubmit={onSubmit}>
      <label>
        <b class="side-name">{name}</b>
        <input
          value={draft}
          placeholder="Trace ID"
          aria-label={`Trace ID of ${name}`}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setDraft(event.currentTarget.value)}
          onBlur={onSubmitBlur(draft, traceId, onTrace)}
        />
      </label>
      {trace !== undefined && <SideFacts trace={trace} colors={colors} />}
    </form>
  );
}

/** Leaving the field takes what was pasted. */
function onSubmitBlur(
  draft: string,
  traceId: string,
  onTrace: (traceId: string) => void,
): () => void {
  return () => {
    const id = pastedTraceId(draft);
    if (id !== undefined && id !== traceId) onTrace(id);
  };
}

function SideFacts(props: {
  readonly trace: Trace;
  readonly colors: ReadonlyMap<string, number>;
}): JSX.Element {
  const { trace, colors } = props;
  const root = rootOf(trace);
  return (
    <p class="side-facts">
      <a href={tracePath(trace.traceId)}>
        <ServiceName service={root.process.service} color={colors.get(root.process.service)} />{' '}
        <Text value={root.operation} />
      </a>
      <span class="facts">
        <b>{formatDuration(trace.durationMicros)}</b>
        <span>
          {formatDay(trace.startMicros)} {formatTime(trace.startMicros)}
        </span>
        <span>{counted(trace.spans.length, 'span')}</span>
        {trace.errorCount > 0 && <span class="errors">{counted(trace.errorCount, 'error')}</span>}
      </span>
    </p>
  );
}
