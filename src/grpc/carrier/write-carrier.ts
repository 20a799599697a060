import { DEFAULT_CONTEXT_KEY } from './context-key.js';

/** Metadata that can be written: of grpc-js or nice-grpc, or a `Headers` object. */
export interface WritableMetadata {
  /** Replaces all values of a key. */
  set(key: string, value: string): unknown;
}

/** Injected keys that gRPC metadata cannot carry, in lower case. */
export type RefusedKeys = readonly string[];

/** Keys that gRPC allows. Another key can fail the whole call. */
const LEGAL_KEY = /^[0-9a-z_.-]+$/;
/** Printable ASCII. */
const LEGAL_VALUE = /^[ -~]*$/;
/**
 * Maximum length of the keys and values added to one call, in UTF-16 units. gRPC's C core rejects a call
 * with more than 16 KiB of metadata: losing baggage is better than losing the call.
 */
const MAX_LENGTH = 16 * 1024;

/**
 * Writes an injected carrier into metadata. Keys become lower case. Existing values are replaced, because
 * forwarded metadata still has the context of the incoming call. Returns the keys that gRPC metadata
 * cannot carry; they are not written.
 */
export function writeCarrier(
  carrier: Readonly<Record<string, unknown>>,
  metadata: WritableMetadata,
): RefusedKeys | undefined {
  let refused: string[] | undefined;
  let length = 0;
  for (const name in carrier) {
    const key = name.toLowerCase();
    const value = carrier[name];
    if (isLegal(key, value) && length + key.length + value.length <= MAX_LENGTH) {
      length += key.length + value.length;
      metadata.set(key, value);
    } else {
      (refused ??= []).push(key);
    }
  }
  return refused;
}

function isLegal(key: string, value: unknown): value is string {
  if (typeof value !== 'string' || !LEGAL_VALUE.test(value)) return false;
  // gRPC may strip leading and trailing spaces, and Node.js drops such a header.
  if (value.startsWith(' ') || value.endsWith(' ')) return false;
  if (key === DEFAULT_CONTEXT_KEY) return true;
  return LEGAL_KEY.test(key) && !key.endsWith('-bin') && !key.startsWith('grpc-');
}
