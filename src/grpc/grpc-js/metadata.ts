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
