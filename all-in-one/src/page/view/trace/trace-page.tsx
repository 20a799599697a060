import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { readTraceAnswer } from '../../model/read-trace.js';
import type { Route } from '../../model/route.js';
import { useLoaded, valueOf } from '../api.js';
import { Notice, Pending } from '../messages.js';
import { TraceView } from './trace-view.js';

/** A trace, from the server to the timeline. */
export function TracePage({ route }: { readonly route: Route & { page: 'trace' } }): JSX.Element {
  const [turn, setTurn] = useState(0);
  const loaded = useLoaded(
    `/api/traces/${encodeURIComponent(route.traceId)}`,
    readTraceAnswer,
    turn,
  );
  const trace = valueOf(loaded);
  if (trace !== undefined) {
    return <TraceView trace={trace} route={route} onReload={() => setTurn(turn + 1)} />;
  }
  if (loaded.state !== 'ready') return <Pending loaded={loaded} />;
  return <Notice title="The trace has no spans" />;
}
