import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

const MIN_PERCENT = 15;
const MAX_PERCENT = 75;
const STEP_PERCENT = 5;
const START_PERCENT = 36;

/** The line between names and bars, which can be moved. Sets `--names` on the target. */
export function NameResizer(props: {
  readonly target: { readonly current: HTMLElement | null };
}): JSX.Element {
  const [percent, setPercent] = useState(START_PERCENT);
  const [isMoving, setMoving] = useState(false);
  const resize = (wanted: number): void => {
    const next = Math.min(MAX_PERCENT, Math.max(MIN_PERCENT, wanted));
    setPercent(next);
    props.target.current?.style.setProperty('--names', `${next}%`);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const area = props.target.current?.getBoundingClientRect();
    if (isMoving && area) resize(((event.clientX - area.left) / area.width) * 100);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -STEP_PERCENT, ArrowRight: STEP_PERCENT }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    resize(percent + by);
  };
  return (
    <div
      class="name-resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the names"
      aria-valuenow={Math.round(percent)}
      aria-valuemin={MIN_PERCENT}
      aria-valuemax={MAX_PERCENT}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setMoving(true);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => setMoving(false)}
      onPointerCancel={() => setMoving(false)}
      onKeyDown={onKeyDown}
    />
  );
}
