import { AsyncResource } from 'node:async_hooks';
import {
  type CallOptions,
  InterceptingCall,
  type InterceptorOptions,
  type Metadata,
  type StatusObject,
} from '@grpc/grpc-js';
import { textOfThrown } from '../../core/text/thrown-text.js';
import { activeSpan } from '../../node/scope/active-span.js';
import type { MutableCallInfo } from '../call/call-info.js';
import { CANCELLED, codeOfError, DEADLINE_EXCEEDED, OK, UNIMPLEMENTED } from '../call/status.js';
import type { CallSpan } from '../span/call-span.js';
import { parentIn } from '../span/parent-option.js';
import { injectIntoCopy } from '../span/propagation.js';
import { surfaceIn } from './client-options.js';
import { attemptsIn, METADATA_SHAPE, valuesIn } from './metadata.js';
import { spanOf } from './span-of.js';

type InnerCall = ConstructorParameters<typeof InterceptingCall>[0];
type MessageContext = Parameters<InterceptingCall['sendMessageWithContext']>[0];

/** Listener for the response, as grpc-js passes it. Each method may be missing. */
interface Listener {
  onReceiveMetadata?(metadata: Metadata): void;
  onReceiveMessage?(message: unknown): void;
  onReceiveStatus?(status: StatusObject): void;
}

/** The span of a client call. */
type ClientCallSpan = CallSpan<Metadata, CallOptions>;

/** Bit of gRPC's `propagate_flags`: the deadline of the parent call applies to this call. */
const PROPAGATE_DEADLINE = 1;
/** Milliseconds after the deadline when a span ends whose call grpc-js does not end. */
const DEADLINE_GRACE_MILLIS = 100;
/** Maximum delay of a timer, in milliseconds. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/**
 * A client call with its span. Each method calls the next call synchronously and bypasses the queues and
 * closures of the base class, which only interceptors with asynchronous steps need.
 *
 * Fields are `#private`, because the base class belongs to another package and may use any name.
 */
export class TracedClientCall extends InterceptingCall {
  readonly #inner: InnerCall;
  readonly #options: InterceptorOptions;
  readonly #call: ClientCallSpan;
  readonly #info: MutableCallInfo<Metadata, CallOptions> | undefined;
  #started = false;
  #cancelled: { readonly code: number; readonly details: string } | undefined = undefined;

  constructor(
    inner: InnerCall,
    options: InterceptorOptions,
    call: ClientCallSpan,
    info: MutableCallInfo<Metadata, CallOptions> | undefined,
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
      call.caught('while watching the call', error);
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

  /** Starts the span. Returns the metadata to send. */
  #begin(metadata: Metadata): Metadata {
    const call = this.#call;
    this.#info?.note({ metadata });
    try {
      call.start(parentOf(this.#options));
      call.tagMetadata('request', valuesIn, metadata);
      return injectIntoCopy(call, metadata, METADATA_SHAPE);
    } catch (error) {
      call.caught('while starting the span', error);
      return metadata;
    }
  }

  /**
   * grpc-js reports the status in the event loop turn of the cancellation. It reports none if another
   * interceptor has not started the call yet (https://github.com/grpc/grpc-node/issues/1985).
   */
  #endIfCancelled(): void {
    const call = this.#call;
    const cancelled = this.#cancelled;
    if (cancelled === undefined || call.done) return;
    setImmediate(() => call.end(cancelled.code, cancelled.details));
  }

  /** A reader that leaves a response stream without `cancel()` gets no status, but the stream closes. */
  #endWithSurface(): void {
    const call = this.#call;
    const surface = surfaceIn(this.#options);
    surface?.once('close', () =>
      call.end(CANCELLED, 'The response stream was closed before the status arrived'),
    );
  }

  /**
   * grpc-js ends a call at its deadline, unless another interceptor, outside or inside this one, has not
   * started it by then. Only calls where that can happen get a timer.
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
 * Forwards the response of a call in the async context of the caller. Without it, calls that waited for a
 * connection would get their responses in the async context of the call that opened it.
 *
 * Each method must declare exactly one parameter: grpc-js checks `fn.length` to see whether a listener
 * forwards events itself.
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

  /** Ends the span before forwarding the status: the user's listener may throw. */
  onReceiveStatus(status: StatusObject): void {
    const { call, listener } = this;
    const { metadata } = status;
    if (!call.done) {
      call.tagMetadata('response', valuesIn, metadata);
      const attempts = this.hasMetadata ? this.attempts : attemptsIn(metadata);
      const { code, details } = lacksMessage(call, status) ? NO_MESSAGE : status;
      call.end(code, details, metadata, this.inner, attempts);
    }
    const receive = listener?.onReceiveStatus;
    if (receive !== undefined) this.runInAsyncScope(receive, listener, status);
  }
}

/** The status that grpc-js passes to the user in place of an OK without a response message. */
const NO_MESSAGE = { code: UNIMPLEMENTED, details: 'No message received' };

function lacksMessage(call: ClientCallSpan, { code }: StatusObject): boolean {
  return code === OK && call.received === 0 && !call.method.responseStream;
}

/**
 * The parent of `withParent`, else the active span, else the span of the server call in grpc-js's option
 * `parent`. Undefined: the span is a root.
 */
function parentOf(options: InterceptorOptions): object | undefined {
  const given = parentIn(options);
  if (given !== undefined) return given ?? undefined;
  return activeSpan() ?? (options.parent ? spanOf(options.parent) : undefined);
}

/** Deadline in milliseconds since the Unix epoch. Infinity: none. */
function deadlineOf(options: InterceptorOptions): number {
  const { deadline = Number.POSITIVE_INFINITY, parent } = options;
  const own = Number(deadline);
  if (parent === undefined || ((options.propagate_flags ?? -1) & PROPAGATE_DEADLINE) === 0) {
    return own;
  }
  return Math.min(own, Number(parent.getDeadline()));
}

/** Whether this is grpc-js's innermost call and not another interceptor's. Reads a private field. */
function isBaseCall(call: InnerCall): boolean {
  return 'methodDefinition' in call;
}
