import type { Span, Trace } from './trace.js';

/** What is folded, opened and selected in a timeline. Spans by index. */
export interface TimelineState {
  /** Spans whose children are hidden. */
  readonly folded: ReadonlySet<number>;
  /** Spans whose details are shown. */
  readonly opened: ReadonlySet<number>;
  readonly selected: number | undefined;
  /** How often a link or a search has led to a span: each time it must come into view. */
  readonly reveals: number;
}

/** Everything unfolded, nothing opened, nothing selected. */
export const FRESH_TIMELINE: TimelineState = {
  folded: new Set(),
  opened: new Set(),
  selected: undefined,
  reveals: 0,
};

/** What a key, a click or a link asks of the timeline. */
export type TimelineAction =
  | { readonly type: 'select' | 'toggle-fold' | 'toggle-details'; readonly index: number }
  /** Unfolds what hides the span, selects it, and opens its details if asked to. */
  | { readonly type: 'reveal'; readonly index: number; readonly open: boolean }
  /** Selects the row so many below (above: negative); counted from above the first where none is. */
  | { readonly type: 'move'; readonly by: number }
  /** Unfolds, or steps to the first child; folds, or steps to the parent. */
  | { readonly type: 'in' | 'out' }
  | { readonly type: 'fold-all' | 'unfold-all' | 'fold-level' | 'unfold-level' }
  | { readonly type: 'close-details' };

/** The spans that are not hidden in a folded one, in the order of the tree. */
export function visibleSpans(trace: Trace, folded: ReadonlySet<number>): readonly Span[] {
  if (folded.size === 0) return trace.spans;
  const visible: Span[] = [];
  for (let i = 0; i < trace.spans.length; i++) {
    const span = trace.spans[i]!;
    visible.push(span);
    if (folded.has(i)) i += span.descendants;
  }
  return visible;
}

/** The state after an action. The same object when nothing changed. */
export function nextTimeline(
  trace: Trace,
  state: TimelineState,
  action: TimelineAction,
): TimelineState {
  switch (action.type) {
    case 'select':
      return select(state, action.index);
    case 'toggle-fold':
      return toggleFold(trace, state, action.index);
    case 'toggle-details':
      return { ...state, opened: toggled(state.opened, action.index), selected: action.index };
    case 'reveal':
      return reveal(trace, state, action.index, action.open);
    case 'move':
      return move(trace, state, action.by);
    case 'in':
      return stepIn(trace, state);
    case 'out':
      return stepOut(trace, state);
    case 'close-details':
      return state.opened.size === 0 ? state : { ...state, opened: new Set() };
    default:
      return { ...state, folded: foldedAfter(trace, state.folded, action.type) };
  }
}

function select(state: TimelineState, index: number): TimelineState {
  return state.selected === index ? state : { ...state, selected: index };
}

function toggled(set: ReadonlySet<number>, index: number): ReadonlySet<number> {
  const copy = new Set(set);
  if (!copy.delete(index)) copy.add(index);
  return copy;
}

function toggleFold(trace: Trace, state: TimelineState, index: number): TimelineState {
  if (trace.spans[index]!.children.length === 0) return select(state, index);
  return { ...state, folded: toggled(state.folded, index), selected: index };
}

function reveal(trace: Trace, state: TimelineState, index: number, open: boolean): TimelineState {
  const folded = new Set(state.folded);
  for (let above = trace.spans[index]!.parent; above !== undefined; above = above.parent) {
    folded.delete(above.index);
  }
  const opened = open ? new Set(state.opened).add(index) : state.opened;
  return { folded, opened, selected: index, reveals: state.reveals + 1 };
}

function move(trace: Trace, state: TimelineState, by: number): TimelineState {
  const rows = visibleSpans(trace, state.folded);
  // -1, the row above the first, where nothing is selected.
  const at = rows.findIndex(({ index }) => index === state.selected);
  const to = Math.min(rows.length - 1, Math.max(0, at + by));
  return select(state, rows[to]!.index);
}

function stepIn(trace: Trace, state: TimelineState): TimelineState {
  if (state.selected === undefined) return move(trace, state, 1);
  const child = trace.spans[state.selected]!.children[0];
  if (child === undefined) return state;
  return state.folded.has(state.selected)
    ? toggleFold(trace, state, state.selected)
    : select(state, child.index);
}

function stepOut(trace: Trace, state: TimelineState): TimelineState {
  if (state.selected === undefined) return state;
  const span = trace.spans[state.selected]!;
  if (span.children.length > 0 && !state.folded.has(span.index)) {
    return toggleFold(trace, state, span.index);
  }
  return span.parent === undefined ? state : select(state, span.parent.index);
}

function foldedAfter(
  trace: Trace,
  folded: ReadonlySet<number>,
  type: 'fold-all' | 'unfold-all' | 'fold-level' | 'unfold-level',
): ReadonlySet<number> {
  if (type === 'unfold-all') return new Set();
  const parents = trace.spans.filter(({ children }) => children.length > 0);
  if (type === 'fold-all') return new Set(parents.map(({ index }) => index));
  const copy = new Set(folded);
  const visible = visibleSpans(trace, folded).filter(({ children }) => children.length > 0);
  if (type === 'unfold-level') {
    const shut = visible.filter(({ index }) => folded.has(index));
    const level = shut.reduce((top, { depth }) => Math.min(top, depth), trace.depth);
    for (const { index, depth } of shut) if (depth === level) copy.delete(index);
  } else {
    const shown = visible.filter(({ index }) => !folded.has(index));
    const level = shown.reduce((deepest, { depth }) => Math.max(deepest, depth), 0);
    for (const { index, depth } of shown) if (depth === level) copy.add(index);
  }
  return copy;
}
