import { type JaegerReference, NO_PARENT } from '../thrift/jaeger-model.js';
import { type FlatTags, flattenTags } from '../model/flat-tags.js';
import { mergedReferences } from '../model/references.js';
import type { Log, OtlpLogPart, OtlpSpanPart, Span } from '../model/span.js';
import { parentReference } from '../trace-shape/span-parent.js';
import { allMarks, type TagMarks } from './tag-marks.js';

/*
 * A stored span is one string of about 600 bytes, kept in UTF-8 (see span-chunks.ts). Its objects would be 40, with
 * 2.5 kB, and the garbage collector would visit all of them. The string is JSON, because the engine parses and writes JSON faster than our own code
 * could, and an array, because names would be half of its length.
 */

/** An unpacked span. */
export interface PackedSpan {
  readonly spanID: string;
  /** The span that `parentReference` found; `NO_PARENT` for a root span. */
  readonly parentSpanID: string;
  readonly operationName: string;
  /** The parent's reference comes first: see `mergedReferences`. */
  readonly references: readonly JaegerReference[];
  readonly flags: number;
  readonly startTime: number;
  readonly startNanos: number;
  readonly duration: number;
  readonly durationNanos: number;
  readonly tags: FlatTags;
  readonly logs: readonly PackedLog[];
  readonly otlp: OtlpSpanPart | undefined;
  readonly warnings: readonly string[] | undefined;
}

/** A log of an unpacked span. */
export interface PackedLog {
  readonly timestamp: number;
  readonly nanos: number;
  readonly fields: FlatTags;
  readonly otlp: OtlpLogPart | undefined;
}

type ReferenceRow = readonly [isFollowsFrom: 0 | 1, traceID: string, spanID: string];
type LogRow = readonly [timestamp: number, nanos: number, fields: FlatTags, otlp?: OtlpLogPart];
type BareRow = readonly [
  spanID: string,
  parentSpanID: string | 0,
  operationName: string,
  startTime: number,
  startNanos: number,
  duration: number,
  durationNanos: number,
  flags: number,
  references: readonly ReferenceRow[],
  tags: FlatTags,
  logs: readonly LogRow[],
];
type SpanRow = readonly [...BareRow, otlp?: OtlpSpanPart | null, warnings?: readonly string[]];

export const ID_DIGITS = 16;
/** Offsets of the ids in the string: `["0123456789abcdef","0123...` or `["0123456789abcdef",0,...`. */
export const SPAN_ID_AT = 2;
export const PARENT_AT: number = SPAN_ID_AT + ID_DIGITS + 2;

/** Packs a span, without its trace id, into a string; also returns the marks of its tags. Ids must have 16 digits. */
export function packSpan(span: Span): { readonly text: string; readonly marks: TagMarks } {
  const row = spanRow(span);
  const marks = allMarks([row[9], ...row[10].map(([, , fields]) => fields)]);
  return { text: JSON.stringify(row), marks };
}

/** The marks of a span's tags: the same as from `packSpan`. */
export function packedMarks({ tags, logs }: PackedSpan): TagMarks {
  return allMarks([tags, ...logs.map(({ fields }) => fields)]);
}

function spanRow(span: Span): SpanRow {
  const references = mergedReferences(span);
  const parent = parentReference(span.traceID, references);
  const row: BareRow = [
    span.spanID,
    parent?.spanID ?? 0,
    span.operationName,
    span.startTime,
    span.startNanos ?? 0,
    span.duration,
    span.durationNanos ?? 0,
    span.flags,
    references.map(referenceRow),
    flattenTags(span.tags),
    span.logs.map(logRow),
  ];
  const { otlp, warnings } = span;
  if (warnings !== undefined) return [...row, otlp ?? null, warnings];
  return otlp === undefined ? row : [...row, otlp];
}

function referenceRow({ refType, traceID, spanID }: JaegerReference): ReferenceRow {
  return [refType === 'FOLLOWS_FROM' ? 1 : 0, traceID, spanID];
}

function logRow({ timestamp, nanos = 0, fields, otlp }: Log): LogRow {
  const flat = flattenTags(fields);
  return otlp === undefined ? [timestamp, nanos, flat] : [timestamp, nanos, flat, otlp];
}

/** Unpacks a string of `packSpan`. */
export function unpackSpan(text: string): PackedSpan {
  const row = JSON.parse(text) as SpanRow;
  return {
    spanID: row[0],
    parentSpanID: row[1] === 0 ? NO_PARENT : row[1],
    operationName: row[2],
    startTime: row[3],
    startNanos: row[4],
    duration: row[5],
    durationNanos: row[6],
    flags: row[7],
    references: row[8].map(unpackReference),
    tags: row[9],
    logs: row[10].map(([timestamp, nanos, fields, otlp]) => ({ timestamp, nanos, fields, otlp })),
    otlp: row[11] ?? undefined,
    warnings: row[12],
  };
}

function unpackReference([isFollowsFrom, traceID, spanID]: ReferenceRow): JaegerReference {
  return { refType: isFollowsFrom === 1 ? 'FOLLOWS_FROM' : 'CHILD_OF', traceID, spanID };
}
