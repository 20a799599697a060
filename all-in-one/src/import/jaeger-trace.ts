import { type Batch, MISSING_SERVICE_NAME } from '../ingest/ingest.js';
import type { Log, Process, Span } from '../model/span.js';
import { type JaegerReference, NO_PARENT } from '../thrift/jaeger-model.js';
import { tagsAt } from './import-tags.js';
import { checkedId, idTags, storedSpanId, storedTraceId } from './imported-ids.js';
import {
  ImportError,
  integerAt,
  isAbsent,
  type Json,
  listAt,
  microsAt,
  objectAt,
  optionalListAt,
  textAt,
} from './json-parts.js';

/** Converts a trace in Jaeger's JSON to batches. `where` is its place in the body, for errors. */
export function importJaegerTrace(trace: Json, where: string): Batch[] {
  const processes = new Map<string, Process>();
  for (const [id, process] of Object.entries(
    objectAt(trace['processes'] ?? {}, `${where}.processes`),
  )) {
    processes.set(id, importProcess(process, `${where}.processes.${id}`));
  }
  const spans = new Map<Process, Span[]>();
  const ownProcesses = new Map<string, Process>();
  listAt(trace, 'spans', where).forEach((item, i) => {
    const place = `${where}.spans[${i}]`;
    const span = objectAt(item, place);
    const process = namedProcess(span, processes, place) ?? ownProcess(span, ownProcesses, place);
    const own = spans.get(process) ?? [];
    own.push(importSpan(span, trace, place));
    spans.set(process, own);
  });
  return [...spans].map(([process, own]) => ({ process, spans: own }));
}

/** The process that `processID` names; undefined for a span without one. */
function namedProcess(
  span: Json,
  processes: ReadonlyMap<string, Process>,
  where: string,
): Process | undefined {
  if (isAbsent(span['processID'])) return undefined;
  const process = processes.get(textAt(span, 'processID', where));
  if (process !== undefined || !isAbsent(span['process'])) return process;
  throw new ImportError(`${where}: no process has this processID`);
}

/** The process within a span, as in older files. Equal ones are one object. */
function ownProcess(span: Json, known: Map<string, Process>, where: string): Process {
  const { process: value = null } = span;
  const key = JSON.stringify(value);
  const process =
    known.get(key) ??
    (value === null
      ? { serviceName: MISSING_SERVICE_NAME, tags: [] }
      : importProcess(value, `${where}.process`));
  known.set(key, process);
  return process;
}

function importProcess(value: unknown, where: string): Process {
  const process = objectAt(value, where);
  return {
    serviceName: textAt(process, 'serviceName', where) || MISSING_SERVICE_NAME,
    tags: tagsAt(process, 'tags', where),
  };
}

function importSpan(span: Json, trace: Json, where: string): Span {
  const owner = isAbsent(span['traceID']) && typeof trace['traceID'] === 'string' ? trace : span;
  const traceText = checkedId(textAt(owner, 'traceID', where), `${where}.traceID`);
  const spanText = checkedId(textAt(span, 'spanID', where), `${where}.spanID`);
  const traceID = storedTraceId(traceText);
  const start = microsAt(span, 'startTime', where);
  const duration = microsAt(span, 'duration', where);
  const warnings = optionalListAt(span, 'warnings', where).map(String);
  return {
    traceID,
    spanID: storedSpanId(spanText),
    parentSpanID: parentIdAt(span, where),
    operationName: isAbsent(span['operationName']) ? '' : textAt(span, 'operationName', where),
    references: optionalListAt(span, 'references', where).flatMap((item, i) =>
      importReference(item, traceID, `${where}.references[${i}]`),
    ),
    flags: isAbsent(span['flags']) ? 0 : integerAt(span, 'flags', where),
    startTime: start.micros,
    ...(start.nanos === 0 ? undefined : { startNanos: start.nanos }),
    duration: duration.micros,
    ...(duration.nanos === 0 ? undefined : { durationNanos: duration.nanos }),
    tags: withIdTags(tagsAt(span, 'tags', where), idTags(traceText, spanText)),
    logs: optionalListAt(span, 'logs', where).map((item, i) =>
      importLog(item, `${where}.logs[${i}]`),
    ),
    ...(warnings.length === 0 ? undefined : { warnings }),
  };
}

/** A file that was exported from here has the tags already. */
function withIdTags(tags: Span['tags'], ids: Span['tags']): Span['tags'] {
  return [...tags, ...ids.filter(({ key }) => !tags.some((tag) => tag.key === key))];
}

/** Older files, and Jaeger's storage, name the parent in a field of its own. */
function parentIdAt(span: Json, where: string): string {
  const name = isAbsent(span['parentSpanID']) ? 'parentSpanId' : 'parentSpanID';
  return isAbsent(span[name]) ? NO_PARENT : storedSpanId(textAt(span, name, where));
}

/** A reference without a trace id is to the span's own trace; one without a span id refers to nothing. */
function importReference(value: unknown, traceID: string, where: string): JaegerReference[] {
  const reference = objectAt(value, where);
  const refType = isAbsent(reference['refType'])
    ? 'CHILD_OF'
    : textAt(reference, 'refType', where).toUpperCase();
  if (refType !== 'CHILD_OF' && refType !== 'FOLLOWS_FROM') {
    throw new ImportError(`${where}.refType: expected CHILD_OF or FOLLOWS_FROM`);
  }
  if (isAbsent(reference['spanID'])) return [];
  const spanID = storedSpanId(textAt(reference, 'spanID', where));
  if (isAbsent(reference['traceID'])) return [{ refType, traceID, spanID }];
  return [{ refType, traceID: storedTraceId(textAt(reference, 'traceID', where)), spanID }];
}

function importLog(value: unknown, where: string): Log {
  const log = objectAt(value, where);
  const { micros, nanos } = microsAt(log, 'timestamp', where);
  const fields = tagsAt(log, 'fields', where);
  return nanos === 0 ? { timestamp: micros, fields } : { timestamp: micros, nanos, fields };
}
