/** A finished message: one datagram, or the body of one request. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
  /** Bytes of its encoded spans alone. */
  readonly spanBytes: number;
  /** Where the first span starts in `bytes`, and where each span ends, counted from there. */
  readonly spansAt: number;
  readonly spanEnds: readonly number[];
  /** What `bytes` is a part of; `MessageBuilder.recycle` takes it back. */
  readonly buffer: Uint8Array;
}

/** The spans of a message in several groups, and those that are too large for any group. */
export interface SpanGroups {
  /** Encoded spans, as views into the message. */
  readonly groups: readonly (readonly Uint8Array[])[];
  readonly lostSpans: number;
  readonly lostBytes: number;
}

/** Divides the spans of a message, in their order, into groups of at most `maxBytes`. */
export function groupSpans(message: Message, maxBytes: number): SpanGroups {
  const { bytes, spansAt, spanEnds } = message;
  const groups: Uint8Array[][] = [];
  let [size, lostSpans, lostBytes, start] = [Number.POSITIVE_INFINITY, 0, 0, 0];
  for (const end of spanEnds) {
    const span = bytes.subarray(spansAt + start, spansAt + end);
    start = end;
    if (span.length > maxBytes) {
      lostSpans++;
      lostBytes += span.length;
      continue;
    }
    if (size + span.length > maxBytes) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(span);
    size += span.length;
  }
  return { groups, lostSpans, lostBytes };
}

/** A copy. `bytes.slice()` would be a view where the platform's bytes are Buffers. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes);
}
