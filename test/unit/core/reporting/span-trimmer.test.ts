import { describe, expect, test } from 'vitest';
import { SpanTrimmer, TRIMMED_TAG } from '../../../../src/core/reporting/span-trimmer.js';
import type { Span } from '../../../../src/core/span/span.js';
import { CompactWriter } from '../../../../src/core/thrift/compact-writer.js';
import { decodeBatch } from '../../../../all-in-one/src/thrift/jaeger-decoder.js';
import {
  writeBatchHeader,
  writeBatchTrailer,
  writeProcess,
} from '../../../../src/core/wire/batch-encoder.js';
import type { JaegerSpan } from '../../../../all-in-one/src/thrift/jaeger-model.js';
import { newEncoding } from '../../../../src/core/wire/tag-encoder.js';
import { newTraced } from '../../support/traced.js';

const { tracer } = newTraced();
const MAX = 1000;

function started(tags: Record<string, unknown> = {}): Span {
  return tracer.startSpan('op', { startTime: 1000, tags });
}

/** The span in `maxBytes`, encoded. */
function trimmedBytes(span: Span, maxBytes: number): Uint8Array | undefined {
  span.finish(1001);
  const trimmer = new SpanTrimmer(new CompactWriter(), newEncoding({ maxValueLength: 65_000 }));
  const bytes = trimmer.trim(span, maxBytes)?.slice();
  if (bytes !== undefined) expect(bytes.length).toBeLessThanOrEqual(maxBytes);
  return bytes;
}

/** The span in `maxBytes`, as somebody else reads it. */
function trimmed(span: Span, maxBytes: number = MAX): JaegerSpan | undefined {
  const bytes = trimmedBytes(span, maxBytes);
  return bytes && decodedSpan(bytes);
}

function decodedSpan(bytes: Uint8Array): JaegerSpan {
  const writer = new CompactWriter();
  writeProcess(writer, 'shop', [], newEncoding());
  const process = writer.view().slice();
  writer.position = 0;
  writeBatchHeader(writer, process, 1, undefined);
  writer.raw(bytes);
  writeBatchTrailer(writer, 1, undefined, false);
  return decodeBatch(writer.view(), 'compact').batch.spans[0]!;
}

/** Its tags by key, without the sampler's. */
function tagsOf({ tags }: JaegerSpan): Record<string, unknown> {
  const own = tags.filter(({ key }) => !key.startsWith('sampler.'));
  return Object.fromEntries(own.map(({ key, value }) => [key, value]));
}

describe('logs are left out first', () => {
  test('the oldest of the middle before others: half of the first and half of the latest stay', () => {
    const span = started({ kept: 'x'.repeat(300) });
    for (let i = 0; i < 100; i++) span.log({ event: `event ${i}` }, 1000 + i);
    const sent = trimmed(span)!;
    const { logs } = sent;
    const events = logs.map(({ fields }) => String(fields[0]!.value));
    const gap = events.findIndex((event, i) => event !== `event ${i}`);
    expect(events.length).toBeGreaterThan(15);
    expect(events.slice(gap)).toStrictEqual(
      events.slice(gap).map((_, i, { length }) => `event ${100 - length + i}`),
    );
    expect(events.length - gap - gap).toBeGreaterThanOrEqual(1);
    expect(events.length - gap - gap).toBeLessThanOrEqual(2);
    expect(tagsOf(sent)).toStrictEqual({
      kept: 'x'.repeat(300),
      [TRIMMED_TAG]: `${100 - events.length} of 100 logs dropped`,
    });
  });

  test('as many stay as fit', () => {
    const span = started();
    for (let i = 0; i < 30; i++) span.log({ event: 'x'.repeat(50) }, 1000 + i);
    const more = trimmed(span, 1000)!.logs.length;
    expect(trimmed(again(span), 1000 - 65)!.logs).toHaveLength(more - 1);
  });

  test('whatever the size: less stays unused than one more log and 32 bytes take', () => {
    const span = started();
    for (let i = 0; i < 30; i++) span.log({ event: 'x'.repeat(50) }, 1000 + i);
    const logBytes = 50 + 'event'.length + 16;
    for (let maxBytes = 400; maxBytes < 1800; maxBytes++) {
      const bytes = trimmedBytes(again(span), maxBytes)!;
      expect(maxBytes - bytes.length, `of ${maxBytes}`).toBeLessThan(logBytes + 32);
    }
  });
});

describe('then the longest values are cut', () => {
  test('at one length for all, and marked; the others stay as they are', () => {
    const span = started({ a: 'a'.repeat(5000), short: 'b'.repeat(100), c: 'c'.repeat(600) });
    const tags = tagsOf(trimmed(span)!);
    const { length } = tags['a'] as string;
    expect(tags['short']).toBe('b'.repeat(100));
    expect(tags['a']).toBe(`${'a'.repeat(length - 12)}…[truncated]`);
    expect(tags['c']).toBe(`${'c'.repeat(length - 12)}…[truncated]`);
    expect(tags[TRIMMED_TAG]).toBe(`values truncated to ${length}: a (5000), c (600)`);
    expect(length).toBeGreaterThan(350);
  });

  test('at a character, not within one', () => {
    const tags = tagsOf(trimmed(started({ a: '😀'.repeat(2000) }))!);
    expect(tags['a']).toMatch(/^(?:😀)+…\[truncated\]$/u);
  });

  test('texts that are made of objects, and bytes, too', () => {
    const tags = tagsOf(
      trimmed(
        started({ list: Array.from({ length: 2000 }, () => 1), body: Buffer.alloc(4000, 7) }),
      )!,
    );
    expect(tags['list']).toMatch(/^\[1,1,.*…\[truncated\]$/);
    const body = tags['body'] as Uint8Array;
    expect(body.length).toBe((tags['list'] as string).length);
    expect([...body].every((byte) => byte === 7)).toBe(true);
    expect(tags[TRIMMED_TAG]).toBe(`values truncated to ${body.length}: list (1000+), body (4000)`);
  });

  test('and of the latest log, which stays', () => {
    const span = started()
      .log({ event: 'a' }, 1001)
      .log({ stack: 's'.repeat(5000), n: 1 }, 1002);
    const sent = trimmed(span)!;
    const { logs } = sent;
    expect(logs).toHaveLength(1);
    expect(logs[0]!.fields[0]!.value).toMatch(/^s{700,}…\[truncated\]$/);
    expect(tagsOf(sent)[TRIMMED_TAG]).toMatch(
      /^1 of 2 logs dropped; values truncated to \d+: stack \(5000\)$/,
    );
  });

  test('to no less than 64', () => {
    const cutTo: number[] = [];
    for (let maxBytes = 1440; ; maxBytes -= 6) {
      const tags = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [i, 'x'.repeat(500)]));
      const sent = trimmed(started(tags), maxBytes);
      if (sent === undefined) break;
      cutTo.push((tagsOf(sent)['0'] as string).length);
    }
    expect(Math.min(...cutTo)).toBe(64);
  });

  test('texts are made of objects for four messages together, and of the others short ones', () => {
    const tags = Object.fromEntries([...'abcdef'].map((key) => [key, Array(2000).fill(1)]));
    const sent = tagsOf(trimmed(started(tags))!);
    expect(sent[TRIMMED_TAG]).toMatch(
      /^values truncated to \d+: a \(1000\+\), b \(1000\+\), c \(1000\+\), d \(1000\+\)$/,
    );
    expect([sent['e'], sent['f']].map((text) => (text as string).length)).toStrictEqual([64, 64]);
  });

  test('five of them are named, the others counted', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 7 }, (_, i) => [`${i}`.repeat(50), 'x'.repeat(5000)]),
    );
    const said = tagsOf(trimmed(started(tags), 4000)!)[TRIMMED_TAG] as string;
    expect(said).toMatch(/^values truncated to \d+: 0{40} \(5000\), .*4{40} \(5000\), 2 more$/);
  });
});

describe('what cannot be made to fit is not trimmed', () => {
  test.each<[string, () => Span]>([
    ['a long name', () => started().setOperationName('x'.repeat(2000))],
    ['a long key', () => started({ ['k'.repeat(2000)]: 1 })],
    [
      'many small tags',
      () => started(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i]))),
    ],
    ['a hundred thousand tags', () => manyTags(100_000)],
    ['many references', () => withReferences(500)],
  ])('%s', (_name, make) => {
    expect(trimmed(make())).toBeUndefined();
  });
});

test('a span of many messages is not written to its end', () => {
  let largest = 0;
  const allocate = (length: number): Uint8Array => {
    largest = Math.max(largest, length);
    return new Uint8Array(length);
  };
  const trimmer = new SpanTrimmer(new CompactWriter({ allocate }), newEncoding());
  expect(trimmer.trim(manyTags(10_000), MAX)).toBeUndefined();
  // A buffer doubles as long as it is no larger than three messages.
  expect(largest).toBeLessThanOrEqual(2 * (3 * MAX + 64));
});

test('a log that alone is too large goes', () => {
  const fields = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i]));
  const sent = trimmed(started({ a: 1 }).log(fields))!;
  expect(sent.logs).toStrictEqual([]);
  expect(tagsOf(sent)).toStrictEqual({
    a: 1,
    [TRIMMED_TAG]: '1 of 1 logs dropped',
  });
});

test('the application is asked for a text once', () => {
  let asked = 0;
  const value = { toJSON: () => `${'x'.repeat(5000)}${++asked}` };
  trimmed(started({ value }));
  expect(asked).toBe(1);
});

test('the span itself stays as it was', () => {
  const span = started({ a: 'a'.repeat(5000) }).log({ b: 'b'.repeat(5000) });
  const [tags, logs] = [span._tags, span._logs];
  trimmed(span);
  expect([span._tags, span._logs]).toStrictEqual([tags, logs]);
});

function again(span: Span): Span {
  const other = started();
  other._spanContext = span._spanContext;
  other.flatLogs = span.flatLogs;
  return other;
}

function manyTags(count: number): Span {
  const span = started();
  for (let i = 0; i < count; i++) span.setTag('k', 'x'.repeat(1000));
  return span;
}

function withReferences(count: number): Span {
  const parent = started().context();
  const reference = { type: () => 'follows_from', referencedContext: () => parent };
  return tracer.startSpan('op', {
    references: Array.from({ length: count }, () => reference) as never,
  });
}
