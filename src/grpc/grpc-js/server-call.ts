import {
  type CallOptions,
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
} from '@grpc/grpc-js';
import { deliverWithin } from '../../node/scope/active-span.js';
import type { MutableCallInfo } from '../call/call-info.js';
import { CANCELLED, DEADLINE_EXCEEDED } from '../call/status.js';
import { lastContext } from '../carrier/read-carrier.js';
import type { CallSpan } from '../span/call-span.js';
import { extractParent } from '../span/propagation.js';
import { attemptsIn, valuesIn } from './metadata.js';
import { keepSpanOf } from './span-of.js';
import { wireStatus } from './wire-status.js';

type Status = Parameters<ServerInterceptingCall['sendStatus']>[0];
type Listener = Parameters<ServerInterceptingCall['start']>[0];

/** A call that the client resets counts as too late from this many milliseconds before its deadline. */
const DEADLINE_SLACK_MILLIS = 20;

/** The span of a server call. */
type ServerCallSpan = CallSpan<Metadata, CallOptions>;

/**
 * A server call with its span. Each method calls the next call synchronously and bypasses the queues and
 * closures of the base class, which only interceptors with asynchronous steps need.
 *
 * Fields are `#private`, because the base class belongs to another package and may use any name.
 */
export class TracedServerCall extends ServerInterceptingCall {
  readonly #inner: ServerInterceptingCallInterface;
  readonly #call: ServerCallSpan;
  readonly #info: MutableCallInfo<Metadata, CallOptions> | undefined;

  constructor(
    inner: ServerInterceptingCallInterface,
    call: ServerCallSpan,
    info: MutableCallInfo<Metadata, CallOptions> | undefined,
  ) {
    super(inner);
    this.#inner = inner;
    this.#call = call;
    this.#info = info;
  }

  override start(listener: Listener): void {
    this.#inner.start(new TracedListener(this.#inner, this.#call, this.#info, listener));
  }

  override sendMetadata(metadata: Metadata): void {
    this.#call.tagMetadata('response', valuesIn, metadata);
    this.#inner.sendMetadata(metadata);
  }

  override sendMessage(message: unknown, callback: () => void): void {
    this.#call.message('SENT', message);
    this.#inner.sendMessage(message, callback);
  }

  /** grpc-js sends the first status: a handler that calls back twice does not change it. */
  override sendStatus(status: Status): void {
    const call = this.#call;
    const { code, details, metadata } = status;
    if (!call.done) {
      call.tagMetadata('response', valuesIn, metadata ?? undefined);
      call.end(code, details, metadata ?? undefined);
    }
    this.#inner.sendStatus(status);
  }
}

/**
 * Forwards every event of a request with the span active. The handler runs inside the first event for
 * request streams and inside the last for single requests, and its streams emit inside each event.
 *
 * Each method must declare exactly one parameter: grpc-js checks `fn.length` to see whether a listener
 * forwards events itself.
 */
class TracedListener implements Listener {
  private readonly inner: ServerInterceptingCallInterface;
  private readonly call: ServerCallSpan;
  private readonly info: MutableCallInfo<Metadata, CallOptions> | undefined;
  private readonly listener: Listener;

  constructor(
    inner: ServerInterceptingCallInterface,
    call: ServerCallSpan,
    info: MutableCallInfo<Metadata, CallOptions> | undefined,
    listener: Listener,
  ) {
    this.inner = inner;
    this.call = call;
    this.info = info;
    this.listener = listener;
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.begin(metadata);
    this.deliver(deliverMetadata, metadata);
  }

  onReceiveMessage(message: unknown): void {
    this.call.message('RECEIVED', message);
    this.deliver(deliverMessage, message);
  }

  onReceiveHalfClose(): void {
    this.deliver(deliverHalfClose, undefined);
  }

  /** Ends every call, also after a status (https://github.com/grpc/grpc-node/issues/2771). */
  onCancel(): void {
    if (!this.call.done) this.endWithoutStatus();
    this.deliver(deliverCancel, undefined);
  }

  private begin(metadata: Metadata): void {
    const { call, info, inner } = this;
    info?.note({ call: inner, metadata });
    try {
      call.start(extractParent(call, headersOf, metadata));
      if (call.span === undefined) return;
      keepSpanOf(metadata, call.span);
      call.tagRequest(inner, attemptsIn(metadata));
      call.tagMetadata('request', valuesIn, metadata);
    } catch (error) {
      call.caught('while starting the span', error);
    }
  }

  private deliver<A>(deliver: (listener: Listener, argument: A) => void, argument: A): void {
    const { span } = this.call;
    if (span === undefined) deliver(this.listener, argument);
    else deliverWithin(span, deliver, this.listener, argument);
  }

  private endWithoutStatus(): void {
    const { call, inner } = this;
    const sent = wireStatus(inner);
    if (sent !== undefined) call.end(sent.code, sent.details);
    else if (isPast(inner)) call.end(DEADLINE_EXCEEDED, 'Deadline exceeded');
    else call.end(CANCELLED, 'Cancelled');
  }
}

/**
 * Whether a reset counts as an exceeded deadline. A client resets the stream when its deadline passes.
 * The server's deadline is later than the client's, by the time that the request took to arrive.
 */
function isPast(call: ServerInterceptingCallInterface): boolean {
  return Date.now() >= Number(call.getDeadline()) - DEADLINE_SLACK_MILLIS;
}

/**
 * Plain object of the metadata. `getMap` returns the first value of a key; where the context has several, of
 * each key the last one counts.
 */
function headersOf(metadata: Metadata, contextKey: string): Record<string, unknown> {
  const headers = metadata.getMap();
  const contexts = metadata.get(contextKey);
  if (contexts.length < 2) return headers;
  for (const key in headers) headers[key] = metadata.get(key).at(-1)!;
  headers[contextKey] = lastContext(contexts.join(','));
  return headers;
}

function deliverMetadata(listener: Listener, metadata: Metadata): void {
  listener.onReceiveMetadata(metadata);
}

function deliverMessage(listener: Listener, message: unknown): void {
  listener.onReceiveMessage(message);
}

function deliverHalfClose(listener: Listener): void {
  listener.onReceiveHalfClose();
}

function deliverCancel(listener: Listener): void {
  listener.onCancel();
}
