import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RowOffsets } from '../model/row-offsets.js';
import { useWindowEvent } from './use-window-event.js';

/** Rows drawn beyond each border of the screen, so that a quick scroll does not run into emptiness. */
const SPARE_ROWS = 12;

/** The rows that exist, and the space that stands for the others. */
export interface VirtualRows {
  readonly ref: RefObject<HTMLDivElement | null>;
  /** The first row that exists, and the first after it that does not. */
  readonly from: number;
  readonly to: number;
  /** Pixels above and below them. */
  readonly abovePx: number;
  readonly belowPx: number;
}

/** Which of a list's rows must exist, as the window scrolls. `ref` goes to the element around them. */
export function useVirtualRows(count: number, offsets: RowOffsets): VirtualRows {
  const ref = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: 60 });
  const update = (): void => {
    const top = ref.current?.getBoundingClientRect().top ?? 0;
    const from = Math.max(0, offsets.rowAt(-top) - SPARE_ROWS);
    const to = Math.min(count, offsets.rowAt(innerHeight - top) + SPARE_ROWS);
    setRange((known) => (known.from === from && known.to === to ? known : { from, to }));
  };
  useLayoutEffect(update, [offsets, count]);
  useWindowEvent('scroll', update);
  useWindowEvent('resize', update);
  const from = Math.min(range.from, count);
  const to = Math.min(range.to, count);
  return {
    ref,
    from,
    to,
    abovePx: offsets.offsetOf(from),
    belowPx: offsets.totalPx - offsets.offsetOf(to),
  };
}
