// nice-grpc's types are declared here and not imported, so that programs without nice-grpc compile.

import { messageOfThrown } from '../../core/text/thrown-text.js';
import { activeSpan } from '../../node/scope/active-span.js';
import { MutableCallInfo } from '../call/call-info.js';
import type { GrpcMethodDefinition } from '../call/method.js';
import { CANCELLED, codeOfError, OK } from '../call/status.js';
import type { GrpcTracingOptions } from '../settings/options.js';
import { Settings } from '../settings/settings.js';
import { CallSpan } from '../span/call-span.js';
import { parentIn } from '../span/parent-option.js';
import { injectInto } from '../span/propagation.js';
import { copyOfMetadata, NICE_METADATA_SHAPE, type NiceMetadata } from './nice-metadata.js';

/** The part of nice-grpc's `CallOptions` that the middleware uses. */
export interface NiceCallOptions {
  metadata?: NiceMetadata;
  onHeader?(header: NiceMetadata): void;
  onTrailer?(trailer: NiceMetadata): void;
}

/** The part of nice-grpc's `ClientMiddlewareCall` that the middleware uses. */
export interface NiceClientMiddlewareCall<Request, Response> {
  readonly method: GrpcMethodDefinition;
  readonly request: Request | AsyncIterable<Request>;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  next(
    request: Request | AsyncIterable<Request>,
    options: NiceCallOptions,
  ): AsyncGenerator<Response, Response | void, undefined>;
}

/**
 * nice-grpc's `ClientMiddleware`. `options` are `NiceCallOptions`; named so, nice-grpc would infer that
 * every call must have all of them.
 */
export type NiceClientMiddleware = <Request, Response>(
  call: NiceClientMiddlewareCall<Request, Response>,
  options: object,
) => AsyncGenerator<Response, Response | void, undefined>;

type NiceSpan = CallSpan<NiceMetadata, NiceCallOptions>;

/**
 * Client middleware for nice-grpc: `createClientFactory().use(...)`. Starts a span for each call and
 * injects its context into a copy of the metadata. The parent is the one set by `withParent` in the call
 * options, else the active span.
 *
 * @throws TypeError for an option of the wrong type.
 */
export function niceGrpcClientMiddleware(
  tracingOptions?: GrpcTracingOptions<NiceMetadata, NiceCallOptions>,
): NiceClientMiddleware {
  const settings = new Settings('client', tracingOptions);
  return async function* tracingMiddleware(call, options) {
    const callOptions: NiceCallOptions = options;
    const method = settings.methods.of(call.method);
    const info = settings.wantsInfo
      ? new MutableCallInfo<NiceMetadata, NiceCallOptions>('client', method, undefined, callOptions)
      : undefined;
    if (info !== undefined && !settings.includes(info)) {
      return yield* call.next(call.request, callOptions);
    }
    const traced: NiceSpan = new CallSpan(settings, method, info);
    const tracedOptions = begin(traced, callOptions, info);
    const request = observed(traced, call);
    try {
      const responses = call.next(request, tracedOptions);
      const response = call.responseStream
        ? yield* received(traced, responses)
        : messageReceived(traced, yield* responses);
      traced.end(OK, 'OK');
      return response;
    } catch (error) {
      traced.end(codeOfError(error), detailsOf(error));
      throw error;
    } finally {
      // Runs without a status if the reader leaves the response stream early. nice-grpc then cancels.
      traced.end(CANCELLED, 'The reader left the response stream before its end');
    }
  };
}

/** Starts the span. Returns the options for the next middleware. */
function begin(
  traced: NiceSpan,
  options: NiceCallOptions,
  info: MutableCallInfo<NiceMetadata, NiceCallOptions> | undefined,
): NiceCallOptions {
  const given = parentIn(options);
  info?.note({ metadata: options.metadata });
  traced.start(given === undefined ? activeSpan() : (given ?? undefined));
  if (traced.span === undefined) return options;
  const metadata = copyOfMetadata(options.metadata);
  traced.tagMetadata('request', allOf, metadata);
  injectInto(traced, metadata, NICE_METADATA_SHAPE);
  const next: NiceCallOptions = { ...options, metadata };
  return traced.settings.responseKeys.length === 0 ? next : withHeaders(traced, next);
}

/** Options whose callbacks also tag the response metadata. */
function withHeaders(traced: NiceSpan, options: NiceCallOptions): NiceCallOptions {
  return {
    ...options,
    onHeader: (header) => {
      traced.tagMetadata('response', allOf, header);
      options.onHeader?.(header);
    },
    onTrailer: (trailer) => {
      traced.tagMetadata('response', allOf, trailer);
      options.onTrailer?.(trailer);
    },
  };
}

/** The request, with each sent message counted and logged. */
function observed<Request, Response>(
  traced: NiceSpan,
  call: NiceClientMiddlewareCall<Request, Response>,
): Request | AsyncIterable<Request> {
  if (call.requestStream) return sent(traced, call.request as AsyncIterable<Request>);
  traced.message('SENT', call.request);
  return call.request;
}

async function* sent<Message>(
  traced: NiceSpan,
  messages: AsyncIterable<Message>,
): AsyncGenerator<Message, void, undefined> {
  for await (const message of messages) {
    traced.message('SENT', message);
    yield message;
  }
}

async function* received<Message>(
  traced: NiceSpan,
  messages: AsyncGenerator<Message, Message | void, undefined>,
): AsyncGenerator<Message, Message | void, undefined> {
  for await (const message of messages) {
    traced.message('RECEIVED', message);
    yield message;
  }
}

function messageReceived<Message>(traced: NiceSpan, message: Message): Message {
  traced.message('RECEIVED', message);
  return message;
}

function allOf(metadata: NiceMetadata, key: string): readonly unknown[] {
  return metadata.getAll(key);
}

/** nice-grpc's errors have the status details in a field; their message adds path and code. */
function detailsOf(error: unknown): string {
  const details = (error as { readonly details?: unknown } | null | undefined)?.details;
  return typeof details === 'string' ? details : messageOfThrown(error);
}
