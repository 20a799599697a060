import { useEffect, useRef } from 'preact/hooks';
import { type Route, tracePath } from '../../model/route.js';
import type { TimelineAction } from '../../model/timeline-state.js';
import type { Trace } from '../../model/trace.js';
import { replaceAddress } from '../navigation.js';

/**
 * The span in the address is shown, once for each time that one goes there: the selection may have moved
 * on when the trace is loaded again. The span that is selected stands in the address.
 */
export function useDeepLink(
  trace: Trace,
  route: Route & { page: 'trace' },
  selected: number | undefined,
  dispatch: (action: TimelineAction) => void,
): void {
  const followed = useRef<Route>(undefined);
  useEffect(() => {
    if (followed.current === route) return;
    const linked = trace.spans.find(({ spanId }) => spanId.toLowerCase() === route.spanId);
    if (linked === undefined) return;
    followed.current = route;
    dispatch({ type: 'reveal', index: linked.index, open: true });
  }, [trace, route, dispatch]);
  useEffect(() => {
    if (selected !== undefined) {
      replaceAddress(tracePath(route.traceId, trace.spans[selected]!.spanId));
    }
  }, [trace, route.traceId, selected]);
}
