import type { JsonSpan, JsonTag } from '../../all-in-one/src/index.js';
import type { AgentSpan, AgentTag } from './peers/agent-rows.js';
import { NO_PARENT } from './tracing.js';

/*
 * What the API has to show of what a client sent: said by rows of the test's own, by none of the
 * collector's code.
 */

const TYPES = {
  STRING: 'string',
  DOUBLE: 'float64',
  BOOL: 'bool',
  LONG: 'int64',
  BINARY: 'binary',
} as const;

/** Sorted by key; bytes that are none are null. */
export function shownTags(tags: readonly AgentTag[]): JsonTag[] {
  return tags
    .map(({ key, type, value }) => ({
      key,
      type: TYPES[type as keyof typeof TYPES],
      value: type === 'BINARY' && value === '' ? null : value!,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** The field `event` stands first. */
function shownFields(fields: readonly AgentTag[]): JsonTag[] {
  const shown = shownTags(fields);
  const events = shown.filter(({ key }) => key === 'event');
  return [...events, ...shown.filter(({ key }) => key !== 'event')];
}

/** 16 digits where 16 do. */
export function shownTraceId(traceID: string): string {
  return traceID.startsWith('0'.repeat(16)) ? traceID.slice(16) : traceID;
}

/** A span of the rows. Its parent is its first reference, once. */
export function shownSpan(row: AgentSpan): JsonSpan {
  const traceID = shownTraceId(row.traceID);
  const parent = { refType: 'CHILD_OF', traceID, spanID: row.parentSpanID } as const;
  const references = row.references.map((reference) => ({
    refType: reference.refType as 'CHILD_OF' | 'FOLLOWS_FROM',
    traceID: shownTraceId(reference.traceID),
    spanID: reference.spanID,
  }));
  const isParent = ({ spanID }: { spanID: string }): boolean => spanID === row.parentSpanID;
  const first = references.find(isParent) ?? parent;
  const others = references.filter((reference) => !isParent(reference));
  return {
    traceID,
    spanID: row.spanID,
    flags: row.flags,
    operationName: row.operationName,
    references: row.parentSpanID === NO_PARENT ? references : [first, ...others],
    startTime: Number(row.startTime),
    duration: Number(row.duration),
    tags: shownTags(row.tags),
    logs: row.logs.map(({ timestamp, fields }) => ({
      timestamp: Number(timestamp),
      fields: shownFields(fields),
    })),
    processID: 'p1',
    warnings: null,
  };
}

export function byId<T extends { readonly spanID: string }>(spans: readonly T[]): T[] {
  return [...spans].sort((a, b) => (a.spanID < b.spanID ? -1 : 1));
}
