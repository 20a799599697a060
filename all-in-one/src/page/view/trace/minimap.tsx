import type { HTMLAttributes, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { SERVICE_COLORS } from '../../model/service-colors.js';
import { fitWindow, isWhole, type TimeWindow } from '../../model/time-window.js';
import { endMicros, type Trace } from '../../model/trace.js';
import { formatDuration } from '../../model/format.js';
import { useTheme } from '../theme.js';
import { useWidth } from '../use-size.js';

const HEIGHT = 56;
/** A movement below this is a click. */
const CLICK_PX = 4;

/** A trace on a time axis of which a part is shown. */
export interface MapProps {
  readonly trace: Trace;
  readonly colors: ReadonlyMap<string, number>;
  readonly window: TimeWindow;
  readonly onWindow: (window: TimeWindow) => void;
}

/** All spans of the trace in little. Dragging over it zooms in; a double click shows the whole again. */
export function Minimap({ trace, colors, window, onWindow }: MapProps): JSX.Element {
  const [ref, width] = useWidth<HTMLDivElement>();
  const canvas = useCanvas(trace, colors, width);
  const brush = useBrush(trace, window, onWindow, width);
  const total = Math.max(1, trace.durationMicros);
  const shown = brush.draft ?? window;
  const left = (shown.start / total) * 100;
  const right = 100 - (shown.end / total) * 100;
  const isZoomed = !isWhole(shown, trace.durationMicros);
  return (
    <div class="minimap" ref={ref} title="Drag to zoom in, double-click to see all">
      <div class="minimap-area" {...brush.handlers}>
        <canvas ref={canvas} aria-hidden="true" />
        {isZoomed && (
          <>
            <div class="shade" style={{ left: '0', width: `${left}%` }} />
            <div class="shade" style={{ right: '0', width: `${right}%` }} />
            <div class="frame" style={{ left: `${left}%`, right: `${right}%` }} />
          </>
        )}
      </div>
      {isZoomed && (
        <button
          type="button"
          class="zoom-reset"
          onClick={() => onWindow(fitWindow({ start: 0, end: total }, total))}
        >
          {formatDuration(shown.end - shown.start)} of {formatDuration(total)} · show all
        </button>
      )}
      <span class="palette" hidden>
        {Array.from({ length: SERVICE_COLORS }, (_, i) => (
          <i class={`dot svc-${i}`} />
        ))}
      </span>
    </div>
  );
}

function useCanvas(
  trace: Trace,
  colors: ReadonlyMap<string, number>,
  width: number,
): { current: HTMLCanvasElement | null } {
  const ref = useRef<HTMLCanvasElement>(null);
  const { version } = useTheme();
  useLayoutEffect(() => {
    const canvas = ref.current;
    if (canvas === null || width === 0) return;
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(HEIGHT * scale);
    paint(canvas, trace, colors);
  }, [trace, colors, width, version]);
  return ref;
}

/** A line per span, in the order of the tree, as thick as there is room. */
function paint(canvas: HTMLCanvasElement, trace: Trace, colors: ReadonlyMap<string, number>): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height } = canvas;
  const palette = paletteBeside(canvas);
  const margin = height * 0.08;
  const step = (height - 2 * margin) / trace.spans.length;
  const thick = Math.max(1, Math.min(step * 0.75, height * 0.09));
  const scale = width / Math.max(1, trace.durationMicros);
  context.clearRect(0, 0, width, height);
  trace.spans.forEach((span, i) => {
    const x = (span.startMicros - trace.startMicros) * scale;
    const w = Math.max(1, (endMicros(span) - span.startMicros) * scale);
    context.fillStyle = palette[colors.get(span.process.service) ?? 0]!;
    context.fillRect(Math.min(x, width - 1), margin + i * step, w, thick);
  });
}

/** The colours of the style sheet as the canvas takes them, for the theme that is on. */
function paletteBeside(canvas: HTMLCanvasElement): string[] {
  const dots = canvas.closest('.minimap')?.querySelectorAll('.palette .dot') ?? [];
  return [...dots].map((dot) => getComputedStyle(dot).backgroundColor);
}

interface Brush {
  readonly draft: TimeWindow | undefined;
  readonly handlers: HTMLAttributes<HTMLDivElement>;
}

function useBrush(
  trace: Trace,
  window: TimeWindow,
  onWindow: (window: TimeWindow) => void,
  width: number,
): Brush {
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>();
  const total = trace.durationMicros;
  const timeAt = (event: PointerEvent): number => {
    const area = (event.currentTarget as Element).getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - area.left) / area.width)) * Math.max(1, total);
  };
  const isDrag =
    drag !== undefined && (Math.abs(drag.to - drag.from) / Math.max(1, total)) * width >= CLICK_PX;
  const draft = isDrag ? fitWindow({ start: drag.from, end: drag.to }, total) : undefined;
  return {
    draft,
    handlers: {
      onPointerDown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = timeAt(event);
        setDrag({ from: at, to: at });
      },
      onPointerMove: (event) => {
        if (drag !== undefined) setDrag({ from: drag.from, to: timeAt(event) });
      },
      onPointerUp: () => {
        if (draft !== undefined) onWindow(draft);
        else if (drag !== undefined) onWindow(centred(window, total, drag.from));
        setDrag(undefined);
      },
      onPointerCancel: () => setDrag(undefined),
      onDblClick: () => onWindow(fitWindow({ start: 0, end: total }, total)),
    },
  };
}

/** The same width, around the moment that was clicked. */
function centred(window: TimeWindow, total: number, at: number): TimeWindow {
  const half = (window.end - window.start) / 2;
  return fitWindow({ start: at - half, end: at + half }, total);
}
