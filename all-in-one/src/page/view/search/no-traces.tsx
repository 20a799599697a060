import type { JSX } from 'preact';
import { counted } from '../../model/format.js';
import { whyNoTraces } from '../../model/no-traces.js';
import type { SearchForm } from '../../model/search-form.js';
import { readStats, type ServerStats } from '../../model/server-stats.js';
import { useLoaded, valueOf } from '../api.js';
import { Notice } from '../messages.js';

interface NoTracesProps {
  readonly isLive: boolean;
  readonly form: SearchForm;
}

/** What to do when there is nothing to see. */
export function NoTraces({ isLive, form }: NoTracesProps): JSX.Element {
  const stats = valueOf(useLoaded('/api/stats', readStats, form));
  const why = whyNoTraces(form, stats);
  if (isLive) return <Notice title="Waiting for traces…" />;
  if (why === 'narrow') {
    return (
      <Notice title="No trace fits">
        <p>Try a longer time, fewer tags, or another service.</p>
        <p>
          <a href="/">Show the latest traces</a>
        </p>
      </Notice>
    );
  }
  if (why === 'evicted') {
    return (
      <Notice title="No traces any more">
        <p>
          {counted(stats?.evictedTraces ?? 0, 'trace')} came in and had to make room: they are
          larger than the memory that the collector may take. It is started with more by{' '}
          <code>--memory.max-bytes</code> and <code>--memory.max-traces</code>.
        </p>
      </Notice>
    );
  }
  return <NothingYet stats={stats} />;
}

function NothingYet({ stats }: { readonly stats: ServerStats | undefined }): JSX.Element {
  return (
    <Notice title="No traces yet">
      <p>Send spans to one of these, and press Live to see them come in:</p>
      <ul class="receivers">
        {stats?.receivers
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
