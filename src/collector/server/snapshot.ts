import { createReadStream } from 'node:fs';
import { access, constants, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { checkPackedProcess, checkPackedSpan } from '../store/packed-check.js';
import type { StoredProcess } from '../store/process-table.js';
import type { StoredTrace } from '../store/stored-trace.js';
import type { TraceStore } from '../store/trace-store.js';

/*
 * A snapshot is lines of JSON: what it is, and then a trace each, oldest first, with its texts as the
 * store has them. A file that was cut off is good up to there.
 */

const HEADER = '{"spoor":"traces","version":1}';

/** These end a line for some readers, and JSON does not escape them. */
const LINE_SEPARATORS = /[\u2028\u2029]/g;

type TraceRow = readonly [
  traceID: string,
  processes: readonly string[],
  spans: readonly (readonly [process: number, text: string])[],
];

/** Rejects where no file can be written in the folder of this path. */
export async function checkSnapshotFolder(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (error) {
    throw new Error(`the snapshot ${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Loads the traces of a file; one that is not there holds none. Of a broken file, what is sound is
 * loaded, `warn` is told, and the file is kept under another name, since the next save takes its place.
 */
export async function loadSnapshot(
  path: string,
  store: TraceStore,
  warn: (message: string) => void,
): Promise<void> {
  try {
    await readLines(path, store);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return;
    const kept = `${path}.broken`;
    await rename(path, kept).catch(() => {});
    warn(`snapshot ${path}: ${(error as Error).message}; the file is kept as ${kept}`);
  }
}

async function readLines(path: string, store: TraceStore): Promise<void> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  let broken: string | undefined;
  for await (const line of lines) {
    number++;
    if (number === 1 && line !== HEADER) throw new Error('no snapshot of this version');
    if (number === 1 || line === '') continue;
    try {
      restoreTrace(line, store);
    } catch (error) {
      broken ??= `line ${number} is broken: ${(error as Error).message}`;
    }
  }
  if (number === 0) throw new Error('it is empty');
  if (broken !== undefined) throw new Error(broken);
}

function restoreTrace(line: string, store: TraceStore): void {
  const [traceID, processes, spans] = JSON.parse(line) as TraceRow;
  if (!/^(?:[0-9a-f]{16}){1,2}$/.test(traceID)) throw new Error('no trace id');
  processes.forEach(checkPackedProcess);
  for (const [, text] of spans) checkPackedSpan(text);
  for (const [process, text] of spans) store.restore(traceID, processes[process]!, text);
}

/** Saves all traces: into another file first, so that there is always a whole one of this name. */
export async function saveSnapshot(path: string, store: TraceStore): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w', 0o600); // traces are nobody else's business
  try {
    await file.write(`${HEADER}\n`);
    for (const trace of store.oldestFirst()) await file.write(`${traceLine(trace)}\n`);
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

function traceLine({ traceID, spans }: StoredTrace): string {
  const processes = new Map<StoredProcess, number>();
  const rows = spans.map(({ process, text }) => {
    const at = processes.get(process) ?? processes.size;
    processes.set(process, at);
    return [at, text] as const;
  });
  const row: TraceRow = [traceID, [...processes.keys()].map(({ text }) => text), rows];
  return JSON.stringify(row).replaceAll(LINE_SEPARATORS, (separator) =>
    separator === '\u2028' ? '\\u2028' : '\\u2029',
  );
}
