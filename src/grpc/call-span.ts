import type { Span } from 'opentracing';
import type { TagMap } from '../core/span/constant-tags.js';
import { catchRejection } from '../core/host/guarded.js';
import { activeSpan, withSpan } from '../node/scope/active-span.js';
import { writeCarrier, type WritableMetadata } from './carrier.js';
import type { MethodInfo } from './method.js';
import type { CallEndInfo, CallInfo, MessageDirection, OpenTracingTracer } from './options.js';
import type { PeerSource } from './peer.js';
import type { Settings } from './settings.js';
import {
  contextOf,
  isRecorded,
  recordMessage,
  recordMetadata,
  recordPeer,
  recordStatus,
} from './span-record.js';
import { OK } from './status.js';

/** How much is said of keys that cannot be sent, in UTF-16 units. */
const MAX_REFUSED_LENGTH = 200;

/** Metadata of any library that can be copied, so that the application's own stays as it is. */
export interface CloneableMetadata extends WritableMetadata {
  clone(): this;
}

/**
 * The span of one call. It starts once and ends once, and whatever the tracer, or a function of the
 * application's, throws meanwhile is logged and goes no further: the call is as it would be without.
 */
export class CallSpan<Metadata, Options> {
  readonly settings: Settings<Metadata, Options>;
  readonly method: MethodInfo;
  readonly tracer: OpenTracingTracer;
  /** Undefined before the start, and where the tracer made none. */
  span: Span | undefined = undefined;
  /** The end has come: nothing is tagged or logged any more. */
  done = false;
  /** Messages that went by. */
  sent = 0;
  received = 0;
  private readonly info: CallInfo<Metadata, Options> | undefined;
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined = undefined;

  /** `info` where the settings want one. */
  constructor(
    settings: Settings<Metadata, Options>,
    method: MethodInfo,
    info: CallInfo<Metadata, Options> | undefined,
  ) {
    this.settings = settings;
    this.method = method;
    this.tracer = settings.tracer();
    this.info = info;
  }

  /** Starts the span as a child of `parent`, a span or a context; without one as a root. */
  start(parent: object | undefined): void {
    const { settings, info, tracer } = this;
    try {
      const name = this.operationName();
      const tags = this.startTags();
      const options = parent === undefined ? { tags } : { childOf: contextOf(parent), tags };
      // With `implicitParent` a tracer would look for one by itself.
      const isRootWithin = parent === undefined && activeSpan() !== undefined;
      const span = isRootWithin
        ? withSpan(null, () => tracer.startSpan(name, options))
        : tracer.startSpan(name, options);
      if (typeof span !== 'object' || span === null) throw new TypeError('startSpan made no span');
      this.span = span as Span;
    } catch (error) {
      this.fault('startSpan threw', error);
      return;
    }
    if (info === undefined) return;
    if (settings.onEnd !== undefined) this.startedAt = performance.now();
    if (settings.onStart === undefined) return;
    try {
      this.watch('onStart threw', settings.onStart(this.span, info));
    } catch (error) {
      this.fault('onStart threw', error);
    }
  }

  /**
   * What `extract` answered, as a parent. One that cannot be read, where the carrier has one, is said,
   * and brings no more than its baggage.
   */
  usable(context: object | null, hasContext: boolean): object | undefined {
    const isUnreadable = !context || (context as { readonly isValid?: boolean }).isValid === false;
    if (hasContext && isUnreadable) {
      this.fault('extract', 'the context that came with a call cannot be read');
    }
    return context ?? undefined;
  }

  /** A copy of the metadata, with the span's context; the metadata itself where there is no span. */
  inject<M extends CloneableMetadata>(metadata: M): M {
    if (this.span === undefined) return metadata;
    const copy = metadata.clone();
    this.injectInto(copy);
    return copy;
  }

  /** As `inject`, into metadata that is the interceptor's own. */
  injectInto(metadata: WritableMetadata): void {
    const { span, tracer } = this;
    if (span === undefined) return;
    try {
      const carrier: Record<string, unknown> = {};
      tracer.inject(span.context(), this.settings.format, carrier);
      this.noteRefused(writeCarrier(carrier, metadata));
    } catch (error) {
      this.fault('inject threw', error);
    }
  }

  /** A message of the call goes by. */
  message(direction: MessageDirection, message: unknown): void {
    // grpc-js hands over a null before the status of a failed unary call, and where a handler gives none.
    if (message === null || message === undefined) return;
    const count = direction === 'SENT' ? ++this.sent : ++this.received;
    if (count <= this.settings.maxMessageEvents) this.logMessage(direction, message, count);
  }

  /** What a server knows of the call at its start. */
  tagRequest(peer: PeerSource, attempts: unknown): void {
    const { span } = this;
    if (span === undefined) return;
    try {
      if (isRecorded(span)) recordPeer(span, peer, attempts);
    } catch (error) {
      this.fault('setTag threw', error);
    }
  }

  /** Tags for the metadata keys that the settings name. `valuesOf` reads one key of `metadata`. */
  tagMetadata<M>(
    which: 'request' | 'response',
    valuesOf: (metadata: M, key: string) => readonly unknown[] | undefined,
    metadata: M,
  ): void {
    const { requestKeys, responseKeys } = this.settings;
    const keys = which === 'request' ? requestKeys : responseKeys;
    const { span } = this;
    if (span === undefined || this.done || keys.length === 0) return;
    try {
      if (isRecorded(span)) recordMetadata(span, which, keys, (key) => valuesOf(metadata, key));
    } catch (error) {
      this.fault('reading metadata threw', error);
    }
  }

  /**
   * Ends the span with the call's status. Only the first call does anything. A client knows its peer,
   * and how often the call was tried before, only now.
   */
  end(
    code: number,
    details: string,
    trailers?: Metadata,
    peer?: PeerSource,
    attempts?: unknown,
  ): void {
    if (this.done) return;
    this.done = true;
    const { span, timer } = this;
    if (timer !== undefined) clearTimeout(timer);
    if (span !== undefined) {
      try {
        if (isRecorded(span)) {
          recordStatus(span, code, details, code !== OK && this.isError(code));
          recordPeer(span, peer, attempts);
        }
      } catch (error) {
        this.fault('setTag threw', error);
      }
      if (this.settings.onEnd !== undefined) this.callOnEnd(span, code, details, trailers);
    }
    try {
      span?.finish();
    } catch (error) {
      this.fault('finish threw', error);
    }
  }

  /** Ends the span with this status if nothing else has by then. */
  endAfter(delayMillis: number, code: number, details: string): void {
    if (this.done || this.span === undefined) return;
    this.timer = setTimeout(() => this.end(code, details), delayMillis);
    this.timer.unref?.();
  }

  fault(kind: string, error: unknown): void {
    this.settings.faults.report(kind, error, this.tracer);
  }

  /** An `async` function in the options gives a promise, and nobody else hears how that ends. */
  private watch(kind: string, result: unknown): void {
    catchRejection(result, (error) => this.fault(kind, error));
  }

  /** Other tracers get a map of their own: they may keep it, and change it. */
  private startTags(): TagMap {
    const { settings, method, tracer } = this;
    const { _takesConstantTags: isSpoors } = tracer as { readonly _takesConstantTags?: unknown };
    const constant = isSpoors === true ? method.constantTags : undefined;
    return constant ?? settings.startTags(method);
  }

  private operationName(): string {
    const { info, settings } = this;
    if (settings.operationName === undefined || info === undefined) return this.method.path;
    try {
      const name = settings.operationName(info);
      this.watch('operationName threw', name);
      return name;
    } catch (error) {
      this.fault('operationName threw', error);
      return this.method.path;
    }
  }

  private isError(code: number): boolean {
    try {
      const isError: unknown = this.settings.isError(code, this.settings.side);
      this.watch('isError threw', isError);
      return Boolean(isError);
    } catch (error) {
      this.fault('isError threw', error);
      return true;
    }
  }

  private callOnEnd(
    span: Span,
    code: number,
    details: string,
    trailers: Metadata | undefined,
  ): void {
    const { info, settings, sent, received } = this;
    if (info === undefined || settings.onEnd === undefined) return;
    const durationMs = performance.now() - this.startedAt;
    const status = { code, details };
    try {
      const end = Object.assign(info, { status, trailers, durationMs, sent, received });
      this.watch('onEnd threw', settings.onEnd(span, end satisfies CallEndInfo<Metadata, Options>));
    } catch (error) {
      this.fault('onEnd threw', error);
    }
  }

  private logMessage(direction: MessageDirection, message: unknown, id: number): void {
    const { span, settings } = this;
    if (span === undefined || this.done) return;
    try {
      if (!isRecorded(span)) return;
      const payload = settings.payloadOf?.(message, direction);
      this.watch('logPayloads threw', payload);
      recordMessage(span, settings.logsMessages, direction, payload, id);
    } catch (error) {
      this.fault('logging a message threw', error);
    }
  }

  private noteRefused(keys: readonly string[] | undefined): void {
    if (keys === undefined) return;
    const named = keys.join(', ').slice(0, MAX_REFUSED_LENGTH);
    const message = `gRPC metadata cannot carry ${named}`;
    this.fault('inject', message);
    this.span?.log({ event: 'inject', message });
  }
}
