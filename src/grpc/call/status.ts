/** Side of a call. Each side has a span of its own. */
export type GrpcSide = 'client' | 'server';

// gRPC status codes that the interceptors use.
export const OK = 0;
export const CANCELLED = 1;
export const UNKNOWN = 2;
export const DEADLINE_EXCEEDED = 4;
export const UNIMPLEMENTED = 12;
export const INTERNAL = 13;
const UNAVAILABLE = 14;
const DATA_LOSS = 15;

/** Names by code. Not imported: the adapters must load without `@grpc/grpc-js`. */
const NAMES: readonly string[] = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** Name of a status code: `NOT_FOUND` for 5. Unknown codes give their number. */
export function statusName(code: number): string {
  return NAMES[code] ?? String(code);
}

/**
 * Default of the option `isError`. Client: all codes except OK and CANCELLED. Server: codes that mean a
 * fault of the server and not of the request (UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL,
 * UNAVAILABLE, DATA_LOSS).
 */
export function isErrorByDefault(code: number, side: GrpcSide): boolean {
  if (side === 'client') return code !== OK && code !== CANCELLED;
  switch (code) {
    case UNKNOWN:
    case DEADLINE_EXCEEDED:
    case UNIMPLEMENTED:
    case INTERNAL:
    case UNAVAILABLE:
    case DATA_LOSS:
      return true;
    default:
      return false;
  }
}

/**
 * Status code of an exception: its `code` if that is a gRPC error code, CANCELLED for an `AbortError`,
 * else `otherwise`.
 */
export function codeOfError(error: unknown, otherwise: number = UNKNOWN): number {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === 'number' && NAMES[code] !== undefined && code !== OK) return code;
  return name === 'AbortError' ? CANCELLED : otherwise;
}
