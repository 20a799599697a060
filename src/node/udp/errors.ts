import type { SendErrorCode } from '../../core/reporting/sender.js';
import { isError } from '../../core/text/realm.js';
import { textOfThrown } from '../../core/text/thrown-text.js';

/** Reasons of system errors. Others are `failed`. */
const REASONS: Readonly<Record<string, SendErrorCode>> = {
  ECONNREFUSED: 'refused',
  EMSGSIZE: 'too-large',
  ENOBUFS: 'no-buffers',
  ENOMEM: 'no-buffers',
  EPERM: 'not-permitted',
  EACCES: 'not-permitted',
  // Node's own permissions: `--permission` without `--allow-net`.
  ERR_ACCESS_DENIED: 'not-permitted',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ERR_SOCKET_DGRAM_NOT_RUNNING: 'closed',
};

/** An error that the sender detects itself, before a system call. */
export class UdpError extends Error {
  readonly reason: SendErrorCode;

  constructor(reason: SendErrorCode, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * The error of a send whose socket or sender was closed meanwhile. It is created when it is needed: an error
 * object at module level aborts `node --build-snapshot` on Node.js 22.
 */
export function closedError(): UdpError {
  return new UdpError('closed', 'the socket was closed');
}

/** The reason of an error, or of any thrown value. Never throws. */
export function reasonOf(error: unknown): SendErrorCode {
  if (error instanceof UdpError) return error.reason;
  try {
    return REASONS[(error as { readonly code: string }).code] ?? 'failed';
  } catch {
    return 'failed';
  }
}

/** The message of an error without its name; any other thrown value as a string. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return isError(error) ? error.message : textOfThrown(error);
  } catch {
    return textOfThrown(error);
  }
}
