import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBatch, decodeMessage } from '../../../../all-in-one/src/thrift/jaeger-decoder.js';
import {
  decodeMessage as apacheDecodeMessage,
  encode,
  encodeMessage,
  ENCODINGS,
} from '../../../fixtures/apache/apache-thrift.js';
import { apacheBatch, decodedBatch, plainBatch } from './arbitrary-batch.js';
import { hexOfBytes } from '../thrift/hex.js';
import { anySpanSeed, type SpanSeed, TracedMessages } from './traced-spans.js';

const RUNS = { seed: 14, numRuns: 100 };

const anySpans = fc.oneof(
  { weight: 4, arbitrary: fc.array(anySpanSeed, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(anySpanSeed, { minLength: 14, maxLength: 16 }) },
);
const aSpan: SpanSeed = fc.sample(anySpanSeed, { seed: 1, numRuns: 1 })[0]!;

describe.each(ENCODINGS)('%s', (protocol) => {
  const datagrams = { protocol, message: true };
  const bodies = { protocol, message: false };

  test('two messages of any spans are what Apache writes, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(anySpans, anySpans, async (first, second) => {
        const traced = new TracedMessages(datagrams);
        for (const [i, seeds] of [first, second].entries()) {
          const message = await traced.trace(seeds);
          const batch = apacheBatch(traced.expected(seeds, i + 1));
          const apache = encodeMessage(protocol, batch, { sequenceId: 0 });
          expect(hexOfBytes(message!)).toBe(hexOfBytes(apache));
        }
      }),
      RUNS,
    );
  });

  test('a bare batch of any spans is what Apache writes, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(anySpans, async (seeds) => {
        const traced = new TracedMessages(bodies);
        const body = await traced.trace(seeds);
        const batch = apacheBatch(traced.expected(seeds, 1));
        expect(hexOfBytes(body!)).toBe(hexOfBytes(encode(protocol, (p) => batch.write(p))));
      }),
      RUNS,
    );
  });

  test('Apache and our decoder read the values that the application gave', async () => {
    await fc.assert(
      fc.asyncProperty(anySpans, async (seeds) => {
        const traced = new TracedMessages(datagrams);
        const message = await traced.trace(seeds);
        const plain = traced.expected(seeds, 1);
        expect(plainBatch(apacheDecodeMessage(protocol, message!))).toEqual(plain);
        expect(decodeMessage(message!, protocol)).toEqual({
          batch: decodedBatch(plain),
          trailingBytes: 0,
          sequenceId: 0,
          oneway: true,
        });
      }),
      RUNS,
    );
  });

  test('Apache reads every power of two and -0, though it writes some of them wrong', async () => {
    const powers = Array.from({ length: 2046 }, (_, i) => 2 ** (i - 1022));
    const values = [-0, ...powers.filter((value) => !Number.isSafeInteger(value))];
    const tags = values.map((value) => ['d', value] as const);
    const message = await new TracedMessages(datagrams).trace([{ ...aSpan, tags }]);
    const decoded = plainBatch(apacheDecodeMessage(protocol, message!));
    expect(decoded.spans[0]!.tags!.map(({ vType, vDouble }) => [vType, vDouble])).toEqual(
      values.map((value) => [1, value]),
    );
  });

  test('numbersAsDouble writes integers as doubles', async () => {
    const traced = new TracedMessages(datagrams, { numbersAsDouble: true });
    const message = await traced.trace([{ ...aSpan, tags: [['n', 1]], logs: [] }]);
    expect(decodeMessage(message!, protocol).batch.spans[0]!.tags).toEqual([
      { key: 'n', type: 'float64', value: 1 },
    ]);
  });

  test('what the sender refused is told in the next message', async () => {
    const traced = new TracedMessages(bodies);
    traced.fail = true;
    await traced.trace([aSpan, aSpan]);
    traced.fail = false;
    const body = await traced.trace([aSpan]);
    const stats = { fullQueueDroppedSpans: 0n, tooLargeDroppedSpans: 0n, failedToEmitSpans: 2n };
    const batch = apacheBatch({ ...traced.expected([aSpan], 2), stats });
    expect(hexOfBytes(body!)).toBe(hexOfBytes(encode(protocol, (p) => batch.write(p))));
    expect(decodeBatch(body!, protocol).batch).toMatchObject({
      seqNo: 2,
      stats: { failedToEmitSpans: 2 },
    });
  });
});
