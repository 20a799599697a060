import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { root } from '../../scripts/root.js';
import { run } from './run.js';

/** The README's programs, as a reader would paste them into a file. */
const programs = [
  ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```js\n(.*?)```/gs),
].map((match) => match[1]!);

test('the README has programs', () => {
  expect(programs.length).toBeGreaterThanOrEqual(4);
});

test.each(programs.map((program, i) => ({ program, i })))(
  'program $i of the README runs',
  async ({ program, i }) => {
    const folder = join(inject('packed').spoor.consumer, 'readme');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${i}.mjs`), program);
    const output = await run(process.execPath, [`${i}.mjs`], folder);
    expect(output).not.toContain('false');
    if (i === 0) expect(output).toBe('2 spans sent to localhost:6831\n');
  },
);

test('the README leads to files that are there', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  for (const [, path] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
    expect(() => readFileSync(join(root, path!))).not.toThrow();
  }
});
