import { describe, expect, test } from 'vitest';
import { CompactWriter } from '../../../../src/core/thrift/compact-writer.js';
import { Kept } from '../../../../src/core/wire/kept.js';
import type { KeptBytes } from '../../../../src/core/thrift/kept-bytes.js';

const LONG = 3;
const SOME = Uint8Array.of(1);

/** Kept bytes, as a writer puts them out again. */
function bytesOf(kept: KeptBytes | undefined): number[] | undefined {
  if (kept === undefined) return undefined;
  const writer = new CompactWriter();
  writer.kept(kept);
  return [...writer.view()];
}

describe('names', () => {
  test('are compared whole, whatever they are called; operations and types are apart', () => {
    const kept = new Kept();
    for (const name of ['__proto__', 'constructor', '', 'a']) {
      expect(kept.operation(name)).toBeUndefined();
      kept.addOperation(name, Uint8Array.of(9));
      for (let type = 0; type < 5; type++) {
        expect(kept.tag(type, name)).toBeUndefined();
        kept.addTag(type, name, Uint8Array.of(type));
        expect(bytesOf(kept.tag(type, name)!.head)).toStrictEqual([type]);
      }
      expect(bytesOf(kept.operation(name))).toStrictEqual([9]);
    }
  });

  test('of the first thousand are kept, and no long ones', () => {
    const kept = new Kept();
    for (const name of ['x'.repeat(101), 'x'.repeat(100)]) {
      kept.addOperation(name, SOME);
      kept.addTag(LONG, name, SOME);
      expect(kept.operation(name) !== undefined).toBe(name.length === 100);
      expect(kept.tag(LONG, name) !== undefined).toBe(name.length === 100);
    }
    for (let i = 1; i < 1200; i++) {
      kept.addOperation(`name ${i}`, SOME);
      kept.addTag(LONG, `name ${i}`, SOME);
    }
    for (const [name, isKept] of [
      ['name 999', true],
      ['name 1000', false],
    ] as const) {
      expect(kept.operation(name) !== undefined).toBe(isKept);
      expect(kept.tag(LONG, name) !== undefined).toBe(isKept);
    }
  });
});

describe('values', () => {
  const withTag = (kept: Kept, key: string): NonNullable<ReturnType<Kept['tag']>> => {
    kept.addTag(LONG, key, SOME);
    return kept.tag(LONG, key)!;
  };

  test('are kept by key, until one key has too many', () => {
    const kept = new Kept();
    const [status, url] = [withTag(kept, 'status'), withTag(kept, 'url')];
    kept.addValue(status, 200, Uint8Array.of(1, 2));
    for (let i = 0; i < 100; i++) kept.addValue(url, `/${i}`, SOME);
    expect(bytesOf(status.values?.get(200))).toStrictEqual([1, 2]);
    expect(url.values).toBeUndefined();
    kept.addValue(url, '/again', SOME);
    expect(url.values).toBeUndefined();
  });

  test('that are long are not', () => {
    const kept = new Kept();
    const tag = withTag(kept, 'key');
    kept.addValue(tag, 'x'.repeat(101), SOME);
    kept.addValue(tag, 'x'.repeat(100), SOME);
    expect([...tag.values!.keys()]).toStrictEqual(['x'.repeat(100)]);
  });

  test('of all keys together are bounded', () => {
    const kept = new Kept();
    const tags = Array.from({ length: 500 }, (_, i) => withTag(kept, `key ${i}`));
    for (const tag of tags) {
      for (let value = 0; value < 60; value++) kept.addValue(tag, value, SOME);
    }
    const all = tags.reduce((sum, tag) => sum + (tag.values?.size ?? 0), 0);
    expect(all).toBeGreaterThan(3000);
    expect(all).toBeLessThanOrEqual(4000);
  });
});
