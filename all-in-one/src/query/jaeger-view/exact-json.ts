import { randomUUID } from 'node:crypto';

/** Placeholder for -0. Random, made on first use: no string in a span can be equal to it. */
let minusZero: string | undefined;

/** `JSON.stringify` that keeps -0. */
export function exactJson(value: unknown, hasMinusZero: boolean): string {
  if (!hasMinusZero) return JSON.stringify(value);
  const stand = (minusZero ??= `-0 ${randomUUID()}`);
  const text = JSON.stringify(value, (_key, part: unknown) => (Object.is(part, -0) ? stand : part));
  return text.replaceAll(JSON.stringify(stand), '-0');
}
