import { useEffect, useRef, useState } from 'preact/hooks';
import { spanOfId } from '../../model/find-spans.js';
import { type Route, tracePath } from '../../model/route.js';
import type { TimelineAction } from '../../model/timeline-state.js';
import type { Trace } from '../../model/trace.js';
import { replaceAddress } from '../navigation.js';

/**
 * The span in the address is shown, once for each time that one goes there: the selection may have moved
 * on when the trace is loaded again. The span that is selected stands in the address.
 *
 * @returns the id in the address where the trace has no such span, until one is selected.
 */
export function useDeepLink(
  trace: Trace,
  route: Route & { page: 'trace' },
  selected: number | undefined,
  dispatch: (action: TimelineAction) => void,
): string | undefined {
  const followed = useRef<Route>(undefined);
  const [missing, setMissing] = useState<string>();
  useEffect(() => {
    if (followed.current === route) return;
    const linked = route.spanId === undefined ? undefined : spanOfId(trace, route.spanId);
    setMissing(linked === undefined ? route.spanId : undefined);
    if (linked === undefined) return;
    followed.current = route;
    dispatch({ type: 'reveal', index: linked.index, open: true });
  }, [trace, route, dispatch]);
  useEffect(() => {
    if (selected === undefined) return;
    setMissing(undefined);
    replaceAddress(tracePath(route.traceId, trace.spans[selected]!.spanId));
  }, [trace, route.traceId, selected]);
  return missing;
}
