import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonTrace } from '../../../src/index.js';
import { checkSnapshotFolder, loadSnapshot, saveSnapshot } from '../../../src/server/snapshot.js';
import { GOLDEN_BATCH } from '../../../../test/unit/core/wire/golden-batch.js';
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
  await expect(saveSnapshot(path, broken as unknown as typeof store)).rejects.toThrow(
    'cannot save',
  );
  expect(await readFile(path, 'utf8')).toBe('the last one');
  expect(await readdir(folder)).toEqual(['traces']);
});

test('no file is no trace', async () => {
  const { store, warnings } = await loaded();
  expect([store.stats().traces, warnings]).toEqual([0, []]);
});

test('an empty file holds no trace', async () => {
  await writeFile(path, '');
  const { store, warnings } = await loaded();
  expect([store.stats().traces, warnings]).toEqual([0, []]);
});

test.each(['dear diary\n', '{"name":"package"}', '{"spoor":"traces","version":2}\n'])(
  'a file that is something else (%j) is refused, and left alone',
  async (text) => {
    await writeFile(path, text);
    await expect(loaded()).rejects.toThrow(
      /^cannot load the snapshot .*: not a snapshot of this version$/,
    );
    await expect(running({ snapshotFile: path })).rejects.toThrow('cannot load the snapshot');
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['traces']);
  },
);

test('a folder is refused, and left alone', async () => {
  await mkdir(join(path, 'inside'), { recursive: true });
  await expect(running({ snapshotFile: path })).rejects.toThrow(
    /^cannot load the snapshot .*: EISDIR/,
  );
  expect(await readdir(path)).toEqual(['inside']);
});

test('what a save that was killed has left is removed at the next start, and nothing else', async () => {
  const { pid: ended } = spawnSync(process.execPath, ['-e', '0']);
  const names = [
    `traces.${ended}.tmp`,
    `traces.${process.pid}.tmp`,
    'traces.x.tmp',
    `other.${ended}.tmp`,
  ];
  for (const name of names) await writeFile(join(folder, name), '');
  await checkSnapshotFolder(path);
  expect((await readdir(folder)).sort()).toEqual(names.slice(1).sort());
});

describe('a broken file is told, what is sound of it is loaded, and it is kept when traces are saved', () => {
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
    expect(await readFile(path, 'utf8')).toBe(text);
    await writeFile(`${path}.broken`, 'an older one');
    expect(await saveSnapshot(path, store, true)).toBe(`${path}.broken-2`);
    expect(await readFile(`${path}.broken-2`, 'utf8')).toBe(text);
    expect(await readFile(`${path}.broken`, 'utf8')).toBe('an older one');
    const again = await loaded();
    expect([again.store.stats().traces, again.warnings]).toEqual([traces, []]);
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

  test('has what is sound of a broken one, also where the start before failed', async () => {
    const first = await running({ snapshotFile: path });
    await sendBatch(first, 'compact', GOLDEN_BATCH);
    await first.close();
    await writeFile(path, '["trunc', { flag: 'a' });
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(running({ snapshotFile: path, ports: { query: port } })).rejects.toThrow('in use');
    taken.close();
    const warnings: string[] = [];
    const warn = (text: string): void => void warnings.push(text);
    const second = await running({ snapshotFile: path, warn });
    expect(traces(second)).toHaveLength(1);
    await second.close();
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toBe(`snapshot ${path}: kept the broken file as ${path}.broken`);
    expect((await readdir(folder)).sort()).toEqual(['traces', 'traces.broken']);
  });

  test('does not start where there is no such folder', async () => {
    const snapshotFile = join(folder, 'none', 'traces');
    await expect(running({ snapshotFile })).rejects.toThrow(/^cannot write the snapshot /);
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
