import { useEffect, useState } from 'preact/hooks';
import { formatQuery } from '../../model/query-string.js';
import type { SearchForm } from '../../model/search-form.js';
import {
  addToTail,
  isInTail,
  readSummary,
  sortSummaries,
  type TraceSummary,
} from '../../model/trace-summary.js';

/** New traces are shown together, so many milliseconds after the first: a burst is one repaint. */
const SHOW_MS = 250;

/**
 * The traces that arrive while it is on, newest first, on top of those that were found. Undefined while
 * it is off.
 */
export function useTail(
  isOn: boolean,
  form: SearchForm,
  found: readonly TraceSummary[] | undefined,
): readonly TraceSummary[] | undefined {
  const [tail, setTail] = useState<readonly TraceSummary[]>([]);
  useEffect(() => {
    if (!isOn) return undefined;
    setTail(sortSummaries(found ?? [], 'recent'));
    let arrived: TraceSummary[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      const batch = arrived;
      arrived = [];
      timer = undefined;
      setTail((known) => batch.reduce(addToTail, known));
    };
    const source = new EventSource(`/api/tail${formatQuery([['service', form.service]])}`);
    source.addEventListener('trace', (event: MessageEvent<string>) => {
      const summary = readSummary(parsed(event.data));
      if (summary === undefined || !isInTail(summary, form)) return;
      arrived.push(summary);
      timer ??= setTimeout(show, SHOW_MS);
    });
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [isOn, form, found]);
  return isOn ? tail : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
