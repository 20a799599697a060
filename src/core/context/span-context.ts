import { isHex, wordOfHex } from './ids.js';
import { SamplingState } from './sampling-state.js';
import { type IdBytes, SpanIds } from './span-ids.js';

/** Baggage: what travels with a trace, by normalised key. */
export type Baggage = Record<string, string>;

/** Hex digits of the `flags` part that are read; one byte is what the format asks for. */
const FLAGS_MAX_DIGITS = 8;

/**
 * Who a span is: trace id, span id, parent id, flags and baggage, as `uber-trace-id` carries them.
 * The ids are those of `SpanIds`.
 */
export class SpanContext extends SpanIds {
  declare private _baggage: Baggage | undefined;
  declare private _debugId: string;
  declare _samplingState: SamplingState;

  /**
   * jaeger-client's constructor: each id as bytes or as hex text, the text where both are given.
   * Without a `samplingState` the context starts a state of its own.
   */
  constructor(
    traceId?: IdBytes | null,
    spanId?: IdBytes | null,
    parentId?: IdBytes | null,
    traceIdStr?: string | null,
    spanIdStr?: string | null,
    parentIdStr?: string | null,
    baggage?: Baggage,
    debugId: string = '',
    samplingState?: SamplingState | null,
  ) {
    super();
    this._baggage = baggage;
    this._debugId = debugId;
    if (traceId) this.traceId = traceId;
    if (spanId) this.spanId = spanId;
    if (parentId) this.parentId = parentId;
    if (traceIdStr) this.setTraceText(traceIdStr);
    if (spanIdStr) this.setSpanText(spanIdStr);
    if (parentIdStr) this.setParentText(parentIdStr);
    this._samplingState = samplingState || new SamplingState(this.spanIdStr);
  }

  /**
   * Parses `{trace-id}:{span-id}:{parent-span-id}:{flags}`, each part in hex: up to 32, 16, 16 and 8
   * digits, any case, any number of leading zeros. Null for anything else, and for a trace id of 0.
   */
  static fromString(this: unknown, serializedString: string): SpanContext | null {
    if (typeof serializedString !== 'string') return null;
    const text = serializedString;
    // Where each part but the first begins; 0 where there is none.
    const span = text.indexOf(':') + 1;
    const parent = text.indexOf(':', span) + 1;
    const flags = text.indexOf(':', parent) + 1;
    const wellFormed =
      span > 0 &&
      parent > span &&
      flags > parent &&
      isHex(text, 32, 0, span - 1) &&
      isHex(text, 16, span, parent - 1) &&
      isHex(text, 16, parent, flags - 1) &&
      isHex(text, FLAGS_MAX_DIGITS, flags);
    if (!wellFormed) return null;
    const context = new (classOf(this))();
    context.setTraceText(text, 0, span - 1);
    if (context.hasZeroTrace()) return null;
    context.setSpanText(text, span, parent - 1);
    const hasParent = flags - parent > 2 || text.charAt(parent) !== '0';
    if (hasParent) context.setParentText(text, parent, flags - 1);
    context._samplingState = new SamplingState(
      context.echoedSpanText(),
      context._span1,
      context._span0,
    );
    context.flags = wordOfHex(text, 0, flags);
    return context;
  }

  static withBinaryIds(
    this: unknown,
    traceId: IdBytes | null | undefined,
    spanId: IdBytes | null | undefined,
    parentId: IdBytes | null | undefined,
    flags: number,
    baggage: Baggage = {},
    debugId: string = '',
  ): SpanContext {
    const Context = classOf(this);
    const context = new Context(traceId, spanId, parentId, null, null, null, baggage, debugId);
    context.flags = flags;
    return context;
  }

  static withStringIds(
    this: unknown,
    traceIdStr: string | null | undefined,
    spanIdStr: string | null | undefined,
    parentIdStr: string | null | undefined,
    flags: number,
    baggage: Baggage = {},
    debugId: string = '',
  ): SpanContext {
    const Context = classOf(this);
    const context = new Context(
      null,
      null,
      null,
      traceIdStr,
      spanIdStr,
      parentIdStr,
      baggage,
      debugId,
    );
    context.flags = flags;
    return context;
  }

  /** 1 sampled, 2 debug, 8 firehose; shared with the other spans of the trace in this process. */
  get flags(): number {
    return this._samplingState.flags();
  }

  set flags(flags: number) {
    this._samplingState.setFlags(flags);
  }

  get baggage(): Baggage {
    return (this._baggage ??= {});
  }

  set baggage(baggage: Baggage) {
    this._baggage = baggage;
  }

  /** The value of a `jaeger-debug-id` header; empty if there was none. */
  get debugId(): string {
    return this._debugId;
  }

  set debugId(debugId: string) {
    this._debugId = debugId;
  }

  get samplingFinalized(): boolean {
    return this._samplingState.isFinal();
  }

  finalizeSampling(): void {
    this._samplingState.setFinal(true);
  }

  isDebugIDContainerOnly(): boolean {
    return !this.isValid && Boolean(this._debugId);
  }

  isSampled(): boolean {
    return this._samplingState.isSampled();
  }

  isDebug(): boolean {
    return this._samplingState.isDebug();
  }

  isFirehose(): boolean {
    return this._samplingState.isFirehose();
  }

  /** A copy with one more baggage item: baggage is never changed where other spans can see it. */
  withBaggageItem(key: string, value: string): SpanContext {
    const copy = new (classOf(this.constructor))(
      null,
      null,
      null,
      null,
      null,
      null,
      withItem(this._baggage, key, value),
      this._debugId,
      this._samplingState,
    );
    copy.copyIds(this);
    return copy;
  }

  override toTraceId(): string {
    return this.traceIdStr ?? '';
  }

  override toSpanId(): string {
    return this.spanIdStr ?? '';
  }

  /** `{trace-id}:{span-id}:{parent-span-id}:{flags}`: the value of `uber-trace-id`. */
  override toString(): string {
    const padZero = this.isPadded() ? '0000000000000000' : '0';
    const parent = this.parentIdStr ?? padZero;
    return `${this.traceIdStr}:${this.spanIdStr}:${parent}:${this.flags.toString(16)}`;
  }

  _setSampled(value: boolean): void {
    this._samplingState.setSampled(value);
  }

  _setDebug(value: boolean): void {
    this._samplingState.setDebug(value);
  }

  _setFirehose(value: boolean): void {
    this._samplingState.setFirehose(value);
  }

  /** jaeger-client's name for making a child's context. */
  _makeChildContext(childId: IdBytes | string): SpanContext {
    const child = this.makeChild(0, 0);
    if (typeof childId === 'string') child.setSpanText(childId);
    else child.spanId = childId;
    return child;
  }

  /** A child's context: same trace, same baggage, same sampling state. */
  makeChild(spanHigh: number, spanLow: number): SpanContext {
    const Context = this.constructor as new (...fields: unknown[]) => SpanContext;
    const child = new Context(
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      this._baggage,
      this._debugId,
      this._samplingState,
    );
    child.deriveIds(this, spanHigh, spanLow);
    return child;
  }

  /** The context of a server span that shares its client's span id (Zipkin's way). */
  makeShared(): SpanContext {
    const shared = this.makeChild(this._span1, this._span0);
    shared.copyIds(this);
    shared._setRemote(false);
    return shared;
  }
}

/**
 * The class that a static method was called on, so that a subclass makes its own kind; the class
 * itself where the method was taken off it (`const { fromString } = SpanContext`).
 */
function classOf(receiver: unknown): typeof SpanContext {
  return typeof receiver === 'function' ? (receiver as typeof SpanContext) : SpanContext;
}

function withItem(baggage: Baggage | undefined, key: string, value: string): Baggage {
  const copy: Baggage = { ...baggage };
  setOwn(copy, key, value);
  return copy;
}

/** Sets an own property, also one called `__proto__`. */
export function setOwn<V>(target: Record<string, V>, key: string, value: V): void {
  if (key !== '__proto__') {
    target[key] = value;
    return;
  }
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
