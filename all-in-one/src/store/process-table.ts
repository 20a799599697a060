import { type FlatTags, flattenTags } from '../model/flat-tags.js';
import type { OtlpProcessPart, Process } from '../model/span.js';
import { PROCESS_BYTES, textBytes } from './byte-cost.js';

/** A process that stored spans have. One object per process: compare by identity. */
export interface StoredProcess {
  readonly serviceName: string;
  readonly text: string;
  /** Number of stored spans that have it. */
  spans: number;
}

/** An unpacked process. */
export interface PackedProcess {
  readonly serviceName: string;
  readonly tags: FlatTags;
  readonly otlp: OtlpProcessPart | undefined;
}

type ProcessRow = readonly [serviceName: string, tags: FlatTags, otlp?: OtlpProcessPart];

/** Packs a process into a string. Equal processes have equal strings. */
export function packProcess({ serviceName, tags, otlp }: Process): string {
  const flat = flattenTags(tags);
  const row: ProcessRow = otlp === undefined ? [serviceName, flat] : [serviceName, flat, otlp];
  return JSON.stringify(row);
}

/** Unpacks a string of `packProcess`. */
export function unpackProcess(text: string): PackedProcess {
  const [serviceName, tags, otlp] = JSON.parse(text) as ProcessRow;
  return { serviceName, tags, otlp };
}

/** The processes of the stored spans, each stored once. */
export class ProcessTable {
  /** Its estimated memory, in bytes. */
  bytes = 0;
  private readonly processes = new Map<string, StoredProcess>();

  /** The process of a packed string. Count its spans with `retain`. */
  get(text: string, serviceName: string): StoredProcess {
    return this.processes.get(text) ?? { serviceName, text, spans: 0 };
  }

  /** Counts one span more. */
  retain(process: StoredProcess): void {
    if (process.spans++ > 0) return;
    this.processes.set(process.text, process);
    this.bytes += bytesOf(process);
  }

  /** Counts one span less; without spans the process is removed. */
  release(process: StoredProcess): void {
    if (--process.spans > 0) return;
    this.processes.delete(process.text);
    this.bytes -= bytesOf(process);
  }
}

function bytesOf({ text, serviceName }: StoredProcess): number {
  return PROCESS_BYTES + textBytes(text) + textBytes(serviceName);
}
