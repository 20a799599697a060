/**
 * The text of a value that has no Thrift type of its own: null, undefined, objects, functions,
 * symbols, big integers. Objects are JSON. Never throws, whatever the value's own code does.
 */
export function textOfValue(value: unknown): string {
  try {
    if (typeof value === 'function') return `[Function: ${String(value.name)}]`;
    if (typeof value !== 'object' || value === null) return String(value);
    if (value instanceof Error) return textOfError(value);
    return JSON.stringify(value, safeJsonReplacer()) ?? String(value);
  } catch {
    return unreadable(value);
  }
}

function textOfError(error: Error): string {
  return typeof error.stack === 'string' ? error.stack : `${error.name}: ${error.message}`;
}

/** Big integers become text, and an object inside itself `[Circular]`. */
function safeJsonReplacer(): (this: unknown, key: string, value: unknown) => unknown {
  const ancestors: unknown[] = [];
  return function replace(this: unknown, _key: string, value: unknown): unknown {
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    while (ancestors.length > 0 && ancestors[ancestors.length - 1] !== this) ancestors.pop();
    if (ancestors.includes(value)) return '[Circular]';
    ancestors.push(value);
    return value;
  };
}

function unreadable(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return '[unreadable]';
  }
}

/** Keys and names are strings by type; what a caller in JavaScript passes may not be. */
export function textOfKey(key: unknown): string {
  return typeof key === 'string' ? key : textOfValue(key);
}

/**
 * The bytes behind a Buffer, any typed array, a DataView or an ArrayBuffer; undefined for anything
 * else, and for what cannot be asked (a Proxy that throws).
 */
export function bytesOfValue(value: unknown): Uint8Array | undefined {
  try {
    if (ArrayBuffer.isView(value)) {
      return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    }
    return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
  } catch {
    return undefined;
  }
}
