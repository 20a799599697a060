import { randomUUID } from 'node:crypto';

/** What stands for -0 until it is written, made when it is needed first: nobody can have a text that is the same. */
let minusZero: string | undefined;

/** `JSON.stringify`, but that -0 stays -0. */
export function exactJson(value: unknown, hasMinusZero: boolean): string {
  if (!hasMinusZero) return JSON.stringify(value);
  const stand = (minusZero ??= `-0 ${randomUUID()}`);
  const text = JSON.stringify(value, (_key, part: unknown) => (Object.is(part, -0) ? stand : part));
  return text.replaceAll(JSON.stringify(stand), '-0');
}
