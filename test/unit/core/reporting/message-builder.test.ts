import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../src/core/reporting/message.js';
import { MessageBuilder } from '../../../../src/core/reporting/message-builder.js';
import type { Wire } from '../../../../src/core/reporting/sender.js';
import type { Span } from '../../../../src/core/span/span.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { decodeBatch, decodeMessage } from '../../../../all-in-one/src/thrift/jaeger-decoder.js';
import { newTraced } from '../../support/traced.js';
import { BinaryWriter } from '../../../../src/core/thrift/binary-writer.js';
import { CompactWriter } from '../../../../src/core/thrift/compact-writer.js';
import { writeProcess } from '../../../../src/core/wire/batch-encoder.js';
import { DEFAULT_VALUES, newEncoding } from '../../../../src/core/wire/tag-encoder.js';

const { tracer } = newTraced();
const PROTOCOLS = ['compact', 'binary'] as const;
const MAX = 1000;

/** The same ids for all: in a varint the length of an id depends on its value. */
const IDS = SpanContext.fromString('123456789abcdef0:123456789abcdef0:0:1')!;

/** A finished span whose tag is that long. */
function spanOf(name: string, tagLength: number = 0): Span {
  const span = tracer.startSpan(name, { startTime: 1000, tags: { pad: 'x'.repeat(tagLength) } });
  span._spanContext = IDS;
  span.finish(1001);
  return span;
}

/** A span with that many tags of 700 bytes each. */
function largeSpan(tags: number): Span {
  const span = tracer.startSpan('large', { startTime: 1000 });
  span._spanContext = IDS;
  for (let i = 0; i < tags; i++) span.setTag(`k${i}`, 'x'.repeat(700));
  span.finish(1001);
  return span;
}

/** A host that notes the size of each buffer that it makes. */
function notingHost(): { readonly made: number[]; allocate(length: number): Uint8Array } {
  const made: number[] = [];
  const allocate = (length: number): Uint8Array => {
    made.push(length);
    return new Uint8Array(length);
  };
  return { made, allocate };
}

function newBuilder(
  wire: Wire,
  host: { allocate?: (length: number) => Uint8Array } = {},
): MessageBuilder {
  const builder = new MessageBuilder(wire, MAX, DEFAULT_VALUES, host);
  builder.setProcess('shop', [{ key: 'zone', value: 'b' }]);
  return builder;
}

function add(builder: MessageBuilder, span: Span): number {
  const bytes = builder.encode(span);
  builder.commit();
  return bytes;
}

describe.each(PROTOCOLS)('%s', (protocol) => {
  const wire: Wire = { protocol, message: true };
  const namesIn = (bytes: Uint8Array): string[] =>
    decodeMessage(bytes, protocol).batch.spans.map(({ operationName }) => operationName);

  test('a message holds the process and the spans in their order', () => {
    const builder = newBuilder(wire);
    const sizes = ['a', 'b', 'c'].map((name) => add(builder, spanOf(name)));
    expect(builder.spanCount).toBe(3);
    const message = builder.seal(undefined);
    const { batch, trailingBytes, oneway } = decodeMessage(message.bytes, protocol);
    expect(batch.process).toStrictEqual({
      serviceName: 'shop',
      tags: [{ key: 'zone', type: 'string', value: 'b' }],
    });
    expect(namesIn(message.bytes)).toStrictEqual(['a', 'b', 'c']);
    expect([trailingBytes, oneway]).toStrictEqual([0, true]);
    expect(message.spanCount).toBe(3);
    expect(message.spanBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(builder.spanCount).toBe(0);
  });

  test('a body is a bare batch', () => {
    const builder = newBuilder({ protocol, message: false });
    add(builder, spanOf('a'));
    const { batch, trailingBytes } = decodeBatch(builder.seal(undefined).bytes, protocol);
    expect(batch.spans).toHaveLength(1);
    expect(trailingBytes).toBe(0);
  });

  test('seqNo counts messages up from 1; stats are told where there are any', () => {
    const builder = newBuilder(wire);
    const stats = { fullQueueDroppedSpans: 1, tooLargeDroppedSpans: 2, failedToEmitSpans: 3 };
    const told = [undefined, stats, undefined].map((said) => {
      add(builder, spanOf('a'));
      const { batch } = decodeMessage(builder.seal(said).bytes, protocol);
      return [batch.seqNo, batch.stats];
    });
    expect(told).toStrictEqual([
      [1, undefined],
      [2, stats],
      [3, undefined],
    ]);
  });

  test.each([1, 14, 15, 16, 127, 128, 300])('%i spans', (count) => {
    const builder = new MessageBuilder(wire, 65_000, DEFAULT_VALUES, {});
    builder.setProcess('shop', []);
    const names = Array.from({ length: count }, (_, i) => `span ${i}`);
    for (const name of names) add(builder, spanOf(name));
    expect(namesIn(builder.seal(undefined).bytes)).toStrictEqual(names);
  });

  test('a span fits to the last byte, whatever the counters say', () => {
    const builder = newBuilder(wire);
    const overhead = builder.encode(spanOf('a', 300)) - 300;
    builder.rollback();
    expect(builder.encode(spanOf('a', builder.maxSpanBytes - overhead))).toBe(builder.maxSpanBytes);
    expect(builder.fits()).toBe(true);
    builder.commit();
    const largest = Number.MAX_SAFE_INTEGER;
    const message = builder.seal({
      fullQueueDroppedSpans: largest,
      tooLargeDroppedSpans: largest,
      failedToEmitSpans: largest,
    });
    expect(message.bytes.length).toBeLessThanOrEqual(MAX);
    // The longest seqNo and the longest span count are what is kept free.
    expect(message.bytes.length).toBeGreaterThan(MAX - 16);
    builder.encode(spanOf('a', builder.maxSpanBytes - overhead + 1));
    expect(builder.fits()).toBe(false);
  });

  test('a candidate that does not fit any more moves on into the next message', () => {
    const builder = newBuilder(wire);
    add(builder, spanOf('a', 400));
    const bytes = builder.encode(spanOf('b', 500));
    expect(builder.fits()).toBe(false);
    const first = builder.seal(undefined);
    expect(builder.fits()).toBe(true);
    builder.commit();
    const second = builder.seal(undefined);
    expect([namesIn(first.bytes), namesIn(second.bytes)]).toStrictEqual([['a'], ['b']]);
    expect(second.spanBytes).toBe(bytes);
  });

  test('a span fits to the last byte behind others, though three bytes a character are reserved', () => {
    const builder = new MessageBuilder(wire, 65_000, DEFAULT_VALUES, {});
    builder.setProcess('shop', []);
    const overhead = builder.encode(spanOf('a', 64_000)) - 64_000;
    builder.rollback();
    const largest = builder.maxSpanBytes - overhead;
    expect(add(builder, spanOf('a', largest))).toBe(builder.maxSpanBytes);
    expect(builder.encode(spanOf('b', largest))).toBe(builder.maxSpanBytes);
    const message = builder.seal(undefined);
    builder.commit();
    expect([namesIn(message.bytes), namesIn(builder.seal(undefined).bytes)]).toStrictEqual([
      ['a'],
      ['b'],
    ]);
  });

  test('a span of many messages is not written to its end, and its buffer does not stay', () => {
    const { made, allocate } = notingHost();
    const builder = newBuilder(wire, { allocate });
    const full = MAX + 8 * 1024;
    add(builder, spanOf('a'));
    expect(builder.encode(largeSpan(50))).toBeLessThan(50_000);
    builder.rollback();
    expect(builder.encode(largeSpan(1000))).toBe(Number.POSITIVE_INFINITY);
    builder.rollback();
    expect(Math.max(...made)).toBeLessThanOrEqual(10 * full);
    const { buffer, bytes } = builder.seal(undefined);
    expect(buffer.length).toBeLessThanOrEqual(full);
    expect(namesIn(bytes)).toStrictEqual(['a']);
  });

  test('a span of up to 8 KiB behind a full message needs no other buffer', () => {
    const { made, allocate } = notingHost();
    const builder = newBuilder(wire, { allocate });
    add(builder, spanOf('a', 600));
    builder.encode(largeSpan(8));
    builder.rollback();
    const before = made.length;
    for (let i = 0; i < 10; i++) {
      builder.encode(largeSpan(8));
      builder.rollback();
    }
    expect(made.length).toBe(before);
    expect(builder.seal(undefined).buffer.length).toBeLessThanOrEqual(MAX + 8 * 1024);
  });

  test('a candidate that was rolled back leaves no trace', () => {
    const builder = newBuilder(wire);
    add(builder, spanOf('a'));
    for (const length of [10, 5000, 1_000_000]) {
      builder.encode(spanOf('gone', length));
      builder.rollback();
    }
    add(builder, spanOf('b'));
    const message = builder.seal(undefined);
    expect(namesIn(message.bytes)).toStrictEqual(['a', 'b']);
    expect(message.buffer.length).toBeLessThan(100_000);
  });

  test('half a candidate, left by something that threw, is rolled back', () => {
    const builder = newBuilder(wire);
    add(builder, spanOf('a'));
    const broken = spanOf('broken', 100);
    Object.defineProperty(broken, 'flatLogs', { get: throwHostile });
    expect(() => builder.encode(broken)).toThrow('hostile');
    builder.rollback();
    add(builder, spanOf('b'));
    expect(namesIn(builder.seal(undefined).bytes)).toStrictEqual(['a', 'b']);
  });

  test('messages that have left give their buffers to the next ones', () => {
    let allocated = 0;
    const builder = newBuilder(wire, {
      allocate: (length) => {
        allocated++;
        return new Uint8Array(length);
      },
    });
    add(builder, spanOf('a'));
    builder.recycle(builder.seal(undefined));
    const before = allocated;
    for (let i = 0; i < 50; i++) {
      add(builder, spanOf(`span ${i}`));
      const message = builder.seal(undefined);
      expect(namesIn(message.bytes)).toStrictEqual([`span ${i}`]);
      builder.recycle(message);
    }
    expect(allocated - before).toBeLessThanOrEqual(1);
  });

  test.each([200, 1000, 65_000, 65_507, 1_048_576])(
    'buffers for messages of up to %i bytes begin small and end at what a full one takes',
    (limit) => {
      const { made, allocate } = notingHost();
      const builder = new MessageBuilder(wire, limit, DEFAULT_VALUES, { allocate });
      builder.setProcess('shop', [{ key: 'zone', value: 'b' }]);
      expect(made.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(4096);
      for (let messages = 0; messages < 3;) {
        builder.encode(spanOf('a', 100));
        if (!builder.fits()) {
          const message = builder.seal(undefined);
          expect(message.buffer.length).toBeLessThanOrEqual(limit + 8 * 1024);
          builder.recycle(message);
          messages++;
        }
        builder.commit();
      }
      const before = made.length;
      for (let i = 0; i < 20_000; i++) {
        builder.encode(spanOf('a', 100));
        if (!builder.fits()) builder.recycle(builder.seal(undefined));
        builder.commit();
      }
      expect(made.length).toBe(before);
      // Twice as much each time: no more than that many steps.
      expect(made.length).toBeLessThan(40);
    },
  );

  test('small messages go on in small buffers, whatever the limit is', () => {
    const { made, allocate } = notingHost();
    const builder = new MessageBuilder(wire, 65_000, DEFAULT_VALUES, { allocate });
    builder.setProcess('shop', []);
    for (let i = 0; i < 100; i++) {
      add(builder, spanOf('a'));
      builder.recycle(builder.seal(undefined));
    }
    expect(made.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(8192);
  });

  test('a message whose trailer made its buffer grow is whole', () => {
    for (let length = 0; length < 600; length++) {
      const builder = new MessageBuilder(wire, 65_000, DEFAULT_VALUES, {});
      builder.setProcess('shop', []);
      add(builder, spanOf('a', length));
      const { bytes, buffer } = builder.seal(undefined);
      expect(namesIn(bytes)).toStrictEqual(['a']);
      expect(bytes.buffer).toBe(buffer.buffer);
    }
  });

  test('two of these buffers are kept, the others are left to the garbage collector', () => {
    const { made, allocate } = notingHost();
    const builder = newBuilder(wire, { allocate });
    const sealed = (count: number): Message[] =>
      Array.from({ length: count }, () => {
        add(builder, spanOf('a'));
        return builder.seal(undefined);
      });
    for (const message of sealed(5)) builder.recycle(message);
    const before = made.length;
    sealed(5);
    expect(made.length - before).toBe(3);
  });

  test('a message that waits is not written into', () => {
    const builder = newBuilder(wire);
    add(builder, spanOf('a', 300));
    const first = builder.seal(undefined);
    const copy = Buffer.from(first.bytes).toString('hex');
    for (let i = 0; i < 5; i++) {
      add(builder, spanOf('b', 500));
      builder.recycle(builder.seal(undefined));
    }
    expect(Buffer.from(first.bytes).toString('hex')).toBe(copy);
  });

  test('a process may take half of a message: its longest values are cut only past that', () => {
    const builder = newBuilder(wire);
    const isWhole = (length: number): boolean =>
      builder.setProcess('shop', [{ key: 'k', value: 'x'.repeat(length) }]);
    const longest = 400 + MAX / 2 - processBytes(protocol, 400);
    expect(processBytes(protocol, longest)).toBe(MAX / 2);
    expect([isWhole(longest), isWhole(longest + 1)]).toStrictEqual([true, false]);
  });

  test.each([
    [7, 4096],
    [25, 1024],
    [100, 256],
    [300, 64],
  ])('values of %i process tags are cut to %i', (count, length) => {
    const builder = new MessageBuilder(wire, 65_000, DEFAULT_VALUES, {});
    const value = 'x'.repeat(5000);
    const tags = Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value }));
    expect(builder.setProcess('shop', tags)).toBe(false);
    add(builder, spanOf('a'));
    const { process } = decodeMessage(builder.seal(undefined).bytes, protocol).batch;
    expect(process.tags.map((tag) => (tag.value as string).length)).toStrictEqual(
      Array(count).fill(length),
    );
  });

  test('a process that leaves no room for spans', () => {
    const builder = new MessageBuilder(wire, 200, DEFAULT_VALUES, {});
    builder.setProcess('x'.repeat(500), []);
    expect(builder.maxSpanBytes).toBe(0);
    builder.encode(spanOf('a'));
    expect(builder.fits()).toBe(false);
  });
});

/** The size of a process with one tag of that length. */
function processBytes(protocol: Wire['protocol'], tagLength: number): number {
  const writer = protocol === 'compact' ? new CompactWriter() : new BinaryWriter();
  writeProcess(writer, 'shop', [{ key: 'k', value: 'x'.repeat(tagLength) }], newEncoding());
  return writer.position;
}

function throwHostile(): never {
  throw new Error('hostile');
}
