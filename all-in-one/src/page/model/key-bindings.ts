/** The heading of the help that a key stands under. */
export type KeyGroup = 'Move' | 'Show' | 'Find' | 'Time' | 'Everywhere';

/** What a key does, as the help says it. */
export interface KeyBinding {
  readonly group: KeyGroup;
  /** As `KeyboardEvent.key` names them; any one of them. */
  readonly keys: readonly string[];
  readonly meaning: string;
}

/** What a key of the timeline does. */
export type TimelineKey =
  | 'down'
  | 'up'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'in'
  | 'out'
  | 'details'
  | 'closeAll'
  | 'foldAll'
  | 'unfoldAll'
  | 'foldLevel'
  | 'unfoldLevel'
  | 'find'
  | 'nextMatch'
  | 'previousMatch'
  | 'zoomIn'
  | 'zoomOut'
  | 'zoomReset'
  | 'zoomToSpan'
  | 'panLeft'
  | 'panRight'
  | 'criticalPath';

/** What a key of every page does. */
export type PageKey = 'help' | 'close' | 'theme';

/** The keys of the timeline, by the name of what they do. */
export const TIMELINE_KEYS: Readonly<Record<TimelineKey, KeyBinding>> = {
  down: { group: 'Move', keys: ['j', 'ArrowDown'], meaning: 'next span' },
  up: { group: 'Move', keys: ['k', 'ArrowUp'], meaning: 'previous span' },
  pageDown: { group: 'Move', keys: ['PageDown'], meaning: '20 spans down' },
  pageUp: { group: 'Move', keys: ['PageUp'], meaning: '20 spans up' },
  first: { group: 'Move', keys: ['g', 'Home'], meaning: 'first span' },
  last: { group: 'Move', keys: ['G', 'End'], meaning: 'last span' },
  in: { group: 'Move', keys: ['l', 'ArrowRight'], meaning: 'show children, or go to the first' },
  out: { group: 'Move', keys: ['h', 'ArrowLeft'], meaning: 'hide children, or go to the parent' },
  details: { group: 'Show', keys: ['Enter', ' '], meaning: 'open or close the details' },
  closeAll: { group: 'Show', keys: ['x'], meaning: 'close all details' },
  foldAll: { group: 'Show', keys: ['['], meaning: 'hide all children' },
  unfoldAll: { group: 'Show', keys: [']'], meaning: 'show all children' },
  foldLevel: { group: 'Show', keys: ['{'], meaning: 'hide the deepest level' },
  unfoldLevel: { group: 'Show', keys: ['}'], meaning: 'show one level more' },
  find: { group: 'Find', keys: ['/'], meaning: 'search within the trace' },
  nextMatch: { group: 'Find', keys: ['n'], meaning: 'next match' },
  previousMatch: { group: 'Find', keys: ['N'], meaning: 'previous match' },
  zoomIn: { group: 'Time', keys: ['+', '='], meaning: 'zoom in, at the span' },
  zoomOut: { group: 'Time', keys: ['-'], meaning: 'zoom out' },
  zoomReset: { group: 'Time', keys: ['0'], meaning: 'show the whole trace' },
  zoomToSpan: { group: 'Time', keys: ['z'], meaning: 'zoom to the span' },
  panLeft: { group: 'Time', keys: ['a'], meaning: 'earlier' },
  panRight: { group: 'Time', keys: ['d'], meaning: 'later' },
  criticalPath: { group: 'Show', keys: ['c'], meaning: 'critical path on or off' },
};

/** The keys of every page. */
export const PAGE_KEYS: Readonly<Record<PageKey, KeyBinding>> = {
  help: { group: 'Everywhere', keys: ['?'], meaning: 'this list' },
  close: { group: 'Everywhere', keys: ['Escape'], meaning: 'close it; leave a field' },
  theme: { group: 'Everywhere', keys: ['t'], meaning: 'light, dark, or as the system' },
};

const BY_KEY: ReadonlyMap<string, TimelineKey> = new Map(
  (Object.keys(TIMELINE_KEYS) as TimelineKey[]).flatMap((name) =>
    TIMELINE_KEYS[name].keys.map((key) => [key, name] as const),
  ),
);

/** What the timeline does for a key; undefined for one that it leaves alone. */
export function timelineKey(key: string): TimelineKey | undefined {
  return BY_KEY.get(key);
}

const KEY_LABELS: ReadonlyMap<string, string> = new Map([
  ['ArrowDown', '↓'],
  ['ArrowUp', '↑'],
  ['ArrowLeft', '←'],
  ['ArrowRight', '→'],
  [' ', 'Space'],
  ['PageDown', 'Page ↓'],
  ['PageUp', 'Page ↑'],
  ['Escape', 'Esc'],
]);

/** A key as it is written on a keyboard. */
export function keyLabel(key: string): string {
  return KEY_LABELS.get(key) ?? key;
}
