import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { CompactWriter } from '../../../../src/core/thrift/compact-writer.js';
import { newEncoding, writeTag } from '../../../../src/core/wire/tag-encoder.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const MEGABYTE = 1 << 20;

/** A body of a megabyte, and a slice of it: V8 keeps the body as long as the slice is there. */
const sliceOfBody = (i: number): string =>
  `${i}`
    .padStart(8, '0')
    .repeat(MEGABYTE / 8)
    .slice(0, 40);

test('what is kept of a tag does not hold the body that it was cut from', () => {
  const writer = new CompactWriter();
  const encoding = newEncoding();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 60; i++) {
    writer.position = 0;
    writeTag(writer, 'key', sliceOfBody(i), encoding);
    writeTag(writer, sliceOfBody(1000 + i), 'value', encoding);
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * MEGABYTE);
  writeTag(writer, 'key', 'still in use', encoding);
});
