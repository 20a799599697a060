import { SpanContext as OpenTracingSpanContext } from 'opentracing';
import { hexOf64, hexOfWord, isHex, putWord, wordOfBytes, wordOfHex } from './ids.js';

/** An id as bytes, big-endian: 8, or 16 for a 128-bit trace id. A Buffer on Node. */
export type IdBytes = Uint8Array;

const HAS_TRACE = 1;
const HAS_SPAN = 2;
const HAS_PARENT = 4;
const TRACE_128 = 8;
const REMOTE = 16;
const PADDED = 32;

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
 * The ids of a span context in all their forms. They are held as words (see ids.ts); `traceId`, `spanId`
 * and `parentId` (bytes) and `traceIdStr`, `spanIdStr` and `parentIdStr` (lower-case hex) are two views
 * of them, and setting one form changes the other. An id that was parsed is echoed with the zeros it
 * came with.
 */
export abstract class SpanIds extends OpenTracingSpanContext {
  // Declared here and set in the constructor: field initialisers in two classes, one above the other,
  // would make this the dearest part of a span's start (`bench/micro.ts`, case "fields").

  /** Words of the ids, most significant first. Read by the encoder; written here alone. */
  declare _trace3: number;
  declare _trace2: number;
  declare _trace1: number;
  declare _trace0: number;
  declare _span1: number;
  declare _span0: number;
  /** 0 where there is no parent. */
  declare _parent1: number;
  declare _parent0: number;
  declare private _bits: number;
  declare private _forms: IdForms | undefined;

  constructor() {
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
  }

  get traceId(): IdBytes | null | undefined {
    if ((this._bits & HAS_TRACE) === 0) return undefined;
    return (this.forms().traceId ??= this.traceBytes());
  }

  set traceId(bytes: IdBytes | null | undefined) {
    if (!isBytes(bytes)) {
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
    if (!isBytes(bytes)) {
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
    if (!isBytes(bytes)) {
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

  /** Whether it has a trace id and a span id. */
  get isValid(): boolean {
    return (this._bits & (HAS_TRACE | HAS_SPAN)) === (HAS_TRACE | HAS_SPAN);
  }

  /** Whether it was extracted from a carrier. */
  isRemote(): boolean {
    return (this._bits & REMOTE) !== 0;
  }

  _setRemote(value: boolean): void {
    this._bits = value ? this._bits | REMOTE : this._bits & ~REMOTE;
  }

  /** From here on its ids are written with leading zeros: 16 digits, 32 for a 128-bit trace id. */
  _setPadded(): void {
    this._bits |= PADDED;
  }

  /** The ids of a root span: its span id is the low half of the trace id. */
  setRootIds(trace3: number, trace2: number, trace1: number, trace0: number, is128: boolean): void {
    this.setTraceWords(trace3, trace2, trace1, trace0, is128);
    this._span1 = trace1;
    this._span0 = trace0;
    this._bits |= HAS_SPAN;
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

  protected isPadded(): boolean {
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

  /** Each of these three takes hex digits: those of `text` from `start` to `last`, its end. */
  protected setTraceText(text: string, start: number = 0, last?: number): void {
    if (typeof text !== 'string') return;
    const end = last ?? text.length;
    this.setTraceWords(
      wordOfHex(text, 3, start, end),
      wordOfHex(text, 2, start, end),
      wordOfHex(text, 1, start, end),
      wordOfHex(text, 0, start, end),
      end - start > 16,
    );
    const echoed = echoOf(text, start, last, 32);
    if (echoed === undefined && this._forms === undefined) return;
    this.forms().traceText = echoed;
    this.forms().traceId = undefined;
  }

  protected setSpanText(text: string, start: number = 0, last?: number): void {
    if (typeof text !== 'string') return;
    const end = last ?? text.length;
    this._span1 = wordOfHex(text, 1, start, end);
    this._span0 = wordOfHex(text, 0, start, end);
    this._bits |= HAS_SPAN;
    const echoed = echoOf(text, start, last, 16);
    if (echoed === undefined && this._forms === undefined) return;
    this.forms().spanText = echoed;
    this.forms().spanId = undefined;
  }

  protected setParentText(text: string, start: number = 0, last?: number): void {
    if (typeof text !== 'string') return;
    const end = last ?? text.length;
    this._parent1 = wordOfHex(text, 1, start, end);
    this._parent0 = wordOfHex(text, 0, start, end);
    this._bits |= HAS_PARENT;
    const echoed = echoOf(text, start, last, 16);
    if (echoed === undefined && this._forms === undefined) return;
    this.forms().parentText = echoed;
    this.forms().parentId = undefined;
  }

  protected hasZeroTrace(): boolean {
    return (this._trace3 | this._trace2 | this._trace1 | this._trace0) === 0;
  }

  /** The span id's text, where it is not the one that is made of its words. */
  protected echoedSpanText(): string | undefined {
    return this._forms?.spanText;
  }

  protected clearParent(): void {
    this._bits &= ~HAS_PARENT;
    this._parent1 = 0;
    this._parent0 = 0;
    if (this._forms !== undefined) {
      this._forms.parentId = undefined;
      this._forms.parentText = undefined;
    }
  }

  protected copyIds(from: SpanIds): void {
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

  /** A child's ids: the trace is the parent's, and so is the way in which ids are written. */
  protected deriveIds(parent: SpanIds, spanHigh: number, spanLow: number): void {
    this._trace3 = parent._trace3;
    this._trace2 = parent._trace2;
    this._trace1 = parent._trace1;
    this._trace0 = parent._trace0;
    this._span1 = spanHigh;
    this._span0 = spanLow;
    this._parent1 = parent._span1;
    this._parent0 = parent._span0;
    this._bits = (parent._bits & (TRACE_128 | PADDED)) | HAS_TRACE | HAS_SPAN | HAS_PARENT;
    if (parent._forms !== undefined) this.echoParentForms(parent._forms);
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
 * An id's text as it is to be echoed; undefined where the same text comes of the id's words. A text with
 * a `last` is a part of one that was checked to be hex.
 */
function echoOf(
  text: string,
  start: number,
  last: number | undefined,
  maxDigits: number,
): string | undefined {
  const isWords = text.charAt(start) !== '0' && (last !== undefined || isHex(text, maxDigits));
  return isWords ? undefined : text.slice(start, last).toLowerCase();
}

/** What a program without types sets may be anything; what is no bytes is no id. */
function isBytes(value: unknown): value is IdBytes {
  return ArrayBuffer.isView(value) && (value as Partial<IdBytes>).BYTES_PER_ELEMENT === 1;
}
