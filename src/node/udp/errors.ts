import type { SendErrorCode } from '../../core/reporting/sender.js';
import { isError } from '../../core/text/realm.js';
import { textOfThrown } from '../../core/text/thrown-text.js';

/** The system's errors; what is not here is `failed`. */
const REASONS: Readonly<Record<string, SendErrorCode>> = {
  ECONNREFUSED: 'refused',
  EMSGSIZE: 'too-large',
  ENOBUFS: 'no-buffers',
  ENOMEM: 'no-buffers',
  EPERM: 'not-permitted',
  EACCES: 'not-permitted',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ERR_SOCKET_DGRAM_NOT_RUNNING: 'closed',
};

/** An error of the sender's own: what goes wrong before the system is asked. */
export class UdpError extends Error {
  readonly reason: SendErrorCode;

  constructor(reason: SendErrorCode, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What a send is told that the end of its socket, or of the sender, overtook. */
export const CLOSED: UdpError = new UdpError('closed', 'the socket was closed');

/** Where an error belongs, whatever was thrown. */
export function reasonOf(error: unknown): SendErrorCode {
  if (error instanceof UdpError) return error.reason;
  try {
    return REASONS[(error as { readonly code: string }).code] ?? 'failed';
  } catch {
    return 'failed';
  }
}

/** The text of whatever was thrown, without its kind. */
export function messageOf(error: unknown): string {
  try {
    return isError(error) ? error.message : textOfThrown(error);
  } catch {
    return textOfThrown(error);
  }
}
