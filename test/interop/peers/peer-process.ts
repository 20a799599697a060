// SPDX-License-Identifier: Apache-2.0
import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The checkout, with a slash at its end. */
export const checkout: string = fileURLToPath(new URL('../../../', import.meta.url));

/** Absolute path of a file in this folder. */
export function peerFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

export function missingPeer(what: string, cause?: unknown): Error {
  return new Error(`${what} is missing. Install the outside peers with: npm run peers`, { cause });
}

/** How much of a peer's stderr is kept for error messages, in UTF-16 units. */
const STDERR_KEPT = 8_000;

/** A process that a test started, and ends by its own id. */
export interface PeerProcess {
  /** Resolves with its exit code, null after a signal, once it is gone and its output has been read. */
  readonly closed: Promise<number | null>;
  /** True once the process is gone. */
  ended(): boolean;
  /** The last part of what it wrote to stderr. */
  stderr(): string;
  /** Sends SIGTERM, SIGKILL after `graceMs`, and resolves when the process is gone. Idempotent. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Starts `command`; rejects with {@link missingPeer} where there is no such program.
 * `onLine` gets each line of stdout. The process dies with this one, unless this one is killed by SIGKILL.
 */
export async function startPeer(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  onLine: (line: string) => void,
): Promise<PeerProcess> {
  const child = spawn(command, args, { stdio: 'pipe', ...options });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  if (child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
  // 'close' and not 'exit': by then the last line of stdout has been read too.
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  void closed.then(() => process.removeListener('exit', killNow));

  await once(child, 'spawn').catch((error: NodeJS.ErrnoException) => {
    process.removeListener('exit', killNow);
    throw error.code === 'ENOENT' ? missingPeer(command, error) : error;
  });

  return {
    closed,
    ended: isGone,
    stderr: () => stderr,
    async stop(graceMs = 5_000) {
      if (!isGone()) child.kill('SIGTERM');
      const timer = setTimeout(killNow, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Runs `command` to its end and resolves with its stdout; rejects, with its stderr, on any other exit code than 0. */
export async function runPeer(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<string> {
  let stdout = '';
  const peer = await startPeer(command, args, options, (line) => {
    stdout += `${line}\n`;
  });
  const code = await peer.closed;
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${peer.stderr()}`);
}

/** Asks `isDone` every `everyMs` until it says true; resolves with false when the deadline came first. */
export async function poll(
  isDone: () => boolean | Promise<boolean>,
  deadlineMs: number,
  everyMs = 20,
): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    if (await isDone()) return true;
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
