import { cutText } from './cut.js';
import { isError } from './realm.js';

/** UTF-16 units of an error's string in a log line. */
const MAX_THROWN_UNITS = 1000;

/** A thrown value as a string of at most 1,000 UTF-16 units. Never throws. */
export function textOfThrown(thrown: unknown): string {
  return textOrNone(() => String(thrown));
}

/** An error's message without its name; any other thrown value as a string. Never throws. */
export function messageOfThrown(thrown: unknown): string {
  return textOrNone(() => String(isError(thrown) ? thrown.message : thrown));
}

function textOrNone(read: () => string): string {
  try {
    return cutText(read(), MAX_THROWN_UNITS);
  } catch {
    return '<unprintable value>';
  }
}
