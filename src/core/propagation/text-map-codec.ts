import { normalForm } from '../context/baggage-key.js';
import { setOwn } from '../context/own-property.js';
import { type Baggage, SpanContext } from '../context/span-context.js';
import { NullLogger } from '../host/logger.js';
import { count, Metrics } from '../host/metrics.js';
import { type ReadUtf8, readUtf8 } from '../text/utf8.js';
import { BaggageDrops } from './baggage-drops.js';
import {
  BaggageLimit,
  BaggageRoom,
  type LimitedCarrier,
  type MaxBaggage,
  UNLIMITED,
} from './baggage-limit.js';
import type { CarrierKeys, Extractor, Injector } from './codec.js';
import { joinedList, lastOfJoined, lastOfList } from './header-values.js';
import { ValueEncoding } from './value-encoding.js';

/** Carrier keys of Jaeger's own propagation format. */
const TRACER_STATE_HEADER_NAME = 'uber-trace-id';
const TRACER_BAGGAGE_HEADER_PREFIX = 'uberctx-';
export const JAEGER_DEBUG_HEADER = 'jaeger-debug-id';
const JAEGER_BAGGAGE_HEADER = 'jaeger-baggage';

/** Keys of a carrier that are read. Servers accept a few thousand headers at most. */
const MAX_KEYS = 20_000;

/**
 * Limits for baggage of hostile carriers: items, and UTF-16 units of all keys and values. Items beyond them
 * are ignored.
 */
const MAX_BAGGAGE_ITEMS = 180;
const MAX_BAGGAGE_LENGTH = 64 * 1024;
/** A longer `uber-trace-id` is invalid: 32 + 16 + 16 + 8 digits and 3 colons, each up to 3 units if encoded. */
const MAX_CONTEXT_LENGTH = 128;
/** A header's name, in lower case. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Options of `TextMapCodec`. */
export interface TextMapCodecOptions {
  /** Percent-encode baggage values, as HTTP headers require. Default false. */
  readonly urlEncoding?: boolean | undefined;
  /** The carrier key of the context. Default `uber-trace-id`. */
  readonly contextKey?: string | null | undefined;
  /** Default `uberctx-`. */
  readonly baggagePrefix?: string | null | undefined;
  /** How much baggage is written with `urlEncoding`; without, there is no limit. */
  readonly maxBaggage?: MaxBaggage | null | undefined;
  readonly metrics?: Metrics | undefined;
  /** Where baggage that is not written is counted and logged. Default: counted in `metrics`. @internal */
  readonly baggageDrops?: BaggageDrops | undefined;
  /** Reads values that are bytes. Default: in plain ECMAScript. @internal */
  readonly readUtf8?: ReadUtf8 | undefined;
  /** Extracted contexts write their ids with leading zeros. Default false. */
  readonly padIds?: boolean | undefined;
  /** The class of extracted contexts. */
  readonly contextClass?: typeof SpanContext | undefined;
}

/**
 * Jaeger's propagation format in a map of strings: `uber-trace-id`, and `uberctx-{key}` for each
 * baggage item. Keys are compared in lower case, and baggage is written in lower case. A header that came
 * twice counts once: the last value that can be read. Nothing in a carrier makes it throw.
 */
export class TextMapCodec implements Injector, Extractor {
  private readonly _urlEncoding: boolean;
  private readonly _contextKey: string;
  private readonly _baggagePrefix: string;
  private readonly _metrics: Metrics;
  private readonly _padIds: boolean;
  private readonly _contextClass: typeof SpanContext;
  private readonly keys: CarrierKeys;
  private readonly limit: BaggageLimit;
  private readonly drops: BaggageDrops;
  private readonly readUtf8: ReadUtf8;
  private readonly values: ValueEncoding;

  constructor(options: TextMapCodecOptions = {}) {
    this._urlEncoding = Boolean(options.urlEncoding);
    this._contextKey = (options.contextKey || TRACER_STATE_HEADER_NAME).toLowerCase();
    this._baggagePrefix = (options.baggagePrefix || TRACER_BAGGAGE_HEADER_PREFIX).toLowerCase();
    this._metrics = options.metrics ?? new Metrics();
    this._padIds = Boolean(options.padIds);
    this._contextClass = options.contextClass ?? SpanContext;
    this.keys = Object.freeze({
      contextKey: this._contextKey,
      baggagePrefix: this._baggagePrefix,
    });
    this.limit = new BaggageLimit(options.maxBaggage);
    this.drops =
      options.baggageDrops ?? new BaggageDrops(this.limit, this._metrics, new NullLogger());
    this.readUtf8 = options.readUtf8 ?? readUtf8;
    this.values = new ValueEncoding(this._urlEncoding);
  }

  /** The carrier keys that it reads and writes. Every call returns the same frozen object. */
  carrierKeys(): CarrierKeys {
    return this.keys;
  }

  /** The context in the carrier; an empty context if it has none or a malformed one. Never throws. */
  extract(carrier: unknown): SpanContext {
    const found = new Found();
    let keys = 0;
    try {
      for (const key in mapOf(carrier)) {
        if (++keys > MAX_KEYS) break;
        if (Object.prototype.hasOwnProperty.call(carrier, key)) {
          this.readEntry(key, carrier as Record<string, unknown>, found);
        }
      }
    } catch {
      // A getter or a Proxy threw. The entries before it still count.
      count(this._metrics.decodingErrors, 1);
    }
    const context = found.context ?? new this._contextClass();
    if (this._padIds) context._setPadded();
    context.debugId = found.debugId;
    context.baggage = found.baggage;
    return context;
  }

  inject(spanContext: SpanContext, carrier: unknown): void {
    const map = carrier as Record<string, string>;
    map[this._contextKey] = spanContext.toString();
    const baggage = spanContext.baggage;
    let room: BaggageRoom | null | undefined;
    for (const key in baggage) {
      if (!Object.prototype.hasOwnProperty.call(baggage, key)) continue;
      const name = this._baggagePrefix + key.toLowerCase();
      const value = this.values.encode(baggage[key]!);
      if (room === undefined) room = this.roomIn(map);
      if (room === null || this.isSent(name, value, room)) setOwn(map, name, value);
    }
  }

  /** The room for baggage; null if there is no limit. */
  private roomIn(carrier: LimitedCarrier): BaggageRoom | null {
    if (!this._urlEncoding || carrier[UNLIMITED] === true) return null;
    return new BaggageRoom(this.limit.items, this.limit.bytes);
  }

  private isSent(name: string, value: string, room: BaggageRoom): boolean {
    // Node throws for such a name: baggage must not fail the request.
    if (!TOKEN.test(name)) this.drops.illegalKey(name);
    else if (!room.take(name, value)) this.drops.overLimit(name);
    else return true;
    return false;
  }

  private readEntry(key: string, carrier: Record<string, unknown>, found: Found): void {
    const lowerKey = key.length <= MAX_BAGGAGE_LENGTH ? key.toLowerCase() : '';
    if (lowerKey === this._contextKey) {
      this.readContext(carrier[key], found);
    } else if (lowerKey === JAEGER_DEBUG_HEADER) {
      this.readDebugId(carrier[key], found);
    } else if (lowerKey === JAEGER_BAGGAGE_HEADER) {
      this.readBaggageHeader(joinedList(carrier[key], this.readUtf8), found);
    } else if (lowerKey.startsWith(this._baggagePrefix)) {
      this.readBaggage(key.slice(this._baggagePrefix.length).trim(), carrier[key], found);
    }
  }

  private readContext(value: unknown, found: Found): void {
    const context =
      typeof value === 'string'
        ? this.parseHeader(value)
        : lastOfList(value, this.readUtf8, (text) => this.parseHeader(text));
    if (context === undefined) count(this._metrics.decodingErrors, 1);
    else found.context = context;
  }

  private parseHeader(text: string): SpanContext | undefined {
    const context = this.parse(text);
    if (context !== undefined || !text.includes(',')) return context;
    return lastOfJoined(text, (part) => this.parse(part));
  }

  private parse(text: string): SpanContext | undefined {
    if (text.length > MAX_CONTEXT_LENGTH) return undefined;
    return this._contextClass.fromString(this.values.decodeOrKeep(text)) ?? undefined;
  }

  private readDebugId(value: unknown, found: Found): void {
    const debugId = lastOfList(value, this.readUtf8, (text) => text);
    if (debugId === undefined || debugId.length > MAX_BAGGAGE_LENGTH) return;
    found.debugId = this.values.decodeOrKeep(debugId);
  }

  private readBaggage(key: string, value: unknown, found: Found): void {
    const text = typeof value === 'string' ? value : this.lastBaggage(value);
    if (text !== undefined)
      found.addBaggage(key, text, (each) => this.values.decodeLastOrKeep(each));
  }

  /** Of a list: the last value that can be decoded, else the last. */
  private lastBaggage(value: unknown): string | undefined {
    const ifDecodable = (text: string): string | undefined =>
      text.length > MAX_BAGGAGE_LENGTH || this.values.decodeLast(text) === undefined
        ? undefined
        : text;
    return (
      lastOfList(value, this.readUtf8, ifDecodable) ??
      lastOfList(value, this.readUtf8, (text) => text)
    );
  }

  /** Only pairs of exactly two parts: `jaeger-baggage: k=v, k2=v2`. */
  private readBaggageHeader(header: string | undefined, found: Found): void {
    if (header === undefined || header.length > MAX_BAGGAGE_LENGTH) return;
    for (const pair of this.values.decodeOrKeep(header).split(',', MAX_BAGGAGE_ITEMS)) {
      const parts = pair.split('=');
      if (parts.length === 2) found.addBaggage(parts[0]!.trim(), parts[1]!.trim(), (text) => text);
    }
  }
}

/** The carrier if it is an object. A string or bytes would be enumerated unit by unit. */
function mapOf(carrier: unknown): Record<string, unknown> {
  const isMap = typeof carrier === 'object' && carrier !== null && !ArrayBuffer.isView(carrier);
  return isMap ? (carrier as Record<string, unknown>) : {};
}

/** The values found in a carrier. */
class Found {
  context: SpanContext | undefined = undefined;
  debugId = '';
  readonly baggage: Baggage = {};
  /** Keys by normal form; undefined before the first item. */
  private keys: Map<string, string> | undefined = undefined;
  private items = 0;
  private length = 0;

  /** Checks the limits on the raw strings, before `decode` allocates anything. */
  addBaggage(key: string, value: string, decode: (text: string) => string): void {
    this.items++;
    this.length += key.length + value.length;
    if (this.items > MAX_BAGGAGE_ITEMS || this.length > MAX_BAGGAGE_LENGTH) return;
    const keys = (this.keys ??= new Map());
    const normalized = normalForm(key);
    const before = keys.get(normalized);
    if (before !== undefined && before !== key) delete this.baggage[before];
    keys.set(normalized, key);
    setOwn(this.baggage, key, decode(value));
  }
}
