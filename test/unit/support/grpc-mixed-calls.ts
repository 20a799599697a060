import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL('../grpc/grpc-js/mixed-calls-program.ts', import.meta.url));

/** What is left when calls of every kind have ended. */
export interface MixedCalls {
  readonly client: { readonly started: number; readonly open: number };
  readonly server: { readonly started: number; readonly open: number };
  /** By how much the heap grew in the last seven tenths of the calls. */
  readonly grownBytes: number;
  /** Handles, timers and requests: when the client and the server were warm, and at the end. */
  readonly resources: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Runs that many calls in a process of its own, to that process's natural end. */
export async function runMixedCalls(calls: number): Promise<MixedCalls> {
  const args = ['--expose-gc', '--import', 'tsx', PROGRAM, String(calls)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as MixedCalls;
}
