import { readFile } from 'node:fs/promises';
import { DEFAULT_STRATEGIES, parseStrategies, type Strategies } from './strategies.js';

/** Options of `openStrategies`. */
export interface StrategiesFileOptions {
  /** Path of the file. Undefined: every trace of every service is sampled. */
  readonly path: string | undefined;
  /** Interval of the checks for changes, in milliseconds. Default 1000, as in Jaeger. */
  readonly reloadMs?: number;
  /** Called if the changed file is invalid, and for each entry that is ignored. */
  readonly warn: (message: string) => void;
}

/** The current strategies of a file. */
export interface StrategiesFile {
  current(): Strategies;
  /** Stops checking the file. */
  close(): void;
}

const DEFAULT_RELOAD_MS = 1_000;

/**
 * Reads a strategies file now and after each change. An invalid change keeps the previous strategies. Rejects if
 * the first read fails.
 */
export async function openStrategies(options: StrategiesFileOptions): Promise<StrategiesFile> {
  const { path, reloadMs = DEFAULT_RELOAD_MS, warn } = options;
  if (path === undefined) return { current: () => DEFAULT_STRATEGIES, close: () => {} };
  const say = (message: string): void => warn(`${path}: ${message}`);
  let text: string;
  let strategies: Strategies;
  try {
    text = await readFile(path, 'utf8');
    strategies = parseStrategies(text, say);
  } catch (error) {
    throw new Error(`cannot read the sampling strategies ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  let trouble = '';
  // Not `fs.watch`: it watches the inode, and editors and mounted config maps replace the file.
  const reload = async (): Promise<void> => {
    try {
      const now = await readFile(path, 'utf8');
      trouble = '';
      if (now === text) return;
      text = now; // before parsing, so that an invalid file is logged once
      strategies = parseStrategies(text, say);
    } catch (error) {
      const { message } = error as Error;
      if (message !== trouble) say(`not reloaded: ${message}`);
      trouble = message; // logged once, not every second
    }
  };
  const timer = setInterval(() => void reload(), reloadMs);
  timer.unref();
  return { current: () => strategies, close: () => clearInterval(timer) };
}
