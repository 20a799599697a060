import { cutText } from './cut.js';
import { isError } from './realm.js';

/** Errors written for one value: itself, its causes, and the errors of an AggregateError. */
const MAX_ERRORS = 10;
/** UTF-16 units of a message that are searched in its stack. */
const COMPARED = 200;

/**
 * An error's stack, which begins with name and message on V8, then `Caused by: ` and the same for its cause
 * and for the errors of an AggregateError. At most `maxUnits` UTF-16 units and ten errors. Throws what the
 * error's own code throws.
 *
 * `textOfOther` converts a cause that is no error.
 */
export function errorText(
  error: Error,
  maxUnits: number,
  textOfOther: (value: unknown) => string,
): string {
  const seen = new Set<unknown>();
  const next: unknown[] = [error];
  let text = '';
  while (next.length > 0 && seen.size < MAX_ERRORS && text.length <= maxUnits) {
    const one = next.shift();
    if (seen.has(one)) continue;
    seen.add(one);
    if (seen.size > 1) text += '\nCaused by: ';
    if (!isError(one)) {
      text += textOfOther(one);
      continue;
    }
    text += textOfOne(one, maxUnits);
    next.push(...causesOf(one));
  }
  return cutText(text, maxUnits);
}

function causesOf(error: Error): unknown[] {
  const { errors } = error as { readonly errors?: unknown };
  const several = Array.isArray(errors) ? errors.slice(0, MAX_ERRORS) : [];
  const { cause } = error;
  return cause === undefined || cause === null ? several : [cause, ...several];
}

function textOfOne(error: Error, maxUnits: number): string {
  const message = String(error.message);
  const head = message === '' ? String(error.name) : `${String(error.name)}: ${message}`;
  const { stack } = error as { readonly stack?: unknown };
  if (typeof stack !== 'string' || stack === '') return cutText(head, maxUnits);
  // Other engines omit name and message from the stack, and a message may be set after the stack was made.
  const complete = stack.includes(message.slice(0, COMPARED));
  return complete
    ? cutText(stack, maxUnits)
    : cutText(`${cutText(head, maxUnits)}\n${stack}`, maxUnits);
}
