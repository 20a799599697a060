import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flattenTags } from '../../../src/model/flat-tags.js';
import { mergedReferences } from '../../../src/model/references.js';
import { packSpan, unpackSpan } from '../../../src/store/packed-span.js';
import { NO_PARENT } from '../../../src/thrift/jaeger-model.js';
import { parentReference } from '../../../src/trace-shape/span-parent.js';
import { anySpan } from '../arbitrary-span.js';
import { hex16, process, roomyStore, span } from '../spans.js';

test('a span comes out of its text as it went in', () => {
  fc.assert(
    fc.property(anySpan, (one) => {
      const references = mergedReferences(one);
      expect(unpackSpan(packSpan(one).text)).toEqual({
        spanID: one.spanID,
        parentSpanID: parentReference(one.traceID, references)?.spanID ?? NO_PARENT,
        operationName: JSON.parse(JSON.stringify(one.operationName)),
        references,
        flags: one.flags,
        startTime: one.startTime,
        startNanos: one.startNanos ?? 0,
        duration: one.duration,
        durationNanos: one.durationNanos ?? 0,
        tags: flattenTags(one.tags),
        logs: one.logs.map(({ timestamp, nanos = 0, fields, otlp }) => ({
          timestamp,
          nanos,
          fields: flattenTags(fields),
          otlp,
        })),
        otlp: one.otlp,
        warnings: one.warnings?.map((text) => JSON.parse(JSON.stringify(text)) as string),
      });
    }),
    { seed: 61, numRuns: 500 },
  );
});

test('a stored span has the string it was packed into, and ids that are read without parsing', () => {
  fc.assert(
    fc.property(anySpan, (one) => {
      const { text } = packSpan(one);
      const store = roomyStore();
      store.add(process(), [span({ operationName: 'before it' }), one]);
      const stored = store.get(one.traceID)!.spans.at(-1)!;
      expect(stored.text).toBe(text);
      expect(stored.spanID).toBe(one.spanID);
      expect(stored.parentSpanID).toBe(unpackSpan(text).parentSpanID);
    }),
    { seed: 62, numRuns: 200 },
  );
});

test('values that JSON lacks are texts in the text', () => {
  const one = span({
    tags: [
      { key: 'nan', type: 'float64', value: Number.NaN },
      { key: 'inf', type: 'float64', value: Number.NEGATIVE_INFINITY },
      { key: 'zero', type: 'float64', value: -0 },
      { key: 'big', type: 'int64', value: 9_223_372_036_854_775_807n },
      { key: 'bytes', type: 'binary', value: Uint8Array.of(0, 255) },
    ],
  });
  expect(unpackSpan(packSpan(one).text).tags).toEqual([
    'nan',
    1,
    'NaN',
    'inf',
    1,
    '-Infinity',
    'zero',
    1,
    '-0',
    'big',
    3,
    '9223372036854775807',
    'bytes',
    4,
    'AP8=',
  ]);
});

describe('the parent and what a span refers to', () => {
  const own = hex16(0x2a);
  const other = hex16(0x2b);
  const childOf = (spanID: string, traceID: string = own) => ({
    refType: 'CHILD_OF' as const,
    traceID,
    spanID,
  });
  const follows = (spanID: string, traceID: string = own) => ({
    refType: 'FOLLOWS_FROM' as const,
    traceID,
    spanID,
  });
  const [a, b] = [hex16(10), hex16(11)];

  test.each([
    { name: 'a parent alone', parentSpanID: a, references: [], refs: [childOf(a)], parent: a },
    {
      name: 'said twice',
      parentSpanID: a,
      references: [childOf(a)],
      refs: [childOf(a)],
      parent: a,
    },
    {
      name: 'a parent that is followed: the reference holds',
      parentSpanID: a,
      references: [follows(b), follows(a)],
      refs: [follows(a), follows(b)],
      parent: a,
    },
    {
      name: 'no parent, but a reference: CHILD_OF before FOLLOWS_FROM',
      parentSpanID: NO_PARENT,
      references: [follows(a), childOf(b)],
      refs: [childOf(b), follows(a)],
      parent: b,
    },
    {
      name: 'no parent, and followed only',
      parentSpanID: NO_PARENT,
      references: [follows(a)],
      refs: [follows(a)],
      parent: a,
    },
    {
      name: 'no parent in this trace',
      parentSpanID: NO_PARENT,
      references: [childOf(a, other)],
      refs: [childOf(a, other)],
      parent: NO_PARENT,
    },
    {
      name: 'a span of another trace that has the parent’s id is another one',
      parentSpanID: a,
      references: [follows(a, other)],
      refs: [childOf(a), follows(a, other)],
      parent: a,
    },
  ])('$name', ({ parentSpanID, references, refs, parent }) => {
    const packed = unpackSpan(packSpan(span({ parentSpanID, references })).text);
    expect(packed.parentSpanID).toBe(parent);
    expect(packed.references).toEqual(refs);
  });
});
