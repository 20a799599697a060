/**
 * The bytes of a Buffer, a typed array, a DataView, an ArrayBuffer or a SharedArrayBuffer, not copied.
 * Undefined for any other value. Never throws.
 */
export function bytesOfValue(value: unknown): Uint8Array | undefined {
  try {
    if (ArrayBuffer.isView(value)) {
      return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    }
    return isArrayBuffer(value) ? new Uint8Array(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Also true for one of another realm (a `vm`, a frame), which is not an instance of this realm's class. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ArrayBuffer) return true;
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object ArrayBuffer]') return hasBytes(ArrayBuffer.prototype, value);
  return tag === '[object SharedArrayBuffer]' && hasBytes(SharedArrayBuffer.prototype, value);
}

/** Throws for an object that only has the tag of a buffer. */
function hasBytes(prototype: object, value: object): boolean {
  return Reflect.get(prototype, 'byteLength', value) >= 0;
}
