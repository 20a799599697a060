import type { PackedLog, PackedSpan } from '../../store/packed-span.js';
import type { OtlpJsonEvent, OtlpJsonLink } from './otlp-json.js';
import { attributesOf, keyValues } from './otlp-values.js';

/** Nanoseconds since the Unix epoch, in decimal. */
export function nanosText(micros: number, nanos: number): string {
  return String(BigInt(Math.trunc(micros)) * 1_000n + BigInt(nanos));
}

/** A trace id with 32 digits. */
export function traceId32(traceID: string): string {
  return traceID.padStart(32, '0');
}

/** The logs of a span as events; undefined for none. */
export function eventsOf({ logs }: PackedSpan): OtlpJsonEvent[] | undefined {
  return logs.length > 0 ? logs.map(eventOf) : undefined;
}

/** The field `event` becomes the name. */
function eventOf({ timestamp, nanos, fields, otlp }: PackedLog): OtlpJsonEvent {
  const attributes = attributesOf(fields);
  let name = otlp?.name;
  if (name === undefined) {
    name = attributes.get('event')?.stringValue ?? '';
    if (attributes.get('event')?.stringValue !== undefined) attributes.delete('event');
  }
  return {
    timeUnixNano: nanosText(timestamp, nanos),
    name: name || undefined,
    attributes: keyValues(attributes),
    droppedAttributesCount: otlp?.droppedAttributesCount,
  };
}

/** The references of a span except its parent; references without a trace id are removed unless `raw`. */
export function linksOf(
  span: PackedSpan,
  raw: boolean,
): { links: OtlpJsonLink[] | undefined; hasInvalid: boolean } {
  const links: OtlpJsonLink[] = [];
  let hasInvalid = false;
  span.references.forEach(({ refType, traceID, spanID }, i) => {
    if (i === 0 && refType === 'CHILD_OF' && isParent(span, spanID)) return;
    if (!raw && !/[^0]/.test(traceID)) {
      hasInvalid = true;
      return;
    }
    const own = span.otlp?.links?.[i];
    const type = refType === 'CHILD_OF' ? 'child_of' : 'follows_from';
    const typed = [{ key: 'opentracing.ref_type', value: { stringValue: type } }];
    links.push({
      traceId: traceId32(traceID),
      spanId: spanID,
      traceState: own?.traceState,
      attributes: span.otlp === undefined ? typed : own?.attributes,
      droppedAttributesCount: own?.droppedAttributesCount,
      flags: own?.flags,
    });
  });
  return { links: links.length > 0 ? links : undefined, hasInvalid };
}

function isParent({ parentSpanID, otlp }: PackedSpan, spanID: string): boolean {
  return otlp?.isRoot !== true && spanID === parentSpanID;
}
