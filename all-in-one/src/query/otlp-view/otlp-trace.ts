import { NO_PARENT } from '../../thrift/jaeger-model.js';
import type { OtlpScope } from '../../model/span.js';
import { type PackedSpan, unpackSpan } from '../../store/packed-span.js';
import type { StoredProcess } from '../../store/process-table.js';
import type { StoredSpan } from '../../store/stored-span.js';
import type { StoredTrace } from '../../store/stored-trace.js';
import { warnOfClockSkew } from '../jaeger-view/clock-skew.js';
import { negativeDurationWarning } from '../jaeger-view/negative-duration.js';
import type { OtlpJsonSpan, OtlpTraces } from './otlp-json.js';
import { eventsOf, linksOf, nanosText, traceId32 } from './otlp-parts.js';
import { hostKeyOfResource, resourceOf, withAddressAttributes } from './otlp-resource.js';
import { takeStatus } from './otlp-status.js';
import { type Attributes, attributesOf, keyValues } from './otlp-values.js';
import { separateSharedIds } from '../jaeger-view/shared-ids.js';
import type { TraceNode } from '../jaeger-view/trace-nodes.js';

/** A span while the answer is built. */
interface SpanView extends TraceNode {
  readonly packed: PackedSpan;
  readonly process: StoredProcess;
}

type ResourceSpans = OtlpTraces['resourceSpans'][number];

const NO_SCOPE: OtlpScope = {};
/** Jaeger's attribute for its warnings, which OTLP has no field for. */
const WARNINGS_KEY = '@jaeger@warnings';

/** Converts stored traces to the format of `/api/v3`, with the corrections of Jaeger's query service. */
export function otlpTraces(traces: readonly StoredTrace[], raw: boolean = false): OtlpTraces {
  return { resourceSpans: traces.flatMap((trace) => resourceSpansOf(trace, raw)) };
}

function resourceSpansOf(trace: StoredTrace, raw: boolean): ResourceSpans[] {
  const hostKeys = new Map<StoredProcess, string>();
  const hostKey = (process: StoredProcess): string =>
    getOrAdd(hostKeys, process, () => hostKeyOfResource(process));
  const views = trace.spans.map((span) => viewOf(span, hostKey(span.process)));
  if (!raw) correct(views);
  const byProcess = new Map<StoredProcess, Map<string, OtlpJsonSpan[]>>();
  for (const view of views) {
    const scopes = getOrAdd(byProcess, view.process, () => new Map<string, OtlpJsonSpan[]>());
    const scope = JSON.stringify(view.packed.otlp?.scope ?? NO_SCOPE);
    getOrAdd(scopes, scope, () => []).push(jsonSpan(trace.traceID, view, raw));
  }
  return [...byProcess].map(([process, scopes]) => ({
    resource: resourceOf(process, raw),
    scopeSpans: [...scopes].map(([scope, spans]) => ({
      scope: shownScope(JSON.parse(scope) as OtlpScope),
      spans,
    })),
  }));
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function viewOf({ text, process, operation }: StoredSpan, hostKey: string): SpanView {
  const packed = unpackSpan(text);
  return {
    packed,
    process,
    spanID: packed.spanID,
    parentID: packed.otlp?.isRoot === true ? NO_PARENT : packed.parentSpanID,
    startTime: packed.startTime,
    startNanos: packed.startNanos,
    durationNanos: Math.max(1, packed.duration * 1_000 + packed.durationNanos),
    kind: operation.kind,
    hostKey,
    warnings: [],
  };
}

function correct(views: readonly SpanView[]): void {
  for (const { packed, warnings } of views) warnings.push(...negativeDurationWarning(packed));
  separateSharedIds(views);
  warnOfClockSkew(
    views,
    (id) => `parent span ID=${id} is not in the trace; skipping clock skew adjustment`,
  );
}

function jsonSpan(traceID: string, view: SpanView, raw: boolean): OtlpJsonSpan {
  const { packed, parentID, warnings } = view;
  const { otlp, startTime, startNanos, duration, durationNanos } = packed;
  const attributes = attributesOf(packed.tags, otlp?.attributes);
  const status = otlp
    ? { kind: otlp.kind, code: otlp.statusCode, message: otlp.statusMessage }
    : takeStatus(attributes);
  const { links, hasInvalid } = linksOf(packed, raw);
  if (hasInvalid) warnings.push('Invalid span link removed');
  if (!raw) withAddressAttributes(attributes);
  addWarnings(attributes, warnings);
  const end = duration < 0 ? 1 : durationNanos;
  return {
    traceId: traceId32(traceID),
    spanId: view.spanID,
    traceState: otlp?.traceState,
    parentSpanId: parentID === NO_PARENT ? undefined : parentID,
    flags: otlp === undefined ? undefined : present(packed.flags),
    name: packed.operationName || undefined,
    kind: present(status.kind),
    startTimeUnixNano: nanosText(startTime, startNanos),
    endTimeUnixNano: nanosText(startTime + Math.max(0, duration), startNanos + end),
    attributes: keyValues(attributes),
    droppedAttributesCount: otlp?.droppedAttributesCount,
    events: eventsOf(packed),
    droppedEventsCount: otlp?.droppedEventsCount,
    links,
    droppedLinksCount: otlp?.droppedLinksCount,
    status: { message: status.message || undefined, code: present(status.code) },
  };
}

function present(value: number): number | undefined {
  return value === 0 ? undefined : value;
}

function addWarnings(attributes: Attributes, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  const values = warnings.map((warning) => ({ stringValue: warning }));
  attributes.set(WARNINGS_KEY, { arrayValue: { values } });
}

/** Omits empty fields. */
function shownScope(scope: OtlpScope): OtlpScope {
  return Object.fromEntries(
    Object.entries(scope).filter(([, value]) => value !== '' && value !== 0),
  );
}
