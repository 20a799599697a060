import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { counted, formatDay, formatDuration, formatTime } from '../../model/format.js';
import { tracePath } from '../../model/route.js';
import { selfMicros } from '../../model/self-time.js';
import { spanWarnings } from '../../model/span-warnings.js';
import type { Span, Trace } from '../../model/trace.js';
import { CopyButton } from '../copy-button.js';
import { ServiceName } from '../service-name.js';
import { Text } from '../text.js';
import { Logs } from './logs.js';
import { References } from './references.js';
import { TagTable } from './tag-table.js';

interface SpanDetailsProps {
  readonly span: Span;
  readonly trace: Trace;
  readonly color: number | undefined;
  readonly find: string;
  readonly onHeight: (index: number, px: number) => void;
}

/** All that is known of a span. */
export function SpanDetails({ span, trace, color, find, onHeight }: SpanDetailsProps): JSX.Element {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => onHeight(span.index, element.offsetHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [span.index]);
  const warnings = spanWarnings(span);
  return (
    <div class={`details svc-${color ?? 0}`} ref={ref}>
      <h2>
        <ServiceName service={span.process.service} color={color} />{' '}
        <span class="operation">
          <Text value={span.operation} max={2_000} />
        </span>
      </h2>
      <Facts span={span} trace={trace} />
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map((warning) => (
            <li>
              <Text value={warning} max={1_000} />
            </li>
          ))}
        </ul>
      )}
      <div class="columns">
        <TagTable title="Tags" tags={span.tags} find={find} service={span.process.service} />
        <TagTable title="Process" tags={span.process.tags} find={find} />
      </div>
      <Logs span={span} find={find} />
      <References span={span} trace={trace} />
    </div>
  );
}

function Facts({ span, trace }: { readonly span: Span; readonly trace: Trace }): JSX.Element {
  const link = (): string => new URL(tracePath(trace.traceId, span.spanId), location.href).href;
  return (
    <p class="facts">
      <span>
        Duration <b>{formatDuration(span.durationMicros)}</b>
      </span>
      <span>
        Self <b>{formatDuration(selfMicros(span))}</b>
      </span>
      <span title={formatDay(span.startMicros)}>
        Start <b>{formatDuration(span.startMicros - trace.startMicros)}</b>{' '}
        <small>{formatTime(span.startMicros, 6)}</small>
      </span>
      {span.descendants > 0 && <span>{counted(span.descendants, 'span')} below</span>}
      <span class="id">
        <code>{span.spanId}</code>
        <CopyButton label="Copy the span ID" text={() => span.spanId} />
        <CopyButton label="Copy a link to this span" caption="Link" text={link} />
      </span>
    </p>
  );
}
