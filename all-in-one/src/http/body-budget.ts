/** How many bytes of request bodies may be in memory at once, over all connections. */
export class BodyBudget {
  private readonly limit: number;
  private used = 0;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes so many bytes, or says that there are not so many left. */
  tryTake(bytes: number): boolean {
    if (this.used + bytes > this.limit) return false;
    this.used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }
}
