import { useEffect, useState } from 'preact/hooks';
import { oneAtATime } from '../../model/one-at-a-time.js';
import { apiQuery, isMoreThanService, type SearchForm } from '../../model/search-form.js';
import {
  addToTail,
  readSummaries,
  sortSummaries,
  type TraceSummary,
} from '../../model/trace-summary.js';
import { getJson } from '../api.js';
import { followTail } from './tail-source.js';

/** New traces are shown together, so many milliseconds after the first: a burst is one repaint. */
const SHOW_MS = 250;
/** Between one search and the next. */
const PAUSE_MS = 1_000;

/** The live traces. */
export interface Tail {
  /** Newest first, on top of those that were found. Undefined while it is off. */
  readonly summaries: readonly TraceSummary[] | undefined;
  /** The server cannot be reached; it is tried again and again. */
  readonly isLost: boolean;
}

/** The traces that arrive while it is on. */
export function useTail(
  isOn: boolean,
  form: SearchForm,
  found: readonly TraceSummary[] | undefined,
): Tail {
  const [summaries, setSummaries] = useState<readonly TraceSummary[]>([]);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (!isOn) return undefined;
    setSummaries(sortSummaries(found ?? [], 'recent'));
    setLost(false);
    return keepUp(form, setSummaries, setLost);
  }, [isOn, form, found]);
  return { summaries: isOn ? summaries : undefined, isLost: isOn && isLost };
}

type Change = (next: (known: readonly TraceSummary[]) => readonly TraceSummary[]) => void;

/**
 * Adds what arrives. The server's tail knows services only: where the form says more, each arrival is a
 * reason to search again. That is done too where something was or may have been missed.
 */
function keepUp(form: SearchForm, change: Change, setLost: (isLost: boolean) => void): () => void {
  const isSearched = isMoreThanService(form);
  const aborter = new AbortController();
  let arrived: TraceSummary[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A server that has come back may hold none of what was shown.
  let isFresh = false;
  const show = (): void => {
    const batch = arrived;
    arrived = [];
    timer = undefined;
    change((known) => batch.reduce(addToTail, known));
  };
  const search = oneAtATime(async () => {
    const path = `/api/summaries${apiQuery(form, Date.now() * 1_000)}`;
    const answer = await getJson(path, aborter.signal).catch(() => undefined);
    if (answer === undefined || aborter.signal.aborted) return;
    const batch = readSummaries(answer);
    const isStart = isFresh;
    isFresh = false;
    change((known) => batch.reduceRight(addToTail, isStart ? [] : known));
  }, pause);
  const unfollow = followTail(form.service, {
    onTrace: (summary) => {
      if (isSearched) return search.ask();
      arrived.push(summary);
      timer ??= setTimeout(show, SHOW_MS);
    },
    onOpen: (isAgain) => {
      isFresh ||= isAgain;
      setLost(false);
      search.ask();
    },
    onLost: () => setLost(true),
    onLagging: search.ask,
  });
  return () => {
    clearTimeout(timer);
    aborter.abort();
    search.stop();
    unfollow();
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, PAUSE_MS));
}
