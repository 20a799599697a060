import type { Interceptor, InterceptorProvider } from '@grpc/grpc-js';

/** Marks the interceptors and providers of this package. All copies of it in a process share the key. */
const TRACING: unique symbol = Symbol.for('spoor.grpc.interceptor/1');

export function markTracing(interceptor: object): void {
  Object.defineProperty(interceptor, TRACING, { value: true });
}

export function isTracing(interceptor: object): boolean {
  return (interceptor as { readonly [TRACING]?: true })[TRACING] === true;
}

/** The interceptors that a client was made with. */
export interface InterceptorLists {
  readonly interceptors: Interceptor[];
  readonly interceptor_providers: InterceptorProvider[];
}

/**
 * Reads the interceptors of a client of grpc-js, which has them under two symbols of its own, interceptors
 * first. Undefined for anything else.
 */
export function interceptorListsOf(client: object): InterceptorLists | undefined {
  const lists = Object.getOwnPropertySymbols(client)
    .map((symbol): unknown => Reflect.get(client, symbol))
    .filter((value) => Array.isArray(value));
  if (lists.length !== 2) return undefined;
  const [interceptors, providers] = lists as [Interceptor[], InterceptorProvider[]];
  return { interceptors, interceptor_providers: providers };
}
