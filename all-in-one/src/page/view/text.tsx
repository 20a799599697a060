import type { JSX } from 'preact';
import { cut, visiblePieces, visibleText } from '../model/visible-text.js';

/** Longest name that is put on the screen, in UTF-16 units; the rest is an ellipsis. */
const MAX_NAME = 300;

interface TextProps {
  readonly value: string;
  /** What to mark in it, in lower case. */
  readonly find?: string;
  /** Default 300. */
  readonly max?: number;
  /** Line ends and tabs stay. */
  readonly keepLines?: boolean;
}

/**
 * Text of a stranger: characters that hide or turn text are shown as placeholders, and its direction
 * does not reach beyond it.
 */
export function Text({
  value,
  find = '',
  max = MAX_NAME,
  keepLines = false,
}: TextProps): JSX.Element {
  const shown = cut(value, max);
  return (
    <bdi>
      {visiblePieces(shown.text, keepLines).map((piece) =>
        piece.isControl ? <span class="control">{piece.text}</span> : marked(piece.text, find),
      )}
      {shown.isCut && '…'}
    </bdi>
  );
}

function marked(text: string, find: string): (string | JSX.Element)[] {
  const lower = text.toLowerCase();
  // Where lower case has another length, places in it are none in the text.
  if (find === '' || lower.length !== text.length) return [text];
  const parts: (string | JSX.Element)[] = [];
  let end = 0;
  for (let at = lower.indexOf(find); at >= 0; at = lower.indexOf(find, end)) {
    if (at > end) parts.push(text.slice(end, at));
    end = at + find.length;
    parts.push(<mark>{text.slice(at, end)}</mark>);
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/** The same for a title or an option, which hold text only. */
export function plain(value: string): string {
  const { text, isCut } = cut(value, MAX_NAME);
  return visibleText(text) + (isCut ? '…' : '');
}
