import {
  type CallOptions,
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
} from '@grpc/grpc-js';
import { deliverWithin } from '../node/scope/active-span.js';
import type { KnownCallInfo } from './call-info.js';
import type { CallSpan } from './call-span.js';
import { attemptsIn, contextKeyOf, readCarrier, valuesIn } from './carrier.js';
import { keepSpanOf } from './span-of.js';
import { CANCELLED, DEADLINE_EXCEEDED } from './status.js';
import { wireStatus } from './wire-status.js';

type Status = Parameters<ServerInterceptingCall['sendStatus']>[0];
type Listener = Parameters<ServerInterceptingCall['start']>[0];

/** How much earlier than its deadline a call that its client resets is taken as too late. */
const DEADLINE_SLACK_MILLIS = 20;

/** What a server call's span is made with. */
export type ServerCallSpan = CallSpan<Metadata, CallOptions>;

/**
 * A server's call with its span. Every step goes to the next call at once, without the base class's
 * queues and closures: those are for interceptors that answer later, which this one never does.
 *
 * Its names are private for good: the base class is of another package, and may have any of its own.
 */
export class TracedServerCall extends ServerInterceptingCall {
  readonly #inner: ServerInterceptingCallInterface;
  readonly #call: ServerCallSpan;
  readonly #info: KnownCallInfo<Metadata, CallOptions> | undefined;

  constructor(
    inner: ServerInterceptingCallInterface,
    call: ServerCallSpan,
    info: KnownCallInfo<Metadata, CallOptions> | undefined,
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

  /** The first status is the one that leaves: a handler that calls back twice does not change it. */
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
 * Passes the events of a request on, with the span as the active one. All of them: the handler runs in
 * the first for streams of requests and in the last for single ones, and its streams emit in each.
 *
 * Each method takes one argument: grpc-js tells by it that they pass the event on by themselves.
 */
class TracedListener implements Listener {
  private readonly inner: ServerInterceptingCallInterface;
  private readonly call: ServerCallSpan;
  private readonly info: KnownCallInfo<Metadata, CallOptions> | undefined;
  private readonly listener: Listener;

  constructor(
    inner: ServerInterceptingCallInterface,
    call: ServerCallSpan,
    info: KnownCallInfo<Metadata, CallOptions> | undefined,
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

  /** The end of every call, and the only one that some have (https://github.com/grpc/grpc-node/issues/2771). */
  onCancel(): void {
    if (!this.call.done) this.endWithoutStatus();
    this.deliver(deliverCancel, undefined);
  }

  private begin(metadata: Metadata): void {
    const { call, info, inner } = this;
    info?.note({ call: inner, metadata });
    try {
      call.start(extract(call, metadata));
      if (call.span === undefined) return;
      keepSpanOf(metadata, call.span);
      call.tagRequest(inner, attemptsIn(metadata));
      call.tagMetadata('request', valuesIn, metadata);
    } catch (error) {
      call.fault('starting the span threw', error);
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
 * A client whose deadline passes resets the stream. That arrives at about the deadline as the server
 * knows it, which is later than the client's by the way of the request.
 */
function isPast(call: ServerInterceptingCallInterface): boolean {
  return Date.now() >= Number(call.getDeadline()) - DEADLINE_SLACK_MILLIS;
}

/** The caller's context, as the tracer reads it. One that cannot be read is said, and not used. */
function extract(call: ServerCallSpan, metadata: Metadata): object | undefined {
  const { tracer } = call;
  const { format } = call.settings;
  try {
    const key = contextKeyOf(tracer, format);
    const headers = metadata.getMap();
    const contexts = metadata.get(key);
    if (contexts.length > 1) headers[key] = contexts[contexts.length - 1]!;
    const { carrier, hasContext } = readCarrier(headers, key);
    return call.usable(tracer.extract(format, carrier), hasContext);
  } catch (error) {
    call.fault('extract threw', error);
    return undefined;
  }
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
