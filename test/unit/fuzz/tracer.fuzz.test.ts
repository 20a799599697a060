import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FuzzSetup } from './fuzzed-tracer.js';
import { anyProgram, anySetup, noteUnhandled, runProgram } from './programs.js';

let stopNoting: () => void;

beforeAll(() => {
  stopNoting = noteUnhandled();
});

afterAll(() => stopNoting());

describe('nothing is thrown, and nothing lost uncounted, whatever comes', () => {
  test.each<{
    spans: string;
    through: FuzzSetup['through'];
    moody: boolean;
    seed: number;
    numRuns: number;
  }>([
    { spans: 'in messages', through: 'messages', moody: false, seed: 1, numRuns: 100 },
    { spans: 'of a broken application', through: 'messages', moody: true, seed: 2, numRuns: 150 },
    { spans: 'to an appending sender', through: 'append', moody: true, seed: 3, numRuns: 60 },
    { spans: 'to several reporters', through: 'composite', moody: true, seed: 4, numRuns: 60 },
    { spans: 'to a reporter of its own', through: 'reporter', moody: true, seed: 5, numRuns: 40 },
  ])(
    'spans $spans',
    async ({ through, moody, seed, numRuns }) => {
      const property = fc.asyncProperty(anySetup({ through, moody }), anyProgram, runProgram);
      await expect(fc.assert(property, { seed, numRuns })).resolves.toBeUndefined();
    },
    60_000,
  );
});
