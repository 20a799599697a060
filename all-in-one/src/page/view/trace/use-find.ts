import { useEffect, useMemo, useState } from 'preact/hooks';
import { findSpans } from '../../model/find-spans.js';
import type { TimelineAction } from '../../model/timeline-state.js';
import type { Trace } from '../../model/trace.js';

/** Between the last key and the search, in milliseconds. */
const PAUSE_MS = 120;

/** The search within a trace. */
export interface Find {
  /** As typed. */
  readonly query: string;
  readonly setQuery: (query: string) => void;
  /** What is marked in names, in lower case; empty for none. */
  readonly mark: string;
  /** Indexes of the spans that were found, rising. */
  readonly matches: readonly number[];
  readonly isMatch: ReadonlySet<number>;
  /** The place of the selected span among the matches, from 1; 0 when it is none. */
  readonly position: number;
  /** Goes to the next match (1) or the previous one (-1), around the end. */
  readonly step: (by: 1 | -1) => void;
}

/** Searches a trace a moment after the query changed. */
export function useFind(
  trace: Trace,
  selected: number | undefined,
  dispatch: (action: TimelineAction) => void,
): Find {
  const [query, setQuery] = useState('');
  const [searched, setSearched] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSearched(query), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [query]);
  const matches = useMemo(
    () => findSpans(trace, searched).map(({ index }) => index),
    [trace, searched],
  );
  const isMatch = useMemo(() => new Set(matches), [matches]);
  const step = (by: 1 | -1): void => {
    const at = selected ?? -1;
    const next =
      by === 1 ? matches.find((index) => index > at) : matches.findLast((index) => index < at);
    const index = next ?? matches.at(by === 1 ? 0 : -1);
    if (index !== undefined) dispatch({ type: 'reveal', index, open: false });
  };
  const position = selected === undefined ? 0 : matches.indexOf(selected) + 1;
  return { query, setQuery, mark: searched.trim().toLowerCase(), matches, isMatch, position, step };
}
