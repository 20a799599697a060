import { expect, test } from 'vitest';
import { oneAtATime } from '../../../src/page/model/one-at-a-time.js';

/** Lets what waits go on. */
const settle = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

test('what is asked for many times is done at once, and once more after the pause', async () => {
  const done: string[] = [];
  let goOn = (): void => {};
  const work = oneAtATime(
    async () => void done.push('act'),
    () => {
      done.push('pause');
      return new Promise((resolve) => (goOn = resolve));
    },
  );
  work.ask();
  for (let i = 0; i < 9; i++) work.ask();
  await settle();
  expect(done).toEqual(['act', 'pause']);
  goOn();
  await settle();
  expect(done).toEqual(['act', 'pause', 'act', 'pause']);
  goOn();
  await settle();
  expect(done).toHaveLength(4);
  work.ask();
  await settle();
  expect(done).toHaveLength(6);
  work.ask();
  work.stop();
  goOn();
  await settle();
  expect(done).toHaveLength(6);
});
