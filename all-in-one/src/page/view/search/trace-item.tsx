import type { JSX } from 'preact';
import {
  counted,
  formatAgo,
  formatCount,
  formatDay,
  formatDuration,
  formatTime,
  shortId,
} from '../../model/format.js';
import { tracePath } from '../../model/route.js';
import type { TraceSummary } from '../../model/trace-summary.js';
import { Icon } from '../icons.js';
import { ServiceName } from '../service-name.js';
import { plain, Text } from '../text.js';

/** Services shown with an item. */
const MAX_SERVICES = 8;

interface TraceItemProps {
  readonly summary: TraceSummary;
  readonly colors: ReadonlyMap<string, number>;
  /** Its duration as a share of the longest one's. */
  readonly share: number;
  readonly isMarked: boolean;
  readonly onMark: () => void;
}

/** A found trace. */
export function TraceItem(props: TraceItemProps): JSX.Element {
  const { summary, share } = props;
  return (
    <li class={props.isMarked ? 'trace-item is-marked' : 'trace-item'}>
      <input
        type="checkbox"
        checked={props.isMarked}
        onChange={props.onMark}
        aria-label="Mark for a comparison"
        title="Mark for a comparison"
      />
      <a class="trace-link" href={tracePath(summary.traceId)} title={plain(summary.operation)}>
        <Name summary={summary} />
        <span class="trace-duration">{formatDuration(summary.durationMicros)}</span>
        <Services {...props} />
        <Facts summary={summary} />
        <span class="share" style={{ width: `${share * 100}%` }} />
      </a>
    </li>
  );
}

interface PartProps {
  readonly summary: TraceSummary;
}

function Name({ summary }: PartProps): JSX.Element {
  return (
    <span class="trace-name">
      <b>
        <Text value={summary.service || 'no service name'} />
      </b>{' '}
      <Text value={summary.operation} />
      <code>{shortId(summary.traceId)}</code>
    </span>
  );
}

function Services({ summary, colors }: TraceItemProps): JSX.Element {
  const { services } = summary;
  return (
    <span class="trace-services">
      {services.slice(0, MAX_SERVICES).map((use) => (
        <span class={use.errorCount > 0 ? 'chip has-error' : 'chip'}>
          <ServiceName service={use.service} color={colors.get(use.service)} />
          <small>{formatCount(use.spanCount)}</small>
        </span>
      ))}
      {services.length > MAX_SERVICES && (
        <span class="chip">+{formatCount(services.length - MAX_SERVICES)}</span>
      )}
    </span>
  );
}

function Facts({ summary }: PartProps): JSX.Element {
  const { startMicros, errorCount, orphanCount, spanCount } = summary;
  const now = Date.now() * 1_000;
  const day = formatDay(startMicros);
  return (
    <span class="trace-facts">
      {errorCount > 0 && (
        <span class="errors">
          <Icon name="error" />
          {counted(errorCount, 'error')}
        </span>
      )}
      {orphanCount > 0 && (
        <span class="orphans" title="Spans whose parent has not arrived">
          {counted(orphanCount, 'orphan')}
        </span>
      )}
      <span>{counted(spanCount, 'span')}</span>
      <time title={`${day} ${formatTime(startMicros, 6)}`}>
        {day === formatDay(now) ? '' : `${day} `}
        {formatTime(startMicros)} <small>{formatAgo(startMicros, now)}</small>
      </time>
    </span>
  );
}
