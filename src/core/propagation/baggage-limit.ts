/** Option `maxBaggage` of a tracer: how much baggage is written into HTTP headers and gRPC metadata. */
export interface MaxBaggage {
  /** Baggage items. At least 0; default 64. */
  readonly items?: number | undefined;
  /** Bytes of keys and values as sent, and 32 for each item. At least 0; default 8,192. */
  readonly bytes?: number | undefined;
}

/** What a header counts beyond its bytes, as in HTTP/2's limit of a header list (RFC 9113, 6.5.2). */
export const HEADER_OVERHEAD = 32;

/**
 * Key of a carrier whose owner limits the baggage itself, because it knows what else is sent: all baggage
 * is written then. All copies of this package in a process share it.
 */
export const UNLIMITED: unique symbol = Symbol.for('spoor.unlimited-carrier/1');

/** A carrier, as far as its limit goes. */
export interface LimitedCarrier {
  readonly [UNLIMITED]?: true;
}

const DEFAULT_ITEMS = 64;
const DEFAULT_BYTES = 8192;

/** `MaxBaggage`, filled in. */
export class BaggageLimit {
  readonly items: number;
  readonly bytes: number;

  /** What is no number from 0 on is the default. */
  constructor(max: MaxBaggage | null | undefined) {
    this.items = numberOr(max?.items, DEFAULT_ITEMS);
    this.bytes = numberOr(max?.bytes, DEFAULT_BYTES);
  }
}

/** The room for baggage in one carrier. Items are offered in the order of the baggage. */
export class BaggageRoom {
  private items: number;
  private bytes: number;

  constructor(items: number, bytes: number) {
    this.items = items;
    this.bytes = bytes;
  }

  /** Takes an item if there is room for it; both strings are ASCII. False: it must stay behind. */
  take(name: string, value: string): boolean {
    const size = name.length + value.length + HEADER_OVERHEAD;
    if (this.items < 1 || size > this.bytes) return false;
    this.items--;
    this.bytes -= size;
    return true;
  }
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && value >= 0 ? value : fallback;
}
