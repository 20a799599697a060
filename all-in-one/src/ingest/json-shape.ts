/** Objects and arrays may nest this deep in a body of JSON. */
const MAX_DEPTH = 200;
/** Objects and arrays that a body may hold: each takes two bytes there, and sixty in memory. */
const MAX_CONTAINERS = 2_000_000;

/** JSON that would take far more memory than it has bytes. */
class JsonShapeError extends Error {
  override readonly name = 'JsonShapeError';
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Throws `JsonShapeError` where a body of JSON would cost far more memory than its length: `[[[[...` and `{},{},...`.
 * Whether it is JSON is for the parser to say.
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
