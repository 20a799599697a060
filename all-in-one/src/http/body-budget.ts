/** Limits the bytes of request bodies in memory, over all connections. */
export class BodyBudget {
  private readonly limit: number;
  private used = 0;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Reserves bytes; false if fewer are left. */
  tryTake(bytes: number): boolean {
    if (this.used + bytes > this.limit) return false;
    this.used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }
}
