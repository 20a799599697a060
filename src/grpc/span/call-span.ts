import type { Span } from 'opentracing';
import type { TagMap } from '../../core/span/constant-tags.js';
import { catchRejection } from '../../core/host/guarded.js';
import { activeSpan, withSpan } from '../../node/scope/active-span.js';
import type { GrpcCallEndInfo, GrpcCallInfo, GrpcMessageDirection } from '../call/call-info.js';
import type { MethodInfo } from '../call/method.js';
import type { PeerSource } from '../call/peer.js';
import { OK } from '../call/status.js';
import type { OpenTracingTracer } from '../settings/options.js';
import type { Settings } from '../settings/settings.js';
import {
  contextOf,
  isRecorded,
  recordMessage,
  recordMetadata,
  recordPeer,
  recordStatus,
} from './span-record.js';

/**
 * The span of one call: starts once, ends once. Exceptions of the tracer and of option functions are
 * logged and never reach the call.
 */
export class CallSpan<Metadata, Options> {
  readonly settings: Settings<Metadata, Options>;
  readonly method: MethodInfo;
  readonly tracer: OpenTracingTracer;
  /** Undefined before the start, and if the tracer made no span. */
  span: Span | undefined = undefined;
  /** True once the span has ended: no more tags and logs. */
  done = false;
  /** Number of messages of each direction so far. */
  sent = 0;
  received = 0;
  private readonly info: GrpcCallInfo<Metadata, Options> | undefined;
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined = undefined;

  /** `info` must be given if `settings.wantsInfo`. */
  constructor(
    settings: Settings<Metadata, Options>,
    method: MethodInfo,
    info: GrpcCallInfo<Metadata, Options> | undefined,
  ) {
    this.settings = settings;
    this.method = method;
    this.tracer = settings.tracer();
    this.info = info;
  }

  /** Starts the span. `parent` is a span or a span context; undefined starts a root. */
  start(parent: object | undefined): void {
    const { settings, info, tracer } = this;
    try {
      const name = this.operationName();
      const tags = this.startTags();
      const options = parent === undefined ? { tags } : { childOf: contextOf(parent), tags };
      // A tracer with `implicitParent` would make the active span the parent.
      const hidesActiveSpan = parent === undefined && activeSpan() !== undefined;
      const span = hidesActiveSpan
        ? withSpan(null, () => tracer.startSpan(name, options))
        : tracer.startSpan(name, options);
      if (typeof span !== 'object' || span === null) {
        throw new TypeError('startSpan returned no span');
      }
      this.span = span as Span;
    } catch (error) {
      this.caught('from startSpan', error);
      return;
    }
    if (info === undefined) return;
    if (settings.onEnd !== undefined) this.startedAt = performance.now();
    if (settings.onStart === undefined) return;
    try {
      this.catchAsync('from onStart', settings.onStart(this.span, info));
    } catch (error) {
      this.caught('from onStart', error);
    }
  }

  /** Counts a message of the call, and logs it if the settings ask for that. */
  message(direction: GrpcMessageDirection, message: unknown): void {
    // grpc-js passes null before the status of a failed unary call, and if a handler returns no message.
    if (message === null || message === undefined) return;
    const count = direction === 'SENT' ? ++this.sent : ++this.received;
    if (count <= this.settings.maxMessageEvents) this.logMessage(direction, message, count);
  }

  /** Tags what a server knows at the start of a call. */
  tagRequest(peer: PeerSource, attempts: unknown): void {
    const { span } = this;
    if (span === undefined) return;
    try {
      if (isRecorded(span)) recordPeer(span, peer, attempts);
    } catch (error) {
      this.caught('from setTag', error);
    }
  }

  /** Tags the metadata keys that the settings name. `valuesOf` reads one key of `metadata`. */
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
      this.caught('while tagging metadata', error);
    }
  }

  /**
   * Ends the span with the status of the call. Only the first call has an effect. A client passes `peer`
   * and `attempts`, which it knows only now.
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
        this.caught('from setTag', error);
      }
      if (this.settings.onEnd !== undefined) this.callOnEnd(span, code, details, trailers);
    }
    try {
      span?.finish();
    } catch (error) {
      this.caught('from finish', error);
    }
  }

  /** Ends the span with this status after `delayMillis`, unless it has ended by then. */
  endAfter(delayMillis: number, code: number, details: string): void {
    if (this.done || this.span === undefined) return;
    this.timer = setTimeout(() => this.end(code, details), delayMillis);
    this.timer.unref?.();
  }

  /** Logs a fault of tracing. */
  report(kind: string, text: string): void {
    this.settings.faults.report(kind, text, this.tracer);
  }

  /** Logs an exception or a rejection. `where` is "from X" or "while ...". */
  caught(where: string, error: unknown): void {
    this.settings.faults.caught(where, error, this.tracer);
  }

  /** Option functions may be async: logs the rejection of what one returned. */
  private catchAsync(where: string, result: unknown): void {
    catchRejection(result, (error) => this.caught(where, error));
  }

  /** Tracers other than spoor's get a new map: they may keep and change it. */
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
      this.catchAsync('from operationName', name);
      return name;
    } catch (error) {
      this.caught('from operationName', error);
      return this.method.path;
    }
  }

  private isError(code: number): boolean {
    try {
      const isError: unknown = this.settings.isError(code, this.settings.side);
      this.catchAsync('from isError', isError);
      return Boolean(isError);
    } catch (error) {
      this.caught('from isError', error);
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
      const result: unknown = settings.onEnd(
        span,
        end satisfies GrpcCallEndInfo<Metadata, Options>,
      );
      this.catchAsync('from onEnd', result);
    } catch (error) {
      this.caught('from onEnd', error);
    }
  }

  private logMessage(direction: GrpcMessageDirection, message: unknown, id: number): void {
    const { span, settings } = this;
    if (span === undefined || this.done) return;
    try {
      if (!isRecorded(span)) return;
      const payload = settings.payloadOf?.(message, direction);
      this.catchAsync('from logPayloads', payload);
      recordMessage(span, settings.logsMessages, direction, payload, id);
    } catch (error) {
      this.caught('while logging a message', error);
    }
  }
}
