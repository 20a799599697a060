/* Checks strings from a snapshot before the store gets them. */

/**
 * Throws if a string is not a packed span. Parts that only OTLP has are not checked: a defect there can spoil an
 * answer, but nothing else.
 */
export function checkPackedSpan(text: string): void {
  if (!/^\["[0-9a-f]{16}",(?:0|"[0-9a-f]{16}"),/.test(text)) throw new Error('not a stored span');
  const row = JSON.parse(text) as unknown[];
  const [, , name, start, startNanos, duration, durationNanos, flags, references, tags, logs] = row;
  const warnings = row[12] ?? [];
  const numbers = [start, startNanos, duration, durationNanos, flags];
  const isSound =
    typeof name === 'string' &&
    numbers.every((value) => Number.isFinite(value)) &&
    isListOf(references, (item) => isListOf(item, () => true)) &&
    isFlatTags(tags) &&
    isListOf(logs, isLogRow) &&
    isListOf(warnings, (warning) => typeof warning === 'string');
  if (!isSound) throw new Error('not a stored span');
}

/** Throws if a string is not a packed process. */
export function checkPackedProcess(text: string): void {
  const row = JSON.parse(text) as unknown;
  const isSound = Array.isArray(row) && typeof row[0] === 'string' && isFlatTags(row[1]);
  if (!isSound) throw new Error('not a stored process');
}

function isLogRow(row: unknown): boolean {
  return (
    Array.isArray(row) && Number.isFinite(row[0]) && Number.isFinite(row[1]) && isFlatTags(row[2])
  );
}

function isFlatTags(tags: unknown): boolean {
  if (!Array.isArray(tags) || tags.length % 3 !== 0) return false;
  return tags.every((part: unknown, i) => {
    if (i % 3 === 0) return typeof part === 'string';
    return i % 3 === 1 ? [0, 1, 2, 3, 4, 5].includes(part as number) : part !== null;
  });
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}
