import { type JaegerReference, NO_PARENT } from '../thrift/jaeger-model.js';
import { type Batch, MISSING_SERVICE_NAME } from '../ingest/ingest.js';
import { mergedReferences } from '../model/references.js';
import type { Log, OtlpLinkPart, OtlpSpanPart, Process, Span, Tag } from '../model/span.js';
import type {
  OtlpEvent,
  OtlpLink,
  OtlpRequest,
  OtlpResourceSpans,
  OtlpScopeSpans,
  OtlpSpan,
} from './otlp-request.js';
import { statusTags } from './status-tags.js';
import { textTag, toTags } from './to-tags.js';

/** The result of a conversion. */
export interface Converted {
  readonly batches: readonly Batch[];
  /** Number of spans without a valid id. */
  readonly rejectedSpans: number;
}

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;
const ZEROS = '0'.repeat(16);
const SERVICE_NAME = 'service.name';
/** The link attribute that states the type of the reference; without it a link is a FOLLOWS_FROM. */
const REF_TYPE = 'opentracing.ref_type';

/** Converts OTLP spans to Jaeger's model, as Jaeger's own translation does. */
export function toBatches(request: OtlpRequest): Converted {
  const batches: Batch[] = [];
  let rejectedSpans = 0;
  for (const resource of request.resourceSpans) {
    const spans: Span[] = [];
    for (const scope of resource.scopeSpans) {
      for (const span of scope.spans) {
        if (isIdentified(span)) spans.push(toSpan(span, scope));
        else rejectedSpans++;
      }
    }
    if (spans.length > 0) batches.push({ process: toProcess(resource), spans });
  }
  return { batches, rejectedSpans };
}

function isIdentified({ traceId, spanId }: OtlpSpan): boolean {
  return TRACE_ID.test(traceId) && SPAN_ID.test(spanId);
}

function toProcess({ attributes, droppedAttributesCount }: OtlpResourceSpans): Process {
  const tags = toTags(attributes);
  const named = tags.findIndex(({ key }) => key === SERVICE_NAME);
  const [name] = named < 0 ? [] : tags.splice(named, 1);
  const process: Process = { serviceName: serviceName(name), tags };
  return droppedAttributesCount > 0 ? { ...process, otlp: { droppedAttributesCount } } : process;
}

/** The service name, or Jaeger's replacement for an invalid one. */
function serviceName(tag: Tag | undefined): string {
  if (tag === undefined) return MISSING_SERVICE_NAME;
  if (tag.type !== 'string') return 'service-name-wrong-type';
  return tag.value === '' ? 'empty-service-name' : tag.value;
}

function toSpan(span: OtlpSpan, { scope }: OtlpScopeSpans): Span {
  const traceID = toTraceId(span.traceId);
  const parentSpanID = SPAN_ID.test(span.parentSpanId) ? span.parentSpanId : NO_PARENT;
  const { references, links } = toReferences(traceID, parentSpanID, span.links);
  const attributes = toTags(span.attributes);
  const duration = between(span);
  return {
    traceID,
    spanID: span.spanId,
    parentSpanID,
    operationName: span.name,
    references,
    flags: span.flags,
    startTime: span.start.micros,
    startNanos: span.start.nanos,
    duration: duration.micros,
    durationNanos: duration.nanos,
    tags: [...attributes, ...statusTags(span, scope)],
    logs: span.events.map(toLog),
    otlp: {
      ...spanPart(span, attributes.length, scope, links),
      ...(parentSpanID === NO_PARENT && references.length > 0 ? { isRoot: true } : undefined),
    },
  };
}

/** Jaeger's trace ids have 16 digits if the high 64 bits are 0. */
function toTraceId(traceId: string): string {
  return traceId.startsWith(ZEROS) ? traceId.slice(ZEROS.length) : traceId;
}

/** From start to end; negative if the end is before the start. */
function between({ start, end }: OtlpSpan): { micros: number; nanos: number } {
  const nanos = end.nanos - start.nanos;
  const borrow = nanos < 0 ? 1 : 0;
  return { micros: end.micros - start.micros - borrow, nanos: nanos + borrow * 1000 };
}

function toReferences(
  traceID: string,
  parentSpanID: string,
  links: readonly OtlpLink[],
): { references: readonly JaegerReference[]; links: readonly OtlpLinkPart[] | undefined } {
  const parts = new Map<JaegerReference, OtlpLinkPart>();
  const own: JaegerReference[] = [];
  // OTLP's parent is a field of its own: it is kept even if a link names the same span.
  if (parentSpanID !== NO_PARENT) own.push({ refType: 'CHILD_OF', traceID, spanID: parentSpanID });
  for (const link of links) {
    const reference = toReference(link);
    own.push(reference);
    parts.set(reference, linkPart(link));
  }
  const references = mergedReferences({ traceID, parentSpanID, references: own });
  const merged = references.map((reference) => parts.get(reference) ?? {});
  const isTelling = merged.some((part) => Object.keys(part).length > 0);
  return { references, links: isTelling ? merged : undefined };
}

function toReference({ traceId, spanId, attributes }: OtlpLink): JaegerReference {
  const type = attributes.find(({ key }) => key === REF_TYPE)?.value.stringValue;
  return {
    refType: type === 'child_of' ? 'CHILD_OF' : 'FOLLOWS_FROM',
    traceID: toTraceId(traceId.padStart(32, '0')),
    spanID: spanId.padStart(16, '0'),
  };
}

function linkPart({
  traceState,
  attributes,
  droppedAttributesCount,
  flags,
}: OtlpLink): OtlpLinkPart {
  return {
    ...(traceState === '' ? undefined : { traceState }),
    ...(attributes.length === 0 ? undefined : { attributes }),
    ...(droppedAttributesCount === 0 ? undefined : { droppedAttributesCount }),
    ...(flags === 0 ? undefined : { flags }),
  };
}

/** The name becomes the first field, `event`, unless an attribute has this key. */
function toLog({ time, name, attributes, droppedAttributesCount }: OtlpEvent): Log {
  const fields = toTags(attributes);
  const isHidden = fields.some(({ key }) => key === 'event');
  if (name !== '' && !isHidden) fields.unshift(textTag('event', name));
  const otlp = {
    ...(isHidden ? { name } : undefined),
    ...(droppedAttributesCount === 0 ? undefined : { droppedAttributesCount }),
  };
  const log: Log = { timestamp: time.micros, nanos: time.nanos, fields };
  return Object.keys(otlp).length > 0 ? { ...log, otlp } : log;
}

function spanPart(
  span: OtlpSpan,
  attributes: number,
  scope: OtlpScopeSpans['scope'],
  links: readonly OtlpLinkPart[] | undefined,
): OtlpSpanPart {
  const { kind, statusCode, statusMessage, traceState } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  return {
    attributes,
    kind,
    statusCode,
    ...(statusMessage === '' ? undefined : { statusMessage }),
    ...(traceState === '' ? undefined : { traceState }),
    ...(droppedAttributesCount === 0 ? undefined : { droppedAttributesCount }),
    ...(droppedEventsCount === 0 ? undefined : { droppedEventsCount }),
    ...(droppedLinksCount === 0 ? undefined : { droppedLinksCount }),
    ...(scope === undefined ? undefined : { scope }),
    ...(links === undefined ? undefined : { links }),
  };
}
