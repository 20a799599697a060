import { SpanContext as OpenTracingSpanContext } from 'opentracing';
import { withItem } from './baggage-key.js';
import {
  parentBytes,
  setParentBytes,
  setSpanBytes,
  setTraceBytes,
  spanBytes,
  traceBytes,
} from './id-bytes.js';
import {
  copyIds,
  deriveIds,
  hasBoth,
  hasSpan,
  type IdBytes,
  type IdForms,
  isPadded,
  isRemote,
  setPadded,
  setRemote,
  setSpanWords,
  setTraceWords,
} from './id-fields.js';
import {
  parentText,
  parseIds,
  setParentText,
  setSpanText,
  setTraceText,
  spanText,
  traceText,
} from './id-text.js';
import { SamplingState } from './sampling-state.js';

/** Baggage: what travels with a trace, by key, in the spelling in which it came or was set. */
export type Baggage = Record<string, string>;

/**
 * The identity of a span: trace id, span id, parent id, flags and baggage.
 *
 * The ids are words. `traceId`, `spanId` and `parentId` (bytes) and `traceIdStr`, `spanIdStr` and
 * `parentIdStr` (lower-case hex) are two views of them: setting one changes the other. A parsed id keeps its
 * leading zeros.
 */
export class SpanContext extends OpenTracingSpanContext {
  // Fields are declared here and set in the constructor. Field initialisers would be the most expensive part
  // of a span's start (`bench/micro.ts`, case "fields").

  /** Words of the ids, most significant first. The encoder reads them. */
  declare _trace3: number;
  declare _trace2: number;
  declare _trace1: number;
  declare _trace0: number;
  declare _span1: number;
  declare _span0: number;
  /** 0 if there is no parent. */
  declare _parent1: number;
  declare _parent0: number;
  /** @internal */
  declare _bits: number;
  /** @internal */
  declare _forms: IdForms | undefined;
  declare private _baggage: Baggage | undefined;
  declare private _debugId: string;
  declare _samplingState: SamplingState;

  /**
   * jaeger-client's constructor. Each id is passed as bytes or as a hex string; the string wins. Without a
   * `samplingState` the context gets a new one.
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
    this._trace3 = 0;
    this._trace2 = 0;
    this._trace1 = 0;
    this._trace0 = 0;
    this._span1 = 0;
    this._span0 = 0;
    this._parent1 = 0;
    this._parent0 = 0;
    this._bits = 0;
    this._forms = undefined;
    this._baggage = baggage;
    this._debugId = debugId;
    if (traceId) this.traceId = traceId;
    if (spanId) this.spanId = spanId;
    if (parentId) this.parentId = parentId;
    if (traceIdStr) setTraceText(this, traceIdStr);
    if (spanIdStr) setSpanText(this, spanIdStr);
    if (parentIdStr) setParentText(this, parentIdStr);
    this._samplingState = samplingState || new SamplingState(this.spanIdStr);
  }

  /**
   * Parses `{trace-id}:{span-id}:{parent-span-id}:{flags}`. Each part is hex: up to 32, 16, 16 and 8 digits,
   * any case, leading zeros allowed. Null for any other value, and for a trace id of 0.
   */
  static fromString(this: unknown, serializedString: string): SpanContext | null {
    if (typeof serializedString !== 'string') return null;
    const context = new (classOf(this))();
    const flags = parseIds(context, serializedString);
    if (flags === undefined) return null;
    const { _forms, _span1, _span0 } = context;
    context._samplingState = new SamplingState(_forms?.spanText, _span1, _span0);
    context.flags = flags;
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
    return traceBytes(this);
  }

  set traceId(bytes: IdBytes | null | undefined) {
    setTraceBytes(this, bytes);
  }

  get spanId(): IdBytes | null | undefined {
    return spanBytes(this);
  }

  set spanId(bytes: IdBytes | null | undefined) {
    setSpanBytes(this, bytes);
  }

  get parentId(): IdBytes | null | undefined {
    return parentBytes(this) ?? null;
  }

  set parentId(bytes: IdBytes | null | undefined) {
    setParentBytes(this, bytes);
  }

  get traceIdStr(): string | null | undefined {
    return traceText(this);
  }

  set traceIdStr(text: string | null | undefined) {
    setTraceText(this, text);
  }

  get spanIdStr(): string | null | undefined {
    return spanText(this);
  }

  set spanIdStr(text: string | null | undefined) {
    setSpanText(this, text);
  }

  get parentIdStr(): string | null | undefined {
    return parentText(this);
  }

  set parentIdStr(text: string | null | undefined) {
    setParentText(this, text);
  }

  /** Whether it has a trace id and a span id. */
  get isValid(): boolean {
    return hasBoth(this);
  }

  /** Whether it was extracted from a carrier. */
  isRemote(): boolean {
    return isRemote(this);
  }

  _setRemote(value: boolean): void {
    setRemote(this, value);
  }

  /** Makes the id strings keep their leading zeros: 16 digits, 32 for a 128-bit trace id. */
  _setPadded(): void {
    setPadded(this);
  }

  /** Sets the ids of a root span: its span id is the low half of the trace id. */
  setRootIds(trace3: number, trace2: number, trace1: number, trace0: number, is128: boolean): void {
    setTraceWords(this, trace3, trace2, trace1, trace0, is128);
    setSpanWords(this, trace1, trace0);
  }

  hasSpanId(high: number, low: number): boolean {
    return this._span1 === high && this._span0 === low && hasSpan(this);
  }

  /** Allocates bytes for the id getters: Buffers on Node. */
  _newBytes(length: number): IdBytes {
    return new Uint8Array(length);
  }

  /** Bits: 1 sampled, 2 debug, 8 firehose. All spans of the trace in this process share them. */
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

  /**
   * A copy with a baggage item: baggage is never changed where other spans can see it. An item of the same
   * key in another spelling (`user_id`, `User-Id`) is replaced, and keeps its spelling.
   */
  withBaggageItem(key: string, value: string): SpanContext {
    const copy = this.newOfItsKind(withItem(this._baggage, key, value));
    copyIds(copy, this);
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
    const padZero = isPadded(this) ? '0000000000000000' : '0';
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
    if (typeof childId === 'string') setSpanText(child, childId);
    else child.spanId = childId;
    return child;
  }

  /** A child's context, with the same trace, baggage and sampling state. */
  makeChild(spanHigh: number, spanLow: number): SpanContext {
    const child = this.newOfItsKind(this._baggage);
    deriveIds(child, this, spanHigh, spanLow);
    return child;
  }

  /** The context of a server span that shares its client's span id, as in Zipkin. */
  makeShared(): SpanContext {
    const shared = this.makeChild(this._span1, this._span0);
    copyIds(shared, this);
    setRemote(shared, false);
    return shared;
  }

  /** A context of the same class and trace, without ids. */
  private newOfItsKind(baggage: Baggage | undefined): SpanContext {
    const { _debugId, _samplingState } = this;
    const none = undefined;
    const Context = this.constructor as typeof SpanContext;
    return new Context(none, none, none, none, none, none, baggage, _debugId, _samplingState);
  }
}

/**
 * The class on which a static method was called, so that a subclass makes its own instances. `SpanContext`
 * if the method was called without one (`const { fromString } = SpanContext`).
 */
function classOf(receiver: unknown): typeof SpanContext {
  return typeof receiver === 'function' ? (receiver as typeof SpanContext) : SpanContext;
}
