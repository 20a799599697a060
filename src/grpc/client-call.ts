import { AsyncResource } from 'node:async_hooks';
import {
  type CallOptions,
  InterceptingCall,
  type InterceptorOptions,
  type Metadata,
  type StatusObject,
} from '@grpc/grpc-js';
import { textOfThrown } from '../core/text/thrown-text.js';
import { activeSpan } from '../node/scope/active-span.js';
import type { KnownCallInfo } from './call-info.js';
import { surfaceIn } from './call-options.js';
import type { CallSpan } from './call-span.js';
import { attemptsIn, valuesIn } from './carrier.js';
import { parentIn } from './parent-option.js';
import { spanOf } from './span-of.js';
import { CANCELLED, codeOfError, DEADLINE_EXCEEDED, OK, UNIMPLEMENTED } from './status.js';

type InnerCall = ConstructorParameters<typeof InterceptingCall>[0];
type MessageContext = Parameters<InterceptingCall['sendMessageWithContext']>[0];

/** Who hears of a call's answer, as grpc-js gives it; any of the three may be missing. */
interface Listener {
  onReceiveMetadata?(metadata: Metadata): void;
  onReceiveMessage?(message: unknown): void;
  onReceiveStatus?(status: StatusObject): void;
}

/** What a client call's span is made with. */
export type ClientCallSpan = CallSpan<Metadata, CallOptions>;

/** gRPC's `propagate_flags`: the deadline of the parent call is one of this call too. */
const PROPAGATE_DEADLINE = 1;
/** How long after its deadline a call that grpc-js does not end is ended here, in milliseconds. */
const DEADLINE_GRACE_MILLIS = 100;
/** The longest timer there is. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/**
 * A client's call with its span. Every step goes to the next call at once, without the base class's
 * queues and closures: those are for interceptors that answer later, which this one never does.
 *
 * Its names are private for good: the base class is of another package, and may have any of its own.
 */
export class TracedClientCall extends InterceptingCall {
  readonly #inner: InnerCall;
  readonly #options: InterceptorOptions;
  readonly #call: ClientCallSpan;
  readonly #info: KnownCallInfo<Metadata, CallOptions> | undefined;
  #started = false;
  #cancelled: { readonly code: number; readonly details: string } | undefined = undefined;

  constructor(
    inner: InnerCall,
    options: InterceptorOptions,
    call: ClientCallSpan,
    info: KnownCallInfo<Metadata, CallOptions> | undefined,
  ) {
    super(inner);
    this.#inner = inner;
    this.#options = options;
    this.#call = call;
    this.#info = info;
    info?.note({ call: inner });
  }

  override start(metadata: Metadata, listener?: Listener): void {
    const call = this.#call;
    const inner = this.#inner;
    this.#started = true;
    const outgoing = this.#begin(metadata);
    try {
      inner.start(outgoing, new TracedListener(call, inner, listener));
    } catch (error) {
      call.end(codeOfError(error), textOfThrown(error));
      throw error;
    }
    if (call.span === undefined || call.done) return;
    try {
      this.#endWithSurface();
      this.#endAfterDeadline();
    } catch (error) {
      call.fault('watching the call threw', error);
    }
    this.#endIfCancelled();
  }

  override sendMessage(message: unknown): void {
    this.#call.message('SENT', message);
    this.#inner.sendMessage(message);
  }

  override sendMessageWithContext(context: MessageContext, message: unknown): void {
    this.#call.message('SENT', message);
    this.#inner.sendMessageWithContext(context, message);
  }

  override halfClose(): void {
    this.#inner.halfClose();
  }

  override cancelWithStatus(code: number, details: string): void {
    this.#inner.cancelWithStatus(code, details);
    this.#cancelled ??= { code, details };
    if (this.#started) this.#endIfCancelled();
  }

  /** Starts the span; answers with the metadata that leaves. */
  #begin(metadata: Metadata): Metadata {
    const call = this.#call;
    this.#info?.note({ metadata });
    try {
      call.start(parentOf(this.#options));
      call.tagMetadata('request', valuesIn, metadata);
      return call.inject(metadata);
    } catch (error) {
      call.fault('starting the span threw', error);
      return metadata;
    }
  }

  /**
   * A status follows a cancellation within the same turn of the loop, unless another interceptor had
   * not passed the call on yet: then grpc-js never says a word
   * (https://github.com/grpc/grpc-node/issues/1985).
   */
  #endIfCancelled(): void {
    const call = this.#call;
    const cancelled = this.#cancelled;
    if (cancelled === undefined || call.done) return;
    setImmediate(() => call.end(cancelled.code, cancelled.details));
  }

  /** Whoever breaks off a stream of responses without `cancel()` gets no status; the stream closes. */
  #endWithSurface(): void {
    const call = this.#call;
    const surface = surfaceIn(this.#options);
    surface?.once('close', () => call.end(CANCELLED, 'The stream was closed before its status'));
  }

  /**
   * grpc-js ends every call at its deadline, but for one that another interceptor had not passed on by
   * then: below this one, or above it. Only those get a timer.
   */
  #endAfterDeadline(): void {
    const deadline = deadlineOf(this.#options);
    if (deadline === Number.POSITIVE_INFINITY) return;
    const left = deadline - Date.now();
    if (!(left <= MAX_TIMER_MILLIS - DEADLINE_GRACE_MILLIS)) return;
    if (left > 0 && isBaseCall(this.#inner)) return;
    const delay = Math.max(left, 0) + DEADLINE_GRACE_MILLIS;
    this.#call.endAfter(delay, DEADLINE_EXCEEDED, 'Deadline exceeded');
  }
}

/**
 * Passes the answer of a call on, in the asynchronous context of the caller. Without that, calls that
 * waited for one connection hear their answers in the context of the one that opened it.
 *
 * Each method takes one argument: grpc-js tells by it that they pass the event on by themselves.
 */
class TracedListener extends AsyncResource {
  private readonly call: ClientCallSpan;
  private readonly inner: InnerCall;
  private readonly listener: Listener | undefined;
  private hasMetadata = false;
  private attempts: unknown = undefined;

  constructor(call: ClientCallSpan, inner: InnerCall, listener: Listener | undefined) {
    super('SpoorGrpcCall');
    this.call = call;
    this.inner = inner;
    this.listener = listener;
  }

  onReceiveMetadata(metadata: Metadata): void {
    const { call, listener } = this;
    this.hasMetadata = true;
    this.attempts = attemptsIn(metadata);
    call.tagMetadata('response', valuesIn, metadata);
    const receive = listener?.onReceiveMetadata;
    if (receive !== undefined) this.runInAsyncScope(receive, listener, metadata);
  }

  onReceiveMessage(message: unknown): void {
    const { listener } = this;
    this.call.message('RECEIVED', message);
    const receive = listener?.onReceiveMessage;
    if (receive !== undefined) this.runInAsyncScope(receive, listener, message);
  }

  /** The span ends before the application hears of the status: what it does then may throw. */
  onReceiveStatus(status: StatusObject): void {
    const { call, listener } = this;
    const { metadata } = status;
    if (!call.done) {
      call.tagMetadata('response', valuesIn, metadata);
      const attempts = this.hasMetadata ? this.attempts : attemptsIn(metadata);
      const { code, details } = isWithoutMessage(call, status) ? NO_MESSAGE : status;
      call.end(code, details, metadata, this.inner, attempts);
    }
    const receive = listener?.onReceiveStatus;
    if (receive !== undefined) this.runInAsyncScope(receive, listener, status);
  }
}

/** What grpc-js says to the application in place of an OK without the one message that it promises. */
const NO_MESSAGE = { code: UNIMPLEMENTED, details: 'No message received' };

function isWithoutMessage(call: ClientCallSpan, { code }: StatusObject): boolean {
  return code === OK && call.received === 0 && !call.method.responseStream;
}

/**
 * What `withParent` said; else the active span; else the span of the server call that the options
 * name as the parent, for its deadline. Undefined: the span is a root.
 */
function parentOf(options: InterceptorOptions): object | undefined {
  const given = parentIn(options);
  if (given !== undefined) return given ?? undefined;
  return activeSpan() ?? (options.parent ? spanOf(options.parent) : undefined);
}

/** In milliseconds since the Unix epoch; Infinity where there is none. */
function deadlineOf(options: InterceptorOptions): number {
  const { deadline = Number.POSITIVE_INFINITY, parent } = options;
  const own = Number(deadline);
  if (parent === undefined || ((options.propagate_flags ?? -1) & PROPAGATE_DEADLINE) === 0) {
    return own;
  }
  return Math.min(own, Number(parent.getDeadline()));
}

/** Whether the call is grpc-js's own, and not another interceptor's. Private: when in doubt, no. */
function isBaseCall(call: InnerCall): boolean {
  return 'methodDefinition' in call;
}
