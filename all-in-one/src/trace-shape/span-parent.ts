/*
 * Which span is the parent of a span. The terminal, the page, the list of traces and the store all
 * follow this rule:
 *
 * 1. The parent is the span that the first CHILD_OF reference to the same trace names. Without a
 *    CHILD_OF, the first FOLLOWS_FROM to the same trace names it. Jaeger's own model does the same.
 * 2. The rule reads the references alone, not which spans have arrived. If the parent has not arrived,
 *    the span is an orphan, even when another reference names a span that has arrived. Otherwise the
 *    span would change its place when its parent arrives, and an incomplete trace would look complete.
 * 3. A reference to another trace, or to a span id of only zeros, names no parent.
 * 4. A span may name its parent by both kinds of reference. Both are kept, and the span counts as a
 *    CHILD_OF: the parent may have waited for it.
 *
 * trace-forest.ts has the rest: span ids that occur twice, and rings.
 */

/** A reference from one span to another, in the form of Jaeger's JSON. Ids are hex digits. */
export interface SpanReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

/**
 * The reference that names the parent of a span of the trace `traceID`, or undefined for a root span.
 * Of several references to the parent, the result is the first CHILD_OF.
 */
export function parentReference<R extends SpanReference>(
  traceID: string,
  references: readonly R[],
): R | undefined {
  let followed: R | undefined;
  for (const reference of references) {
    if (reference.traceID !== traceID || !/[^0]/.test(reference.spanID)) continue;
    if (reference.refType === 'CHILD_OF') return reference;
    followed ??= reference;
  }
  return followed;
}

/** Whether the tag `span.kind` is `server`. Of several such tags the last one counts. */
export function isServerSpan(
  tags: readonly { readonly key: string; readonly value: unknown }[],
): boolean {
  for (let i = tags.length - 1; i >= 0; i--) {
    const { key, value } = tags[i]!;
    if (key === 'span.kind') return value === 'server';
  }
  return false;
}
