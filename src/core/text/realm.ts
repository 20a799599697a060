/*
 * Values of another realm (a `vm` context, a frame, Jest) have the internal slots of their kind, but are no instances of
 * this realm's classes. The getters below read a slot, and throw for anything that only says that it has one.
 */

const sizeOfMap = getterOf(Map.prototype, 'size');
const sizeOfSet = getterOf(Set.prototype, 'size');
const sourceOfRegExp = getterOf(RegExp.prototype, 'source');

/** Prototypes of a foreign value that are looked at. */
const MAX_PROTOTYPES = 20;

export function isMap(value: object): value is Map<unknown, unknown> {
  return value instanceof Map || (isForeign(value) && has(sizeOfMap, value));
}

export function isSet(value: object): value is Set<unknown> {
  return value instanceof Set || (isForeign(value) && has(sizeOfSet, value));
}

export function isRegExp(value: object): value is RegExp {
  return value instanceof RegExp || (isForeign(value) && has(sourceOfRegExp, value));
}

/** A DOMException and an error with a tag of its own are told by their prototypes. */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Object.prototype.toString.call(value) === '[object Error]') return true;
  return isForeign(value) && prototypesOf(value).some(isErrorPrototype);
}

/** Whether its last prototype is another realm's `Object.prototype`. Cheap for values of this realm. */
function isForeign(value: object): boolean {
  return !(value instanceof Object) && Object.getPrototypeOf(value) !== null;
}

function prototypesOf(value: object): object[] {
  const prototypes: object[] = [];
  let next = Object.getPrototypeOf(value) as object | null;
  while (next !== null && prototypes.length < MAX_PROTOTYPES) {
    prototypes.push(next);
    next = Object.getPrototypeOf(next) as object | null;
  }
  return prototypes;
}

/** Some realm's `Error.prototype`: its own constructor is a function of this name. */
function isErrorPrototype(prototype: object): boolean {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof constructor === 'function' && constructor.name === 'Error';
}

function getterOf(prototype: object, key: string): () => unknown {
  return Object.getOwnPropertyDescriptor(prototype, key)!.get!;
}

function has(slotGetter: () => unknown, value: object): boolean {
  try {
    slotGetter.call(value);
    return true;
  } catch {
    return false;
  }
}
