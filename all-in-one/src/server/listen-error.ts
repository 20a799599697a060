import { type ListenerName, LISTENERS } from './ports.js';

/** A listener could not be opened. `message` says which one, why, and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly listener: ListenerName;
  readonly port: number;
  /** The system's error code: `EADDRINUSE`, `EACCES` ... */
  readonly code: string;

  constructor(listener: ListenerName, port: number, host: string, cause: Error) {
    const { flag, what } = LISTENERS[listener];
    const code = (cause as { code?: string }).code ?? 'unknown';
    const place = `port ${port} of ${host} (${what})`;
    const advice = `stop that program, or choose another port with --port.${flag} (0: any free port, off: none)`;
    const isTaken = code === 'EADDRINUSE';
    super(
      isTaken
        ? `${place} is in use by another program: ${advice}`
        : `${place} cannot be opened: ${cause.message}`,
      { cause },
    );
    this.listener = listener;
    this.port = port;
    this.code = code;
  }
}
