import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { formatDuration, formatTime } from '../../model/format.js';
import { tracePath } from '../../model/route.js';
import {
  durationScale,
  labelAnchor,
  labelRoom,
  type Scale,
  timeScale,
} from '../../model/scatter.js';
import type { TraceSummary } from '../../model/trace-summary.js';
import { navigate } from '../navigation.js';
import { Text } from '../text.js';
import { useWidth } from '../use-size.js';

const HEIGHT = 150;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;
/** Room for a label of the time axis, in pixels. */
const TICK_PX = 90;

/** Each trace as a point: when it began, and how long it took. A click opens it. */
export function ScatterPlot({
  summaries,
}: {
  readonly summaries: readonly TraceSummary[];
}): JSX.Element {
  const [ref, width] = useWidth<HTMLDivElement>();
  const [hovered, setHovered] = useState<TraceSummary>();
  const { scales, left, inner } = useMemo(() => scalesOf(summaries, width), [summaries, width]);
  const x = (micros: number): number => left + scales.x.at(micros) * inner;
  const y = (micros: number): number =>
    HEIGHT - BOTTOM - scales.y.at(micros) * (HEIGHT - TOP - BOTTOM);
  const most = summaries.reduce((max, { spanCount }) => Math.max(max, spanCount), 1);
  const radius = ({ spanCount }: TraceSummary): number => 3 + 6 * Math.sqrt(spanCount / most);
  return (
    <div class="scatter" ref={ref}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label="Duration of the traces over time">
          {scales.y.ticks.map(({ value, label }) => (
            <g class="tick" key={label}>
              <line x1={left} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
              <text x={left - 8} y={y(value)} dy="0.35em" text-anchor="end">
                {label}
              </text>
            </g>
          ))}
          {scales.x.ticks.map(({ value, label }) => (
            <text
              class="tick-x"
              key={value}
              x={x(value)}
              y={HEIGHT - 4}
              text-anchor={labelAnchor(label, x(value), 0, width)}
            >
              {label}
            </text>
          ))}
          {summaries.map((summary) => (
            <circle
              key={summary.traceId}
              class={summary.errorCount > 0 ? 'point has-error' : 'point'}
              cx={x(summary.startMicros)}
              cy={y(summary.durationMicros)}
              r={radius(summary)}
              onClick={() => navigate(tracePath(summary.traceId))}
              onMouseEnter={() => setHovered(summary)}
              onMouseLeave={() => setHovered(undefined)}
            />
          ))}
        </svg>
      )}
      {hovered && (
        <Tip
          summary={hovered}
          left={x(hovered.startMicros)}
          top={y(hovered.durationMicros)}
          width={width}
        />
      )}
    </div>
  );
}

/** Where times and durations stand, and how much room is left beside the labels. */
function scalesOf(summaries: readonly TraceSummary[], width: number): Scales {
  const y = durationScale(summaries.map(({ durationMicros }) => durationMicros));
  const left = labelRoom(y.ticks);
  const inner = Math.max(1, width - left - RIGHT);
  const maxTicks = Math.max(2, Math.floor(inner / TICK_PX));
  const x = timeScale(
    summaries.map(({ startMicros }) => startMicros),
    maxTicks,
  );
  return { scales: { x, y }, left, inner };
}

interface Scales {
  readonly scales: { readonly x: Scale; readonly y: Scale };
  readonly left: number;
  readonly inner: number;
}

interface TipProps {
  readonly summary: TraceSummary;
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

function Tip({ summary, left, top, width }: TipProps): JSX.Element {
  const isRight = left > width / 2;
  return (
    <div
      class={isRight ? 'tip is-left' : 'tip'}
      style={
        isRight
          ? { right: `${width - left + 12}px`, top: `${top}px` }
          : { left: `${left + 12}px`, top: `${top}px` }
      }
    >
      <b>
        <Text value={summary.service} max={60} />
      </b>{' '}
      <Text value={summary.operation} max={80} />
      <br />
      {formatDuration(summary.durationMicros)} · {formatTime(summary.startMicros, 3)}
    </div>
  );
}
