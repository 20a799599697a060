import { expect, test } from 'vitest';
import { withInstalledExample } from './installed-example.js';
import { runPeer } from './peers/peer-process.js';

interface Line {
  readonly msg?: string;
  readonly message?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly sampled?: boolean;
}

const PACKAGES = { pino: 'test/interop/frameworks', winston: 'test/interop/frameworks' };

test.each(['pino', 'winston'])('lines of %s name the trace that they belong to', async (logger) => {
  await withInstalledExample('logging', PACKAGES, async (folder) => {
    const output = await runPeer('npm', ['run', '--silent', logger], { cwd: folder });
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const [outside, ...inside] = lines;
    expect(outside).not.toHaveProperty('trace_id');
    const traceOf = (text: string): string | undefined =>
      inside.find(({ msg, message }) => (msg ?? message) === text)?.trace_id;
    expect(traceOf('tea: asked for')).toMatch(/^[\da-f]{1,16}$/);
    for (const item of ['tea', 'coffee']) {
      expect(traceOf(`${item}: packed`)).toBe(traceOf(`${item}: asked for`));
    }
    expect(traceOf('coffee: asked for')).not.toBe(traceOf('tea: asked for'));
    expect(inside.map(({ sampled }) => sampled)).toStrictEqual([true, true, true, true]);
    expect(new Set(inside.map(({ span_id }) => span_id)).size).toBe(4);
  });
});
