import type { FinishedSpan, FlatLogs, FlatTags } from './finished-span.js';
import { wholeMicros } from './span-times.js';

/*
 * How a span holds its tags and logs: flat, `key, value, key, value ...`, which costs one array and no
 * object per tag; and jaeger-client's view of them.
 */

/** A tag or log field, as `span._tags` and `span._logs` show them. */
export interface KeyValue {
  key: string;
  value: unknown;
}

/** A log, as `span._logs` shows it; `timestamp` in milliseconds since the Unix epoch. */
export interface SpanLog {
  timestamp: number;
  fields: KeyValue[];
}

const hasOwn = Object.prototype.hasOwnProperty;

/** jaeger-client's view of `key, value ...`. */
function tagsOfFlat(flat: FlatTags | undefined): KeyValue[] {
  const tags: KeyValue[] = [];
  if (flat === undefined) return tags;
  for (let i = 0; i < flat.length; i += 2) {
    tags.push({ key: flat[i] as string, value: flat[i + 1] });
  }
  return tags;
}

/** jaeger-client's view of all tags of a span. */
export function tagsOfSpan(span: FinishedSpan): KeyValue[] {
  return [span.samplerTags, span.startTags, span.ownTags].flatMap(tagsOfFlat);
}

/** jaeger-client's view of `timestamp, n, key, value ...`. */
export function logsOfFlat(flat: FlatLogs | undefined): SpanLog[] {
  const logs: SpanLog[] = [];
  if (flat === undefined) return logs;
  for (let i = 0; i < flat.length;) {
    const timestamp = flat[i] as number;
    const end = i + 2 + 2 * (flat[i + 1] as number);
    logs.push({ timestamp, fields: tagsOfFlat(flat.slice(i + 2, end)) });
    i = end;
  }
  return logs;
}

/** Not a text or bytes, which would be walked through one by one. */
export function isFieldMap(fields: unknown): boolean {
  return typeof fields === 'object' && fields !== null && !ArrayBuffer.isView(fields);
}

/**
 * Milliseconds from what a caller gave as a time: a number or a Date; 0 and nonsense are "none". A fraction is rounded to
 * whole microseconds.
 */
export function toMillis(time: unknown): number | undefined {
  if (time === undefined || time === null) return undefined;
  let millis = time;
  if (typeof time === 'object') {
    try {
      millis = time.valueOf();
    } catch {
      return undefined;
    }
  }
  if (typeof millis !== 'number' || !Number.isFinite(millis) || millis === 0) return undefined;
  return Number.isInteger(millis) ? millis : wholeMicros(millis);
}

/**
 * `timestamp, n, key, value ...`. Most logs have one or two fields: an array of just that size takes
 * half the memory of an empty one that grows. Reading a value may run the application's code, so
 * nothing of the span is touched meanwhile.
 */
export function flatLog(timestamp: number, fields: Record<string, unknown>): unknown[] {
  if (!isFieldMap(fields)) return [timestamp, 0];
  let log: unknown[] | undefined;
  let firstKey = '';
  let firstValue: unknown;
  let count = 0;
  for (const key in fields) {
    if (!hasOwn.call(fields, key)) continue;
    const value = fields[key];
    count++;
    if (count === 1) {
      firstKey = key;
      firstValue = value;
    } else if (log === undefined) {
      log = [timestamp, count, firstKey, firstValue, key, value];
    } else {
      log.push(key, value);
    }
  }
  if (log === undefined) return count === 0 ? [timestamp, 0] : [timestamp, 1, firstKey, firstValue];
  log[1] = count;
  return log;
}
