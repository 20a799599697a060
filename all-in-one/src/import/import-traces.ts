import type { Batch } from '../ingest/ingest.js';
import { toBatches } from '../otlp/to-batches.js';
import { importJaegerTrace } from './jaeger-trace.js';
import { ImportError, isObject, type Json, objectAt } from './json-parts.js';
import { readResourceSpans } from './otlp-document.js';

/** What a body has. */
export interface Imported {
  readonly batches: readonly Batch[];
  /** Number of traces. */
  readonly traces: number;
  /** Number of OTLP spans without a valid id, which are not imported; absent for none. */
  readonly rejectedSpans?: number;
}

/** The spans of a document. */
interface Found {
  readonly batches: Batch[];
  rejectedSpans: number;
}

const BODY = 'the body';
const FORMATS =
  'expected Jaeger\'s JSON ({"data": [...]}, a trace with "spans", or a list of them) or OTLP\'s ({"resourceSpans": [...]} or {"batches": [...]})';

/** Converts parsed JSON to batches: see docs/collector.md for the formats. Throws `ImportError`. */
export function importTraces(document: unknown): Imported {
  return importDocuments([document], () => BODY);
}

/** The same for several documents; `where` names one in errors. */
export function importDocuments(
  documents: readonly unknown[],
  where: (index: number) => string,
): Imported {
  const found: Found = { batches: [], rejectedSpans: 0 };
  documents.forEach((document, i) => read(document, where(i), found));
  const { batches, rejectedSpans } = found;
  const ids = new Set(batches.flatMap(({ spans }) => spans.map(({ traceID }) => traceID)));
  return { batches, traces: ids.size, ...(rejectedSpans > 0 && { rejectedSpans }) };
}

function read(document: unknown, where: string, found: Found): void {
  if (Array.isArray(document)) readList(document, where, found);
  else readObject(objectAt(document, where), where, found);
}

function readList(list: readonly unknown[], where: string, found: Found): void {
  if (list.length > 0 && list.every(isJaegerSpan)) {
    found.batches.push(...importJaegerTrace({ spans: list }, where));
  } else {
    list.forEach((item, i) => read(item, inside(where, `[${i}]`), found));
  }
}

function readObject(document: Json, where: string, found: Found): void {
  const { data, resourceSpans = document['resource_spans'] ?? document['batches'] } = document;
  const wrapped = document['trace'] ?? document['result'];
  if (Array.isArray(data) || isObject(data)) {
    read(data, inside(where, 'data'), found);
  } else if (resourceSpans !== undefined) {
    const { batches, rejectedSpans } = toBatches(readResourceSpans(resourceSpans, where));
    found.batches.push(...batches);
    found.rejectedSpans += rejectedSpans;
  } else if (document['spans'] !== undefined || document['processes'] !== undefined) {
    found.batches.push(...importJaegerTrace(document, where));
  } else if (isObject(wrapped)) {
    read(wrapped, inside(where, document['trace'] === wrapped ? 'trace' : 'result'), found);
  } else if (isJaegerSpan(document)) {
    found.batches.push(...importJaegerTrace({ spans: [document] }, where));
  } else if (!isOtherSignal(document)) {
    throw new ImportError(refusal(document, where));
  }
}

/** A span outside of a trace, with its process, as Jaeger's storage has it. */
function isJaegerSpan(value: unknown): boolean {
  return isObject(value) && value['traceID'] !== undefined && value['spanID'] !== undefined;
}

/** The file exporter of the OpenTelemetry Collector writes all signals into one file. */
function isOtherSignal(document: Json): boolean {
  return document['resourceMetrics'] !== undefined || document['resourceLogs'] !== undefined;
}

function refusal(document: Json, where: string): string {
  const isZipkin = typeof document['traceId'] === 'string' && typeof document['id'] === 'string';
  return isZipkin
    ? `${where}: this is Zipkin's JSON, which is not supported; ${FORMATS}`
    : `${where}: ${FORMATS}`;
}

/** `data` and `[0]` of the body, `data[0]`, `line 2.data`. */
function inside(where: string, part: string): string {
  if (where === BODY) return part;
  return part.startsWith('[') ? where + part : `${where}.${part}`;
}
