import type { JaegerReference } from '../../thrift/jaeger-model.js';
import { type PackedLog, type PackedSpan, unpackSpan } from '../../store/packed-span.js';
import type { StoredSpan } from '../../store/stored-span.js';
import type { StoredTrace } from '../../store/stored-trace.js';
import { warnOfClockSkew } from './clock-skew.js';
import { hostKeyOf, withAddresses } from './ip-tags.js';
import type { JsonLog, JsonSpan, JsonTrace } from './jaeger-json.js';
import { type JsonTag, jsonTags, sortTags } from './json-tags.js';
import { negativeDurationWarning } from './negative-duration.js';
import { separateSharedIds } from './shared-ids.js';
import type { TraceNode } from './trace-nodes.js';
import { moveLibraryTags, type ViewProcess, ViewProcesses } from './view-processes.js';

/** A span while the answer is built. */
interface SpanView extends TraceNode {
  readonly packed: PackedSpan;
  readonly references: JaegerReference[];
  readonly tags: JsonTag[];
  readonly process: ViewProcess;
}

/** Options of `jaegerTrace`. */
export interface ViewOptions {
  /** Return the trace as received, without corrections and warnings. Default false. */
  readonly raw?: boolean;
}

/** Converts a stored trace to the format of `/api/traces/{id}`, with the corrections of Jaeger's query service. */
export function jaegerTrace(trace: StoredTrace, { raw = false }: ViewOptions = {}): JsonTrace {
  const processes = new ViewProcesses(raw);
  const views = trace.spans.map((span) => viewOf(span, processes));
  if (!raw) correct(trace.traceID, views, processes);
  const spans = views.map((view) => jsonSpan(trace.traceID, view, raw, processes));
  return { traceID: trace.traceID, spans, processes: processes.json(), warnings: null };
}

function viewOf(span: StoredSpan, processes: ViewProcesses): SpanView {
  const packed = unpackSpan(span.text);
  const { spanID, parentSpanID, startTime, startNanos } = packed;
  const process = processes.of(span.process);
  return {
    packed,
    references: [...packed.references],
    tags: jsonTags(packed.tags),
    process,
    spanID,
    parentID: parentSpanID,
    startTime,
    startNanos,
    durationNanos: Math.max(1, packed.duration * 1_000 + packed.durationNanos),
    kind: span.operation.kind,
    hostKey: hostKeyOf(process.tags),
    warnings: [...(packed.warnings ?? [])],
  };
}

/** In Jaeger's order, which is also the order of the warnings of a span. */
function correct(traceID: string, views: SpanView[], processes: ViewProcesses): void {
  for (const { packed, warnings } of views) warnings.push(...negativeDurationWarning(packed));
  const parents = views.map((view) => view.parentID);
  separateSharedIds(views);
  views.forEach((view, i) => followParent(traceID, view, parents[i]!));
  warnOfClockSkew(views, (id) => `invalid parent span IDs=${id}; skipping clock skew adjustment`);
  for (let i = 0; i < views.length; i++) {
    const view = views[i]!;
    withAddresses(view.tags);
    removeInvalidReferences(view);
    views[i] = { ...view, process: moveLibraryTags(view.tags, view.process, processes) };
  }
}

/** Updates the references after the parent's id was changed. */
function followParent(traceID: string, { references, parentID }: SpanView, before: string): void {
  if (parentID === before) return;
  const at = references.findIndex((ref) => ref.spanID === before && ref.traceID === traceID);
  if (at >= 0) references[at] = { ...references[at]!, spanID: parentID };
  else references.unshift({ refType: 'CHILD_OF', traceID, spanID: parentID });
}

function removeInvalidReferences({ references, warnings }: SpanView): void {
  const invalid = references.filter(({ traceID }) => !/[^0]/.test(traceID));
  if (invalid.length === 0) return;
  references.splice(0, references.length, ...references.filter((ref) => !invalid.includes(ref)));
  for (const { traceID, spanID, refType } of invalid) {
    warnings.push(
      `Invalid span reference removed {TraceID:${traceID} SpanID:${spanID} RefType:${refType}}`,
    );
  }
}

function jsonSpan(
  traceID: string,
  view: SpanView,
  raw: boolean,
  processes: ViewProcesses,
): JsonSpan {
  const { packed, warnings } = view;
  const { flags, otlp } = packed;
  return {
    traceID,
    spanID: view.spanID,
    ...(flags === 0 || otlp !== undefined ? undefined : { flags }),
    operationName: packed.operationName,
    references: view.references,
    startTime: packed.startTime,
    duration: raw ? packed.duration : Math.max(0, packed.duration),
    tags: raw ? view.tags : sortTags(view.tags),
    logs: packed.logs.map((log) => jsonLog(log, raw)),
    processID: processes.idOf(view.process),
    warnings: warnings.length > 0 ? distinct(warnings, packed) : null,
  };
}

/** A file that was exported with corrections has their warnings already. */
function distinct(
  warnings: readonly string[],
  { warnings: imported }: PackedSpan,
): readonly string[] {
  return imported === undefined ? warnings : [...new Set(warnings)];
}

/** The field `event` stays first: it is the name of the log. */
function jsonLog({ timestamp, fields }: PackedLog, raw: boolean): JsonLog {
  const tags = jsonTags(fields);
  if (raw) return { timestamp, fields: tags };
  const at = tags.findIndex(({ key, type }) => key === 'event' && type === 'string');
  const event = at < 0 ? [] : tags.splice(at, 1);
  return { timestamp, fields: [...event, ...sortTags(tags)] };
}
