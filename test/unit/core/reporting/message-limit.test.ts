import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import { SendError } from '../../../../src/core/reporting/sender.js';
import { settle } from '../../support/fake-platform.js';
import { newPiped, type Piped, spanOf } from './piped.js';

/** A network that takes no datagram of more than so many bytes: each one is answered until none is left. */
async function answerAll({ sender }: Piped, takes: number): Promise<number[]> {
  const sizes: number[] = [];
  while (sender.isBusy) {
    const { length } = sender.messages.at(-1)!;
    if (length > takes) await sender.fail(new SendError('too-large', `${length} bytes`));
    else {
      sizes.push(length);
      await sender.succeed();
    }
  }
  await settle();
  return sizes;
}

/** The names in the messages that were small enough. */
function arrived({ sender }: Piped, takes: number): string[] {
  return sender.operations.flatMap((names, i) =>
    sender.messages[i]!.length <= takes ? names : [],
  );
}

const NAMES = Array.from({ length: 300 }, (_, i) => `span ${i}`);

describe.each(['compact', 'binary'] as const)('a network of small datagrams, %s', (protocol) => {
  test('gets what waits in smaller messages, and all that comes after', async () => {
    const piped = newPiped({ sender: { protocol } });
    const { pipeline, counters, logger } = piped;
    for (const name of NAMES) pipeline.report(spanOf(name, 100));
    const flushed = pipeline.flush();
    const sizes = await answerAll(piped, 9216);
    await flushed;
    expect(arrived(piped, 9216)).toStrictEqual(NAMES);
    expect(Math.max(...sizes)).toBeGreaterThan(9000);
    expect(counters).toMatchObject({ sent: 300, waiting: 0 });
    expect(logger.warnings).toStrictEqual([
      expect.stringMatching(
        /^Datagrams of \d+ bytes are rejected \(EMSGSIZE\); limiting datagrams to 9216 bytes$/,
      ),
    ]);
    const tried = piped.sender.messages.length;
    for (const name of NAMES) pipeline.report(spanOf(name, 100));
    void pipeline.flush();
    await answerAll(piped, 9216);
    const later = piped.sender.messages.slice(tried).map(({ length }) => length);
    expect(Math.max(...later)).toBeLessThanOrEqual(9216);
    expect(counters).toMatchObject({ sent: 600, waiting: 0 });
    expect(logger.errors).toStrictEqual([]);
  });

  test('of smaller ones yet, step by step', async () => {
    const piped = newPiped({ sender: { protocol } });
    for (const name of NAMES) piped.pipeline.report(spanOf(name, 20));
    void piped.pipeline.flush();
    await answerAll(piped, 600);
    expect(arrived(piped, 600)).toStrictEqual(NAMES);
    expect(piped.logger.warnings.map((line) => /to (\d+) bytes$/.exec(line)?.[1])).toStrictEqual([
      '9216',
      '1472',
      '508',
    ]);
  });

  test('has no place for a span that was encoded for larger ones: it is counted', async () => {
    const piped = newPiped({ sender: { protocol } });
    const { pipeline, counters, metrics } = piped;
    for (const [name, size] of [
      ['a', 10],
      ['large', 20_000],
      ['b', 10],
    ] as const) {
      pipeline.report(spanOf(name, size));
    }
    const flushed = pipeline.flush();
    await answerAll(piped, 9216);
    await flushed;
    expect(arrived(piped, 9216)).toStrictEqual(['a', 'b']);
    expect(counters).toMatchObject({ sent: 2, waiting: 0, dropped: { tooLarge: 1 } });
    expect(metrics.get('jaeger:reporter_spans{result=dropped}')).toBe(1);
    pipeline.report(spanOf('large', 20_000));
    void pipeline.flush();
    await answerAll(piped, 9216);
    expect(arrived(piped, 9216)).toStrictEqual(['a', 'b', 'large']);
  });

  test('that takes nothing at all is an outage', async () => {
    const piped = newPiped({ sender: { protocol } });
    piped.pipeline.report(spanOf('a', 10));
    const flushed = piped.pipeline.flush();
    await answerAll(piped, 0);
    await flushed;
    expect(piped.counters).toMatchObject({ sent: 0, waiting: 0, dropped: { sendFailed: 1 } });
    expect(piped.logger.errors).toHaveLength(1);
  });
});

test('numbers of messages are not used twice', async () => {
  const piped = newPiped();
  for (const name of NAMES) piped.pipeline.report(spanOf(name, 100));
  void piped.pipeline.flush();
  await answerAll(piped, 9216);
  const numbers = piped.sender.batches.map(({ seqNo }) => seqNo);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('process tags that leave no room for spans are cut, and it is said', () => {
  const { pipeline, sender, logger } = newPiped();
  pipeline.setProcess('shop', [
    { key: 'env', value: 'x'.repeat(100_000) },
    { key: 'zone', value: 'b' },
  ]);
  pipeline.report(spanOf('a'));
  void pipeline.flush();
  const { tags } = sender.batches[0]!.process;
  expect(tags).toStrictEqual([
    { key: 'env', type: 'string', value: 'x'.repeat(4096) },
    { key: 'zone', type: 'string', value: 'b' },
  ]);
  expect(logger.warnings).toStrictEqual([expect.stringMatching(/^Process tags exceed half/)]);
});

test('maxTagValueLength cuts texts, texts of objects and bytes, of tags, logs and the process', () => {
  const values = { numbersAsDouble: false, maxTagValueLength: 5 };
  const { pipeline, sender } = newPiped({ values });
  pipeline.setProcess('a long service', [{ key: 'a long key', value: 'a long value' }]);
  const span = spanOf('a long name', 6);
  span.ownTags = [
    't',
    'abcdefg',
    'o',
    { a: 1 },
    'b',
    Buffer.from('1234567'),
    'n',
    123456789,
    's',
    'abcd😀',
  ];
  span.flatLogs = [1000, 1, 'a long field', 'a long value'];
  pipeline.report(span);
  void pipeline.flush();
  const { process, spans } = sender.batches[0]!;
  expect(process).toStrictEqual({
    serviceName: 'a long service',
    tags: [{ key: 'a long key', type: 'string', value: 'a lon' }],
  });
  const { operationName, tags, logs } = spans[0]!;
  expect(operationName).toBe('a long name');
  expect(
    tags.slice(-5).map(({ value }) => (value instanceof Uint8Array ? [...value] : value)),
  ).toStrictEqual(['abcde', '{"a":', [49, 50, 51, 52, 53], 123456789, 'abcd']);
  expect(logs[0]!.fields).toStrictEqual([{ key: 'a long field', type: 'string', value: 'a lon' }]);
});

test('a metric that flushes while a message is split does not put two in flight', async () => {
  const flush = (): void => void piped.pipeline.flush();
  const metrics = new Metrics({
    createCounter: () => ({ increment: flush }),
    createGauge: () => ({ update: flush }),
  });
  const piped = newPiped({ metrics });
  for (let i = 0; i < 4; i++) piped.pipeline.report(spanOf(`${i}`, i % 2 === 0 ? 20_000 : 10));
  flush();
  await answerAll(piped, 9216);
  expect(piped.sender.mostInFlight).toBe(1);
  expect(piped.counters).toMatchObject({ sent: 2, waiting: 0, dropped: { tooLarge: 2 } });
});
