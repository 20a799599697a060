import { SpanContext as OpenTracingSpanContext } from 'opentracing';
import { hexOf64, hexOfWord, isHex, putWord, wordOfBytes, wordOfHex } from './ids.js';
import { SamplingState } from './sampling/sampling-state.js';

/** Baggage: what travels with a trace, by normalised key. */
export type Baggage = Record<string, string>;

/** An id as bytes, big-endian: 8, or 16 for a 128-bit trace id. A Buffer on Node. */
export type IdBytes = Uint8Array;

const HAS_TRACE = 1;
const HAS_SPAN = 2;
const HAS_PARENT = 4;
const TRACE_128 = 8;
const REMOTE = 16;
const PADDED = 32;

/** Hex digits of the `flags` part that are read; one byte is what the format asks for. */
const FLAGS_MAX_DIGITS = 8;

/**
 * Ids in the forms that callers set or asked for: bytes that must stay the same object, and texts
 * that must be echoed as they came. Most contexts need none.
 */
class IdForms {
  traceId: IdBytes | undefined = undefined;
  spanId: IdBytes | undefined = undefined;
  parentId: IdBytes | undefined = undefined;
  traceText: string | undefined = undefined;
  spanText: string | undefined = undefined;
  parentText: string | undefined = undefined;
}

/**
 * Who a span is: trace id, span id, parent id, flags and baggage, as `uber-trace-id` carries them.
 *
 * The ids are held as words (see ids.ts); `traceId`, `spanId` and `parentId` (bytes) and
 * `traceIdStr`, `spanIdStr` and `parentIdStr` (lower-case hex) are two views of them, and setting
 * the bytes changes the text. An id that was parsed is echoed with the zeros it came with.
 */
export class SpanContext extends OpenTracingSpanContext {
  /** Words of the ids, most significant first. Read by the encoder; written here alone. */
  _trace3 = 0;
  _trace2 = 0;
  _trace1 = 0;
  _trace0 = 0;
  _span1 = 0;
  _span0 = 0;
  /** 0 where there is no parent. */
  _parent1 = 0;
  _parent0 = 0;
  private _bits = 0;
  private _forms: IdForms | undefined = undefined;
  private _baggage: Baggage | undefined = undefined;
  private _debugId: string;
  _samplingState: SamplingState;

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
    this._debugId = debugId;
    if (baggage !== undefined) this._baggage = baggage;
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
    const parts = serializedString.split(':', 5);
    if (parts.length !== 4) return null;
    const [trace, span, parent, flags] = parts as [string, string, string, string];
    const wellFormed =
      isHex(trace, 32) && isHex(span, 16) && isHex(parent, 16) && isHex(flags, FLAGS_MAX_DIGITS);
    if (!wellFormed || /^0+$/.test(trace)) return null;
    const context = new (classOf(this))();
    context.setTraceText(trace);
    context.setSpanText(span);
    if (parent !== '0') context.setParentText(parent);
    context._samplingState = new SamplingState(context.spanIdStr);
    context.flags = Number.parseInt(flags, 16);
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

  get traceId(): IdBytes | null | undefined {
    if ((this._bits & HAS_TRACE) === 0) return undefined;
    return (this.forms().traceId ??= this.traceBytes());
  }

  set traceId(bytes: IdBytes | null | undefined) {
    if (bytes == null) {
      this._bits &= ~(HAS_TRACE | TRACE_128);
      return;
    }
    this.setTraceWords(
      wordOfBytes(bytes, 3),
      wordOfBytes(bytes, 2),
      wordOfBytes(bytes, 1),
      wordOfBytes(bytes, 0),
      bytes.length > 8,
    );
    const forms = this.forms();
    forms.traceId = bytes;
    forms.traceText = undefined;
  }

  get spanId(): IdBytes | null | undefined {
    if ((this._bits & HAS_SPAN) === 0) return undefined;
    const forms = this.forms();
    if (forms.spanId === undefined) {
      // A root's span id *is* its trace id, also as an object.
      forms.spanId = this.isRootOf64Bits() ? this.traceId! : this.bytes64(this._span1, this._span0);
    }
    return forms.spanId;
  }

  set spanId(bytes: IdBytes | null | undefined) {
    if (bytes == null) {
      this._bits &= ~HAS_SPAN;
      return;
    }
    this._bits |= HAS_SPAN;
    this._span1 = wordOfBytes(bytes, 1);
    this._span0 = wordOfBytes(bytes, 0);
    const forms = this.forms();
    forms.spanId = bytes;
    forms.spanText = undefined;
  }

  get parentId(): IdBytes | null | undefined {
    if ((this._bits & HAS_PARENT) === 0) return null;
    return (this.forms().parentId ??= this.bytes64(this._parent1, this._parent0));
  }

  set parentId(bytes: IdBytes | null | undefined) {
    if (bytes == null) {
      this.clearParent();
      return;
    }
    this._bits |= HAS_PARENT;
    this._parent1 = wordOfBytes(bytes, 1);
    this._parent0 = wordOfBytes(bytes, 0);
    const forms = this.forms();
    forms.parentId = bytes;
    forms.parentText = undefined;
  }

  get traceIdStr(): string | null | undefined {
    if ((this._bits & HAS_TRACE) === 0) return undefined;
    const echoed = this._forms?.traceText;
    if (echoed !== undefined && !this.isPadded()) return echoed;
    if (!this.isPadded()) return this.shortTraceText();
    const low = hexOfWord(this._trace1) + hexOfWord(this._trace0);
    return this.hasHighTrace() ? hexOfWord(this._trace3) + hexOfWord(this._trace2) + low : low;
  }

  set traceIdStr(text: string | null | undefined) {
    if (text) this.setTraceText(text);
    else this.traceId = undefined;
  }

  get spanIdStr(): string | null | undefined {
    if ((this._bits & HAS_SPAN) === 0) return undefined;
    return this.idText(this._forms?.spanText, this._span1, this._span0);
  }

  set spanIdStr(text: string | null | undefined) {
    if (text) this.setSpanText(text);
    else this.spanId = undefined;
  }

  get parentIdStr(): string | null | undefined {
    if ((this._bits & HAS_PARENT) === 0) return undefined;
    return this.idText(this._forms?.parentText, this._parent1, this._parent0);
  }

  set parentIdStr(text: string | null | undefined) {
    if (text) this.setParentText(text);
    else this.clearParent();
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

  /** Whether it has a trace id and a span id. */
  get isValid(): boolean {
    return (this._bits & (HAS_TRACE | HAS_SPAN)) === (HAS_TRACE | HAS_SPAN);
  }

  finalizeSampling(): void {
    this._samplingState.setFinal(true);
  }

  /** Whether it was extracted from a carrier. */
  isRemote(): boolean {
    return (this._bits & REMOTE) !== 0;
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

  _setRemote(value: boolean): void {
    this._bits = value ? this._bits | REMOTE : this._bits & ~REMOTE;
  }

  /** From here on its ids are written with leading zeros: 16 digits, 32 for a 128-bit trace id. */
  _setPadded(): void {
    this._bits |= PADDED;
  }

  /** jaeger-client's name for making a child's context. */
  _makeChildContext(childId: IdBytes | string): SpanContext {
    const child = this.makeChild(0, 0);
    if (typeof childId === 'string') child.setSpanText(childId);
    else child.spanId = childId;
    return child;
  }

  /** The ids of a root span: its span id is the low half of the trace id. */
  setRootIds(trace3: number, trace2: number, trace1: number, trace0: number, is128: boolean): void {
    this.setTraceWords(trace3, trace2, trace1, trace0, is128);
    this._span1 = trace1;
    this._span0 = trace0;
    this._bits |= HAS_SPAN;
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
    child._trace3 = this._trace3;
    child._trace2 = this._trace2;
    child._trace1 = this._trace1;
    child._trace0 = this._trace0;
    child._span1 = spanHigh;
    child._span0 = spanLow;
    child._parent1 = this._span1;
    child._parent0 = this._span0;
    child._bits = (this._bits & (TRACE_128 | PADDED)) | HAS_TRACE | HAS_SPAN | HAS_PARENT;
    if (this._forms !== undefined) child.echoParentForms(this._forms);
    return child;
  }

  /** The context of a server span that shares its client's span id (Zipkin's way). */
  makeShared(): SpanContext {
    const shared = this.makeChild(this._span1, this._span0);
    shared.copyIds(this);
    shared._setRemote(false);
    return shared;
  }

  hasSpanId(high: number, low: number): boolean {
    return this._span1 === high && this._span0 === low && (this._bits & HAS_SPAN) !== 0;
  }

  /** Bytes for the id getters: Buffers on Node. */
  _newBytes(length: number): IdBytes {
    return new Uint8Array(length);
  }

  private forms(): IdForms {
    return (this._forms ??= new IdForms());
  }

  private isPadded(): boolean {
    return (this._bits & PADDED) !== 0;
  }

  private hasHighTrace(): boolean {
    return (this._bits & TRACE_128) !== 0;
  }

  private isRootOf64Bits(): boolean {
    return (
      (this._bits & (HAS_TRACE | TRACE_128 | HAS_PARENT)) === HAS_TRACE &&
      this._trace1 === this._span1 &&
      this._trace0 === this._span0
    );
  }

  private setTraceWords(w3: number, w2: number, w1: number, w0: number, is128: boolean): void {
    this._trace3 = is128 ? w3 : 0;
    this._trace2 = is128 ? w2 : 0;
    this._trace1 = w1;
    this._trace0 = w0;
    this._bits = (this._bits & ~TRACE_128) | HAS_TRACE | (is128 ? TRACE_128 : 0);
  }

  private setTraceText(text: string): void {
    this.setTraceWords(
      wordOfHex(text, 3),
      wordOfHex(text, 2),
      wordOfHex(text, 1),
      wordOfHex(text, 0),
      text.length > 16,
    );
    this.forms().traceText = text.toLowerCase();
    this.forms().traceId = undefined;
  }

  private setSpanText(text: string): void {
    this._span1 = wordOfHex(text, 1);
    this._span0 = wordOfHex(text, 0);
    this._bits |= HAS_SPAN;
    this.forms().spanText = text.toLowerCase();
    this.forms().spanId = undefined;
  }

  private setParentText(text: string): void {
    this._parent1 = wordOfHex(text, 1);
    this._parent0 = wordOfHex(text, 0);
    this._bits |= HAS_PARENT;
    this.forms().parentText = text.toLowerCase();
    this.forms().parentId = undefined;
  }

  private clearParent(): void {
    this._bits &= ~HAS_PARENT;
    this._parent1 = 0;
    this._parent0 = 0;
    if (this._forms !== undefined) {
      this._forms.parentId = undefined;
      this._forms.parentText = undefined;
    }
  }

  private copyIds(from: SpanContext): void {
    this._trace3 = from._trace3;
    this._trace2 = from._trace2;
    this._trace1 = from._trace1;
    this._trace0 = from._trace0;
    this._span1 = from._span1;
    this._span0 = from._span0;
    this._parent1 = from._parent1;
    this._parent0 = from._parent0;
    this._bits = from._bits;
    this._forms = from._forms === undefined ? undefined : Object.assign(new IdForms(), from._forms);
  }

  /** A child echoes its trace id, and its parent's id, as the parent does. */
  private echoParentForms(parent: IdForms): void {
    if (parent.traceText === undefined && parent.spanText === undefined && !parent.traceId) return;
    const forms = this.forms();
    forms.traceId = parent.traceId;
    forms.traceText = parent.traceText;
    forms.parentText = parent.spanText;
    forms.parentId = parent.spanId;
  }

  private shortTraceText(): string {
    if ((this._trace3 | this._trace2) === 0) return hexOf64(this._trace1, this._trace0);
    return hexOf64(this._trace3, this._trace2) + hexOfWord(this._trace1) + hexOfWord(this._trace0);
  }

  private idText(echoed: string | undefined, high: number, low: number): string {
    if (this.isPadded()) return hexOfWord(high) + hexOfWord(low);
    return echoed ?? hexOf64(high, low);
  }

  private traceBytes(): IdBytes {
    if (!this.hasHighTrace()) return this.bytes64(this._trace1, this._trace0);
    const bytes = this._newBytes(16);
    putWord(bytes, 0, this._trace3);
    putWord(bytes, 4, this._trace2);
    putWord(bytes, 8, this._trace1);
    putWord(bytes, 12, this._trace0);
    return bytes;
  }

  private bytes64(high: number, low: number): IdBytes {
    const bytes = this._newBytes(8);
    putWord(bytes, 0, high);
    putWord(bytes, 4, low);
    return bytes;
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
