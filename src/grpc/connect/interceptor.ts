import { messageOfThrown } from '../../core/text/thrown-text.js';
import { activeSpan, withSpan } from '../../node/scope/active-span.js';
import { MutableCallInfo } from '../call/call-info.js';
import type { GrpcMethodDefinition } from '../call/method.js';
import { CANCELLED, codeOfError, type GrpcSide, INTERNAL, OK, UNKNOWN } from '../call/status.js';
import type { MetadataShape } from '../carrier/metadata-room.js';
import type { GrpcTracingOptions } from '../settings/options.js';
import { Settings } from '../settings/settings.js';
import { CallSpan } from '../span/call-span.js';
import { extractParent, injectInto } from '../span/propagation.js';
import type {
  ConnectHeaders,
  ConnectInterceptor,
  ConnectRequest,
  ConnectResponse,
} from './connect-types.js';
import { observedMessages } from './observed-messages.js';

/** Options of `connectInterceptor`. */
export interface ConnectTracingOptions extends GrpcTracingOptions<ConnectHeaders, undefined> {
  /** 'client' for a transport, 'server' for an adapter or a router. */
  readonly side: GrpcSide;
}

/** Values of one name are joined to one header. */
const HEADERS_SHAPE: MetadataShape<ConnectHeaders> = {
  eachHeader: (header, visit) => header.forEach((value, key) => visit(key, value.length)),
  remove: (header, key) => header.delete(key),
};

type ConnectSpan = CallSpan<ConnectHeaders, undefined>;

/**
 * Interceptor for Connect: at a client an option of a transport, at a server an option of an adapter or a
 * router. Starts a span for each call. At a client its parent is the active span, and its context is
 * injected into the headers. At a server it is a child of the context in the headers, and the active span
 * in the handler, including handlers that return a stream.
 *
 * @throws TypeError for an option of the wrong type.
 */
export function connectInterceptor(options: ConnectTracingOptions): ConnectInterceptor {
  const side: unknown = options?.side;
  if (side !== 'client' && side !== 'server') {
    throw new TypeError(`side must be 'client' or 'server'. Received ${String(side)}`);
  }
  const settings = new Settings(side, options);
  return (next) => async (request) => {
    const method = settings.methods.of(definitionOf(request));
    let info: MutableCallInfo<ConnectHeaders, undefined> | undefined;
    if (settings.wantsInfo) {
      info = new MutableCallInfo<ConnectHeaders, undefined>(side, method, undefined);
      if (!settings.includes(info)) return next(request);
      info.note({ metadata: request.header });
    }
    const call: ConnectSpan = new CallSpan(settings, method, info);
    begin(call, request);
    const { span } = call;
    if (span === undefined) return next(request);
    // Only a server's handler runs with the span active. A client's caller keeps its own active span.
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

function definitionOf({ service, method }: ConnectRequest): GrpcMethodDefinition {
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
    injectInto(call, header, HEADERS_SHAPE);
  } else {
    call.start(extractParent(call, headersOf, header));
  }
  call.tagMetadata('request', valuesOf, header);
  // Aborts at the end of every call. A stream that its reader leaves ends only here: Connect does not
  // forward `return` to the stream.
  signal.addEventListener(
    'abort',
    () => call.end(codeOfConnect(call, signal.reason, CANCELLED), detailsOf(signal.reason)),
    { once: true },
  );
}

function headersOf(header: ConnectHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  header.forEach((value, key) => {
    headers[key] = value;
  });
  return headers;
}

/** The request, with each message counted and logged. */
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

/** The response. Ends the span: at once, or with the last message of a stream. */
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
    onLeft: () => call.end(CANCELLED, 'The reader left the response stream before its end'),
  });
  return { ...response, message };
}

function endFailed(call: ConnectSpan, error: unknown): void {
  // A Connect server sends INTERNAL for exceptions other than ConnectError.
  const otherwise = call.settings.side === 'server' ? INTERNAL : UNKNOWN;
  call.end(codeOfConnect(call, error, otherwise), detailsOf(error));
}

/** Connect uses gRPC's codes. At a server only a ConnectError's code is sent. */
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
