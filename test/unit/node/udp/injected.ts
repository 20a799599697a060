import { Socket } from 'node:dgram';
import { vi } from 'vitest';

/** An error as the system gives it. */
export function systemError(code: string, syscall: string = 'send'): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
}

type Callback = (error: Error | null, bytes?: number) => void;

/**
 * The next `times` sends of any socket fail with the system's `code`, as Node says it: by the callback. Given back by
 * `vi.restoreAllMocks()`.
 */
export function failSends(code: string, times: number = 1): { readonly failed: () => number } {
  const original = Socket.prototype.send;
  let failed = 0;
  vi.spyOn(Socket.prototype, 'send').mockImplementation(function (this: Socket, ...args) {
    if (failed >= times) return Reflect.apply(original, this, args);
    failed++;
    process.nextTick(args.at(-1) as unknown as Callback, systemError(code));
  } as typeof original);
  return { failed: () => failed };
}

/** The next `times` sends wait in the kernel, and end as Node ends them when the socket is closed. */
export function holdSends(times: number): void {
  const original = Socket.prototype.send;
  let held = 0;
  vi.spyOn(Socket.prototype, 'send').mockImplementation(function (this: Socket, ...args) {
    if (held++ >= times) return Reflect.apply(original, this, args);
    const callback = args.at(-1) as unknown as (error: Error) => void;
    const turnsLater = held * 5;
    this.once('close', () => {
      void turns(turnsLater).then(() => callback(systemError('ECANCELED')));
    });
  } as typeof original);
}

/** Every socket that is bound from here on, so that a test can see what became of it. */
export function watchSockets(): { readonly sockets: Socket[]; readonly open: () => Socket[] } {
  const sockets: Socket[] = [];
  const original = Socket.prototype.bind;
  vi.spyOn(Socket.prototype, 'bind').mockImplementation(function (this: Socket, ...args) {
    sockets.push(this);
    return Reflect.apply(original, this, args);
  } as typeof original);
  return { sockets, open: () => sockets.filter(isOpen) };
}

function isOpen(socket: Socket): boolean {
  try {
    socket.address();
    return true;
  } catch {
    return false;
  }
}

/** A host's own clock, of which the test says how time goes by. Given back by `vi.useRealTimers()`. */
export function fakeTime(): { pass(millis: number): void } {
  vi.useFakeTimers({ toFake: ['performance'] });
  return { pass: (millis) => void vi.advanceTimersByTime(millis) };
}

/** Lets everything that the system has to say be heard. */
export async function turns(count: number = 3): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
