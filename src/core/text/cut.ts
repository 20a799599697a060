/** The first `units` UTF-16 units of a string at most. A surrogate pair is never split. */
export function cutText(text: string, units: number): string {
  if (text.length <= units) return text;
  const end = Math.max(0, units);
  const last = text.charCodeAt(end - 1);
  return text.slice(0, isHighSurrogate(last) ? end - 1 : end);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
