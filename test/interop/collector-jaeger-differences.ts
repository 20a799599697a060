import type { JsonSpan, JsonTag, JsonTrace } from '../../all-in-one/src/index.js';

/*
 * The differences between our API and that of Jaeger 2.13 that are meant, as what has to be done to an
 * answer of ours to make it one of Jaeger's. Each stands, with its reason, in all-in-one/docs/collector.md. Jaeger
 * stores spans as OTLP; what gets lost on the way there is kept here.
 */

const text = (key: string, value: string): JsonTag => ({ key, type: 'string', value });

/** A trace of ours as Jaeger would answer it. */
export function asJaeger(trace: JsonTrace, sentAs: 'thrift' | 'otlp'): ComparedTrace {
  const spans = trace.spans.map((span) => {
    const process = trace.processes[span.processID]!;
    const { flags: _flags, processID: _id, ...rest } = span; // flags do not come back
    return {
      ...rest,
      ...(sentAs === 'thrift' ? { tags: statusTags(lastOfEach(span.tags)) } : undefined),
      ...(sentAs === 'thrift' ? { logs: span.logs.map(withLastFields) } : undefined),
      warnings: warningsOf(span),
      process: { ...process, tags: processTags(process.tags, sentAs) },
    };
  });
  return { traceID: trace.traceID, warnings: trace.warnings, spans: byIdAndName(spans) };
}

/** An answer of Jaeger's, in the form in which it is compared. */
export function compared(trace: JsonTrace): ComparedTrace {
  const spans = trace.spans.map(({ processID, ...span }) => ({
    ...span,
    // Go's own insides, behind what is said.
    warnings: span.warnings?.map((w) => w.replace(/ XXX_.*\}$/, '}')) ?? null,
    process: trace.processes[processID]!,
  }));
  return { traceID: trace.traceID, warnings: trace.warnings, spans: byIdAndName(spans) };
}

export interface ComparedTrace {
  readonly traceID: string;
  readonly warnings: readonly string[] | null;
  readonly spans: readonly object[];
}

/** Spans come in the order of their arrival here, and in none there. */
function byIdAndName<T extends Pick<JsonSpan, 'spanID' | 'operationName'>>(spans: T[]): T[] {
  const key = ({ spanID, operationName }: T): string => spanID + operationName;
  return spans.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Of tags with one key only the last comes back. */
function lastOfEach(tags: readonly JsonTag[]): JsonTag[] {
  return [...new Map(tags.map((tag) => [tag.key, tag])).values()];
}

function withLastFields(log: JsonSpan['logs'][number]): JsonSpan['logs'][number] {
  return { ...log, fields: lastOfEach(log.fields) };
}

/** Tags are read as a status, which comes back as tags. */
function statusTags(tags: readonly JsonTag[]): JsonTag[] {
  const get = (key: string): JsonTag['value'] | undefined =>
    tags.find((tag) => tag.key === key)?.value;
  const kept = tags.filter(({ key }) => key !== 'otel.status_code');
  const named = String(get('otel.status_code') ?? '').toUpperCase();
  const http = Number(get('http.status_code') ?? 0);
  const isClient = get('span.kind') === 'client';
  const isFailed =
    get('otel.status_code') === undefined &&
    (http >= 500 || (http >= 400 && isClient) || (http > 0 && http < 100));
  const isError = get('error') === true || named === 'ERROR' || isFailed;
  if (isError && get('error') !== true) kept.push({ key: 'error', type: 'bool', value: true });
  if (isError) kept.push(text('otel.status_code', 'ERROR'));
  else if (named === 'OK') kept.push(text('otel.status_code', 'OK'));
  return kept.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Tags of a process come back under OpenTelemetry's names. */
function processTags(tags: readonly JsonTag[], sentAs: 'thrift' | 'otlp'): JsonTag[] {
  if (sentAs === 'otlp') return [...tags];
  const renamed = lastOfEach(tags).map((tag) => {
    if (tag.key === 'hostname') return { ...tag, key: 'host.name' };
    if (tag.key !== 'jaeger.version') return tag;
    return text('opencensus.exporterversion', `Jaeger-${tag.value}`);
  });
  return renamed.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A span of no length is none to Jaeger, which gives it a nanosecond. */
function warningsOf({ startTime, duration, warnings }: JsonSpan): readonly string[] | null {
  if (duration > 0 || warnings?.some((warning) => warning.startsWith('Negative'))) return warnings;
  const at = (nanos: string): string => {
    const [day, time] = new Date(startTime / 1_000).toISOString().split('T') as [string, string];
    const fraction = String(startTime % 1_000_000).padStart(6, '0') + nanos;
    const digits = fraction.replace(/0+$/, '');
    return `${day} ${time.slice(0, 8)}${digits === '' ? '' : `.${digits}`} +0000 UTC`;
  };
  const warning = `Negative duration detected, sanitizing end timestamp. Original end timestamp: ${at('000')}, adjusted to: ${at('001')}`;
  return [warning, ...(warnings ?? [])];
}
