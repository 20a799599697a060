import type { BaggageDrops } from '../../core/propagation/baggage-drops.js';
import {
  type BaggageLimit,
  type LimitedCarrier,
  UNLIMITED,
} from '../../core/propagation/baggage-limit.js';
import { contextKeyOf } from '../carrier/context-key.js';
import { readCarrier } from '../carrier/read-carrier.js';
import { baggageLimitOf, type MetadataShape } from '../carrier/metadata-room.js';
import { type RefusedKeys, type WritableMetadata, writeCarrier } from '../carrier/write-carrier.js';
import type { CallSpan } from './call-span.js';

/** Maximum length of the keys named in a log line, in UTF-16 units. */
const MAX_REFUSED_LENGTH = 200;

/** Metadata that can be copied, so that the caller's object does not change. */
export interface CloneableMetadata extends WritableMetadata {
  clone(): this;
}

/** Returns a copy of the metadata with the span's context; the metadata itself if there is no span. */
export function injectIntoCopy<Metadata extends CloneableMetadata, Options>(
  call: CallSpan<Metadata, Options>,
  metadata: Metadata,
  shape: MetadataShape<Metadata>,
): Metadata {
  if (call.span === undefined) return metadata;
  const copy = metadata.clone();
  injectInto(call, copy, shape);
  return copy;
}

/** Writes the span's context into metadata that belongs to the interceptor. */
export function injectInto<Metadata extends WritableMetadata, Options>(
  call: CallSpan<Metadata, Options>,
  metadata: Metadata,
  shape: MetadataShape<Metadata>,
): void {
  const { span, tracer, settings } = call;
  if (span === undefined) return;
  try {
    // What fits depends on the rest of the metadata, so that the limit is applied below.
    const carrier: Record<string, unknown> & LimitedCarrier = { [UNLIMITED]: true };
    tracer.inject(span.context(), settings.format, carrier);
    const limit = baggageLimitOf(tracer);
    const refused = writeCarrier(carrier, metadata, {
      shape,
      limit,
      contextKey: contextKeyOf(tracer, settings.format),
      overLimit: (key) => reportOverLimit(call, key, limit),
    });
    if (refused !== undefined) reportRefused(call, refused);
  } catch (error) {
    call.caught('from inject', error);
  }
}

/**
 * Extracts the parent of a server span. `headersOf` makes a plain object of the metadata; the tracer's
 * context key tells it which header counts if there are several.
 *
 * If the metadata has a context that cannot be read, this is logged, and only its baggage is used.
 */
export function extractParent<Metadata, Options>(
  call: CallSpan<Metadata, Options>,
  headersOf: (metadata: Metadata, contextKey: string) => Readonly<Record<string, unknown>>,
  metadata: Metadata,
): object | undefined {
  const { tracer } = call;
  const { format } = call.settings;
  try {
    const key = contextKeyOf(tracer, format);
    const { carrier, hasContext } = readCarrier(headersOf(metadata, key), key);
    const context = tracer.extract(format, carrier);
    if (hasContext && !isReadable(context)) {
      call.report(
        'extract',
        'cannot read the context of an incoming call; its span becomes a root',
      );
    }
    return context ?? undefined;
  } catch (error) {
    call.caught('from extract', error);
    return undefined;
  }
}

function isReadable(context: object | null): boolean {
  return Boolean(context) && (context as { readonly isValid?: boolean }).isValid !== false;
}

function reportRefused<Metadata, Options>(
  call: CallSpan<Metadata, Options>,
  refused: RefusedKeys,
): void {
  const keys = refused.join(', ').slice(0, MAX_REFUSED_LENGTH);
  const message = `gRPC metadata cannot carry ${keys}`;
  dropsOf(call.tracer)?.count(refused.length);
  call.report('inject', message);
  call.span?.log({ event: 'inject', message });
}

/** spoor's tracer counts the item, and logs the first. */
function reportOverLimit<Metadata, Options>(
  call: CallSpan<Metadata, Options>,
  key: string,
  { items, bytes }: BaggageLimit,
): void {
  const drops = dropsOf(call.tracer);
  if (drops !== undefined) {
    drops.overLimit(key);
    return;
  }
  const first = key.slice(0, MAX_REFUSED_LENGTH);
  const limit = `${items} items, ${bytes} bytes`;
  call.report('inject', `baggage over the limit (${limit}) is not sent. First: ${first}`);
}

function dropsOf(tracer: object): BaggageDrops | undefined {
  return (tracer as { readonly _baggageDrops?: BaggageDrops })._baggageDrops;
}
