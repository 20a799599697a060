import type { CallOptions, ClientOptions, Interceptor, InterceptorProvider } from '@grpc/grpc-js';

/** Key of the response stream in call options. All copies of this package in a process share it. */
const SURFACE: unique symbol = Symbol.for('spoor.grpc.surface/1');

/** The stream from which user code reads the responses. */
interface Surface {
  once(event: 'close', listener: () => void): unknown;
}

interface SurfaceOption {
  readonly [SURFACE]?: Surface;
}

/** The response stream that `withTracing` added, if any. */
export function surfaceIn(options: CallOptions): Surface | undefined {
  return (options as SurfaceOption)[SURFACE];
}

/**
 * Returns client options with the interceptor as the first (outermost). It also applies to calls with
 * interceptors of their own, which in grpc-js replace the client's, and it gets the response stream, so
 * that the span ends when the stream closes.
 */
export function withTracing(interceptor: Interceptor, options: ClientOptions): ClientOptions {
  const { callInvocationTransformer: transform, interceptor_providers: providers } = options;
  const provide: InterceptorProvider = () => interceptor;
  return {
    ...options,
    // grpc-js throws if both are set.
    ...(providers !== undefined && providers.length > 0
      ? { interceptor_providers: [provide, ...providers] }
      : { interceptors: [interceptor, ...(options.interceptors ?? [])] }),
    callInvocationTransformer: (properties) => {
      const given = transform === undefined ? properties : transform(properties);
      const { call, callOptions, methodDefinition } = given;
      const traced = withInterceptor(interceptor, provide, callOptions);
      const options = methodDefinition.responseStream ? withSurface(call, traced) : traced;
      return options === callOptions ? given : { ...given, callOptions: options };
    },
  };
}

function withSurface(surface: Surface, callOptions: CallOptions): CallOptions {
  const options: CallOptions & SurfaceOption = { ...callOptions, [SURFACE]: surface };
  return options;
}

/** Adds the interceptor to call options that have interceptors of their own. */
function withInterceptor(
  interceptor: Interceptor,
  provide: InterceptorProvider,
  options: CallOptions,
): CallOptions {
  const { interceptors, interceptor_providers: providers } = options;
  if (interceptors !== undefined && interceptors.length > 0) {
    if (interceptors.includes(interceptor)) return options;
    return { ...options, interceptors: [interceptor, ...interceptors] };
  }
  if (providers !== undefined && providers.length > 0) {
    return { ...options, interceptor_providers: [provide, ...providers] };
  }
  return options;
}
