import { field, list, number, text } from './json.js';
import { type Order, ORDERS } from './trace-summary.js';

/** How the list of found traces was left. Kept with the entry of the browser's history. */
export interface Place {
  readonly order: Order;
  readonly isLive: boolean;
  /** Ids of the traces that are marked for a comparison, two at most. */
  readonly marked: readonly string[];
  /** How many items are shown. */
  readonly shownCount: number;
  /** How far down one was, in pixels. */
  readonly scrollPx: number;
}

/** Items shown at first, and with each press of the button. */
export const ITEMS_PER_PAGE = 100;

/** Reads what the browser kept; what is not there is as at first. */
export function readPlace(state: unknown): Place {
  const order = text(field(state, 'order'));
  return {
    order: Object.hasOwn(ORDERS, order) ? (order as Order) : 'recent',
    isLive: field(state, 'isLive') === true,
    marked: list(field(state, 'marked')).map(text).slice(-2),
    shownCount: Math.max(ITEMS_PER_PAGE, number(field(state, 'shownCount'))),
    scrollPx: Math.max(0, number(field(state, 'scrollPx'))),
  };
}

/** The marks after one was set or taken away; of three the oldest goes. */
export function toggleMark(marked: readonly string[], id: string): readonly string[] {
  return marked.includes(id) ? marked.filter((other) => other !== id) : [...marked, id].slice(-2);
}
