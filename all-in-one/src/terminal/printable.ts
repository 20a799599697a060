/** Default maximum length, in characters. */
const MAX_CHARACTERS = 120;

/**
 * Characters that must not reach a terminal: control characters (they move the cursor, ring the bell, change
 * colours), invisible characters and those that change the text direction, line separators, lone surrogates. The
 * backslash is escaped, too, so that an escape is never ambiguous.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\\]/u;

/**
 * Makes untrusted text safe for a terminal: writes unsafe characters as `\u{..}`, in hex. Text longer than
 * `maxCharacters` is cut, with an ellipsis.
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
