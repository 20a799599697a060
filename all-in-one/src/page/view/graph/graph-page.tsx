import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { counted, formatCount } from '../../model/format.js';
import { assignColors } from '../../model/service-colors.js';
import {
  busiestCalls,
  MAX_DRAWN_SERVICES,
  readDependencies,
  type ServiceCall,
  servicesOf,
} from '../../model/service-graph.js';
import { useLoaded, valueOf } from '../api.js';
import { Notice, Pending } from '../messages.js';
import { ServiceName } from '../service-name.js';
import { ServiceGraph } from './service-graph.js';

/** Which service calls which: drawn, and as a table. */
export function GraphPage(): JSX.Element {
  // The server reads milliseconds here; everything it holds is asked for.
  const path = useMemo(() => {
    const endMs = Date.now() + 86_400_000;
    return `/api/dependencies?endTs=${endMs}&lookback=${endMs}`;
  }, []);
  const loaded = useLoaded(path, readDependencies);
  const { calls, ownCalls = 0 } = valueOf(loaded) ?? {};
  const [picked, setPicked] = useState<string>();
  const services = useMemo(() => servicesOf(calls ?? []), [calls]);
  const colors = useMemo(() => assignColors([...services].sort()), [services]);
  const drawn = useMemo(() => busiestCalls(calls ?? [], MAX_DRAWN_SERVICES), [calls]);
  if (calls === undefined) return <Pending loaded={loaded} />;
  if (calls.length === 0) {
    return (
      <Notice title="No calls between services yet">
        <p>A call is a span whose parent belongs to another service.</p>
        {ownCalls > 0 && <p>{ownText(ownCalls)}</p>}
      </Notice>
    );
  }
  return (
    <div class="graph-page">
      <div class="results-bar">
        <h1>Services</h1>
        <small>
          {counted(services.length, 'service')}, {counted(calls.length, 'connection')}
          {services.length > MAX_DRAWN_SERVICES && `; the busiest ${MAX_DRAWN_SERVICES} are drawn`}
          {ownCalls > 0 && `. ${ownText(ownCalls)}`}
        </small>
        {picked !== undefined && (
          <button type="button" onClick={() => setPicked(undefined)}>
            Show all
          </button>
        )}
      </div>
      <ServiceGraph calls={drawn} colors={colors} picked={picked} onPick={setPicked} />
      <CallTable calls={calls} colors={colors} picked={picked} />
    </div>
  );
}

function ownText(count: number): string {
  return `${counted(count, 'call')} within a service ${count === 1 ? 'is' : 'are'} left out.`;
}

/** Rows that a table begins with. */
const MAX_ROWS = 200;

interface CallTableProps {
  readonly calls: readonly ServiceCall[];
  readonly colors: ReadonlyMap<string, number>;
  readonly picked: string | undefined;
}

function CallTable({ calls, colors, picked }: CallTableProps): JSX.Element {
  const shown = calls.filter(
    ({ parent, child }) => picked === undefined || parent === picked || child === picked,
  );
  const most = shown.reduce((max, { count }) => Math.max(max, count), 1);
  return (
    <table class="calls">
      <thead>
        <tr>
          <th scope="col">Caller</th>
          <th scope="col">Called</th>
          <th scope="col" class="number">
            Calls
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.slice(0, MAX_ROWS).map(({ parent, child, count }) => (
          <tr>
            <td>
              <ServiceName service={parent} color={colors.get(parent)} />
            </td>
            <td>
              <ServiceName service={child} color={colors.get(child)} />
            </td>
            <td class="number">
              <span class="share" style={{ width: `${(count / most) * 100}%` }} />
              {formatCount(count)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
