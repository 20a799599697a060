/**
 * Where each row of a list stands, in pixels from its top, when all rows are of one height but some have
 * a part of their own below. Finds rows in O(log n), so that only those in view need to exist.
 */
export class RowOffsets {
  readonly #count: number;
  readonly #rowPx: number;
  /** Rows with a part below, rising, and the sum of those parts up to and with each. */
  readonly #rows: readonly number[];
  readonly #sums: readonly number[];

  /** @param extraPx the height of what hangs below a row, by row. */
  constructor(count: number, rowPx: number, extraPx: ReadonlyMap<number, number>) {
    this.#count = count;
    this.#rowPx = rowPx;
    this.#rows = [...extraPx.keys()].sort((a, b) => a - b);
    let sum = 0;
    this.#sums = this.#rows.map((row) => (sum += extraPx.get(row)!));
  }

  /** The height of all rows. */
  get totalPx(): number {
    return this.offsetOf(this.#count);
  }

  /** Where a row begins. */
  offsetOf(row: number): number {
    const before = lowerBound(this.#rows.length, (i) => this.#rows[i]! >= row);
    return row * this.#rowPx + (before === 0 ? 0 : this.#sums[before - 1]!);
  }

  /** The row at a height, or the first or last one for a height outside. */
  rowAt(px: number): number {
    const next = lowerBound(this.#count, (row) => this.offsetOf(row) > px);
    return Math.max(0, next - 1);
  }
}

/** The first of `0..count` for which the question is answered with yes; `count` if for none. */
function lowerBound(count: number, isPast: (i: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isPast(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
