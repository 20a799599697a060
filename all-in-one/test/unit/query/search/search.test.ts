import { beforeEach, describe, expect, test } from 'vitest';
import { dependencies } from '../../../../src/query/api/dependencies.js';
import { findTraces, type Search } from '../../../../src/query/search/search.js';
import { summaryOf } from '../../../../src/query/api/summaries.js';
import type { TraceStore } from '../../../../src/store/trace-store.js';
import { hex16, process, roomyStore, span, textTag } from '../../spans.js';

const START = 1_700_000_000_000_000;
const ANYTHING: Search = {
  service: '',
  operation: '',
  tags: new Map(),
  startMin: 0,
  startMax: Number.MAX_SAFE_INTEGER,
  durationMin: 0,
  durationMax: 0,
  limit: 100,
};

let store: TraceStore;

beforeEach(() => {
  store = roomyStore();
});

const found = (search: Partial<Search>): number[] =>
  findTraces(store, { ...ANYTHING, ...search }).map(({ traceID }) => Number.parseInt(traceID, 16));

const tagged = (tags: Record<string, string>): number[] =>
  found({ tags: new Map(Object.entries(tags)) });

const add = (trace: number, of: Parameters<typeof span>[0] = {}, service: string = 'shop'): void =>
  store.add(process(service), [span({ traceID: hex16(trace), ...of })]);

test('that which arrived last comes first, and no more than the limit', () => {
  for (let id = 1; id <= 5; id++) add(id);
  expect(found({})).toEqual([5, 4, 3, 2, 1]);
  expect(found({ limit: 2 })).toEqual([5, 4]);
});

test('by service and operation, of one and the same span', () => {
  add(1, { operationName: 'a' }, 'shop');
  add(1, { operationName: 'b', spanID: hex16(2) }, 'bank');
  add(2, { operationName: 'b' }, 'shop');
  expect(found({ service: 'shop' })).toEqual([2, 1]);
  expect(found({ service: 'bank' })).toEqual([1]);
  expect(found({ service: 'nobody' })).toEqual([]);
  expect(found({ service: 'shop', operation: 'b' })).toEqual([2]);
  expect(found({ operation: 'b' })).toEqual([2, 1]);
});

test('by start and duration; the ends count', () => {
  add(1, { startTime: START, duration: 10 });
  add(2, { startTime: START + 5, duration: 20 });
  expect(found({ startMin: START + 1 })).toEqual([2]);
  expect(found({ startMin: START + 5, startMax: START + 5 })).toEqual([2]);
  expect(found({ startMax: START + 4 })).toEqual([1]);
  expect(found({ durationMin: 11 })).toEqual([2]);
  expect(found({ durationMin: 10, durationMax: 10 })).toEqual([1]);
  expect(found({ durationMax: 9 })).toEqual([]);
});

describe('by tags', () => {
  test('of the span, of its process and of its logs', () => {
    store.add(process('shop', [textTag('host', 'h1')]), [
      span({
        traceID: hex16(1),
        tags: [textTag('http.method', 'GET')],
        logs: [{ timestamp: START, fields: [textTag('event', 'retry')] }],
      }),
    ]);
    expect(tagged({ 'http.method': 'GET' })).toEqual([1]);
    expect(tagged({ host: 'h1' })).toEqual([1]);
    expect(tagged({ event: 'retry' })).toEqual([1]);
    expect(tagged({ host: 'h1', event: 'retry', 'http.method': 'GET' })).toEqual([1]);
    expect(tagged({ host: 'h2', event: 'retry' })).toEqual([]);
    expect(tagged({ 'http.method': 'GE' })).toEqual([]);
  });

  test('all of them on one and the same span', () => {
    add(1, { tags: [textTag('a', '1')] });
    add(1, { tags: [textTag('b', '2')], spanID: hex16(2) });
    expect(tagged({ a: '1', b: '2' })).toEqual([]);
  });

  test('values of all types, as texts', () => {
    add(1, {
      tags: [
        { key: 'long', type: 'int64', value: 42 },
        { key: 'big', type: 'int64', value: -(2n ** 63n) },
        { key: 'double', type: 'float64', value: 1.5 },
        { key: 'large', type: 'float64', value: 1e21 },
        { key: 'nan', type: 'float64', value: Number.NaN },
        { key: 'zero', type: 'float64', value: -0 },
        { key: 'none', type: 'binary', value: new Uint8Array(0) },
        { key: 'bool', type: 'bool', value: false },
        { key: 'bytes', type: 'binary', value: Uint8Array.of(1) },
        { key: 'list', type: 'otlp', value: { arrayValue: { values: [{ intValue: '1' }] } } },
        textTag('text', 'say "hi"\n\u2028'),
        textTag('digits', '42'),
        textTag('', 'no key'),
      ],
    });
    const wanted = {
      long: '42',
      big: '-9223372036854775808',
      double: '1.5',
      large: '1e+21',
      nan: 'NaN',
      zero: '-0',
      none: '',
      bool: 'false',
      bytes: 'AQ==',
      list: '[1]',
      text: 'say "hi"\n\u2028',
      digits: '42',
      '': 'no key',
    };
    for (const [key, value] of Object.entries(wanted))
      expect(tagged({ [key]: value }), key).toEqual([1]);
    expect(tagged({ long: '4' })).toEqual([]);
    expect(tagged({ double: '1.50' })).toEqual([]);
  });

  test('text that only looks like a tag is none', () => {
    add(1, { operationName: '"k",0,"v"', tags: [textTag('x', 'k"'), textTag('"k",0,"v', '')] });
    expect(tagged({ k: 'v' })).toEqual([]);
    add(2, { tags: [textTag('a', 'k'), textTag('v', 'v')] });
    expect(tagged({ k: 'v' })).toEqual([]);
  });
});

describe('the summary of a trace', () => {
  test('names the root, the services in the order of their starts, errors and orphans', () => {
    const error = { key: 'error', type: 'bool', value: true } as const;
    add(
      1,
      { spanID: hex16(2), parentSpanID: hex16(1), startTime: START + 10, tags: [error] },
      'bank',
    );
    add(1, { spanID: hex16(1), operationName: 'root', startTime: START, duration: 50 }, 'shop');
    add(1, { spanID: hex16(3), parentSpanID: hex16(9), startTime: START + 20 }, 'bank');
    expect(summaryOf(store.get(hex16(1))!)).toEqual({
      traceID: hex16(1),
      rootServiceName: 'shop',
      rootOperationName: 'root',
      startTime: START,
      duration: 120,
      spanCount: 3,
      errorCount: 1,
      orphanCount: 1,
      services: [
        { name: 'shop', spanCount: 1, errorCount: 0 },
        { name: 'bank', spanCount: 2, errorCount: 1 },
      ],
    });
  });

  test('without a root the first orphan stands for it; in a ring the first span', () => {
    add(1, { spanID: hex16(2), parentSpanID: hex16(1), operationName: 'orphan' });
    expect(summaryOf(store.get(hex16(1))!).rootOperationName).toBe('orphan');
    add(2, { spanID: hex16(2), parentSpanID: hex16(2), operationName: 'ring' });
    expect(summaryOf(store.get(hex16(2))!).rootOperationName).toBe('ring');
  });
});

describe('dependencies', () => {
  beforeEach(() => {
    add(1, { spanID: hex16(1) }, 'shop');
    for (const id of [2, 3]) add(1, { spanID: hex16(id), parentSpanID: hex16(1) }, 'bank');
    add(1, { spanID: hex16(4), parentSpanID: hex16(2) }, 'bank');
    add(1, { spanID: hex16(5), parentSpanID: hex16(99) }, 'lost');
  });

  test('count who calls whom, itself too', () => {
    expect(dependencies(store, 0, START + 1_000)).toEqual([
      { parent: 'shop', child: 'bank', callCount: 2 },
      { parent: 'bank', child: 'bank', callCount: 1 },
    ]);
  });

  test('only of traces that lie within the time', () => {
    expect(dependencies(store, START, START + 1_000)).toEqual([]);
    expect(dependencies(store, 0, START + 50)).toEqual([]);
  });
});
