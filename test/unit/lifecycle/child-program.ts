import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Below `node_modules`, so that programs find the packages there. */
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/programs/', import.meta.url));

/**
 * A TypeScript program as one JavaScript file, which starts in a tenth of the time that `tsx` takes. Its
 * name says what is in it, so that two test runs at a time do not disturb each other.
 */
export async function compileProgram(program: URL): Promise<string> {
  const source = fileURLToPath(program);
  const { outputFiles } = await build({
    entryPoints: [source],
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  const { contents } = outputFiles[0]!;
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16);
  const compiled = join(COMPILED, `${basename(source, '.ts')}-${hash}.mjs`);
  await mkdir(COMPILED, { recursive: true });
  // Whole or not at all: a reader may be faster than a writer.
  const unfinished = `${compiled}.${process.pid}`;
  await writeFile(unfinished, contents);
  await rename(unfinished, compiled);
  return compiled;
}

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A compiled program in a process of its own, which dies with this one. */
export class ChildProgram {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  private readonly lines: string[] = [];
  private readonly waiting: (() => void)[] = [];
  private hasEnded = false;

  /** `nodeArguments`: for Node itself, `--expose-gc` for one. */
  constructor(program: string, args: readonly string[], nodeArguments: readonly string[] = []) {
    const argv = [...nodeArguments, program, ...args];
    const child = spawn(process.execPath, argv, { stdio: 'pipe' });
    this.process = child;
    const killNow = (): void => void child.kill('SIGKILL');
    process.once('exit', killNow);
    const output = { stdout: '', stderr: '' };
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.stdout += `${line}\n`;
      this.lines.push(line);
      this.wake();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        process.off('exit', killNow);
        this.hasEnded = true;
        this.wake();
        resolve({ code, signal, ...output });
      });
    });
  }

  /** Resolves with the first line that begins so, without that beginning. */
  async line(beginning: string): Promise<string> {
    for (;;) {
      const line = this.lines.find((candidate) => candidate.startsWith(beginning));
      if (line !== undefined) return line.slice(beginning.length);
      if (this.hasEnded)
        throw new Error(`no "${beginning}" came: ${JSON.stringify(await this.ended)}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Writes a line to its standard input. */
  say(line: string): void {
    this.process.stdin!.write(`${line}\n`);
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
