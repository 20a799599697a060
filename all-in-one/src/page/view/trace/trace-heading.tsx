import type { JSX } from 'preact';
import { counted, formatDay, formatDuration, formatTime } from '../../model/format.js';
import { comparePath } from '../../model/route.js';
import type { SpanMarks } from '../../model/span-marks.js';
import { rootOf, shownTraceId, type Trace } from '../../model/trace.js';
import { CopyButton } from '../copy-button.js';
import { IconButton } from '../icon-button.js';
import { Icon } from '../icons.js';
import { ServiceName } from '../service-name.js';
import { plain, Text } from '../text.js';

interface TraceHeadingProps {
  readonly trace: Trace;
  readonly marks: SpanMarks;
  readonly colors: ReadonlyMap<string, number>;
  readonly onReload: () => void;
}

/** What the trace is, and what can be done with the whole. */
export function TraceHeading({ trace, marks, colors, onReload }: TraceHeadingProps): JSX.Element {
  const root = rootOf(trace);
  return (
    <div class="trace-heading">
      <h1 title={plain(root.operation)}>
        <ServiceName service={root.process.service} color={colors.get(root.process.service)} />{' '}
        <span class="operation">
          <Text value={root.operation} />
        </span>
      </h1>
      <Actions traceId={trace.traceId} onReload={onReload} />
      <Facts trace={trace} marks={marks} />
      {trace.serverWarnings.length > 0 && (
        <ul class="warnings">
          {trace.serverWarnings.map((warning) => (
            <li>
              <Text value={warning} max={1_000} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Actions(props: { readonly traceId: string; readonly onReload: () => void }): JSX.Element {
  const { traceId, onReload } = props;
  const api = `/api/traces/${encodeURIComponent(traceId)}`;
  return (
    <div class="actions">
      <a class="button" href={comparePath(traceId, '')} title="Compare with another trace">
        <Icon name="swap" />
        <span class="caption">Compare</span>
      </a>
      <CopyButton
        label="Copy as JSON"
        caption="JSON"
        text={async () => (await fetch(api)).text()}
      />
      <a
        class="button"
        href={api}
        download={`trace-${traceId}.json`}
        title="Download as JSON"
        aria-label="Download as JSON"
      >
        <Icon name="download" />
      </a>
      <IconButton icon="again" label="Load again" onClick={onReload} />
    </div>
  );
}

function Facts({
  trace,
  marks,
}: {
  readonly trace: Trace;
  readonly marks: SpanMarks;
}): JSX.Element {
  return (
    <p class="facts">
      <b>{formatDuration(trace.durationMicros)}</b>
      <span>
        {formatDay(trace.startMicros)} <b>{formatTime(trace.startMicros, 3)}</b>
      </span>
      <span>{counted(trace.spans.length, 'span')}</span>
      <span>{counted(trace.services.length, 'service')}</span>
      <span>{counted(trace.depth, 'level')}</span>
      {trace.errorCount > 0 && (
        <span class="errors">
          <Icon name="error" />
          {counted(trace.errorCount, 'error')}
        </span>
      )}
      {marks.warned.size > 0 && (
        <span class="warned">
          <Icon name="warning" />
          {counted(marks.warned.size, 'span')} with warnings
        </span>
      )}
      <span class="id">
        <code>
          <Text value={shownTraceId(trace)} max={100} />
        </code>
        <CopyButton label="Copy the trace ID" text={() => shownTraceId(trace)} />
      </span>
    </p>
  );
}
