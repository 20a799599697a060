// `spoor/grpc/connect`: tracing for clients and servers of Connect (@connectrpc/connect).
//
// Connect's types are described here and not imported: who does not have it can still compile this file.

import { messageOfThrown } from '../core/text/thrown-text.js';
import { activeSpan, withSpan } from '../node/scope/active-span.js';
import { KnownCallInfo } from './call-info.js';
import { CallSpan } from './call-span.js';
import { contextKeyOf, readCarrier } from './carrier.js';
import { observedMessages } from './observed-messages.js';
import type { TracingOptions } from './options.js';
import { Settings } from './settings.js';
import { CANCELLED, codeOfError, type GrpcSide, INTERNAL, OK, UNKNOWN } from './status.js';

export { notHealthOrReflection } from './not-health-or-reflection.js';

/** What is read and written of the platform's `Headers`. */
export interface ConnectHeaders {
  get(name: string): string | null;
  set(name: string, value: string): void;
  forEach(callback: (value: string, name: string) => void): void;
}

/** What is read of an `AbortSignal`. */
export interface ConnectSignal {
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
}

/** What is read of Connect's `UnaryRequest` and `StreamRequest`. */
export interface ConnectRequest {
  readonly stream: boolean;
  readonly service: { readonly typeName: string };
  readonly method: { readonly name: string; readonly methodKind: string };
  readonly header: ConnectHeaders;
  readonly signal: ConnectSignal;
  readonly message: unknown;
}

/** What is read of Connect's `UnaryResponse` and `StreamResponse`. */
export interface ConnectResponse {
  readonly stream: boolean;
  readonly header: ConnectHeaders;
  readonly trailer: ConnectHeaders;
  readonly message: unknown;
}

/** An `Interceptor` of Connect. */
export type ConnectInterceptor = <Request extends ConnectRequest, Response extends ConnectResponse>(
  next: (request: Request) => Promise<Response>,
) => (request: Request) => Promise<Response>;

/** Options of `connectInterceptor`. */
export interface ConnectTracingOptions extends TracingOptions<ConnectHeaders, undefined> {
  /** Where the interceptor stands: a transport of a client, or a router of a server. */
  readonly side: GrpcSide;
}

type ConnectSpan = CallSpan<ConnectHeaders, undefined>;

/**
 * An interceptor for Connect: for a client in the options of a transport, for a server in those of an
 * adapter or a router. A span for each call; at a client its context leaves in the headers, and its
 * parent is the active span; at a server it is a child of the context that came, and the active span
 * while the handler runs, also where that answers with a stream.
 *
 * @throws TypeError for an option of the wrong kind.
 */
export function connectInterceptor(options: ConnectTracingOptions): ConnectInterceptor {
  const side: unknown = options?.side;
  if (side !== 'client' && side !== 'server') {
    throw new TypeError(`side must be 'client' or 'server'. Received ${String(side)}`);
  }
  const settings = new Settings(side, options);
  return (next) => async (request) => {
    const method = settings.methods.of(definitionOf(request));
    let info: KnownCallInfo<ConnectHeaders, undefined> | undefined;
    if (settings.wantsInfo) {
      info = new KnownCallInfo<ConnectHeaders, undefined>(side, method, undefined);
      if (!settings.includes(info)) return next(request);
      info.note({ metadata: request.header });
    }
    const call: ConnectSpan = new CallSpan(settings, method, info);
    begin(call, request);
    const { span } = call;
    if (span === undefined) return next(request);
    // A server's handler runs below; a client's callers have an active span of their own.
    const within = side === 'server' ? <T>(run: () => T): T => withSpan(span, run) : undefined;
    try {
      const response = await run(within, () => next(observedRequest(call, request)));
      return observedResponse(call, response, within);
    } catch (error) {
      endFailed(call, error);
      throw error;
    }
  };
}

type Within = (<T>(run: () => T) => T) | undefined;

function run<T>(within: Within, fn: () => T): T {
  return within === undefined ? fn() : within(fn);
}

function definitionOf({ service, method }: ConnectRequest): {
  path: string;
  requestStream: boolean;
  responseStream: boolean;
} {
  const { name, methodKind } = method;
  return {
    path: `/${service.typeName}/${name}`,
    requestStream: methodKind === 'client_streaming' || methodKind === 'bidi_streaming',
    responseStream: methodKind === 'server_streaming' || methodKind === 'bidi_streaming',
  };
}

function begin(call: ConnectSpan, request: ConnectRequest): void {
  const { header, signal } = request;
  if (call.settings.side === 'client') {
    call.start(activeSpan());
    call.injectInto(header);
  } else {
    call.start(extract(call, header));
  }
  call.tagMetadata('request', valuesOf, header);
  // The end of every call, and the only one of a stream that its reader leaves: Connect drops `return`.
  signal.addEventListener(
    'abort',
    () => call.end(codeOfConnect(call, signal.reason, CANCELLED), detailsOf(signal.reason)),
    { once: true },
  );
}

/** The caller's context, as the tracer reads it. One that cannot be read is said, and not used. */
function extract(call: ConnectSpan, header: ConnectHeaders): object | undefined {
  const { tracer, settings } = call;
  try {
    const headers: Record<string, string> = {};
    header.forEach((value, key) => {
      headers[key] = value;
    });
    const { carrier, hasContext } = readCarrier(headers, contextKeyOf(tracer, settings.format));
    return call.usable(tracer.extract(settings.format, carrier), hasContext);
  } catch (error) {
    call.fault('extract threw', error);
    return undefined;
  }
}

/** The request, with a note of each of its messages. */
function observedRequest<Request extends ConnectRequest>(
  call: ConnectSpan,
  request: Request,
): Request {
  const direction = call.settings.side === 'client' ? 'SENT' : 'RECEIVED';
  if (!request.stream) {
    call.message(direction, request.message);
    return request;
  }
  const message = observedMessages(request.message as AsyncIterable<unknown>, {
    onMessage: (each) => call.message(direction, each),
  });
  return { ...request, message };
}

/** The response, whose end is that of the call: at once, or with the last message of a stream. */
function observedResponse<Response extends ConnectResponse>(
  call: ConnectSpan,
  response: Response,
  within: Within,
): Response {
  const direction = call.settings.side === 'client' ? 'RECEIVED' : 'SENT';
  const { header, trailer } = response;
  const end = (): void => {
    call.tagMetadata('response', valuesOf, header);
    call.tagMetadata('response', valuesOf, trailer);
    call.end(OK, 'OK', trailer);
  };
  if (!response.stream) {
    call.message(direction, response.message);
    end();
    return response;
  }
  const message = observedMessages(response.message as AsyncIterable<unknown>, {
    within,
    onMessage: (each) => call.message(direction, each),
    onEnd: end,
    onError: (error) => endFailed(call, error),
    onLeft: () => call.end(CANCELLED, 'The stream was left before its end'),
  });
  return { ...response, message };
}

function endFailed(call: ConnectSpan, error: unknown): void {
  // What is no error of Connect's leaves a server as INTERNAL.
  const otherwise = call.settings.side === 'server' ? INTERNAL : UNKNOWN;
  call.end(codeOfConnect(call, error, otherwise), detailsOf(error));
}

/** Connect's codes are those of gRPC; at a server only its own errors have them. */
function codeOfConnect(call: ConnectSpan, error: unknown, otherwise: number): number {
  const name = (error as { readonly name?: unknown } | null | undefined)?.name;
  if (call.settings.side === 'server' && name !== 'ConnectError') return otherwise;
  return codeOfError(error, otherwise);
}

function detailsOf(error: unknown): string {
  const raw = (error as { readonly rawMessage?: unknown } | null | undefined)?.rawMessage;
  return typeof raw === 'string' ? raw : messageOfThrown(error);
}

function valuesOf(header: ConnectHeaders, key: string): string[] {
  const value = header.get(key);
  return value === null ? [] : [value];
}
