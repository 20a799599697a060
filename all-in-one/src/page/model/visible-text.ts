/** A run of text; `isControl` marks a placeholder for a character that would not be seen as itself. */
export interface TextPiece {
  readonly text: string;
  readonly isControl: boolean;
}

/**
 * What may not reach the screen as itself: control characters, those that turn the direction of text
 * or are invisible, line separators, lone surrogates, private and unassigned ones. Not the zero-width
 * joiner, which emoji and some scripts need.
 */
const UNSAFE = /(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const UNSAFE_RUN = /((?:(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}])+)/u;
/** The same, but lines and tabs stay: for values, which may be a stack trace. */
const UNSAFE_IN_LINES_RUN = /((?:(?![\n\t\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}])+)/u;

/**
 * Text of a stranger in pieces, with a visible placeholder for each character that could hide, turn
 * or break it: `‹U+001B›`. Not the pictures that Unicode has for some of them: few fonts have those.
 *
 * @param keepLines leaves line ends and tabs as they are.
 */
export function visiblePieces(text: string, keepLines: boolean = false): TextPiece[] {
  if (!UNSAFE.test(text)) return text === '' ? [] : [{ text, isControl: false }];
  return text
    .replaceAll('\r\n', keepLines ? '\n' : '\r\n')
    .split(keepLines ? UNSAFE_IN_LINES_RUN : UNSAFE_RUN)
    .map((part, i) =>
      i % 2 === 0
        ? { text: part, isControl: false }
        : { text: [...part].map(placeholder).join(''), isControl: true },
    )
    .filter((piece) => piece.text !== '');
}

/** The same as one text, for where no mark-up can be: titles, options of a list. */
export function visibleText(text: string): string {
  return visiblePieces(text)
    .map((piece) => piece.text)
    .join('');
}

function placeholder(character: string): string {
  const code = character.codePointAt(0)!;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** The first `max` UTF-16 units and whether that is all. Never half of a surrogate pair. */
export function cut(text: string, max: number): { readonly text: string; readonly isCut: boolean } {
  if (text.length <= max) return { text, isCut: false };
  const last = text.charCodeAt(max - 1);
  const isHalf = last >= 0xd8_00 && last < 0xdc_00;
  return { text: text.slice(0, isHalf ? max - 1 : max), isCut: true };
}
