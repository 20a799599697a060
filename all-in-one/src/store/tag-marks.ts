import { type FlatTags, KIND_OTLP, TAG_PARTS } from '../model/flat-tags.js';

/*
 * A Bloom filter of a span's tags: 64 bits, of which each tag sets two. A span that lacks one of a tag's bits does
 * not have the tag. With fourteen tags and log fields per span this excludes nine of ten spans without the tag; a
 * search reads the strings of the others only.
 */

/** 64 bits as two 32-bit integers. */
export interface TagMarks {
  readonly low: number;
  readonly high: number;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Separates a key from its value; no real key ends with it. */
const SEPARATOR = 0xffff;

/** The marks of a tag; `value` is its value as a string. */
export function marksOf(key: string, value: string): TagMarks {
  const hash = mixed(hashed(hashed(FNV_OFFSET, key) ^ SEPARATOR, value));
  return { low: 1 << (hash & 31), high: 1 << ((hash >>> 5) & 31) };
}

/** The combined marks of several lists of tags. */
export function allMarks(lists: Iterable<FlatTags>): TagMarks {
  let low = 0;
  let high = 0;
  for (const flat of lists) {
    for (let i = 0; i < flat.length; i += TAG_PARTS) {
      // The string form of a nested OTLP value is expensive, so such a span matches every search.
      if (flat[i + 1] === KIND_OTLP) return { low: -1, high: -1 };
      const marks = marksOf(flat[i] as string, String(flat[i + 2]));
      low |= marks.low;
      high |= marks.high;
    }
  }
  return { low, high };
}

/** FNV-1a over the UTF-16 units of a string. */
function hashed(start: number, text: string): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash;
}

/** MurmurHash3's finalizer: each bit of the result depends on all of `hash`. FNV's low bits are weak. */
function mixed(hash: number): number {
  const a = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2_ae35);
  return b ^ (b >>> 16);
}
