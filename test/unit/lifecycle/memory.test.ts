import { expect, test } from 'vitest';
import { ChildProgram, compileProgram } from './child-program.js';

/** About 11,000 at rest and 17,000 after a span. With buffers of full size it was 86,000, and 1,070,000 for a megabyte. */
const MOST_BYTES = 30_000;

test('a tracer takes little memory, however large its messages may be', async () => {
  const program = await compileProgram(new URL('memory-program.ts', import.meta.url));
  const child = new ChildProgram(program, [], ['--expose-gc']);
  const bytes = JSON.parse(await child.line('result ')) as Record<string, number>;
  expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  expect(Object.keys(bytes)).toHaveLength(6);
  for (const [what, one] of Object.entries(bytes)) expect(one, what).toBeLessThan(MOST_BYTES);
});
