import { cutText } from './cut.js';
import { isError } from './realm.js';

/** UTF-16 units of an error's text in a log line. */
const MAX_THROWN_UNITS = 1000;

/** An error, or whatever was thrown, as text: also where it has none. */
export function textOfThrown(thrown: unknown): string {
  return textOrNone(() => String(thrown));
}

/** An error's message alone; of anything else, its text. */
export function messageOfThrown(thrown: unknown): string {
  return textOrNone(() => String(isError(thrown) ? thrown.message : thrown));
}

function textOrNone(read: () => string): string {
  try {
    return cutText(read(), MAX_THROWN_UNITS);
  } catch {
    return 'something that has no text';
  }
}
