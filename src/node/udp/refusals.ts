/** An outage ends after this many datagrams in a row without a refusal, and after `QUIET_MS`. */
const SENDS_WITHOUT_REFUSAL = 3;
/** Milliseconds. Hosts send about one refusal per second, so a shorter silence proves nothing. */
const QUIET_MS = 2_000;

/**
 * Detects outages in which sends succeed, but the network reports that the datagrams were refused. An outage
 * begins with the first refusal and ends when refusals stop.
 */
export class Refusals {
  private ongoing = false;
  private sends = 0;
  private lastAt = 0;

  get areGoingOn(): boolean {
    return this.ongoing;
  }

  /** Notes a refusal. True for the first of an outage. `now` is in milliseconds. */
  note(now: number): boolean {
    const isFirst = !this.ongoing;
    this.ongoing = true;
    this.sends = 0;
    this.lastAt = now;
    return isFirst;
  }

  /** Notes a sent datagram. True if it ends the outage. */
  noteSent(now: number): boolean {
    if (!this.ongoing) return false;
    this.sends++;
    this.ongoing = this.sends < SENDS_WITHOUT_REFUSAL || now - this.lastAt < QUIET_MS;
    return !this.ongoing;
  }
}
