import type { CallOptions, ClientOptions, Interceptor, InterceptorProvider } from '@grpc/grpc-js';
import { interceptorListsOf, isTracing, markTracing } from './client-interceptors.js';

/** Key of the response stream in call options. All copies of this package in a process share it. */
const SURFACE: unique symbol = Symbol.for('spoor.grpc.surface/1');

/**
 * google-gax hands on to grpc-js only options that begin with `grpc.`, and this one as
 * `callInvocationTransformer`.
 */
const GAX_TRANSFORMER = 'grpc.callInvocationTransformer';

type Transformer = NonNullable<ClientOptions['callInvocationTransformer']>;

/** Interceptors of a client or a call. grpc-js throws if both are set. */
type Interceptors = Pick<CallOptions, 'interceptors' | 'interceptor_providers'>;

/** The stream from which user code reads the responses. */
interface Surface {
  once(event: 'close', listener: () => void): unknown;
}

interface SurfaceOption {
  readonly [SURFACE]?: Surface;
}

/** The response stream that `ClientTracing` added, if any. */
export function surfaceIn(options: CallOptions): Surface | undefined {
  return (options as SurfaceOption)[SURFACE];
}

/** Tracing for clients of grpc-js, as client options. */
export class ClientTracing {
  private readonly interceptor: Interceptor;
  private readonly provide: InterceptorProvider;
  /** For all clients that have neither interceptors nor a transformer of their own. */
  private readonly transformer: Transformer;

  constructor(interceptor: Interceptor) {
    this.interceptor = interceptor;
    this.provide = () => interceptor;
    markTracing(this.provide);
    this.transformer = this.transformerWith({ interceptors: [interceptor] });
  }

  /**
   * Client options with the interceptor as the first (outermost). It also applies to calls with interceptors
   * of their own, which in grpc-js replace the client's, and to a client that gets nothing but the
   * transformer. It gets the response stream, so that the span ends when the stream closes.
   */
  optionsWith(options: ClientOptions): ClientOptions {
    const { interceptors = [], interceptor_providers: providers = [] } = options;
    const transform = options.callInvocationTransformer ?? transformerForGax(options);
    const given = { interceptors, interceptor_providers: providers };
    const added = this.before(given);
    const all = added === NONE ? given : added;
    const isPlain = interceptors.length + providers.length === 0 && transform === undefined;
    const transformer = isPlain ? this.transformer : this.transformerWith(all, transform);
    return {
      ...options,
      ...all,
      callInvocationTransformer: transformer,
      [GAX_TRANSFORMER]: transformer,
    };
  }

  /** `all`: the interceptors for a client that has none. */
  private transformerWith(all: Interceptors, transform?: Transformer): Transformer {
    const missing = new WeakMap<object, Interceptors>();
    const missingAt = (client: object | null | undefined): Interceptors => {
      if (typeof client !== 'object' || client === null) return NONE;
      const known = missing.get(client) ?? this.missingAt(client, all);
      missing.set(client, known);
      return known;
    };
    const { before } = this;
    // grpc-js calls it as a method of the client.
    return function tracingTransformer(this: object | undefined, properties) {
      const given = transform === undefined ? properties : transform.call(this, properties);
      const { call, callOptions, methodDefinition } = given;
      const own = hasInterceptors(callOptions) ? before(callOptions) : missingAt(this);
      const surface = methodDefinition.responseStream ? { [SURFACE]: call } : undefined;
      if (own === NONE && surface === undefined) return given;
      return { ...given, callOptions: { ...callOptions, ...own, ...surface } };
    };
  }

  /** What a call of the client must get, because the client does not have it. */
  private missingAt(client: object, all: Interceptors): Interceptors {
    const lists = interceptorListsOf(client);
    // Not a client that is known: its interceptors must not be replaced.
    if (lists === undefined) return NONE;
    return hasInterceptors(lists) ? this.before(lists) : all;
  }

  /** The interceptors with ours in front; nothing to change if they have one of ours. */
  private readonly before = (others: Interceptors): Interceptors => {
    const { interceptors = [], interceptor_providers: providers = [] } = others;
    if (interceptors.some(isTracing) || providers.some(isTracing)) return NONE;
    if (providers.length > 0) return { interceptor_providers: [this.provide, ...providers] };
    return { interceptors: [this.interceptor, ...interceptors] };
  };
}

/** Nothing to change. */
const NONE: Interceptors = {};

function hasInterceptors(options: Interceptors): boolean {
  const { interceptors = [], interceptor_providers: providers = [] } = options;
  return interceptors.length + providers.length > 0;
}

function transformerForGax(options: ClientOptions): Transformer | undefined {
  const transform: unknown = options[GAX_TRANSFORMER];
  return typeof transform === 'function' ? (transform as Transformer) : undefined;
}
