import {
  BaggageLimit,
  BaggageRoom,
  HEADER_OVERHEAD,
} from '../../core/propagation/baggage-limit.js';
import { isContextKey } from './context-key.js';

/** How an adapter reads and removes what is in its library's metadata. */
export interface MetadataShape<Metadata> {
  /** Calls `visit` for each header that the metadata becomes: its key and the length of its value. */
  eachHeader(metadata: Metadata, visit: (key: string, valueLength: number) => void): void;
  remove(metadata: Metadata, key: string): void;
}

/**
 * Bytes that are kept free for what gRPC sends itself (path, authority, user agent ...). Never more than an
 * eighth of the limit.
 */
const RESERVED_BYTES = 1024;

const DEFAULT_LIMIT = new BaggageLimit(undefined);

/** The part of spoor's tracer that is used here. Other tracers do not have it. */
interface LimitedTracer {
  readonly _maxBaggage?: { readonly items?: unknown; readonly bytes?: unknown };
}

/** How much baggage the tracer writes. */
export function baggageLimitOf(tracer: object): BaggageLimit {
  const { _maxBaggage: own } = tracer as LimitedTracer;
  const isLimit = typeof own?.items === 'number' && typeof own.bytes === 'number';
  return isLimit ? (own as BaggageLimit) : DEFAULT_LIMIT;
}

/**
 * The room that metadata leaves for baggage: the limit, less what the application's headers and the context
 * take. Servers refuse a call for the sum of its headers: Node.js for more than 128, gRPC's C core for more
 * than 8 KiB.
 *
 * `replaced`: keys whose headers do not count, because baggage takes their place.
 */
export function roomIn<Metadata>(
  metadata: Metadata,
  shape: MetadataShape<Metadata>,
  limit: BaggageLimit,
  contextKey: string,
  replaced: ReadonlySet<string>,
): BaggageRoom {
  let { items } = limit;
  let bytes = limit.bytes - Math.min(RESERVED_BYTES, limit.bytes / 8);
  shape.eachHeader(metadata, (key, valueLength) => {
    if (replaced.has(key)) return;
    if (!isContextKey(key, contextKey)) items--;
    bytes -= key.length + valueLength + HEADER_OVERHEAD;
  });
  return new BaggageRoom(items, bytes);
}
