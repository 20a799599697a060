import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonTrace } from '../../../../src/collector/index.js';
import { loadSnapshot, saveSnapshot } from '../../../../src/collector/server/snapshot.js';
import { GOLDEN_BATCH } from '../../core/thrift/golden-batch.js';
import { anySpan } from '../arbitrary-span.js';
import { running, sendBatch } from '../running.js';
import { hex16, process as processOf, roomyStore, span, textTag } from '../spans.js';

const folders: string[] = [];
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spoor-snapshot-'));
  path = join(folder, 'traces');
});
afterEach(() => folders.push(folder));
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

/** What a store gets out of the file, and what was told. */
async function loaded(): Promise<{ store: ReturnType<typeof roomyStore>; warnings: string[] }> {
  const store = roomyStore();
  const warnings: string[] = [];
  await loadSnapshot(path, store, (text) => warnings.push(text));
  return { store, warnings };
}

test('what was saved is loaded, all of it, in its order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anySpan, { maxLength: 20 }), async (spans) => {
      const store = roomyStore();
      spans.forEach((one, i) => store.add(processOf(`s${i % 3}`, one.tags), [one]));
      await saveSnapshot(path, store);
      const { store: other, warnings } = await loaded();
      expect(warnings).toEqual([]);
      expect([...other.oldestFirst()]).toEqual([...store.oldestFirst()]);
    }),
    { seed: 65, numRuns: 50 },
  );
});

test('a separator that ends a line for some readers is a part of its text', async () => {
  const store = roomyStore();
  store.add(processOf('a\u2028b'), [span({ operationName: 'c\u2029d\ne' })]);
  await saveSnapshot(path, store);
  const { store: other, warnings } = await loaded();
  expect(warnings).toEqual([]);
  expect(other.catalog.operations('a\u2028b')[0]!.name).toBe('c\u2029d\ne');
});

test('only its owner may read it, and nothing else is left in the folder', async () => {
  const store = roomyStore();
  store.add(processOf(), [span()]);
  await saveSnapshot(path, store);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['traces']);
});

test('a save that fails leaves the last one, and nothing else', async () => {
  await writeFile(path, 'the last one');
  const store = roomyStore();
  store.add(processOf(), [span()]);
  const broken = { oldestFirst: () => [{ traceID: '', spans: [{ text: 1n }] }] };
  await expect(saveSnapshot(path, broken as unknown as typeof store)).rejects.toThrow(TypeError);
  expect(await readFile(path, 'utf8')).toBe('the last one');
  expect(await readdir(folder)).toEqual(['traces']);
});

test('no file is no trace', async () => {
  const { store, warnings } = await loaded();
  expect([store.stats().traces, warnings]).toEqual([0, []]);
});

describe('a broken file is told, kept under another name, and what is sound of it is loaded', () => {
  const saved = async (): Promise<string[]> => {
    const store = roomyStore();
    for (const id of [1, 2, 3]) store.add(processOf(), [span({ traceID: hex16(id) })]);
    await saveSnapshot(path, store);
    return (await readFile(path, 'utf8')).trimEnd().split('\n');
  };
  const expectBroken = async (text: string, traces: number, why: RegExp): Promise<void> => {
    await writeFile(path, text);
    const { store, warnings } = await loaded();
    expect(store.stats().traces).toBe(traces);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(why);
    expect(await readFile(`${path}.broken`, 'utf8')).toBe(text);
    expect(existsSync(path)).toBe(false);
  };

  test('one that was cut off', async () => {
    const text = (await saved()).join('\n');
    await expectBroken(text.slice(0, -20), 2, /line 4 is broken/);
  });

  test('one with a line that is none', async () => {
    const [header, first, , third] = await saved();
    await expectBroken([header, first, '{}', third].join('\n'), 2, /line 3 is broken/);
  });

  test.each([
    ['0000000000000001', '["0000000000000001",0,"op"]'],
    ['0000000000000001', '["1",0,"op",1,0,1,0,1,[],[],[]]'],
    ['0000000000000001', '["0000000000000001",0,"op",1,0,1,0,1,[],["k",9,"v"],[]]'],
    ['0000000000000001', '["0000000000000001",0,"op",1,0,1,0,1,[],["k"],[]]'],
    ['0000000000000001', '["0000000000000001",0,"op",null,0,1,0,1,[],[],[]]'],
    ['0000000000000001', '["0000000000000001",0,"op",1,0,1,0,1,[],[],[[1]]]'],
    ['x', '["0000000000000001",0,"op",1,0,1,0,1,[],[],[]]'],
  ])('one with a span that is none: %s %s', async (traceID, spanText) => {
    const [header] = await saved();
    const row = JSON.stringify([traceID, ['["shop",[]]'], [[0, spanText]]]);
    await expectBroken(`${header}\n${row}\n`, 0, /line 2 is broken/);
  });

  test('one that is something else altogether, or empty', async () => {
    await expectBroken('dear diary\n', 0, /no snapshot of this version/);
    await expectBroken('', 0, /it is empty/);
  });
});

describe('a collector with a snapshot', () => {
  const traces = (collector: { traces(): Iterable<JsonTrace> }): JsonTrace[] => [
    ...collector.traces(),
  ];

  test('has its traces again when it starts anew', async () => {
    const first = await running({ snapshotFile: path });
    await sendBatch(first, 'compact', GOLDEN_BATCH);
    const before = traces(first);
    await first.close();
    const second = await running({ snapshotFile: path });
    expect(traces(second)).toEqual(before);
    expect(before).toHaveLength(1);
  });

  test('starts without them where the file is broken, and says so', async () => {
    await writeFile(path, 'dear diary');
    const warnings: string[] = [];
    const collector = await running({ snapshotFile: path, warn: (text) => warnings.push(text) });
    expect(traces(collector)).toEqual([]);
    expect(warnings).toHaveLength(1);
  });

  test('does not start where there is no such folder', async () => {
    const snapshotFile = join(folder, 'none', 'traces');
    await expect(running({ snapshotFile })).rejects.toThrow(/^the snapshot .* cannot be written/);
  });

  test('says so where the file cannot be saved', async () => {
    const collector = await running({ snapshotFile: path });
    await rm(path, { force: true });
    await mkdir(join(path, 'in the way'), { recursive: true });
    await expect(collector.close()).rejects.toThrow(/E[A-Z]+/);
    expect(await readdir(folder)).toEqual(['traces']);
  });
});

test('keys of tags that look like something else stay what they are', async () => {
  const store = roomyStore();
  store.add(processOf('s', [textTag('__proto__', 'x')]), [span({ tags: [textTag('0', '')] })]);
  await saveSnapshot(path, store);
  expect([...(await loaded()).store.oldestFirst()]).toEqual([...store.oldestFirst()]);
});
