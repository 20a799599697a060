import { describe, expect, test } from 'vitest';
import { RandomIds } from '../../../../src/core/context/random-ids.js';
import { FakePlatform } from '../../support/fake-platform.js';

describe('RandomIds', () => {
  test('asks for randomness at the first id and not before', () => {
    const platform = new FakePlatform();
    const ids = new RandomIds(platform.randomWords);
    expect(platform.fills).toBe(0);
    ids.word();
    expect(platform.fills).toBe(1);
  });

  test('is xoshiro128**: the words that its authors publish for the seed 1, 2, 3, 4', () => {
    const ids = new RandomIds((words) => words.set([1, 2, 3, 4]));
    expect(Array.from({ length: 8 }, () => ids.word() >>> 0)).toStrictEqual([
      11_520, 0, 5_927_040, 70_819_200, 2_031_721_883, 1_637_235_492, 1_287_239_034, 3_734_860_849,
    ]);
  });

  test('takes a new seed again and again', () => {
    let seeds = 0;
    const ids = new RandomIds((words) => words.fill(++seeds));
    const first = ids.word();
    for (let i = 1; i < 4096; i++) ids.word();
    expect(seeds).toBe(1);
    expect(ids.word()).not.toBe(first);
    expect(seeds).toBe(2);
  });

  test('words are signed, and no two of a few thousand are alike', () => {
    const ids = new RandomIds(new FakePlatform(7).randomWords);
    const words = Array.from({ length: 4000 }, () => ids.word());
    expect(words.every((word) => word === (word | 0))).toBe(true);
    expect(words.some((word) => word < 0)).toBe(true);
    expect(new Set(words).size).toBe(4000);
  });

  test('a source of zeros does not stop it', () => {
    const ids = new RandomIds((words) => words.fill(0));
    expect(new Set(Array.from({ length: 100 }, () => ids.word())).size).toBeGreaterThan(90);
  });
});
