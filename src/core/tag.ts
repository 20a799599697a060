/**
 * The text of a value that has no Thrift type of its own: null, undefined, objects, functions,
 * symbols, big integers. Objects are JSON. Never throws.
 */
export function textOfValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return textOfPrimitive(value);
  if (value instanceof Error) return textOfError(value);
  try {
    return JSON.stringify(value, safeJsonReplacer()) ?? String(value);
  } catch {
    return unreadable(value);
  }
}

function textOfPrimitive(value: unknown): string {
  return typeof value === 'function' ? `[Function: ${value.name}]` : String(value);
}

function textOfError(error: Error): string {
  try {
    return error.stack ?? `${error.name}: ${error.message}`;
  } catch {
    return unreadable(error);
  }
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
  return Object.prototype.toString.call(value);
}
