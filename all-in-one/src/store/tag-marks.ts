import { type FlatTags, KIND_OTLP, TAG_PARTS } from '../model/flat-tags.js';

/*
 * A span's tags as 64 bits, of which each tag sets two: a span that lacks one of a tag's bits does not
 * have the tag. Of the spans without a tag nine in ten are told apart that way (fourteen tags and
 * fields to a span), and a search reads the text of the others only.
 */

/** Bits, as two integers of 32. */
export interface TagMarks {
  readonly low: number;
  readonly high: number;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Between a key and its value. No key ends like that by chance. */
const SEPARATOR = 0xffff;

/** The marks of a tag whose value has this text. */
export function marksOf(key: string, value: string): TagMarks {
  const hash = mixed(hashed(hashed(FNV_OFFSET, key) ^ SEPARATOR, value));
  return { low: 1 << (hash & 31), high: 1 << ((hash >>> 5) & 31) };
}

/** The marks of tags and of the fields of logs, all together. */
export function allMarks(lists: Iterable<FlatTags>): TagMarks {
  let low = 0;
  let high = 0;
  for (const flat of lists) {
    for (let i = 0; i < flat.length; i += TAG_PARTS) {
      // How OTLP's own values are shown is costly to say: any of them may be what is searched for.
      if (flat[i + 1] === KIND_OTLP) return { low: -1, high: -1 };
      const marks = marksOf(flat[i] as string, String(flat[i + 2]));
      low |= marks.low;
      high |= marks.high;
    }
  }
  return { low, high };
}

/** FNV-1a over the units of a text. */
function hashed(start: number, text: string): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash;
}

/** Each bit of the result depends on all of `hash`: MurmurHash3's finalizer. FNV's low bits know little. */
function mixed(hash: number): number {
  const a = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2_ae35);
  return b ^ (b >>> 16);
}
