import type { CallOptions, ClientOptions, Interceptor, InterceptorProvider } from '@grpc/grpc-js';

/** Where the options of a call carry it for the interceptor; shared by all copies of this package. */
const SURFACE: unique symbol = Symbol.for('spoor.grpc-surface/1');

/** The stream that the application reads the responses from. */
interface Surface {
  once(event: 'close', listener: () => void): unknown;
}

interface OwnOptions {
  readonly [SURFACE]?: Surface;
}

/** The stream of responses, where `withTracing` put it. */
export function surfaceIn(options: CallOptions): Surface | undefined {
  return (options as OwnOptions)[SURFACE];
}

/**
 * Options of a client, with the interceptor in front of their own. Calls that bring interceptors,
 * which replace the client's, keep it; and a stream of responses that is left before its end ends the
 * span.
 */
export function withTracing(interceptor: Interceptor, options: ClientOptions): ClientOptions {
  const { callInvocationTransformer: transform, interceptor_providers: providers } = options;
  const provide: InterceptorProvider = () => interceptor;
  return {
    ...options,
    // grpc-js takes the one or the other.
    ...(providers !== undefined && providers.length > 0
      ? { interceptor_providers: [provide, ...providers] }
      : { interceptors: [interceptor, ...(options.interceptors ?? [])] }),
    callInvocationTransformer: (properties) => {
      const given = transform === undefined ? properties : transform(properties);
      const { call, callOptions, methodDefinition } = given;
      const traced = withInterceptor(interceptor, provide, callOptions);
      const own = methodDefinition.responseStream ? withSurface(call, traced) : traced;
      return own === callOptions ? given : { ...given, callOptions: own };
    },
  };
}

function withSurface(surface: Surface, callOptions: CallOptions): CallOptions {
  const options: CallOptions & OwnOptions = { ...callOptions, [SURFACE]: surface };
  return options;
}

/** A call's options, with the interceptor where they have interceptors of their own. */
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
