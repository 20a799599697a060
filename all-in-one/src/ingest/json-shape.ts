/** Deepest nesting of objects and arrays in a JSON body. */
const MAX_DEPTH = 200;
/** Most objects and arrays in a body: an empty one takes two bytes there, and sixty in memory. */
const MAX_CONTAINERS = 2_000_000;

/** JSON that would take far more memory than its length. */
class JsonShapeError extends Error {
  override readonly name = 'JsonShapeError';
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Throws `JsonShapeError` if parsing a JSON body would take far more memory than its length: `[[[[...` or
 * `{},{},...`. Does not check whether the body is valid JSON.
 */
export function checkJsonShape(bytes: Uint8Array): void {
  let depth = 0;
  let containers = 0;
  let isText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (isText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) {
      isText = true;
    } else if ((byte & 0xdf) === 0x5b) {
      containers++; // [ and {
      if (++depth > MAX_DEPTH) throw new JsonShapeError('JSON is nested too deeply');
    } else if ((byte & 0xdf) === 0x5d) {
      depth--; // ] and }
    }
  }
  if (containers > MAX_CONTAINERS) throw new JsonShapeError('too many elements in one request');
}
