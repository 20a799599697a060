import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { counted } from '../../model/format.js';
import { readStats, type ServerStats } from '../../model/server-stats.js';
import { useLoaded, valueOf } from '../api.js';

/** How often the figures are asked for, in milliseconds. */
const REFRESH_MS = 10_000;

/** How much the server holds, in a line. */
export function ServerLine(): JSX.Element | null {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setCount((known) => known + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const stats: ServerStats | undefined = valueOf(useLoaded('/api/stats', readStats, count));
  if (stats === undefined) return null;
  return (
    <p class="server-line">
      Holds {counted(stats.traces, 'trace')} with {counted(stats.spans, 'span')}.
      {stats.evictedTraces > 0 && ` ${counted(stats.evictedTraces, 'older one')} made room.`}
      {stats.malformed > 0 &&
        ` ${counted(stats.malformed, 'message was', 'messages were')} unreadable.`}
      {stats.kernelDrops > 0 &&
        ` ${counted(stats.kernelDrops, 'datagram was', 'datagrams were')} dropped by the system: they came faster than they were read.`}
    </p>
  );
}
