import type { Metadata } from '@grpc/grpc-js';
import type { MetadataShape } from '../carrier/metadata-room.js';

/** The part of grpc-js's `Metadata` that is read. */
interface ReadableMetadata {
  get(key: string): readonly unknown[];
}

/** Values of a key. Undefined if there is no metadata. */
export function valuesIn(
  metadata: ReadableMetadata | undefined,
  key: string,
): readonly unknown[] | undefined {
  return metadata?.get(key);
}

/** Number of previous attempts of a call, as a header or a trailer has it. Undefined for most calls. */
export function attemptsIn(metadata: ReadableMetadata | undefined): unknown {
  try {
    return metadata?.get('grpc-previous-rpc-attempts')[0];
  } catch {
    // Another interceptor may pass something that is no Metadata.
    return undefined;
  }
}

/** grpc-js's `Metadata`: each value is a header, bytes in base64. */
export const METADATA_SHAPE: MetadataShape<Metadata> = {
  eachHeader(metadata, visit) {
    const headers = metadata.toHttp2Headers();
    for (const key in headers) {
      const values = headers[key];
      if (Array.isArray(values)) for (const value of values) visit(key, value.length);
      else if (values !== undefined) visit(key, String(values).length);
    }
  },
  remove: (metadata, key) => metadata.remove(key),
};
