import type {
  CallOptions,
  ClientOptions,
  InterceptingCall,
  Interceptor,
  Metadata,
  ServerInterceptingCall,
  ServerInterceptor,
} from '@grpc/grpc-js';
import { MutableCallInfo } from '../call/call-info.js';
import type { GrpcTracingOptions } from '../settings/options.js';
import { Settings } from '../settings/settings.js';
import { CallSpan } from '../span/call-span.js';
import { TracedClientCall } from './client-call.js';
import { withTracing } from './client-options.js';
import { TracedServerCall } from './server-call.js';

/**
 * Client interceptor for `@grpc/grpc-js`. Starts a span for each call and injects its context into a copy
 * of the metadata. The parent is the one set by `withParent`, else the active span, else the span of the
 * server call in grpc-js's option `parent`.
 *
 * @throws TypeError for an option of the wrong type.
 */
export function clientInterceptor(
  options?: GrpcTracingOptions<Metadata, CallOptions>,
): Interceptor {
  const settings = new Settings('client', options);
  return function tracingInterceptor(callOptions, nextCall): InterceptingCall {
    const method = settings.methods.of(callOptions.method_definition);
    let info: MutableCallInfo<Metadata, CallOptions> | undefined;
    if (settings.wantsInfo) {
      info = new MutableCallInfo('client', method, callOptions.deadline, callOptions);
      if (!settings.includes(info)) return nextCall(callOptions) as InterceptingCall;
    }
    const call = new CallSpan(settings, method, info);
    return new TracedClientCall(nextCall(callOptions), callOptions, call, info);
  };
}

/**
 * Server interceptor for `@grpc/grpc-js`. Starts a span for each call, as a child of the context in its
 * metadata. In the handler it is the active span, and `spanOf(call)` returns it.
 *
 * @throws TypeError for an option of the wrong type.
 */
export function serverInterceptor(
  options?: GrpcTracingOptions<Metadata, CallOptions>,
): ServerInterceptor {
  const settings = new Settings('server', options);
  return function tracingInterceptor(definition, next): ServerInterceptingCall {
    const method = settings.methods.of(definition);
    let info: MutableCallInfo<Metadata, CallOptions> | undefined;
    if (settings.wantsInfo) {
      info = new MutableCallInfo('server', method, next.getDeadline());
      info.note({ call: next });
      if (!settings.includes(info)) return next as ServerInterceptingCall;
    }
    return new TracedServerCall(next, new CallSpan(settings, method, info), info);
  };
}

/**
 * Options for a traced client of `@grpc/grpc-js`: `clientOptions` with `clientInterceptor(options)` as
 * the first interceptor. In contrast to the interceptor alone, calls with interceptors of their own stay
 * traced, and a span ends when its response stream is left early (`break`, `destroy()`).
 *
 * @throws TypeError for an option of the wrong type.
 */
export function tracedClientOptions(
  options?: GrpcTracingOptions<Metadata, CallOptions>,
  clientOptions: ClientOptions = {},
): ClientOptions {
  return withTracing(clientInterceptor(options), clientOptions);
}
