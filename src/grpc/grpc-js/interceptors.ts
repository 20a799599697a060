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
import { markTracing } from './client-interceptors.js';
import { ClientTracing } from './client-options.js';
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
  function tracingInterceptor(
    ...[callOptions, nextCall]: Parameters<Interceptor>
  ): InterceptingCall {
    const method = settings.methods.of(callOptions.method_definition);
    let info: MutableCallInfo<Metadata, CallOptions> | undefined;
    if (settings.wantsInfo) {
      info = new MutableCallInfo('client', method, callOptions.deadline, callOptions);
      if (!settings.includes(info)) return nextCall(callOptions) as InterceptingCall;
    }
    const call = new CallSpan(settings, method, info);
    return new TracedClientCall(nextCall(callOptions), callOptions, call, info);
  }
  markTracing(tracingInterceptor);
  return tracingInterceptor;
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
 * traced, a span ends when its response stream is left early (`break`, `destroy()`), and clients of
 * google-gax (Firestore, Pub/Sub, Spanner) can be traced.
 *
 * @throws TypeError for an option of the wrong type.
 */
export function tracedClientOptions(
  options?: GrpcTracingOptions<Metadata, CallOptions>,
  clientOptions: ClientOptions = {},
): ClientOptions {
  return clientTracing(options).optionsWith(clientOptions);
}

/** By tracer; that of the global tracer by the map itself. */
const shared: WeakMap<object, ClientTracing> = new WeakMap();

/**
 * grpc-js lets clients share a connection if their options are the same, and one of ours is a function. So
 * all clients that name a tracer and no other option get the same one.
 */
function clientTracing(
  options: GrpcTracingOptions<Metadata, CallOptions> | undefined,
): ClientTracing {
  const key = options?.tracer ?? shared;
  const hasOthers = Object.keys(options ?? {}).some((name) => name !== 'tracer');
  const known = hasOthers ? undefined : shared.get(key);
  if (known !== undefined) return known;
  const tracing = new ClientTracing(clientInterceptor(options));
  if (!hasOthers) shared.set(key, tracing);
  return tracing;
}
