import { cutText } from './cut.js';
import { errorText } from './error-text.js';
import { isError, isMap, isRegExp, isSet } from './realm.js';
import { bytesOfValue } from './value-bytes.js';

/** Nested objects deeper than this are written as `[Object]` or `[Array]`. */
const MAX_DEPTH = 100;
/** Bits of the largest integer that is written in digits: the conversion takes quadratic time. */
const MAX_BIGINT_BITS = 65_536;
/** `Object.prototype.toString` of `new String()`, `new Number()` and `new Boolean()`. */
const WRAPPER = /^\[object (?:String|Number|Boolean)\]$/;
/** Replaces a value whose own code threw. */
const UNREADABLE = '[unreadable]';

/**
 * A value as JSON, as `JSON.stringify` writes it. Differences:
 *
 * - Where `JSON.stringify` throws: an object inside itself is `[Circular]`, a value whose own code throws is
 *   `[unreadable]`, a BigInt is its digits. An object deeper than 100 levels is `[Object]` or `[Array]`.
 * - Where `JSON.stringify` loses the content: a Map is an object, a Set is an array, an Error is its string,
 *   bytes are hexadecimal digits, a RegExp is its source.
 *
 * `maxUnits` bounds the cost: writing stops after that many UTF-16 units, and after that many visited
 * values. The time of the value's own code (`toJSON`, getters, Proxy traps) is not bounded.
 *
 * Undefined for a value that JSON omits.
 */
export function jsonText(value: unknown, maxUnits: number): string | undefined {
  const plain = plainOf('', value);
  if (isLeftOut(plain)) return undefined;
  const writer = new JsonWriter(maxUnits);
  writer.plain(plain);
  return cutText(writer.text, maxUnits);
}

/** The digits of an integer; a description if it has more than 65,536 bits. */
export function bigintText(value: bigint): string {
  const isAbsurd = BigInt.asIntN(MAX_BIGINT_BITS, value) !== value;
  return isAbsurd ? `[BigInt of more than ${MAX_BIGINT_BITS} bits]` : String(value);
}

class JsonWriter {
  text = '';
  private readonly maxUnits: number;
  private steps = 0;
  private readonly ancestors: object[] = [];

  constructor(maxUnits: number) {
    this.maxUnits = maxUnits;
  }

  /** Writes a result of `plainOf` that JSON does not omit. May throw after writing a part of it. */
  plain(value: unknown): void {
    this.steps++;
    if (typeof value === 'string') this.quoted(value);
    else if (typeof value === 'bigint') this.quoted(bigintText(value));
    else if (typeof value !== 'object' || value === null) this.text += JSON.stringify(value);
    else if (isPlain(value)) this.container(value);
    else this.object(value);
  }

  /** Writes an element or a property's value. Never throws. */
  private contained(value: unknown): void {
    const { length } = this.text;
    const depth = this.ancestors.length;
    try {
      this.plain(value);
    } catch {
      this.text = this.text.slice(0, length);
      this.ancestors.length = depth;
      this.quoted(UNREADABLE);
    }
  }

  private object(value: object): void {
    const bytes = bytesOfValue(value);
    if (bytes !== undefined) return this.bytes(bytes);
    if (isError(value)) return this.quoted(this.textOfError(value));
    if (isRegExp(value)) return this.quoted(String(value));
    this.container(value);
  }

  private container(value: object): void {
    if (this.ancestors.includes(value)) return this.quoted('[Circular]');
    const isList = Array.isArray(value) || isSet(value);
    if (this.ancestors.length >= MAX_DEPTH) return this.quoted(isList ? '[Array]' : '[Object]');
    this.ancestors.push(value);
    if (isList) this.elements(value as Iterable<unknown>);
    else if (isMap(value)) this.entries(value);
    else this.properties(value as Record<string, unknown>);
    this.ancestors.pop();
  }

  private textOfError(error: Error): string {
    return errorText(error, this.room(), (other) => jsonText(other, this.room()) ?? String(other));
  }

  private elements(list: Iterable<unknown>): void {
    this.text += '[';
    let isFirst = true;
    for (const element of list) {
      if (this.isFull()) break;
      if (!isFirst) this.text += ',';
      isFirst = false;
      const plain = plainOrUnreadable('', element);
      this.contained(isLeftOut(plain) ? null : plain);
    }
    this.text += ']';
  }

  private entries(map: Map<unknown, unknown>): void {
    this.text += '{';
    let isFirst = true;
    for (const [key, value] of map) {
      if (this.isFull()) break;
      const name = typeof key === 'string' ? key : (jsonText(key, this.room()) ?? String(key));
      if (this.property(isFirst, name, plainOrUnreadable(name, value))) isFirst = false;
    }
    this.text += '}';
  }

  private properties(object: Record<string, unknown>): void {
    this.text += '{';
    let isFirst = true;
    for (const key of Object.keys(object)) {
      if (this.isFull()) break;
      if (this.property(isFirst, key, plainProperty(object, key))) isFirst = false;
    }
    this.text += '}';
  }

  /** Writes a property. False if JSON omits it. */
  private property(isFirst: boolean, key: string, plain: unknown): boolean {
    this.steps++;
    if (isLeftOut(plain)) return false;
    if (!isFirst) this.text += ',';
    this.quoted(key);
    this.text += ':';
    this.contained(plain);
    return true;
  }

  /** Writes a string. Cuts it first, so that the cost does not grow with its length. */
  private quoted(text: string): void {
    this.text += JSON.stringify(cutText(text, this.room()));
  }

  private bytes(bytes: Uint8Array): void {
    const room = this.room() / 2;
    let digits = '';
    for (let i = 0; i < bytes.length && i < room; i++) {
      digits += bytes[i]!.toString(16).padStart(2, '0');
    }
    this.text += `"${digits}"`;
  }

  /** UTF-16 units that may still be written, plus one: the caller must see that the result was too long. */
  private room(): number {
    return Math.max(0, this.maxUnits - this.text.length) + 1;
  }

  private isFull(): boolean {
    return this.text.length > this.maxUnits || this.steps > this.maxUnits;
  }
}

/** Whether `JSON.stringify` omits this value from an object, and writes it as null in an array. */
function isLeftOut(plain: unknown): boolean {
  return plain === undefined || typeof plain === 'function' || typeof plain === 'symbol';
}

function plainOrUnreadable(key: string, value: unknown): unknown {
  try {
    return plainOf(key, value);
  } catch {
    return UNREADABLE;
  }
}

function plainProperty(object: Record<string, unknown>, key: string): unknown {
  try {
    return plainOf(key, object[key]);
  } catch {
    return UNREADABLE;
  }
}

/** Whether this is an object literal or an array, as most values are. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
}

/** The value that `JSON.stringify` writes in place of this one: the result of `toJSON`, or a wrapper's value. */
function plainOf(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const plain = isPlain(value);
  if (!plain && bytesOfValue(value) !== undefined) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (plain && toJSON === undefined) return value;
  const answer: unknown = typeof toJSON === 'function' ? toJSON.call(value, key) : value;
  const isWrapper = WRAPPER.test(Object.prototype.toString.call(answer));
  return isWrapper ? (answer as object).valueOf() : answer;
}
