import { isIP } from 'node:net';
import type { SendErrorCode } from '../../core/reporting/sender.js';
import { closedError, messageOf, reasonOf, UdpError } from './errors.js';

/** Milliseconds for which an answer is good. */
export const RESOLVE_AGAIN_MS = 30_000;

/** Milliseconds between two lookups, at least: an error brings the next one forward to here. */
export const RESOLVE_PAUSE_MS = 1_000;

export type IpFamily = 4 | 6;

/** `dns.lookup`, or the user's. One that knows nothing of `all` answers with one address, as text. */
export type Lookup = (
  hostname: string,
  options: { readonly family: IpFamily; readonly all: true },
  callback: (error: unknown, answer?: unknown) => void,
) => void;

export interface AgentAddressSetup {
  /** A name, or an address, which is never looked up. */
  readonly host: string;
  readonly family: IpFamily;
  readonly lookup: Lookup;
  /** Milliseconds from an arbitrary zero. Never goes back. */
  readonly now: () => number;
}

/**
 * The address of the agent, which may be known late and change. There is no timer: it is looked at
 * when something is sent. Once there is an address, all lookups are in the background, and the one
 * that is known is good until another answer comes.
 */
export class AgentAddress {
  /** False for an address. */
  readonly isName: boolean;
  private readonly setup: AgentAddressSetup;
  private known: string | undefined = undefined;
  private failure: { readonly reason: SendErrorCode; readonly text: string } | undefined =
    undefined;
  private lookingUp: Promise<void> | undefined = undefined;
  private endLookup: (() => void) | undefined = undefined;
  private lookedUpAt = Number.NEGATIVE_INFINITY;
  private dueAt = Number.NEGATIVE_INFINITY;
  private closed = false;

  constructor(setup: AgentAddressSetup) {
    const { host, family } = setup;
    const own = isIP(host);
    this.setup = setup;
    this.isName = own === 0;
    if (own === family) this.known = host;
    else if (own !== 0) {
      const text = `${host} is an IPv${own} address and the socket is udp${family}: make the socket type udp${own}`;
      this.failure = { reason: 'resolve', text };
    }
  }

  /** What was found last; undefined while nothing was. */
  get current(): string | undefined {
    return this.known;
  }

  /** Starts a lookup where one is due and an address is known: `resolve` sees to the first one. */
  refresh(): void {
    if (!this.isName || this.known === undefined || this.lookingUp !== undefined) return;
    if (this.setup.now() >= this.dueAt) void this.lookUp();
  }

  /** Something went wrong at this address: it may be another one by now. */
  doubt(): void {
    if (this.closed) return;
    this.dueAt = Math.min(this.dueAt, this.lookedUpAt + RESOLVE_PAUSE_MS);
    this.refresh();
  }

  /**
   * Resolves with the address once there is one. A name that has none is asked for once a second at
   * most; in between the answer stands.
   *
   * @throws UdpError `resolve`; `not-permitted`; `closed`
   */
  async resolve(): Promise<string> {
    if (this.known === undefined && this.isName && !this.closed) {
      const mayAsk = this.setup.now() - this.lookedUpAt >= RESOLVE_PAUSE_MS;
      await (this.lookingUp ?? (mayAsk ? this.lookUp() : undefined));
    }
    const { known, failure } = this;
    if (this.closed) throw closedError();
    if (known !== undefined) return known;
    throw failure === undefined ? closedError() : new UdpError(failure.reason, failure.text);
  }

  /** Ends the wait for an answer; one that comes later is ignored. */
  close(): void {
    this.closed = true;
    this.endLookup?.();
  }

  /** Never rejects. */
  private lookUp(): Promise<void> {
    this.lookedUpAt = this.setup.now();
    this.dueAt = this.lookedUpAt + RESOLVE_AGAIN_MS;
    const answered = new Promise<void>((resolve) => {
      this.endLookup = resolve;
      this.ask(resolve);
    });
    this.lookingUp = answered.then(() => {
      this.lookingUp = undefined;
    });
    return this.lookingUp;
  }

  private ask(done: () => void): void {
    const { host, family, lookup } = this.setup;
    try {
      lookup(host, { family, all: true }, (error, answer) => {
        if (error == null) this.take(answer);
        else this.fail(error);
        done();
      });
    } catch (error) {
      this.fail(error);
      done();
    }
  }

  /** The address stays while it is among the answers: a name with several gives them in turns. */
  private take(answer: unknown): void {
    const { family } = this.setup;
    const addresses = addressesIn(answer).filter((address) => isIP(address) === family);
    if (addresses.length === 0) this.fail(new Error(`no address of ${this.setup.host} was found`));
    else if (this.known === undefined || !addresses.includes(this.known)) this.known = addresses[0];
  }

  private fail(error: unknown): void {
    if (this.closed) return;
    const { family } = this.setup;
    this.failure = {
      reason: reasonOf(error) === 'not-permitted' ? 'not-permitted' : 'resolve',
      text: `${messageOf(error)} (looked for IPv${family} addresses, as the socket is udp${family})`,
    };
  }
}

/** All forms in which lookups answer: a list of addresses, with or without their families, or one. */
function addressesIn(answer: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  return list
    .map((one) => (typeof one === 'string' ? one : (one as { address?: unknown } | null)?.address))
    .filter((address) => typeof address === 'string');
}
