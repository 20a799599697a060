import { createReadStream } from 'node:fs';
import { access, constants, copyFile, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkPackedProcess, checkPackedSpan } from '../store/packed-check.js';
import type { StoredProcess } from '../store/process-table.js';
import type { StoredTrace } from '../store/stored-trace.js';
import type { TraceStore } from '../store/trace-store.js';

/*
 * A snapshot is a text file with one JSON value per line: a header, then one trace per line, oldest first, with
 * the store's strings unchanged. A truncated file is valid up to its last complete line.
 */

const HEADER = '{"spoor":"traces","version":1}';

/** `readline` ends a line at these characters, and JSON does not escape them. */
const LINE_SEPARATORS = /[\u2028\u2029]/g;

type TraceRow = readonly [
  traceID: string,
  processes: readonly string[],
  spans: readonly (readonly [process: number, text: string])[],
];

/** Rejects if the folder of this path is not writable. Removes temporary files of saves that were killed. */
export async function checkSnapshotFolder(path: string): Promise<void> {
  try {
    const folder = dirname(path);
    await access(folder, constants.W_OK);
    const left = (await readdir(folder)).filter((name) => isLeftBehind(name, basename(path)));
    for (const name of left) await rm(join(folder, name), { force: true });
  } catch (error) {
    throw new Error(`cannot write the snapshot ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Whether this is a temporary file of a process that no longer runs. */
function isLeftBehind(name: string, snapshot: string): boolean {
  const pid = name.startsWith(`${snapshot}.`)
    ? /^\.(\d{1,10})\.tmp$/.exec(name.slice(snapshot.length))
    : null;
  if (pid === null) return false;
  try {
    process.kill(Number(pid[1]), 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'ESRCH';
  }
}

/**
 * Loads the traces of a snapshot. A missing or empty file has no traces. Rejects if the file cannot be read or is
 * not a snapshot, because a save would overwrite it. Of a broken snapshot it loads the sound traces and calls
 * `warn`. Resolves with whether the snapshot is broken.
 */
export async function loadSnapshot(
  path: string,
  store: TraceStore,
  warn: (message: string) => void,
): Promise<boolean> {
  let broken: string | undefined;
  try {
    broken = await readLines(path, store);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return false;
    throw new Error(`cannot load the snapshot ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (broken === undefined) return false;
  warn(
    `snapshot ${path}: ${broken}; its sound traces are loaded, and the next save keeps the file under another name`,
  );
  return true;
}

/** The first defect of the file; undefined for none. */
async function readLines(path: string, store: TraceStore): Promise<string | undefined> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  let broken: string | undefined;
  for await (const line of lines) {
    number++;
    if (number === 1 && line !== HEADER) throw new Error('not a snapshot of this version');
    if (number === 1 || line === '') continue;
    try {
      restoreTrace(line, store);
    } catch (error) {
      broken ??= `line ${number} is broken: ${(error as Error).message}`;
    }
  }
  return broken;
}

function restoreTrace(line: string, store: TraceStore): void {
  const [traceID, processes, spans] = JSON.parse(line) as TraceRow;
  if (!/^(?:[0-9a-f]{16}){1,2}$/.test(traceID)) throw new Error('not a trace id');
  processes.forEach(checkPackedProcess);
  for (const [, text] of spans) checkPackedSpan(text);
  for (const [process, text] of spans) store.restore(traceID, processes[process]!, text);
}

/**
 * Saves all traces. Writes a temporary file first, so that the snapshot is always complete. `keepsOld`: keeps the
 * existing (broken) file under another name, and resolves with that name.
 */
export async function saveSnapshot(
  path: string,
  store: TraceStore,
  keepsOld: boolean = false,
): Promise<string | undefined> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeTraces(temporary, store);
    const kept = keepsOld ? await keep(path) : undefined;
    await rename(temporary, path);
    return kept;
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Error(`cannot save the snapshot ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function writeTraces(path: string, store: TraceStore): Promise<void> {
  const file = await open(path, 'w', 0o600); // traces may contain private data
  try {
    await file.write(`${HEADER}\n`);
    for (const trace of store.oldestFirst()) await file.write(`${traceLine(trace)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Copies a file to the first free name. */
async function keep(path: string): Promise<string> {
  for (let i = 1; ; i++) {
    const kept = i === 1 ? `${path}.broken` : `${path}.broken-${i}`;
    try {
      await copyFile(path, kept, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      return kept;
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
    }
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
