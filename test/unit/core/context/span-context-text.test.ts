import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { SpanContext as NodeSpanContext } from '../../../../src/node/tracer/span-context.js';

const anyHex = (digits: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 1, maxLength: digits })
    .map((chars) => chars.join(''));

describe('fromString takes', () => {
  test.each([
    ['a:b:c:1', 'a:b:c:1'],
    ['1:2:0:0', '1:2:0:0'],
    ['ABC:DEF:00:3', 'abc:def:00:3'],
    ['000a:000b:0000:01', '000a:000b:0000:1'],
    ['1:0:0:1', '1:0:0:1'],
    ['ffffffffffffffff:ffffffffffffffff:ffffffffffffffff:ff', undefined],
    ['ffffffffffffffffffffffffffffffff:1:1:1', undefined],
    ['0000000000000000000000000000000a:0000000000000001:0000000000000000:1', undefined],
    ['a:b:c:ffffffff', undefined],
  ])('%s', (text, echoed) => {
    expect(SpanContext.fromString(text)!.toString()).toBe(echoed ?? text);
  });

  test('a parent of one 0 as none, and one of several as an id of 0', () => {
    expect(SpanContext.fromString('1:2:0:1')!.parentId).toBeNull();
    const zero = SpanContext.fromString('1:2:00:1')!;
    expect(Buffer.from(zero.parentId!).toString('hex')).toBe('0000000000000000');
    expect(zero.parentIdStr).toBe('00');
  });

  test('flags of several digits', () => {
    expect(SpanContext.fromString('1:2:3:0b')!.flags).toBe(11);
    expect(SpanContext.fromString('1:2:3:1')!.isSampled()).toBe(true);
  });
});

describe('fromString refuses', () => {
  test.each([
    '',
    'a',
    'a:b:c',
    'a:b:c:1:',
    'a:b:c:1:2',
    ':b:c:1',
    'a::c:1',
    'a:b::1',
    'a:b:c:',
    '0:b:c:1',
    '00000000000000000000000000000000:b:c:1',
    '1zz:b:c:1',
    '0x1:b:c:1',
    '-1:b:c:1',
    ' 1:b:c:1',
    'a:b:c:1 ',
    'a:g:c:1',
    'a:b:c:x',
    `${'1'.repeat(33)}:b:c:1`,
    `a:${'1'.repeat(17)}:c:1`,
    `a:b:${'1'.repeat(17)}:1`,
    'a:b:c:123456789',
    'undefined:undefined:0:0',
  ])('%j', (text) => {
    expect(SpanContext.fromString(text)).toBeNull();
  });
});

test('what it took it writes again, digit for digit and in lower case', () => {
  fc.assert(
    fc.property(
      anyHex(32),
      anyHex(16),
      anyHex(16),
      fc.integer({ min: 0, max: 255 }),
      (t, s, p, f) => {
        const text = `${t}:${s}:${p}:${f.toString(16)}`;
        const context = SpanContext.fromString(text.toUpperCase());
        expect(context?.toString()).toBe(/^0+$/.test(t) ? undefined : text);
      },
    ),
    { seed: 6 },
  );
});

test('flags stay unsigned, whatever is switched', () => {
  const context = SpanContext.fromString('1:2:0:fffffffe')!;
  context._setSampled(true);
  expect(context.toString()).toBe('1:2:0:ffffffff');
  context._setDebug(false);
  expect(context.flags).toBe(0xffff_fffd);
});

describe('ids in text', () => {
  test('that were made here have no leading zeros', () => {
    const context = new SpanContext();
    context.setRootIds(0, 0, 0, 0xab, false);
    expect(context.toString()).toBe('ab:ab:0:0');
    context.setRootIds(0, 1, 2, 3, true);
    expect(context.traceIdStr).toBe('10000000200000003');
    context.setRootIds(0, 0, 2, 3, true);
    expect(context.traceIdStr).toBe('200000003');
  });

  test('are echoed with their zeros by the context, its children and its copies', () => {
    const context = SpanContext.fromString('000a:000b:000c:1')!;
    expect(context.withBaggageItem('k', 'v').toString()).toBe('000a:000b:000c:1');
    const child = context.makeChild(0, 0xd);
    expect(child.toString()).toBe('000a:d:000b:1');
    expect(child.makeChild(0, 0xe).toString()).toBe('000a:e:d:1');
  });

  test('have 16 digits, 32 for a trace id of 128 bits, where they are padded', () => {
    const context = SpanContext.fromString('a:b:c:1')!;
    context._setPadded();
    expect(context.toString()).toBe('000000000000000a:000000000000000b:000000000000000c:1');
    expect(context.makeChild(0, 1).toString()).toBe(
      '000000000000000a:0000000000000001:000000000000000b:1',
    );
    const wide = new SpanContext();
    wide.setRootIds(0, 1, 2, 3, true);
    wide._setPadded();
    expect(wide.toString()).toBe(
      '00000000000000010000000200000003:0000000200000003:0000000000000000:0',
    );
    expect(wide.toTraceId()).toBe(wide.traceIdStr);
    expect(wide.toSpanId()).toBe(wide.spanIdStr);
  });
});

describe('statics', () => {
  test('withBinaryIds', () => {
    const id = Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0);
    const baggage = { k: 'v' };
    const context = SpanContext.withBinaryIds(id, id, null, 3, baggage, 'why');
    expect(context.toString()).toBe('100:100:0:3');
    expect(context.traceId).toBe(id);
    expect(context.baggage).toBe(baggage);
    expect(context.debugId).toBe('why');
  });

  test('that are no hex are echoed as they are, and no two become one', () => {
    const uuid = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
    expect(String(SpanContext.withStringIds('xyz', 'q', 'r', 1))).toBe('xyz:q:r:1');
    expect(String(SpanContext.withStringIds(uuid, '1', '0', 1))).toBe(`${uuid}:1:0:1`);
    expect(new SpanContext(null, null, null, 'trace', 'span').traceIdStr).toBe('trace');
  });

  test('withStringIds', () => {
    const context = SpanContext.withStringIds('00A', 'b', null, 1);
    expect(context.toString()).toBe('00a:b:0:1');
    expect(context.baggage).toStrictEqual({});
    expect(context.debugId).toBe('');
    expect(SpanContext.withStringIds(null, undefined, null, 0).isValid).toBe(false);
  });

  test('make contexts of the class that they are called on', () => {
    expect(NodeSpanContext.fromString('a:b:0:1')).toBeInstanceOf(NodeSpanContext);
    expect(NodeSpanContext.withStringIds('a', 'b', null, 1)).toBeInstanceOf(NodeSpanContext);
    const id = Buffer.alloc(8, 1);
    expect(NodeSpanContext.withBinaryIds(id, id, id, 1)).toBeInstanceOf(NodeSpanContext);
    expect(SpanContext.fromString('a:b:0:1')).not.toBeInstanceOf(NodeSpanContext);
  });

  test('work when they are taken off the class', () => {
    const { fromString, withStringIds, withBinaryIds } = SpanContext;
    expect(fromString.call(undefined, 'a:b:0:1')!.toString()).toBe('a:b:0:1');
    expect(withStringIds.call(undefined, 'a', 'b', null, 1).toString()).toBe('a:b:0:1');
    const id = Uint8Array.of(1);
    expect(withBinaryIds.call(undefined, id, id, null, 1).toString()).toBe('1:1:0:1');
    expect(['a:b:0:1', 'c:d:0:1'].map(SpanContext.fromString).map(String)).toStrictEqual([
      'a:b:0:1',
      'c:d:0:1',
    ]);
  });
});
