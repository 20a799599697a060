// `spoor/grpc/nice`: tracing for clients of nice-grpc. Its servers take `serverInterceptor` of `spoor/grpc`.
//
// nice-grpc's types are described here and not imported: who does not have it can still compile this file.

import { messageOfThrown } from '../core/text/thrown-text.js';
import { activeSpan } from '../node/scope/active-span.js';
import { KnownCallInfo } from './call-info.js';
import { CallSpan } from './call-span.js';
import type { MethodDefinition } from './method.js';
import { copyOfMetadata, type NiceMetadata } from './nice-metadata.js';
import type { TracingOptions } from './options.js';
import { parentIn } from './parent-option.js';
import { Settings } from './settings.js';
import { CANCELLED, codeOfError, OK } from './status.js';

export { notHealthOrReflection } from './not-health-or-reflection.js';
export { withParent } from './parent-option.js';
export type { NiceMetadata } from './nice-metadata.js';

/** What is read and written of nice-grpc's `CallOptions`. */
export interface NiceCallOptions {
  metadata?: NiceMetadata;
  onHeader?(header: NiceMetadata): void;
  onTrailer?(trailer: NiceMetadata): void;
}

/** What is read of nice-grpc's `ClientMiddlewareCall`. */
export interface NiceClientCall<Request, Response> {
  readonly method: MethodDefinition;
  readonly request: Request | AsyncIterable<Request>;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  next(
    request: Request | AsyncIterable<Request>,
    options: NiceCallOptions,
  ): AsyncGenerator<Response, Response | void, undefined>;
}

/** A `ClientMiddleware` of nice-grpc. */
export type NiceClientMiddleware = <Request, Response>(
  call: NiceClientCall<Request, Response>,
  options: NiceCallOptions,
) => AsyncGenerator<Response, Response | void, undefined>;

/** Options of `niceGrpcClientMiddleware`. All may be left out. */
export type NiceTracingOptions = TracingOptions<NiceMetadata, NiceCallOptions>;

type NiceSpan = CallSpan<NiceMetadata, NiceCallOptions>;

/**
 * A middleware for a client factory of nice-grpc: `createClientFactory().use(...)`. A span for each
 * call, and its context in the call's metadata. The parent is what `withParent` says in the call's
 * options, else the active span.
 *
 * @throws TypeError for an option of the wrong kind.
 */
export function niceGrpcClientMiddleware(options?: NiceTracingOptions): NiceClientMiddleware {
  const settings = new Settings('client', options);
  return async function* tracingMiddleware(call, callOptions) {
    const method = settings.methods.of(call.method);
    const info = settings.wantsInfo
      ? new KnownCallInfo<NiceMetadata, NiceCallOptions>('client', method, undefined, callOptions)
      : undefined;
    if (info !== undefined && !settings.includes(info)) {
      return yield* call.next(call.request, callOptions);
    }
    const traced: NiceSpan = new CallSpan(settings, method, info);
    const own = begin(traced, callOptions, info);
    const request = observed(traced, call);
    try {
      const answers = call.next(request, own);
      const answer = call.responseStream
        ? yield* received(traced, answers)
        : messageReceived(traced, yield* answers);
      traced.end(OK, 'OK');
      return answer;
    } catch (error) {
      traced.end(codeOfError(error), detailsOf(error));
      throw error;
    } finally {
      // Whoever leaves the stream of responses before its end comes through here, and nice-grpc cancels.
      traced.end(CANCELLED, 'The stream was left before its status');
    }
  };
}

/** Starts the span; answers with the options that go on. */
function begin(
  traced: NiceSpan,
  options: NiceCallOptions,
  info: KnownCallInfo<NiceMetadata, NiceCallOptions> | undefined,
): NiceCallOptions {
  const given = parentIn(options);
  info?.note({ metadata: options.metadata });
  traced.start(given === undefined ? activeSpan() : (given ?? undefined));
  if (traced.span === undefined) return options;
  const metadata = copyOfMetadata(options.metadata);
  traced.tagMetadata('request', allOf, metadata);
  traced.injectInto(metadata);
  const own: NiceCallOptions = { ...options, metadata };
  return traced.settings.responseKeys.length === 0 ? own : withHeaders(traced, own);
}

/** The options, with a look at what comes back. */
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

/** The request, and a note of each message that leaves with it. */
function observed<Request, Response>(
  traced: NiceSpan,
  call: NiceClientCall<Request, Response>,
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

/** nice-grpc's errors have the details by themselves; their message says more. */
function detailsOf(error: unknown): string {
  const details = (error as { readonly details?: unknown } | null | undefined)?.details;
  return typeof details === 'string' ? details : messageOfThrown(error);
}
