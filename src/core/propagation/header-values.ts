import type { ReadUtf8 } from '../text/utf8.js';

/** Bytes of a value that are read: more could not be kept (3 bytes make a UTF-16 unit at most). */
const MAX_BYTES = 3 * 64 * 1024;
/** Elements of a list, and parts of a joined header, that are looked at, from the last on. */
const MAX_PARTS = 100;

/**
 * A header value as a string: strings and numbers as they are, bytes (of any realm) as UTF-8. Undefined for
 * anything else.
 */
function textOf(value: unknown, readUtf8: ReadUtf8): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  const bytes = bytesOf(value);
  if (bytes === undefined || bytes.byteLength > MAX_BYTES) return undefined;
  return readUtf8(bytes, 0, bytes.byteLength);
}

/**
 * A header that came twice may be a list. Returns what `read` makes of its last element that it does not
 * answer with undefined, or of the value itself if that is no list.
 */
export function lastOfList<T>(
  value: unknown,
  readUtf8: ReadUtf8,
  read: (text: string) => T | undefined,
): T | undefined {
  if (!Array.isArray(value)) {
    const text = textOf(value, readUtf8);
    return text === undefined ? undefined : read(text);
  }
  const first = Math.max(0, value.length - MAX_PARTS);
  for (let i = value.length - 1; i >= first; i--) {
    const text = textOf(value[i], readUtf8);
    const result = text === undefined ? undefined : read(text);
    if (result !== undefined) return result;
  }
  return undefined;
}

/**
 * Node's servers and proxies join a header that came twice to "a, b". Returns what `read` makes of the last
 * part that it does not answer with undefined. Parts are trimmed.
 */
export function lastOfJoined<T>(
  text: string,
  read: (part: string) => T | undefined,
): T | undefined {
  let end = text.length;
  for (let parts = 0; parts < MAX_PARTS && end >= 0; parts++) {
    const comma = end === 0 ? -1 : text.lastIndexOf(',', end - 1);
    const result = read(text.slice(comma + 1, end).trim());
    if (result !== undefined) return result;
    end = comma;
  }
  return undefined;
}

/** The elements of a list header that came several times, as one header. */
export function joinedList(value: unknown, readUtf8: ReadUtf8): string | undefined {
  if (!Array.isArray(value)) return textOf(value, readUtf8);
  const texts: string[] = [];
  for (let i = 0; i < value.length && i < MAX_PARTS; i++) {
    const text = textOf(value[i], readUtf8);
    if (text !== undefined) texts.push(text);
  }
  return texts.join(',');
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  // Not by `instanceof`: bytes of another realm (Jest, vm) have classes of their own.
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  const isBuffer = Object.prototype.toString.call(value) === '[object ArrayBuffer]';
  return isBuffer ? new Uint8Array(value as ArrayBuffer) : undefined;
}
