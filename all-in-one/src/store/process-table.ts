import { type FlatTags, flattenTags } from '../model/flat-tags.js';
import type { OtlpProcessPart, Process } from '../model/span.js';
import { PROCESS_BYTES, textBytes } from './byte-cost.js';

/** A process, as long as a stored span has it. One object each: compare by identity. */
export interface StoredProcess {
  readonly serviceName: string;
  readonly text: string;
  /** How many stored spans have it. */
  spans: number;
}

/** A process out of its text. */
export interface PackedProcess {
  readonly serviceName: string;
  readonly tags: FlatTags;
  readonly otlp: OtlpProcessPart | undefined;
}

type ProcessRow = readonly [serviceName: string, tags: FlatTags, otlp?: OtlpProcessPart];

/** The text of a process: equal ones have the same. */
export function packProcess({ serviceName, tags, otlp }: Process): string {
  const flat = flattenTags(tags);
  const row: ProcessRow = otlp === undefined ? [serviceName, flat] : [serviceName, flat, otlp];
  return JSON.stringify(row);
}

/** The process of a text that `packProcess` made. */
export function unpackProcess(text: string): PackedProcess {
  const [serviceName, tags, otlp] = JSON.parse(text) as ProcessRow;
  return { serviceName, tags, otlp };
}

/** The processes of the stored spans, each once however many batches it sent. */
export class ProcessTable {
  /** What it takes, in bytes. */
  bytes = 0;
  private readonly processes = new Map<string, StoredProcess>();

  /** The process of this text. Count its spans with `retain`. */
  get(text: string, serviceName: string): StoredProcess {
    return this.processes.get(text) ?? { serviceName, text, spans: 0 };
  }

  /** One more span has it. */
  retain(process: StoredProcess): void {
    if (process.spans++ > 0) return;
    this.processes.set(process.text, process);
    this.bytes += bytesOf(process);
  }

  /** One span less has it. */
  release(process: StoredProcess): void {
    if (--process.spans > 0) return;
    this.processes.delete(process.text);
    this.bytes -= bytesOf(process);
  }
}

function bytesOf({ text, serviceName }: StoredProcess): number {
  return PROCESS_BYTES + textBytes(text) + textBytes(serviceName);
}
