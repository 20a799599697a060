import { type ElementCount, OtlpDecodeError } from './otlp-request.js';

/** An object from untrusted JSON: its fields may have any value. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object. Throws `OtlpDecodeError` for anything else. */
export function objectOf(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OtlpDecodeError('expected an object');
  }
  return value as JsonObject;
}

/** A field by its name in lowerCamelCase or as in the proto file; undefined if absent or null. */
export function field(object: JsonObject, name: string): unknown {
  return own(object, name) ?? own(object, protoName(name));
}

const protoNames = new Map<string, string>();

/** `droppedLinksCount` is `dropped_links_count` in the proto file. The cache is bounded: all names are ours. */
function protoName(name: string): string {
  const known = protoNames.get(name);
  if (known !== undefined) return known;
  const made = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  protoNames.set(name, made);
  return made;
}

function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

/** A string; empty if absent. */
export function text(object: JsonObject, name: string): string {
  const value = field(object, name) ?? '';
  if (typeof value !== 'string') throw new OtlpDecodeError(`${name}: expected a string`);
  return value;
}

/** An unsigned 32-bit integer, written as a number or a string; 0 if absent. */
export function whole(object: JsonObject, name: string): number {
  const value = Number(field(object, name) ?? 0);
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw new OtlpDecodeError(`${name}: expected a 32-bit integer`);
  }
  return value;
}

/** Reads each object of a list; an absent list is empty. */
export function items<T>(
  object: JsonObject,
  name: string,
  elements: ElementCount,
  read: (item: JsonObject) => T,
): T[] {
  const value = field(object, name) ?? [];
  if (!Array.isArray(value)) throw new OtlpDecodeError(`${name}: expected a list`);
  return value.map((item: unknown) => {
    elements.add();
    return read(objectOf(item));
  });
}
