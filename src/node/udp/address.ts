import { isIP } from 'node:net';
import type { SendErrorCode } from '../../core/reporting/sender.js';
import { closedError, messageOf, reasonOf, UdpError } from './errors.js';

/** Lifetime of a resolved address, in milliseconds. */
export const RESOLVE_AGAIN_MS = 30_000;

/** Minimum interval between two lookups, in milliseconds. After an error the next lookup is due then. */
export const RESOLVE_PAUSE_MS = 1_000;

export type IpFamily = 4 | 6;

/** `dns.lookup` or a function of user code. One that ignores `all` returns one address as a string. */
export type Lookup = (
  hostname: string,
  options: { readonly family: IpFamily; readonly all: true },
  callback: (error: unknown, answer?: unknown) => void,
) => void;

export interface AgentAddressSetup {
  /** A name, or an IP address, which is never looked up. */
  readonly host: string;
  readonly family: IpFamily;
  readonly lookup: Lookup;
  /** Milliseconds from an arbitrary zero. Never goes back. */
  readonly now: () => number;
}

/**
 * The address of the agent. It may be resolved late, and it may change. There is no timer: sending checks
 * whether a lookup is due. Once an address is known, lookups run in the background, and sending uses the known
 * address until a lookup returns another one.
 */
export class AgentAddress {
  /** False if the host is an IP address. */
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
      const text = `${host} is an IPv${own} address, but the socket type is udp${family}; set it to udp${own}`;
      this.failure = { reason: 'resolve', text };
    }
  }

  /** The last resolved address; undefined before the first. */
  get current(): string | undefined {
    return this.known;
  }

  /** Starts a lookup if one is due and an address is known. `resolve` makes the first lookup. */
  refresh(): void {
    if (!this.isName || this.known === undefined || this.lookingUp !== undefined) return;
    if (this.setup.now() >= this.dueAt) void this.lookUp();
  }

  /** Reports an error at this address: the name may have another address now. */
  doubt(): void {
    if (this.closed) return;
    this.dueAt = Math.min(this.dueAt, this.lookedUpAt + RESOLVE_PAUSE_MS);
    this.refresh();
  }

  /**
   * Resolves with the address. A name that did not resolve is looked up again at most once a second; until
   * then the last failure is thrown again.
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

  /** Ends a pending `resolve`. Later results of lookups are ignored. */
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

  /** Keeps the known address if it is in the answer: names with several addresses rotate their order. */
  private take(answer: unknown): void {
    const { family } = this.setup;
    const addresses = addressesIn(answer).filter((address) => isIP(address) === family);
    if (addresses.length === 0) this.fail(new Error(`no address found for ${this.setup.host}`));
    else if (this.known === undefined || !addresses.includes(this.known)) this.known = addresses[0];
  }

  private fail(error: unknown): void {
    if (this.closed) return;
    const { family } = this.setup;
    this.failure = {
      reason: reasonOf(error) === 'not-permitted' ? 'not-permitted' : 'resolve',
      text: `${messageOf(error)} (looked up IPv${family} addresses, because the socket type is udp${family})`,
    };
  }
}

/** The addresses in the result of a lookup: one or a list, each a string or `{ address }`. */
function addressesIn(answer: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  return list
    .map((one) => (typeof one === 'string' ? one : (one as { address?: unknown } | null)?.address))
    .filter((address) => typeof address === 'string');
}
