import type { JSX } from 'preact';
import { type Order, ORDERS } from '../../model/trace-summary.js';

interface ResultsBarProps {
  readonly title: string;
  /** While it is live: the server cannot be reached. */
  readonly isLost: boolean;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
  readonly isLive: boolean;
  readonly onLive: (isLive: boolean) => void;
}

/** Above the found traces: how many, in which order, and whether new ones come in by themselves. */
export function ResultsBar(props: ResultsBarProps): JSX.Element {
  const { isLive, isLost, onLive } = props;
  return (
    <div class="results-bar">
      <h1 aria-live="polite">{props.title}</h1>
      <small role="status">{isLost ? 'The server does not answer. Trying again…' : ''}</small>
      {!isLive && (
        <label>
          Sort
          <select
            value={props.order}
            onChange={(event) => props.onOrder(event.currentTarget.value as Order)}
          >
            {Object.entries(ORDERS).map(([value, label]) => (
              <option value={value}>{label}</option>
            ))}
          </select>
        </label>
      )}
      <button
        type="button"
        class={isLost ? 'live is-lost' : 'live'}
        aria-pressed={isLive}
        title="Show new traces as they arrive"
        onClick={() => onLive(!isLive)}
      >
        <i /> Live
      </button>
    </div>
  );
}
