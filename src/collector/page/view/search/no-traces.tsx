import type { JSX } from 'preact';
import { EMPTY_FORM, type SearchForm } from '../../model/search-form.js';
import { readStats } from '../../model/server-stats.js';
import { useLoaded, valueOf } from '../api.js';
import { Notice } from '../messages.js';

interface NoTracesProps {
  readonly isLive: boolean;
  readonly form: SearchForm;
}

/** What to do when there is nothing to see. */
export function NoTraces({ isLive, form }: NoTracesProps): JSX.Element {
  const stats = valueOf(useLoaded('/api/stats', readStats));
  const isAll = Object.keys(EMPTY_FORM).every(
    (name) => form[name as keyof SearchForm] === EMPTY_FORM[name as keyof SearchForm],
  );
  if (isLive) return <Notice title="Waiting for traces…" />;
  if (!isAll || stats === undefined || stats.traces > 0) {
    return (
      <Notice title="No trace fits">
        <p>Try a longer time, fewer tags, or another service.</p>
        <p>
          <a href="/">Show the latest traces</a>
        </p>
      </Notice>
    );
  }
  return (
    <Notice title="No traces yet">
      <p>Send spans to one of these, and press Live to see them come in:</p>
      <ul class="receivers">
        {stats.receivers
          .filter(({ address }) => address !== '')
          .map(({ name, address }) => (
            <li>
              <span>{name}</span> <code>{address}</code>
            </li>
          ))}
      </ul>
    </Notice>
  );
}
