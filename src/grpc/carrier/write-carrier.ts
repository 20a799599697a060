import type { BaggageLimit } from '../../core/propagation/baggage-limit.js';
import { DEFAULT_CONTEXT_KEY, isContextKey } from './context-key.js';
import { type MetadataShape, roomIn } from './metadata-room.js';

/** Metadata that can be written: of grpc-js or nice-grpc, or a `Headers` object. */
export interface WritableMetadata {
  /** Replaces all values of a key. */
  set(key: string, value: string): unknown;
}

/** Injected keys that gRPC metadata cannot carry, in lower case. */
export type RefusedKeys = readonly string[];

/** How baggage is limited. */
export interface BaggageWriting<Metadata> {
  readonly shape: MetadataShape<Metadata>;
  readonly limit: BaggageLimit;
  /** The tracer's key for the context. */
  readonly contextKey: string;
  /** Called with the key of each item for which there is no room. */
  overLimit(key: string): void;
}

/** Keys that gRPC allows. Another key can fail the whole call. */
const LEGAL_KEY = /^[0-9a-z_.-]+$/;
/** Printable ASCII. */
const LEGAL_VALUE = /^[ -~]*$/;

/**
 * Writes an injected carrier into metadata: the context, and baggage as far as there is room. Keys become
 * lower case. Existing values are replaced, or removed where the new one cannot be sent, because forwarded
 * metadata still has the context of the incoming call. Returns the keys that gRPC metadata cannot carry;
 * they are not written.
 */
export function writeCarrier<Metadata extends WritableMetadata>(
  carrier: Readonly<Record<string, unknown>>,
  metadata: Metadata,
  writing?: BaggageWriting<Metadata>,
): RefusedKeys | undefined {
  let refused: string[] | undefined;
  let baggage: Map<string, string> | undefined;
  for (const name in carrier) {
    const key = name.toLowerCase();
    const value = carrier[name];
    if (!isLegal(key, value)) {
      (refused ??= []).push(key);
      if (LEGAL_KEY.test(key)) writing?.shape.remove(metadata, key);
    } else if (writing === undefined || isContextKey(key, writing.contextKey)) {
      metadata.set(key, value);
    } else {
      (baggage ??= new Map()).set(key, value);
    }
  }
  if (baggage !== undefined) writeBaggage(baggage, metadata, writing!);
  return refused;
}

/** The context is written by now: it takes of the room, too. */
function writeBaggage<Metadata extends WritableMetadata>(
  baggage: ReadonlyMap<string, string>,
  metadata: Metadata,
  { shape, limit, contextKey, overLimit }: BaggageWriting<Metadata>,
): void {
  const room = roomIn(metadata, shape, limit, contextKey, new Set(baggage.keys()));
  for (const [key, value] of baggage) {
    if (room.take(key, value)) {
      metadata.set(key, value);
    } else {
      shape.remove(metadata, key);
      overLimit(key);
    }
  }
}

function isLegal(key: string, value: unknown): value is string {
  if (typeof value !== 'string' || !LEGAL_VALUE.test(value)) return false;
  // gRPC may strip leading and trailing spaces, and Node.js drops such a header.
  if (value.startsWith(' ') || value.endsWith(' ')) return false;
  if (key === DEFAULT_CONTEXT_KEY) return true;
  return LEGAL_KEY.test(key) && !key.endsWith('-bin') && !key.startsWith('grpc-');
}
