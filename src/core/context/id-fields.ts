/** An id as bytes, big-endian: 8, or 16 for a 128-bit trace id. A Buffer on Node. */
export type IdBytes = Uint8Array;

const HAS_TRACE = 1;
const HAS_SPAN = 2;
const HAS_PARENT = 4;
const TRACE_128 = 8;
const REMOTE = 16;
const PADDED = 32;

/**
 * Ids in the forms that callers set or read: bytes, which must stay the same object, and strings, which must
 * keep their leading zeros. Most contexts need none.
 */
export class IdForms {
  traceId: IdBytes | undefined = undefined;
  spanId: IdBytes | undefined = undefined;
  parentId: IdBytes | undefined = undefined;
  traceText: string | undefined = undefined;
  spanText: string | undefined = undefined;
  parentText: string | undefined = undefined;
}

/**
 * The ids of one context, as words (see id-words.ts). A span context has these fields itself: a separate
 * object would be one more allocation per span. Only this file, id-bytes.ts and id-text.ts write them.
 */
export interface IdFields {
  /** Words of the ids, most significant first. */
  _trace3: number;
  _trace2: number;
  _trace1: number;
  _trace0: number;
  _span1: number;
  _span0: number;
  /** 0 if there is no parent. */
  _parent1: number;
  _parent0: number;
  /** Flags: which ids exist, and how they are written. */
  _bits: number;
  _forms: IdForms | undefined;
}

export function formsOf(ids: IdFields): IdForms {
  return (ids._forms ??= new IdForms());
}

export function hasTrace(ids: IdFields): boolean {
  return (ids._bits & HAS_TRACE) !== 0;
}

export function hasSpan(ids: IdFields): boolean {
  return (ids._bits & HAS_SPAN) !== 0;
}

export function hasParent(ids: IdFields): boolean {
  return (ids._bits & HAS_PARENT) !== 0;
}

/** Whether there is a trace id and a span id. */
export function hasBoth(ids: IdFields): boolean {
  return (ids._bits & (HAS_TRACE | HAS_SPAN)) === (HAS_TRACE | HAS_SPAN);
}

/** Whether the trace id has 128 bits. */
export function isTrace128(ids: IdFields): boolean {
  return (ids._bits & TRACE_128) !== 0;
}

/** Whether this is a root span with a 64-bit trace id: trace id and span id are then equal. */
export function isRootOf64Bits(ids: IdFields): boolean {
  return (
    (ids._bits & (HAS_TRACE | TRACE_128 | HAS_PARENT)) === HAS_TRACE &&
    ids._trace1 === ids._span1 &&
    ids._trace0 === ids._span0
  );
}

export function isZeroTrace(ids: IdFields): boolean {
  return (ids._trace3 | ids._trace2 | ids._trace1 | ids._trace0) === 0;
}

/** Whether the ids were extracted from a carrier. */
export function isRemote(ids: IdFields): boolean {
  return (ids._bits & REMOTE) !== 0;
}

export function setRemote(ids: IdFields, value: boolean): void {
  ids._bits = value ? ids._bits | REMOTE : ids._bits & ~REMOTE;
}

/** Whether ids are written with leading zeros: 16 digits, 32 for a 128-bit trace id. */
export function isPadded(ids: IdFields): boolean {
  return (ids._bits & PADDED) !== 0;
}

export function setPadded(ids: IdFields): void {
  ids._bits |= PADDED;
}

export function setTraceWords(
  ids: IdFields,
  w3: number,
  w2: number,
  w1: number,
  w0: number,
  is128: boolean,
): void {
  ids._trace3 = is128 ? w3 : 0;
  ids._trace2 = is128 ? w2 : 0;
  ids._trace1 = w1;
  ids._trace0 = w0;
  ids._bits = (ids._bits & ~TRACE_128) | HAS_TRACE | (is128 ? TRACE_128 : 0);
}

export function setSpanWords(ids: IdFields, high: number, low: number): void {
  ids._span1 = high;
  ids._span0 = low;
  ids._bits |= HAS_SPAN;
}

export function setParentWords(ids: IdFields, high: number, low: number): void {
  ids._parent1 = high;
  ids._parent0 = low;
  ids._bits |= HAS_PARENT;
}

export function clearTrace(ids: IdFields): void {
  ids._bits &= ~(HAS_TRACE | TRACE_128);
}

export function clearSpan(ids: IdFields): void {
  ids._bits &= ~HAS_SPAN;
}

export function clearParent(ids: IdFields): void {
  ids._bits &= ~HAS_PARENT;
  ids._parent1 = 0;
  ids._parent0 = 0;
  if (ids._forms === undefined) return;
  ids._forms.parentId = undefined;
  ids._forms.parentText = undefined;
}

export function copyIds(ids: IdFields, from: IdFields): void {
  ids._trace3 = from._trace3;
  ids._trace2 = from._trace2;
  ids._trace1 = from._trace1;
  ids._trace0 = from._trace0;
  ids._span1 = from._span1;
  ids._span0 = from._span0;
  ids._parent1 = from._parent1;
  ids._parent0 = from._parent0;
  ids._bits = from._bits;
  ids._forms = from._forms === undefined ? undefined : Object.assign(new IdForms(), from._forms);
}

/** Sets a child's ids. Trace id and padding are those of the parent. */
export function deriveIds(
  ids: IdFields,
  parent: IdFields,
  spanHigh: number,
  spanLow: number,
): void {
  ids._trace3 = parent._trace3;
  ids._trace2 = parent._trace2;
  ids._trace1 = parent._trace1;
  ids._trace0 = parent._trace0;
  ids._span1 = spanHigh;
  ids._span0 = spanLow;
  ids._parent1 = parent._span1;
  ids._parent0 = parent._span0;
  ids._bits = (parent._bits & (TRACE_128 | PADDED)) | HAS_TRACE | HAS_SPAN | HAS_PARENT;
  if (parent._forms !== undefined) echoForms(ids, parent._forms);
}

/** A child writes its trace id and its parent's id in the same form as the parent. */
function echoForms(ids: IdFields, parent: IdForms): void {
  if (parent.traceText === undefined && parent.spanText === undefined && !parent.traceId) return;
  const forms = formsOf(ids);
  forms.traceId = parent.traceId;
  forms.traceText = parent.traceText;
  forms.parentText = parent.spanText;
  forms.parentId = parent.spanId;
}
