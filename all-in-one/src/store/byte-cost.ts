/*
 * What things cost on the heap of a 64-bit V8 without pointer compression, in bytes. The test of the
 * store holds the sum against what the process really grows by.
 */

const STRING_HEADER_BYTES = 20; // 16, and what rounding up to 8 adds on average
const WIDE = /[\u0100-\uffff]/;

/** A stored span without its text: the object, its boxed numbers, and its place in lists. */
export const SPAN_BYTES = 120;
/** A trace without its spans: the object, its lists, its id and its places in the store. */
export const TRACE_BYTES = 420;
/** A process without its text. */
export const PROCESS_BYTES = 400;
/** An operation of a service without its texts. */
export const OPERATION_BYTES = 320;

/** A text: a byte a character, or two where one of them is past U+00FF. */
export function textBytes(text: string): number {
  return STRING_HEADER_BYTES + text.length * (WIDE.test(text) ? 2 : 1);
}
