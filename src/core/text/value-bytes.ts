/**
 * The bytes behind a Buffer, any typed array, a DataView or an ArrayBuffer (a shared one too);
 * undefined for anything else, and for what cannot be asked (a Proxy that throws).
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

/** Told by what it holds: one from another realm (a `vm`, a frame) is no instance of this realm's class. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ArrayBuffer) return true;
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object ArrayBuffer]') return hasBytes(ArrayBuffer.prototype, value);
  return tag === '[object SharedArrayBuffer]' && hasBytes(SharedArrayBuffer.prototype, value);
}

/** Throws for anything that only says that it is one. */
function hasBytes(prototype: object, value: object): boolean {
  return Reflect.get(prototype, 'byteLength', value) >= 0;
}
