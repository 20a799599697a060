import { cut } from './visible-text.js';

/** As much of a text as there is room for, with an ellipsis where that is not all. */
export function cutToWidth(
  text: string,
  roomPx: number,
  widthOf: (text: string) => number,
): string {
  if (widthOf(text) <= roomPx) return text;
  let fits = 0;
  let tooLong = text.length;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >>> 1;
    if (widthOf(`${cut(text, middle).text}…`) <= roomPx) fits = middle;
    else tooLong = middle;
  }
  return `${cut(text, fits).text}…`;
}
