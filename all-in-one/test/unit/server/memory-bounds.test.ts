import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryBounds, processMemory } from '../../../src/server/memory-bounds.js';
import { settle } from '../../../src/server/options.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const process_ = (heapMib: number, memoryMib: number): Parameters<typeof memoryBounds>[1] => ({
  heapLimit: heapMib * MIB,
  memory: memoryMib * MIB,
});

describe('the limit of the store', () => {
  test.each([
    { name: 'a usual machine', memory: process_(4_144, 16_384), mib: 512 },
    { name: 'a small heap', memory: process_(176, 16_384), mib: 176 },
    { name: 'a machine with 1 GiB', memory: process_(560, 1_024), mib: 256 },
    { name: 'a container with 256 MiB', memory: process_(256, 256), mib: 64 },
  ])('is derived from heap and memory: $name', ({ memory, mib }) => {
    const { maxBytes, maxHeapBytes, warning } = memoryBounds(undefined, memory);
    expect(maxBytes).toBe(mib * MIB);
    expect(maxHeapBytes).toBeLessThan(memory.heapLimit / 2);
    expect(warning).toBeUndefined();
  });

  test.each([
    { name: 'that the heap cannot hold', memory: process_(560, 16_384), wanted: GIB, mib: 560 },
    { name: 'that the memory cannot hold', memory: process_(4_144, 1_000), wanted: GIB, mib: 600 },
    { name: 'without any sense', memory: process_(176, 1_000), wanted: 2 ** 52, mib: 176 },
  ])('is lowered with one line: one $name', ({ memory, wanted, mib }) => {
    const warnings: string[] = [];
    const warn = (text: string): void => void warnings.push(text);
    expect(settle({ maxBytes: wanted, warn }, memory).maxBytes).toBe(mib * MIB);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      new RegExp(`^--memory.max-bytes: ${wanted / MIB} MiB do not fit .* using ${mib} MiB`),
    );
    expect(warnings[0]).not.toContain('\n');
  });

  test('stays what was asked for where it fits', () => {
    const { maxBytes, warning } = memoryBounds(GIB, process_(4_144, 16_384));
    expect({ maxBytes, warning }).toEqual({ maxBytes: GIB, warning: undefined });
  });

  test('bodies are smaller where the heap is', () => {
    const limits = (heapMib: number): readonly number[] => {
      const { maxBodyBytes, maxImportBytes } = settle({}, process_(heapMib, 16_384)).limits;
      return [maxBodyBytes / MIB, maxImportBytes / MIB];
    };
    expect(limits(4_144)).toEqual([16, 64]);
    expect(limits(576)).toEqual([16, 18]);
    expect(limits(160)).toEqual([5, 5]);
    expect(settle({ limits: { maxBodyBytes: 7 } }, process_(160, 400)).limits.maxBodyBytes).toBe(7);
  });

  test('this process has a heap limit and memory', () => {
    const { heapLimit, memory } = processMemory();
    expect(heapLimit).toBeGreaterThan(32 * MIB);
    expect(memory).toBeGreaterThanOrEqual(heapLimit);
    expect(memory).toBeLessThan(2 ** 50);
  });
});

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const program = join(root, `node_modules/.cache/spoor-all-in-one-test/${process.pid}-memory.mjs`);

/** Fills a store with spans as a listener does, and prints what the store has then. */
const PROGRAM = `
  import { setImmediate as turn } from 'node:timers/promises';
  import { settle } from './all-in-one/src/server/options.ts';
  import { TraceStore } from './all-in-one/src/store/trace-store.ts';
  import { span, process as processOf, hex16, textTag } from './all-in-one/test/unit/spans.ts';
  const [spans, perTrace, tags, maxBytes] = process.argv.slice(2).map(Number);
  const warn = (text) => console.error(text);
  const store = new TraceStore(settle({ maxTraces: 1e9, warn, ...(maxBytes > 0 && { maxBytes }) }));
  for (let from = 0; from < spans; from += 50) {
    if (from % 5_000 === 0) await turn();
    store.add(processOf(), Array.from({ length: 50 }, (_, at) => span({
      traceID: hex16(Math.floor((from + at) / perTrace) + 1),
      spanID: hex16(from + at + 1),
      tags: Array.from({ length: tags }, (_, k) => textTag('key.' + k, 'a value ' + (from + at) + ' ' + k)),
    })));
  }
  console.log(JSON.stringify({ ...store.stats(), rss: process.resourceUsage().maxRSS * 1024 }));`;

interface Filled {
  readonly spans: number;
  readonly evictedSpans: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly maxHeapBytes: number;
  readonly heapBytes: number;
  readonly rss: number;
}

function filled(heapMib: number, ...args: number[]): Promise<{ stats: Filled; errors: string }> {
  const child = spawn(process.execPath, [
    `--max-old-space-size=${heapMib}`,
    program,
    ...args.map(String),
  ]);
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      if (code === 0) resolve({ stats: JSON.parse(out) as Filled, errors });
      else reject(new Error(`ended with ${code ?? signal}: ${errors.slice(-300)}`));
    });
  });
}

describe('a process with a small heap evicts, and does not end', () => {
  beforeAll(() =>
    build({
      bundle: true,
      platform: 'node',
      format: 'esm',
      stdin: { contents: PROGRAM, resolveDir: root },
      outfile: program,
    }),
  );
  afterAll(() => rm(program, { force: true }));

  test.each([
    { name: 'large spans', spans: 120_000, perTrace: 5, tags: 60, maxBytes: 0 },
    { name: 'large traces', spans: 120_000, perTrace: 2_000, tags: 60, maxBytes: 0 },
    { name: 'small spans, one per trace', spans: 200_000, perTrace: 1, tags: 0, maxBytes: 2 ** 32 },
  ])('$name', async ({ spans, perTrace, tags, maxBytes }) => {
    const { stats, errors } = await filled(128, spans, perTrace, tags, maxBytes);
    expect(stats.evictedSpans).toBeGreaterThan(spans / 20);
    expect(stats.spans + stats.evictedSpans).toBe(spans);
    expect(stats.bytes).toBeLessThanOrEqual(stats.maxBytes);
    expect(stats.heapBytes).toBeLessThanOrEqual(stats.maxHeapBytes);
    // What it has comes to the limit, and the process is not much larger.
    const isHeapFull = stats.heapBytes > 0.9 * stats.maxHeapBytes;
    expect(isHeapFull || stats.bytes > 0.9 * stats.maxBytes).toBe(true);
    expect(stats.rss).toBeLessThan(2.5 * stats.maxBytes);
    expect(errors === '').toBe(maxBytes === 0);
  });
});
