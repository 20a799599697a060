const MICROS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['us', 1],
  ['µs', 1],
  ['μs', 1],
  ['ms', 1_000],
  ['s', 1_000_000],
  ['m', 60_000_000],
  ['min', 60_000_000],
  ['h', 3_600_000_000],
  ['d', 86_400_000_000],
]);

/**
 * Microseconds of a text such as `1.2ms`, `100 us`, `2h` or `1m30s`. Undefined for anything else, a
 * number without a unit too.
 */
export function parseDuration(text: string): number | undefined {
  const compact = text.replaceAll(/\s/g, '').toLowerCase();
  const parts = [...compact.matchAll(/(\d+\.?\d*|\.\d+)([a-zµμ]+)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== compact) return undefined;
  let micros = 0;
  for (const [, amount, unit] of parts) {
    const size = MICROS_PER_UNIT.get(unit!);
    if (size === undefined) return undefined;
    micros += Number(amount) * size;
  }
  return Math.round(micros);
}
