// Connect's types are declared here and not imported, so that programs without Connect compile.

/** The part of the platform's `Headers` that the interceptor uses. */
export interface ConnectHeaders {
  get(name: string): string | null;
  set(name: string, value: string): void;
  delete(name: string): void;
  forEach(callback: (value: string, name: string) => void): void;
}

/** The part of `AbortSignal` that the interceptor uses. */
export interface ConnectSignal {
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
}

/** The common part of Connect's `UnaryRequest` and `StreamRequest` that the interceptor uses. */
export interface ConnectRequest {
  readonly stream: boolean;
  readonly service: { readonly typeName: string };
  readonly method: { readonly name: string; readonly methodKind: string };
  readonly header: ConnectHeaders;
  readonly signal: ConnectSignal;
  readonly message: unknown;
}

/** The common part of Connect's `UnaryResponse` and `StreamResponse` that the interceptor uses. */
export interface ConnectResponse {
  readonly stream: boolean;
  readonly header: ConnectHeaders;
  readonly trailer: ConnectHeaders;
  readonly message: unknown;
}

/** Connect's `Interceptor`. */
export type ConnectInterceptor = <Request extends ConnectRequest, Response extends ConnectResponse>(
  next: (request: Request) => Promise<Response>,
) => (request: Request) => Promise<Response>;
