/** What `parseTagPairs` found. */
export interface TagPairs {
  readonly tags: ReadonlyMap<string, string>;
  /** The part that is no pair, for a message; undefined when all is well. */
  readonly wrong: string | undefined;
}

/** A word that may be quoted: `"..."` with `\"` and `\\` inside, or anything without a space. */
const PAIR = /\s*(?:([^\s="]+)=("(?:[^"\\]|\\[^])*"|[^\s"]*))(?=\s|$)/y;

/** Reads `key=value` pairs separated by spaces; a value with spaces goes in quotes: `k="a b"`. */
export function parseTagPairs(text: string): TagPairs {
  const tags = new Map<string, string>();
  const trimmed = text.trim();
  PAIR.lastIndex = 0;
  let end = 0;
  while (end < trimmed.length) {
    const match = PAIR.exec(trimmed);
    if (match === null) return { tags, wrong: trimmed.slice(end).trim() };
    tags.set(match[1]!, unquote(match[2]!));
    end = PAIR.lastIndex;
  }
  return { tags, wrong: undefined };
}

/** The opposite of `parseTagPairs`, for a tag that is clicked. Undefined when the key cannot be written. */
export function formatTagPair(key: string, value: string): string | undefined {
  if (key === '' || /[\s="]/.test(key)) return undefined;
  const isPlain = value !== '' && !/[\s"\\]/.test(value);
  return `${key}=${isPlain ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`}`;
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  return value.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
