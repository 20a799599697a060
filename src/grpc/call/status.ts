/** The side of a call that a span stands for. */
export type GrpcSide = 'client' | 'server';

// gRPC's status codes that the interceptors themselves speak of.
export const OK = 0;
export const CANCELLED = 1;
export const UNKNOWN = 2;
export const DEADLINE_EXCEEDED = 4;
export const UNIMPLEMENTED = 12;
export const INTERNAL = 13;
const UNAVAILABLE = 14;
const DATA_LOSS = 15;

/** Names by code; a list of our own, so that a program without `@grpc/grpc-js` can have it too. */
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

/** `NOT_FOUND` for 5; a code that gRPC does not know as its number. */
export function statusName(code: number): string {
  return NAMES[code] ?? String(code);
}

/**
 * Whether a span is marked as failed, where nobody says otherwise. A client: all codes but OK and
 * CANCELLED. A server: those that speak of the server and not of the request (UNKNOWN,
 * DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS).
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
 * The status that an exception stands for: its own code where it has one of gRPC's, CANCELLED where
 * something was aborted, else `otherwise`.
 */
export function codeOfError(error: unknown, otherwise: number = UNKNOWN): number {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === 'number' && NAMES[code] !== undefined && code !== OK) return code;
  return name === 'AbortError' ? CANCELLED : otherwise;
}
