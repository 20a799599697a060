import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount } from '../../model/format.js';
import type { Trace } from '../../model/trace.js';
import { ServiceName } from '../service-name.js';

/** Services shown before one asks for all. */
const MAX_SERVICES = 24;

interface LegendProps {
  readonly trace: Trace;
  readonly colors: ReadonlyMap<string, number>;
  readonly onPick: (service: string) => void;
}

/** Which colour is whose, and how many spans each service has. A click looks for them. */
export function Legend({ trace, colors, onPick }: LegendProps): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const { services } = trace;
  const shown = isWhole ? services : services.slice(0, MAX_SERVICES);
  return (
    <div class="legend">
      {shown.map(({ service, spanCount, errorCount }) => (
        <button
          type="button"
          class={errorCount > 0 ? 'chip has-error' : 'chip'}
          title="Find its spans"
          onClick={() => onPick(service)}
        >
          <ServiceName service={service} color={colors.get(service)} />
          <small>{formatCount(spanCount)}</small>
        </button>
      ))}
      {shown.length < services.length && (
        <button type="button" class="chip" onClick={() => setWhole(true)}>
          {formatCount(services.length - shown.length)} more
        </button>
      )}
    </div>
  );
}
