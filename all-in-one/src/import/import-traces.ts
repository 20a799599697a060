import { type JaegerReference, NO_PARENT } from '../thrift/jaeger-model.js';
import { NAMED_DOUBLES } from '../model/flat-tags.js';
import type { Log, Process, Span, Tag } from '../model/span.js';
import { type Batch, MISSING_SERVICE_NAME } from '../ingest/ingest.js';

/** An import is invalid: `message` says what is wrong, and where. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

type Json = Readonly<Record<string, unknown>>;

/** Converts traces in the format of Jaeger's API, `{"data": [...]}`, to batches. Throws `ImportError`. */
export function importTraces(body: unknown): { batches: Batch[]; traces: number } {
  const traces = listAt(objectAt(body, 'the body'), 'data', 'the body');
  const batches = traces.flatMap((trace, i) => importTrace(objectAt(trace, `data[${i}]`), i));
  return { batches, traces: traces.length };
}

function importTrace(trace: Json, index: number): Batch[] {
  const where = `data[${index}]`;
  const processes = new Map<string, Process>();
  for (const [id, process] of Object.entries(objectAt(trace['processes'], `${where}.processes`))) {
    processes.set(id, importProcess(process, `${where}.processes.${id}`));
  }
  const spans = new Map<Process, Span[]>();
  listAt(trace, 'spans', where).forEach((item, i) => {
    const place = `${where}.spans[${i}]`;
    const span = objectAt(item, place);
    const process = processes.get(textAt(span, 'processID', place));
    if (process === undefined) throw new ImportError(`${place}: no process has this processID`);
    const own = spans.get(process) ?? [];
    own.push(importSpan(span, place));
    spans.set(process, own);
  });
  return [...spans].map(([process, own]) => ({ process, spans: own }));
}

function importProcess(value: unknown, where: string): Process {
  const process = objectAt(value, where);
  return {
    serviceName: textAt(process, 'serviceName', where) || MISSING_SERVICE_NAME,
    tags: tagsAt(process, 'tags', where),
  };
}

function importSpan(span: Json, where: string): Span {
  return {
    traceID: setAt(traceIdAt(span, 'traceID', where), `${where}.traceID`),
    spanID: setAt(spanIdAt(span, 'spanID', where), `${where}.spanID`),
    parentSpanID: NO_PARENT, // the references name it
    operationName: textAt(span, 'operationName', where),
    references: optionalListAt(span, 'references', where).map((item, i) =>
      importReference(item, `${where}.references[${i}]`),
    ),
    flags: span['flags'] === undefined ? 0 : numberAt(span, 'flags', where),
    startTime: numberAt(span, 'startTime', where),
    duration: numberAt(span, 'duration', where),
    tags: tagsAt(span, 'tags', where),
    logs: optionalListAt(span, 'logs', where).map((item, i) =>
      importLog(item, `${where}.logs[${i}]`),
    ),
  };
}

function importReference(value: unknown, where: string): JaegerReference {
  const reference = objectAt(value, where);
  const refType = textAt(reference, 'refType', where);
  if (refType !== 'CHILD_OF' && refType !== 'FOLLOWS_FROM') {
    throw new ImportError(`${where}.refType: expected CHILD_OF or FOLLOWS_FROM`);
  }
  const traceID = traceIdAt(reference, 'traceID', where);
  return { refType, traceID, spanID: spanIdAt(reference, 'spanID', where) };
}

function importLog(value: unknown, where: string): Log {
  const log = objectAt(value, where);
  return { timestamp: numberAt(log, 'timestamp', where), fields: tagsAt(log, 'fields', where) };
}

function tagsAt(object: Json, name: string, where: string): Tag[] {
  return optionalListAt(object, name, where).map((item, i) =>
    importTag(item, `${where}.${name}[${i}]`),
  );
}

function importTag(value: unknown, where: string): Tag {
  const tag = objectAt(value, where);
  const key = textAt(tag, 'key', where);
  const content = tag['value'];
  switch (tag['type'] ?? 'string') {
    case 'string':
      return { key, type: 'string', value: String(content ?? '') };
    case 'bool':
      return { key, type: 'bool', value: content === true || content === 'true' };
    case 'int64':
      return { key, type: 'int64', value: importInteger(content, where) };
    case 'float64':
      return { key, type: 'float64', value: importDouble(content, where) };
    case 'binary':
      return { key, type: 'binary', value: Buffer.from(String(content ?? ''), 'base64') };
    default:
      throw new ImportError(`${where}.type: expected string, bool, int64, float64 or binary`);
  }
}

function importInteger(value: unknown, where: string): number | bigint {
  const digits = typeof value === 'number' ? String(value) : value;
  if (typeof digits !== 'string' || !/^-?\d{1,19}$/.test(digits)) {
    throw new ImportError(`${where}.value: expected an integer`);
  }
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

function importDouble(value: unknown, where: string): number {
  if (typeof value === 'string' && Object.hasOwn(NAMED_DOUBLES, value))
    return NAMED_DOUBLES[value]!;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new ImportError(`${where}.value: expected a number`);
}

function objectAt(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ImportError(`${where}: expected an object`);
}

function listAt(object: Json, name: string, where: string): readonly unknown[] {
  const value = object[name];
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new ImportError(`${where}.${name}: expected a list`);
}

function optionalListAt(object: Json, name: string, where: string): readonly unknown[] {
  return object[name] === undefined || object[name] === null ? [] : listAt(object, name, where);
}

function textAt(object: Json, name: string, where: string): string {
  const value = object[name];
  if (typeof value === 'string') return value;
  throw new ImportError(`${where}.${name}: expected a string`);
}

function numberAt(object: Json, name: string, where: string): number {
  const value = object[name];
  // A larger number would not be exact.
  if (Number.isSafeInteger(value)) return value as number;
  throw new ImportError(`${where}.${name}: expected an integer below 2^53`);
}

/** Checks that an id is not 0. */
function setAt(id: string, where: string): string {
  if (!/^0+$/.test(id)) return id;
  throw new ImportError(`${where}: expected an id other than 0`);
}

function spanIdAt(object: Json, name: string, where: string): string {
  const text = textAt(object, name, where);
  if (/^[0-9a-fA-F]{1,16}$/.test(text)) return text.toLowerCase().padStart(16, '0');
  throw new ImportError(`${where}.${name}: expected 1 to 16 hex digits`);
}

function traceIdAt(object: Json, name: string, where: string): string {
  const text = textAt(object, name, where);
  if (!/^[0-9a-fA-F]{1,32}$/.test(text)) {
    throw new ImportError(`${where}.${name}: expected 1 to 32 hex digits`);
  }
  const padded = text.toLowerCase().padStart(32, '0');
  return padded.startsWith('0'.repeat(16)) ? padded.slice(16) : padded;
}
