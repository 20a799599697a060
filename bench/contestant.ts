import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { contenders } from './contenders.js';
import type { Window } from './worker.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const bundle = (name: string): string => here(`../node_modules/.cache/bench/${name}.mjs`);

/** What a receiver got. */
export interface Received {
  readonly spans: number;
  readonly datagrams: number;
  readonly bytes: number;
}

/** The programs as plain JavaScript: a loader that compiles on the fly changes what it loads. */
export async function buildPrograms(): Promise<void> {
  for (const name of ['worker', 'receiver', 'drain', 'micro']) {
    await build({
      entryPoints: [here(`${name}.ts`)],
      outfile: bundle(name),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
    });
  }
}

/** Runs one of the programs that need no receiver: `drain` or `micro`. */
export function runProgram(name: string, args: readonly string[]): void {
  execFileSync(process.execPath, ['--expose-gc', bundle(name), ...args], {
    stdio: 'inherit',
    env: { ...process.env, BENCH_FOLDER: here('worker.ts') },
  });
}

/** A contender and its receiver, each in a process of its own. */
export class Contestant {
  private readonly worker: ChildProcess;
  private readonly receiver: ChildProcess;

  private constructor(worker: ChildProcess, receiver: ChildProcess) {
    this.worker = worker;
    this.receiver = receiver;
  }

  /** `flags`: Node's, for the worker. */
  static async start(name: string, flags: string[] = []): Promise<Contestant> {
    const receiver = fork(bundle('receiver'), [contenders[name]!.protocol], { execArgv: [] });
    const { port } = await answer<{ port: number }>(receiver);
    const worker = fork(bundle('worker'), [name, String(port)], {
      execArgv: flags,
      env: { ...process.env, BENCH_FOLDER: here('worker.ts') },
    });
    return new Contestant(worker, receiver);
  }

  trace(spans: number): Promise<Window> {
    return answer(this.worker, { spans });
  }

  /** Closes the tracer; what has not come 20 looks later is lost. */
  async finish(): Promise<{ traced: number; received: Received }> {
    const { traced } = await answer<{ traced: number }>(this.worker, { close: true });
    let received = await answer<Received>(this.receiver, 'count');
    for (let look = 0; look < 20 && received.spans < traced; look++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      received = await answer<Received>(this.receiver, 'count');
    }
    this.worker.disconnect();
    this.receiver.disconnect();
    return { traced, received };
  }
}

function answer<T>(child: ChildProcess, question?: object | string): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
    if (question !== undefined) child.send(question);
  });
}
