import {
  clearParent,
  clearSpan,
  clearTrace,
  formsOf,
  hasParent,
  hasSpan,
  hasTrace,
  type IdBytes,
  type IdFields,
  isRootOf64Bits,
  isTrace128,
  setParentWords,
  setSpanWords,
  setTraceWords,
} from './id-fields.js';
import { putWord, wordOfBytes } from './id-words.js';

/*
 * The ids of a context as bytes. They are made on first access and stay the same object. Bytes that were
 * set stay the caller's object. Setting any other value removes the id.
 */

/** Ids, and the function that allocates their bytes. */
interface ByteIds extends IdFields {
  _newBytes(length: number): IdBytes;
}

export function traceBytes(ids: ByteIds): IdBytes | undefined {
  return hasTrace(ids) ? (formsOf(ids).traceId ??= newTraceBytes(ids)) : undefined;
}

export function spanBytes(ids: ByteIds): IdBytes | undefined {
  if (!hasSpan(ids)) return undefined;
  const forms = formsOf(ids);
  // The two ids of a root are the same object, as in jaeger-client.
  return (forms.spanId ??= isRootOf64Bits(ids)
    ? traceBytes(ids)!
    : bytes64(ids, ids._span1, ids._span0));
}

export function parentBytes(ids: ByteIds): IdBytes | undefined {
  if (!hasParent(ids)) return undefined;
  return (formsOf(ids).parentId ??= bytes64(ids, ids._parent1, ids._parent0));
}

export function setTraceBytes(ids: IdFields, bytes: unknown): void {
  if (!isBytes(bytes)) return clearTrace(ids);
  setTraceWords(
    ids,
    wordOfBytes(bytes, 3),
    wordOfBytes(bytes, 2),
    wordOfBytes(bytes, 1),
    wordOfBytes(bytes, 0),
    bytes.length > 8,
  );
  const forms = formsOf(ids);
  forms.traceId = bytes;
  forms.traceText = undefined;
}

export function setSpanBytes(ids: IdFields, bytes: unknown): void {
  if (!isBytes(bytes)) return clearSpan(ids);
  setSpanWords(ids, wordOfBytes(bytes, 1), wordOfBytes(bytes, 0));
  const forms = formsOf(ids);
  forms.spanId = bytes;
  forms.spanText = undefined;
}

export function setParentBytes(ids: IdFields, bytes: unknown): void {
  if (!isBytes(bytes)) return clearParent(ids);
  setParentWords(ids, wordOfBytes(bytes, 1), wordOfBytes(bytes, 0));
  const forms = formsOf(ids);
  forms.parentId = bytes;
  forms.parentText = undefined;
}

function newTraceBytes(ids: ByteIds): IdBytes {
  if (!isTrace128(ids)) return bytes64(ids, ids._trace1, ids._trace0);
  const bytes = ids._newBytes(16);
  putWord(bytes, 0, ids._trace3);
  putWord(bytes, 4, ids._trace2);
  putWord(bytes, 8, ids._trace1);
  putWord(bytes, 12, ids._trace0);
  return bytes;
}

function bytes64(ids: ByteIds, high: number, low: number): IdBytes {
  const bytes = ids._newBytes(8);
  putWord(bytes, 0, high);
  putWord(bytes, 4, low);
  return bytes;
}

/** JavaScript callers may set any value. */
function isBytes(value: unknown): value is IdBytes {
  return ArrayBuffer.isView(value) && (value as Partial<IdBytes>).BYTES_PER_ELEMENT === 1;
}
