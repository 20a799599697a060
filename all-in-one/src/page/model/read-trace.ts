import { parentReference, type SpanReference } from '../../trace-shape/span-parent.js';
import { field, list, number, text } from './json.js';
import { growTree } from './span-tree.js';
import {
  endMicros,
  type Log,
  type Process,
  type ServiceUse,
  type Span,
  type SpanFacts,
  type Tag,
  type Trace,
} from './trace.js';

const NO_PROCESS: Process = { service: '', tags: [] };

/**
 * A trace of Jaeger's query API, with its spans in the order of their tree. Takes any JSON: what is
 * missing or of another shape is empty. Undefined when it has no span.
 */
export function readTrace(json: unknown): Trace | undefined {
  const processes = field(json, 'processes');
  const traceId = text(field(json, 'traceID'));
  const facts = list(field(json, 'spans')).map((span) => readSpan(span, traceId, processes));
  if (facts.length === 0) return undefined;
  const spans = growTree(facts);
  const startMicros = extreme(spans, Math.min, (span) => span.startMicros);
  return {
    traceId,
    spans,
    services: countServices(spans),
    startMicros,
    durationMicros: extreme(spans, Math.max, endMicros) - startMicros,
    errorCount: spans.filter((span) => span.isError).length,
    depth: extreme(spans, Math.max, (span) => span.depth) + 1,
    serverWarnings: list(field(json, 'warnings')).map(text),
  };
}

/** The trace in the answer of `/api/traces/{id}`; undefined when there is none, or it has no span. */
export function readTraceAnswer(json: unknown): Trace | undefined {
  return readTrace(list(field(json, 'data'))[0]);
}

/** Not `Math.min(...values)`: an argument list has a limit, a trace has none. */
function extreme(
  spans: readonly Span[],
  pick: (a: number, b: number) => number,
  of: (span: Span) => number,
): number {
  return spans.reduce((best, span) => pick(best, of(span)), of(spans[0]!));
}

function readSpan(json: unknown, traceId: string, processes: unknown): SpanFacts {
  const process = field(processes, text(field(json, 'processID'))) ?? field(json, 'process');
  const tags = readTags(field(json, 'tags'));
  const ownTraceId = text(field(json, 'traceID')) || traceId;
  const references = readReferences(json, ownTraceId);
  return {
    spanId: text(field(json, 'spanID')),
    operation: text(field(json, 'operationName')),
    process: process === undefined ? NO_PROCESS : readProcess(process),
    startMicros: number(field(json, 'startTime')),
    durationMicros: number(field(json, 'duration')),
    references,
    parentReference: parentReference(ownTraceId, references),
    tags,
    logs: list(field(json, 'logs')).map(readLog),
    serverWarnings: list(field(json, 'warnings')).map(text),
    isError: tags.some(isErrorTag),
  };
}

/** One object per process of a trace: spans share it. */
const readProcesses = new WeakMap<object, Process>();

function readProcess(json: unknown): Process {
  const known = typeof json === 'object' && json !== null ? readProcesses.get(json) : undefined;
  if (known !== undefined) return known;
  const process = {
    service: text(field(json, 'serviceName')),
    tags: readTags(field(json, 'tags')),
  };
  if (typeof json === 'object' && json !== null) readProcesses.set(json, process);
  return process;
}

/** Older answers name the parent in a field of its own. */
function readReferences(json: unknown, traceID: string): SpanReference[] {
  const references = list(field(json, 'references')).map((reference): SpanReference => ({
    refType: field(reference, 'refType') === 'FOLLOWS_FROM' ? 'FOLLOWS_FROM' : 'CHILD_OF',
    traceID: text(field(reference, 'traceID')) || traceID,
    spanID: text(field(reference, 'spanID')),
  }));
  const parentID = text(field(json, 'parentSpanID'));
  const isKnown = parentID === '' || references.some(({ spanID }) => spanID === parentID);
  return isKnown ? references : [{ refType: 'CHILD_OF', traceID, spanID: parentID }, ...references];
}

function readTags(json: unknown): Tag[] {
  return list(json).map((tag) => ({
    key: text(field(tag, 'key')),
    value: text(field(tag, 'value')),
    type: text(field(tag, 'type')),
  }));
}

function readLog(json: unknown): Log {
  return {
    timeMicros: number(field(json, 'timestamp')),
    fields: readTags(field(json, 'fields')),
  };
}

/** As Jaeger and OpenTelemetry mark a failed span; the server counts by the same rule. */
function isErrorTag({ key, value }: Tag): boolean {
  return (key === 'error' && value === 'true') || (key === 'otel.status_code' && value === 'ERROR');
}

function countServices(spans: readonly Span[]): ServiceUse[] {
  const uses = new Map<string, { service: string; spanCount: number; errorCount: number }>();
  for (const { process, isError } of spans) {
    const { service } = process;
    const use = uses.get(service) ?? { service, spanCount: 0, errorCount: 0 };
    use.spanCount++;
    if (isError) use.errorCount++;
    uses.set(service, use);
  }
  return [...uses.values()];
}
