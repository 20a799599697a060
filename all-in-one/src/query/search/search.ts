import type { Service } from '../../store/catalog.js';
import type { StoredSpan } from '../../store/stored-span.js';
import type { StoredTrace } from '../../store/stored-trace.js';
import type { TraceStore } from '../../store/trace-store.js';
import { TagFilter } from './tag-filter.js';

/** Search criteria. One span of a trace must meet all of them. */
export interface Search {
  /** Empty: any. */
  readonly service: string;
  /** Empty: any. */
  readonly operation: string;
  /** Tags of the span, its process or its logs, with their values as strings. */
  readonly tags: ReadonlyMap<string, string>;
  /** Range of the span's start, in microseconds since the Unix epoch, both ends included. */
  readonly startMin: number;
  readonly startMax: number;
  /** Range of the span's duration in microseconds, both ends included; 0: no limit. */
  readonly durationMin: number;
  readonly durationMax: number;
  /** Maximum number of traces. */
  readonly limit: number;
}

/** Finds at most `search.limit` traces; the one whose first span arrived last comes first. */
export function findTraces(store: TraceStore, search: Search): StoredTrace[] {
  const found: StoredTrace[] = [];
  for (const trace of matches(store, search)) {
    found.push(trace);
    if (found.length >= search.limit) break;
  }
  return found;
}

/** Counts all traces that match, whatever `search.limit` is. */
export function countTraces(store: TraceStore, search: Search): number {
  let count = 0;
  for (const _trace of matches(store, search)) count++;
  return count;
}

function* matches(store: TraceStore, search: Search): Generator<StoredTrace> {
  const service = search.service === '' ? undefined : store.service(search.service);
  if (search.service !== '' && service === undefined) return;
  const tags = new TagFilter(search.tags);
  for (const trace of store.newestFirst()) {
    if (trace.endTime < search.startMin || trace.startTime > search.startMax) continue;
    if (hasMatch(trace, search, service, tags)) yield trace;
  }
}

function hasMatch(
  { spans }: StoredTrace,
  search: Search,
  service: Service | undefined,
  tags: TagFilter,
): boolean {
  for (const span of spans) {
    if (isMatch(span, search, service, tags)) return true;
  }
  return false;
}

/** Checks the cheapest criteria first. */
function isMatch(
  span: StoredSpan,
  search: Search,
  service: Service | undefined,
  tags: TagFilter,
): boolean {
  const { operation, startTime, duration } = span;
  if (service !== undefined && operation.service !== service) return false;
  if (search.operation !== '' && operation.name !== search.operation) return false;
  if (startTime < search.startMin || startTime > search.startMax) return false;
  if (search.durationMin !== 0 && duration < search.durationMin) return false;
  if (search.durationMax !== 0 && duration > search.durationMax) return false;
  return tags.matches(span);
}
