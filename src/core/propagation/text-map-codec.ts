import { setOwn } from '../context/own-property.js';
import { type Baggage, SpanContext } from '../context/span-context.js';
import { count, Metrics } from '../host/metrics.js';
import type { CarrierKeys, Extractor, Injector } from './codec.js';

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

/** Options of `TextMapCodec`. */
export interface TextMapCodecOptions {
  /** Percent-encode baggage values, as HTTP headers require. Default false. */
  readonly urlEncoding?: boolean | undefined;
  /** The carrier key of the context. Default `uber-trace-id`. */
  readonly contextKey?: string | null | undefined;
  /** Default `uberctx-`. */
  readonly baggagePrefix?: string | null | undefined;
  readonly metrics?: Metrics | undefined;
  /** The id strings of extracted contexts keep leading zeros. Default false. */
  readonly padIds?: boolean | undefined;
  /** The class of extracted contexts. */
  readonly contextClass?: typeof SpanContext | undefined;
}

/**
 * Jaeger's propagation format in a map of strings: `uber-trace-id`, and `uberctx-{key}` for each baggage
 * item. Keys are compared in lower case. `extract` never throws.
 */
export class TextMapCodec implements Injector, Extractor {
  private readonly _urlEncoding: boolean;
  private readonly _contextKey: string;
  private readonly _baggagePrefix: string;
  private readonly _metrics: Metrics;
  private readonly _padIds: boolean;
  private readonly _contextClass: typeof SpanContext;
  private readonly keys: CarrierKeys;

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
    for (const key in baggage) {
      if (!Object.prototype.hasOwnProperty.call(baggage, key)) continue;
      setOwn(map, this._baggagePrefix + key, this.encodeValue(baggage[key]!));
    }
  }

  private readEntry(key: string, carrier: Record<string, unknown>, found: Found): void {
    const lowerKey = key.length <= MAX_BAGGAGE_LENGTH ? key.toLowerCase() : '';
    if (lowerKey === this._contextKey) {
      this.readContext(textOf(carrier[key]), found);
    } else if (lowerKey === JAEGER_DEBUG_HEADER) {
      const debugId = textOf(carrier[key]);
      if (debugId !== undefined && debugId.length <= MAX_BAGGAGE_LENGTH) {
        found.debugId = this.decodeValue(debugId);
      }
    } else if (lowerKey === JAEGER_BAGGAGE_HEADER) {
      readBaggageHeader(textOf(carrier[key]), (text) => this.decodeValue(text), found);
    } else if (lowerKey.startsWith(this._baggagePrefix)) {
      const value = textOf(carrier[key]);
      if (value === undefined) return;
      found.addBaggage(key.slice(this._baggagePrefix.length), value, (text) =>
        this.decodeValue(text),
      );
    }
  }

  private readContext(text: string | undefined, found: Found): void {
    const context =
      text === undefined || text.length > MAX_CONTEXT_LENGTH
        ? null
        : this._contextClass.fromString(this.decodeValue(text));
    if (context === null) count(this._metrics.decodingErrors, 1);
    else found.context = context;
  }

  private encodeValue(value: string): string {
    if (!this._urlEncoding) return value;
    try {
      return encodeURIComponent(value);
    } catch {
      // A lone surrogate has no UTF-8 form. It becomes U+FFFD, as in Thrift.
      return encodeURIComponent(value.replace(LONE_SURROGATES, '\ufffd'));
    }
  }

  private decodeValue(value: string): string {
    if (!this._urlEncoding || !value.includes('%')) return value;
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  }
}

const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

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
  private items = 0;
  private length = 0;

  /** Checks the limits on the raw strings, before `decode` allocates anything. */
  addBaggage(key: string, value: string, decode: (text: string) => string): void {
    this.items++;
    this.length += key.length + value.length;
    if (this.items > MAX_BAGGAGE_ITEMS || this.length > MAX_BAGGAGE_LENGTH) return;
    setOwn(this.baggage, key, decode(value));
  }
}

/** A header value as a string. Node gives an array for some repeated headers: the last element counts. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (!Array.isArray(value)) return undefined;
  const last: unknown = value[value.length - 1];
  return typeof last === 'string' ? last : undefined;
}

/** Reads `jaeger-baggage: k=v, k2=v2`. Pairs that do not have exactly two parts are ignored. */
function readBaggageHeader(
  header: string | undefined,
  decode: (text: string) => string,
  found: Found,
): void {
  if (header === undefined || header.length > MAX_BAGGAGE_LENGTH) return;
  for (const pair of decode(header).split(',', MAX_BAGGAGE_ITEMS)) {
    const parts = pair.trim().split('=');
    if (parts.length === 2) found.addBaggage(parts[0]!, parts[1]!, (text) => text);
  }
}
