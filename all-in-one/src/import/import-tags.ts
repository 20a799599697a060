import { NAMED_DOUBLES } from '../model/flat-tags.js';
import type { Tag } from '../model/span.js';
import { ImportError, type Json, objectAt, optionalListAt, textAt } from './json-parts.js';

/** A list of tags in Jaeger's JSON; an absent list is empty. */
export function tagsAt(object: Json, name: string, where: string): Tag[] {
  return optionalListAt(object, name, where).map((item, i) =>
    importTag(item, `${where}.${name}[${i}]`),
  );
}

function importTag(value: unknown, where: string): Tag {
  const tag = objectAt(value, where);
  const key = textAt(tag, 'key', where);
  const content = tag['value'];
  switch (tag['type'] ?? typeOf(content)) {
    case 'string':
      return { key, type: 'string', value: textOf(content) };
    case 'bool':
      return { key, type: 'bool', value: content === true || content === 'true' };
    case 'int64':
      return { key, type: 'int64', value: importInteger(content, where) };
    case 'float64':
      return { key, type: 'float64', value: importDouble(content, where) };
    case 'binary':
      return { key, type: 'binary', value: Buffer.from(textOf(content), 'base64') };
    default:
      throw new ImportError(`${where}.type: expected string, bool, int64, float64 or binary`);
  }
}

/** The type of a tag without one, by its value. */
function typeOf(content: unknown): string {
  if (typeof content === 'boolean') return 'bool';
  if (typeof content !== 'number') return 'string';
  return Number.isSafeInteger(content) ? 'int64' : 'float64';
}

function textOf(content: unknown): string {
  if (typeof content === 'object' && content !== null) return JSON.stringify(content);
  return String(content ?? '');
}

function importInteger(value: unknown, where: string): number | bigint {
  const digits = typeof value === 'number' ? String(value) : value;
  if (typeof digits !== 'string' || !/^-?\d{1,19}$/.test(digits)) {
    throw new ImportError(`${where}.value: expected an integer`);
  }
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

function importDouble(value: unknown, where: string): number {
  if (typeof value === 'string' && Object.hasOwn(NAMED_DOUBLES, value))
    return NAMED_DOUBLES[value]!;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new ImportError(`${where}.value: expected a number`);
}
