import {
  clearParent,
  clearSpan,
  clearTrace,
  formsOf,
  hasParent,
  hasSpan,
  hasTrace,
  type IdFields,
  isPadded,
  isTrace128,
  isZeroTrace,
  setParentWords,
  setSpanWords,
  setTraceWords,
} from './id-fields.js';
import { hexOf64, hexOfWord, isHex, wordOfHex } from './id-words.js';

/*
 * The ids of a context as lower-case hex. Ids made here have no leading zeros. Ids that were set or parsed
 * keep theirs. Padded ids have 16 or 32 digits.
 */

export function traceText(ids: IdFields): string | undefined {
  if (!hasTrace(ids)) return undefined;
  if (!isPadded(ids)) return ids._forms?.traceText ?? shortTraceText(ids);
  const low = hexOfWord(ids._trace1) + hexOfWord(ids._trace0);
  return isTrace128(ids) ? hexOfWord(ids._trace3) + hexOfWord(ids._trace2) + low : low;
}

export function spanText(ids: IdFields): string | undefined {
  if (!hasSpan(ids)) return undefined;
  return textOf64(ids, ids._forms?.spanText, ids._span1, ids._span0);
}

export function parentText(ids: IdFields): string | undefined {
  if (!hasParent(ids)) return undefined;
  return textOf64(ids, ids._forms?.parentText, ids._parent1, ids._parent0);
}

/** The next three remove an id if `text` is empty or missing, and ignore values that are not strings. */
export function setTraceText(ids: IdFields, text: string | null | undefined): void {
  if (!text) clearTrace(ids);
  else if (typeof text === 'string') putTrace(ids, text, 0, text.length, isHex(text, 32));
}

export function setSpanText(ids: IdFields, text: string | null | undefined): void {
  if (!text) clearSpan(ids);
  else if (typeof text === 'string') putSpan(ids, text, 0, text.length, isHex(text, 16));
}

export function setParentText(ids: IdFields, text: string | null | undefined): void {
  if (!text) clearParent(ids);
  else if (typeof text === 'string') putParent(ids, text, 0, text.length, isHex(text, 16));
}

/** Accepted hex digits of the `flags` part. The format defines one byte; peers may send more. */
const FLAGS_MAX_DIGITS = 8;

/**
 * Parses `{trace-id}:{span-id}:{parent-span-id}:{flags}` into `ids`, which must be empty, and returns the
 * flags. Each part is hex: up to 32, 16, 16 and 8 digits, any case, leading zeros allowed. The parent `0`
 * means no parent. Undefined for any other string, and for a trace id of 0.
 */
export function parseIds(ids: IdFields, text: string): number | undefined {
  // Start of each part except the first; 0 if it is missing.
  const span = text.indexOf(':') + 1;
  const parent = text.indexOf(':', span) + 1;
  const flags = text.indexOf(':', parent) + 1;
  const isWellFormed =
    span > 0 &&
    parent > span &&
    flags > parent &&
    isHex(text, 32, 0, span - 1) &&
    isHex(text, 16, span, parent - 1) &&
    isHex(text, 16, parent, flags - 1) &&
    isHex(text, FLAGS_MAX_DIGITS, flags);
  if (!isWellFormed) return undefined;
  putTrace(ids, text, 0, span - 1, true);
  if (isZeroTrace(ids)) return undefined;
  putSpan(ids, text, span, parent - 1, true);
  const isParent = flags - parent > 2 || text.charAt(parent) !== '0';
  if (isParent) putParent(ids, text, parent, flags - 1, true);
  return wordOfHex(text, 0, flags);
}

/** The next three set an id from `text`, `start` to `end`. `isAllHex`: this part is a valid hex id. */
function putTrace(
  ids: IdFields,
  text: string,
  start: number,
  end: number,
  isAllHex: boolean,
): void {
  setTraceWords(
    ids,
    wordOfHex(text, 3, start, end),
    wordOfHex(text, 2, start, end),
    wordOfHex(text, 1, start, end),
    wordOfHex(text, 0, start, end),
    end - start > 16,
  );
  const echoed = echoOf(text, start, end, isAllHex);
  if (echoed === undefined && ids._forms === undefined) return;
  formsOf(ids).traceText = echoed;
  formsOf(ids).traceId = undefined;
}

function putSpan(ids: IdFields, text: string, start: number, end: number, isAllHex: boolean): void {
  setSpanWords(ids, wordOfHex(text, 1, start, end), wordOfHex(text, 0, start, end));
  const echoed = echoOf(text, start, end, isAllHex);
  if (echoed === undefined && ids._forms === undefined) return;
  formsOf(ids).spanText = echoed;
  formsOf(ids).spanId = undefined;
}

function putParent(
  ids: IdFields,
  text: string,
  start: number,
  end: number,
  isAllHex: boolean,
): void {
  setParentWords(ids, wordOfHex(text, 1, start, end), wordOfHex(text, 0, start, end));
  const echoed = echoOf(text, start, end, isAllHex);
  if (echoed === undefined && ids._forms === undefined) return;
  formsOf(ids).parentText = echoed;
  formsOf(ids).parentId = undefined;
}

/** The string to keep of an id; undefined if the id's words give the same string. */
function echoOf(text: string, start: number, end: number, isAllHex: boolean): string | undefined {
  if (isAllHex && text.charAt(start) !== '0') return undefined;
  return text.slice(start, end).toLowerCase();
}

function shortTraceText(ids: IdFields): string {
  if ((ids._trace3 | ids._trace2) === 0) return hexOf64(ids._trace1, ids._trace0);
  return hexOf64(ids._trace3, ids._trace2) + hexOfWord(ids._trace1) + hexOfWord(ids._trace0);
}

function textOf64(ids: IdFields, echoed: string | undefined, high: number, low: number): string {
  if (isPadded(ids)) return hexOfWord(high) + hexOfWord(low);
  return echoed ?? hexOf64(high, low);
}
