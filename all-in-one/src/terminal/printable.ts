/** Characters of a name that are shown; the rest is an ellipsis. */
const MAX_CHARACTERS = 120;

/**
 * What may not reach a terminal: control characters (which move the cursor, ring and recolour), the
 * ones that turn the direction of text or are invisible, line separators, and lone surrogates. And
 * the backslash, so that what looks escaped is.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\\]/u;

/**
 * Text of a stranger, made safe for a terminal: what is unsafe stands as `\u{..}`, in hex. Past
 * `maxCharacters` it ends in an ellipsis.
 */
export function printable(text: string, maxCharacters: number = MAX_CHARACTERS): string {
  if (text.length <= maxCharacters && !UNSAFE.test(text)) return text;
  let safe = '';
  let shown = 0;
  for (const character of text) {
    if (++shown > maxCharacters) return `${safe}…`;
    safe += UNSAFE.test(character) ? escaped(character) : character;
  }
  return safe;
}

function escaped(character: string): string {
  return character === '\\' ? '\\\\' : `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
