/** An import is invalid: `message` says what is wrong, and where. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** An object of untrusted JSON. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The functions below throw `ImportError` for values of another type. */
export function objectAt(value: unknown, where: string): Json {
  if (isObject(value)) return value;
  throw new ImportError(`${where}: expected an object`);
}

export function listAt(object: Json, name: string, where: string): readonly unknown[] {
  const value = object[name];
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new ImportError(`${where}.${name}: expected a list`);
}

/** An absent list is empty. */
export function optionalListAt(object: Json, name: string, where: string): readonly unknown[] {
  return isAbsent(object[name]) ? [] : listAt(object, name, where);
}

export function textAt(object: Json, name: string, where: string): string {
  const value = object[name];
  if (typeof value === 'string') return value;
  throw new ImportError(`${where}.${name}: expected a string`);
}

/** Whether a field is absent, null or the empty string. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

export function integerAt(object: Json, name: string, where: string): number {
  const value = object[name];
  // A larger number would not be exact.
  if (Number.isSafeInteger(value)) return value as number;
  throw new ImportError(`${where}.${name}: expected an integer below 2^53`);
}

/** A number of microseconds, split: files of other programs have fractions of them. */
export function microsAt(
  object: Json,
  name: string,
  where: string,
): { readonly micros: number; readonly nanos: number } {
  const value = object[name];
  if (typeof value !== 'number' || !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw new ImportError(`${where}.${name}: expected a number below 2^53`);
  }
  const micros = Math.floor(value);
  const nanos = Math.round((value - micros) * 1_000);
  return nanos === 1_000 ? { micros: micros + 1, nanos: 0 } : { micros, nanos };
}
