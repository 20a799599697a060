import { readFile } from 'node:fs/promises';
import { DEFAULT_STRATEGIES, parseStrategies, type Strategies } from './strategies.js';

/** Options of `openStrategies`. */
export interface StrategiesFileOptions {
  /** Its path; undefined: every trace of every service is sampled. */
  readonly path: string | undefined;
  /** How often it is looked at, in milliseconds. Default 1000, as Jaeger. */
  readonly reloadMs?: number;
  /** Told of a file that changed and cannot be read, and of what is passed over in it. */
  readonly warn: (message: string) => void;
}

/** The strategies of a file, as it is now. */
export interface StrategiesFile {
  current(): Strategies;
  /** Reads no more. */
  close(): void;
}

const DEFAULT_RELOAD_MS = 1_000;

/**
 * Reads the strategies of a file, and again when it changes: what cannot be read then leaves the
 * last ones in force. Rejects where it cannot be read at all.
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
  // Not `fs.watch`: it follows the file, and editors and mounted config maps put another in its place.
  const reload = async (): Promise<void> => {
    try {
      const now = await readFile(path, 'utf8');
      trouble = '';
      if (now === text) return;
      text = now; // before it is parsed: one that is broken is told once
      strategies = parseStrategies(text, say);
    } catch (error) {
      const { message } = error as Error;
      if (message !== trouble) say(`not reloaded: ${message}`);
      trouble = message; // once, and not every second
    }
  };
  const timer = setInterval(() => void reload(), reloadMs);
  timer.unref();
  return { current: () => strategies, close: () => clearInterval(timer) };
}
