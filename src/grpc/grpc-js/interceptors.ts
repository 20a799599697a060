import type {
  CallOptions,
  ClientOptions,
  InterceptingCall,
  Interceptor,
  Metadata,
  ServerInterceptingCall,
  ServerInterceptor,
} from '@grpc/grpc-js';
import { KnownCallInfo } from '../call/call-info.js';
import { withTracing } from './client-options.js';
import { CallSpan } from '../span/call-span.js';
import { TracedClientCall } from './client-call.js';
import type { TracingOptions } from '../settings/options.js';
import { TracedServerCall } from './server-call.js';
import { Settings } from '../settings/settings.js';

/** Options of the interceptors. All may be left out. */
export type GrpcTracingOptions = TracingOptions<Metadata, CallOptions>;

/**
 * An interceptor for a client of `@grpc/grpc-js`: a span for each call, and its context in the call's
 * metadata. The parent is what `withParent` says, else the active span.
 *
 * @throws TypeError for an option of the wrong kind.
 */
export function clientInterceptor(options?: GrpcTracingOptions): Interceptor {
  const settings = new Settings('client', options);
  return function tracingInterceptor(callOptions, nextCall): InterceptingCall {
    const method = settings.methods.of(callOptions.method_definition);
    let info: KnownCallInfo<Metadata, CallOptions> | undefined;
    if (settings.wantsInfo) {
      info = new KnownCallInfo('client', method, callOptions.deadline, callOptions);
      if (!settings.includes(info)) return nextCall(callOptions) as InterceptingCall;
    }
    const call = new CallSpan(settings, method, info);
    return new TracedClientCall(nextCall(callOptions), callOptions, call, info);
  };
}

/**
 * An interceptor for a server of `@grpc/grpc-js`: a span for each call, a child of the context that
 * came with it. While the handler runs it is the active span, and `spanOf(call)`.
 *
 * @throws TypeError for an option of the wrong kind.
 */
export function serverInterceptor(options?: GrpcTracingOptions): ServerInterceptor {
  const settings = new Settings('server', options);
  return function tracingInterceptor(definition, next): ServerInterceptingCall {
    const method = settings.methods.of(definition);
    let info: KnownCallInfo<Metadata, CallOptions> | undefined;
    if (settings.wantsInfo) {
      info = new KnownCallInfo('server', method, next.getDeadline());
      info.note({ call: next });
      if (!settings.includes(info)) return next as ServerInterceptingCall;
    }
    return new TracedServerCall(next, new CallSpan(settings, method, info), info);
  };
}

/**
 * Options for a client of `@grpc/grpc-js`, traced: `clientOptions` with `clientInterceptor(options)`
 * in front. More than the interceptor by itself, calls that bring interceptors of their own stay
 * traced, and a stream of responses that is left before its end (`break`, `destroy()`) ends its span.
 *
 * @throws TypeError for an option of the wrong kind.
 */
export function tracedClientOptions(
  options?: GrpcTracingOptions,
  clientOptions: ClientOptions = {},
): ClientOptions {
  return withTracing(clientInterceptor(options), clientOptions);
}
