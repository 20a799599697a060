import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** What a process may use, in bytes. */
export interface ProcessMemory {
  /** Limit of V8's heap: beyond it V8 ends the process. */
  readonly heapLimit: number;
  /** Memory of the machine, or of the container if it has less. */
  readonly memory: number;
}

/** Limits of the store that a process can hold, in bytes. */
export interface MemoryBounds {
  readonly maxBytes: number;
  /** Maximum of the store on V8's heap. */
  readonly maxHeapBytes: number;
  /** Says that the wanted `maxBytes` was lowered; undefined if it was not. */
  readonly warning: string | undefined;
}

const MIB = 1_048_576;
const USUAL_MAX_BYTES = 512 * MIB;
/** Part of the memory that the store uses by default. */
const DEFAULT_SHARE = 0.25;
/** Largest part of the memory that the store may use: requests, answers and garbage need the rest. */
const MAX_SHARE = 0.6;
/** Part of the heap that the store may use. */
const HEAP_SHARE = 0.4;
/** A body takes up to twenty times its length while it is decoded. */
const BODIES_IN_HEAP = 32;

/** The memory of this process. */
export function processMemory(): ProcessMemory {
  const { heap_size_limit: heapLimit } = getHeapStatistics();
  const constrained = process.constrainedMemory(); // 0 or a huge number without a limit
  const memory = constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
  return { heapLimit: Math.min(heapLimit, memory), memory };
}

/** Limits of a store. `wanted`: the option `maxBytes`; it is lowered if the process cannot hold it. */
export function memoryBounds(wanted: number | undefined, process: ProcessMemory): MemoryBounds {
  const { heapLimit, memory } = process;
  // About a quarter of the store is on the heap, so that this leaves room there.
  const ceiling = Math.max(1, Math.floor(Math.min(heapLimit, MAX_SHARE * memory)));
  const byDefault = Math.min(USUAL_MAX_BYTES, ceiling, Math.ceil(DEFAULT_SHARE * memory));
  const maxBytes = Math.min(wanted ?? byDefault, ceiling);
  const isLowered = wanted !== undefined && maxBytes < wanted;
  return {
    maxBytes,
    maxHeapBytes: Math.floor(HEAP_SHARE * heapLimit),
    warning: isLowered ? loweredText(wanted, maxBytes, process) : undefined,
  };
}

/** Largest body that can be decoded without the risk of reaching the heap limit, at most `usual`. */
export function bodyBound(usual: number, { heapLimit }: ProcessMemory): number {
  return Math.min(usual, Math.floor(heapLimit / BODIES_IN_HEAP));
}

function loweredText(wanted: number, maxBytes: number, process: ProcessMemory): string {
  const { heapLimit, memory } = process;
  return (
    `--memory.max-bytes: ${mib(wanted)} do not fit into this process (V8's heap limit: ${mib(heapLimit)}, ` +
    `memory: ${mib(memory)}); using ${mib(maxBytes)}. NODE_OPTIONS=--max-old-space-size=N sets the heap limit`
  );
}

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
