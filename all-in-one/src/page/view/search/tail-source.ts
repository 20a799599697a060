import { formatQuery } from '../../model/query-string.js';
import { readSummary, type TraceSummary } from '../../model/trace-summary.js';

/** The browser connects again by itself, but not after an answer that is an error. */
const RETRY_MS = 2_000;

/** What is told of the server's tail. */
export interface TailListener {
  readonly onTrace: (summary: TraceSummary) => void;
  /** From here on traces are told. `isAgain`: after the connection was lost. */
  readonly onOpen: (isAgain: boolean) => void;
  readonly onLost: () => void;
  /** The server has left out some, because we were too slow. */
  readonly onLagging: () => void;
}

/** Listens to the traces with spans of a service (empty: of any) as they arrive, until it is stopped. */
export function followTail(service: string, listener: TailListener): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLost = false;
  let source = connect();
  function connect(): EventSource {
    const next = new EventSource(`/api/tail${formatQuery([['service', service]])}`);
    next.addEventListener('open', () => {
      listener.onOpen(isLost);
      isLost = false;
    });
    next.addEventListener('error', () => {
      isLost = true;
      listener.onLost();
      if (next.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(() => (source = connect()), RETRY_MS);
    });
    next.addEventListener('lagging', listener.onLagging);
    next.addEventListener('trace', (event: MessageEvent<string>) => {
      const summary = readSummary(parsed(event.data));
      if (summary !== undefined) listener.onTrace(summary);
    });
    return next;
  }
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
