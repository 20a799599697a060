/*
 * Memory on the heap of a 64-bit V8 without pointer compression, in bytes. A test compares the sum with the real
 * growth of the process.
 */

const STRING_HEADER_BYTES = 20; // 16, plus the average of rounding up to 8
const WIDE = /[\u0100-\uffff]/;

/** A stored span without its string: the object, its boxed numbers, and its place in lists. */
export const SPAN_BYTES = 120;
/** A trace without its spans: the object, its lists, its id and its places in the store. */
export const TRACE_BYTES = 420;
/** A process without its string. */
export const PROCESS_BYTES = 400;
/** An operation of a service without its strings. */
export const OPERATION_BYTES = 320;

/** A string: one byte per character, or two if one of them is above U+00FF. */
export function textBytes(text: string): number {
  return STRING_HEADER_BYTES + text.length * (WIDE.test(text) ? 2 : 1);
}
