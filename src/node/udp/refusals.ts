/** Datagrams in a row without a refusal, and milliseconds, after which somebody listens again. */
const SENDS_WITHOUT_REFUSAL = 3;
/** Hosts send one refusal a second: a shorter silence says nothing of the datagrams in between. */
const QUIET_MS = 2_000;

/**
 * An outage that no send knows of: the datagrams leave, and the network answers that they were
 * refused. It begins with the first refusal, and it is over when they have stopped.
 */
export class Refusals {
  private ongoing = false;
  private sends = 0;
  private lastAt = 0;

  get areGoingOn(): boolean {
    return this.ongoing;
  }

  /** True for the first of an outage. `now` is in milliseconds. */
  note(now: number): boolean {
    const isFirst = !this.ongoing;
    this.ongoing = true;
    this.sends = 0;
    this.lastAt = now;
    return isFirst;
  }

  /** A datagram left. True where that ends the outage. */
  noteSent(now: number): boolean {
    if (!this.ongoing) return false;
    this.sends++;
    this.ongoing = this.sends < SENDS_WITHOUT_REFUSAL || now - this.lastAt < QUIET_MS;
    return !this.ongoing;
  }
}
