import { hexOf64 } from './id-words.js';
import type { Timeline } from './timeline.js';

/** Bits of `SpanContext.flags`, as in `uber-trace-id` and in Thrift's `Span.flags`. */
export const SAMPLED_MASK = 0x1;
export const DEBUG_MASK = 0x2;
export const FIREHOSE_MASK = 0x8;

/** The part of a span context that the state reads. */
export interface ContextIds {
  readonly spanIdStr: string | null | undefined;
  hasSpanId(high: number, low: number): boolean;
}

/**
 * The sampling state that all spans of one trace in this process share: the flags, and whether they are
 * final.
 *
 * While the decision is not final, spans stay writable, and samplers decide again on each tag and each new
 * operation name. A remote parent, `sampling.priority` or a decision that is not `retryable` makes it final.
 */
export class SamplingState {
  /** Unsigned: a peer may set bit 31, and the flags are written in hex. */
  private _flags = 0;
  /** @internal The time of the trace in this process; undefined until a start was measured. */
  _timeline: Timeline | undefined = undefined;
  private _final = false;
  private readonly rootHigh: number;
  private readonly rootLow: number;
  private _localRootSpanIdStr: string | null | undefined;
  private _extendedState: Record<string, unknown> | undefined;

  /** `localRootSpanIdStr`: hex id of the first span of this trace in this process. */
  constructor(localRootSpanIdStr?: string | null, rootHigh: number = 0, rootLow: number = 0) {
    this.rootHigh = rootHigh;
    this.rootLow = rootLow;
    this._localRootSpanIdStr = localRootSpanIdStr;
  }

  /** The state of a trace whose first span in this process has this id. Its string is made on first access. */
  static ofRoot(high: number, low: number): SamplingState {
    return new SamplingState(undefined, high, low);
  }

  isLocalRootSpan(context: ContextIds): boolean {
    if (this._localRootSpanIdStr !== undefined) {
      return this._localRootSpanIdStr === context.spanIdStr;
    }
    return context.hasSpanId(this.rootHigh, this.rootLow);
  }

  localRootSpanId(): string | null | undefined {
    if (this._localRootSpanIdStr === undefined && (this.rootHigh | this.rootLow) !== 0) {
      this._localRootSpanIdStr = hexOf64(this.rootHigh, this.rootLow);
    }
    return this._localRootSpanIdStr;
  }

  /** State that samplers keep for this trace, by their `uniqueName()`. */
  extendedState(): Record<string, unknown> {
    return (this._extendedState ??= {});
  }

  isFinal(): boolean {
    return this._final;
  }

  setFinal(value: boolean): void {
    this._final = value;
  }

  isSampled(): boolean {
    return (this._flags & SAMPLED_MASK) !== 0;
  }

  setSampled(enable: boolean): void {
    this.toggle(SAMPLED_MASK, enable);
  }

  isDebug(): boolean {
    return (this._flags & DEBUG_MASK) !== 0;
  }

  setDebug(enable: boolean): void {
    this.toggle(DEBUG_MASK, enable);
  }

  isFirehose(): boolean {
    return (this._flags & FIREHOSE_MASK) !== 0;
  }

  setFirehose(enable: boolean): void {
    this.toggle(FIREHOSE_MASK, enable);
  }

  flags(): number {
    return this._flags;
  }

  setFlags(flags: number): void {
    // Non-numbers become 0, so that `flags.toString(16)` cannot throw later.
    this._flags = typeof flags === 'number' ? flags >>> 0 : 0;
  }

  private toggle(mask: number, enable: boolean): void {
    this._flags = (enable ? this._flags | mask : this._flags & ~mask) >>> 0;
  }
}
