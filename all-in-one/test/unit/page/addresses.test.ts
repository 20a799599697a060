import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatQuery, parseQuery } from '../../../src/page/model/query-string.js';
import { comparePath, pastedTraceId, readRoute, tracePath } from '../../../src/page/model/route.js';
import { IMPORTED_TRACE_ID as SERVERS_TAG } from '../../../src/model/imported-id.js';
import { IMPORTED_TRACE_ID, shownTraceId } from '../../../src/page/model/trace.js';
import { smallTrace } from './small-trace.js';
import { formatTagPair, parseTagPairs } from '../../../src/page/model/tag-pairs.js';

const pairs = (text: string): unknown => Object.fromEntries(parseTagPairs(text).tags);

test('pairs are separated by spaces, values with spaces quoted', () => {
  expect(pairs('a=1  b="x y"\tc=d=e  f=')).toEqual({ a: '1', b: 'x y', c: 'd=e', f: '' });
  expect(pairs(String.raw`a="say \"hi\" \\ there"`)).toEqual({ a: String.raw`say "hi" \ there` });
});

test('what is no pair is named', () => {
  expect(parseTagPairs('a=1 word b=2').wrong).toBe('word b=2');
  expect(parseTagPairs('a="open').wrong).toBe('a="open');
  expect(parseTagPairs('=x').wrong).toBe('=x');
  expect(parseTagPairs(`a="${'\\'.repeat(50_000)}`).wrong).toBeDefined();
});

test('any value goes through its pair unchanged', () => {
  const key = fc.string({ minLength: 1 }).filter((text) => !/[\s="]/.test(text));
  fc.assert(
    fc.property(key, fc.string({ unit: 'binary' }), (k, value) => {
      expect([...parseTagPairs(formatTagPair(k, value)!).tags]).toEqual([[k, value]]);
    }),
    { seed: 10 },
  );
  expect(['', 'a b', 'a=b', 'a"'].map((k) => formatTagPair(k, 'v'))).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

test('a query string says what it was made of', () => {
  expect(
    formatQuery([
      ['a', '1 &=?'],
      ['b', ''],
      ['c', undefined],
      ['d', 'é'],
    ]),
  ).toBe('?a=1%20%26%3D%3F&d=%C3%A9');
  expect(formatQuery([['a', '\ud800']])).toBe('?a=%EF%BF%BD');
  expect([...parseQuery('?a=1+2&b&a=9&%zz=%zz&=x&&')]).toEqual([
    ['a', '1 2'],
    ['b', ''],
    ['%zz', '%zz'],
    ['', 'x'],
  ]);
});

describe('routes', () => {
  test.each([
    ['/', '?a=b', '', { page: 'search', query: '?a=b' }],
    ['/search', '', '', { page: 'search', query: '' }],
    ['/trace/00AB', '', '', { page: 'trace', traceId: '00ab', spanId: undefined }],
    ['/trace/1', '', '#span-00FF', { page: 'trace', traceId: '1', spanId: '00ff' }],
    ['/trace/%zz', '', '#other', { page: 'trace', traceId: '%zz', spanId: undefined }],
    ['/dependencies', '', '', { page: 'dependencies' }],
    ['/compare', '?a=1&b=2', '', { page: 'compare', a: '1', b: '2' }],
    ['/compare', '', '', { page: 'compare', a: '', b: '' }],
    ['/trace/1/2', '', '', { page: 'unknown', path: '/trace/1/2' }],
    ['/else', '', '', { page: 'unknown', path: '/else' }],
  ])('%s%s%s', (path, query, hash, route) => {
    expect(readRoute(path, query, hash)).toEqual(route);
  });

  test('paths lead back to what they were made of, whatever an id holds', () => {
    const url = new URL(tracePath('a/../b?c#d', 'x#y z'), 'http://localhost');
    expect(readRoute(url.pathname, url.search, url.hash)).toEqual({
      page: 'trace',
      traceId: 'a/../b?c#d',
      spanId: 'x#y z',
    });
    expect(comparePath('1', '2')).toBe('/compare?a=1&b=2');
    expect(comparePath('1', '')).toBe('/compare?a=1');
  });
});

test('a trace id is found in what is pasted', () => {
  expect(
    [
      ' 00AB ',
      'http://localhost:16686/trace/ab12#span-1',
      'https://x/jaeger/trace/ff?uiFind=1',
    ].map(pastedTraceId),
  ).toEqual(['00ab', 'ab12', 'ff']);
  expect(
    ['', 'shop', 'ab12:1:0', 'ab12:1:0:1:2', '00-ab12-1-01', 'f'.repeat(33), '/trace/'].map(
      pastedTraceId,
    ),
  ).toEqual(Array.from({ length: 7 }, () => undefined));
});

test('a trace id is found in a pasted header', () => {
  const parent = `00-${'0'.repeat(16)}00f067aa0ba902b7-00f067aa0ba902b7-01`;
  expect(
    ['AB12:1:0:1', 'ab12%3A1%3A0%3a1', 'uber-trace-id: ab12:1:0:1', parent].map(pastedTraceId),
  ).toEqual(['ab12', 'ab12', 'ab12', '000000000000000000f067aa0ba902b7']);
  expect(pastedTraceId(`traceparent: ${parent}`)).toBe('000000000000000000f067aa0ba902b7');
});

describe('a trace id is found in a pasted piece of a log or a query', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  test.each([
    [`"trace_id":"${id}"`],
    [`"trace_id": "${id}",`],
    [`{"level":"info","trace_id":"${id}","span_id":"00f067aa0ba902b7"}`],
    [`\\"trace_id\\":\\"${id}\\"`],
    [`'traceId': '${id}'`],
    [`"traceID" : "${id}" ,`],
    [`traceId=${id}`],
    [`traceId=${id}&spanId=1`],
    [`trace_id: ${id}`],
    [`trace-id: ${id}`],
    [`trace id: ${id}`],
    [`trace.id=${id}`],
    [`TRACEID = ${id.toUpperCase()}`],
    [`"trace_id"=>"${id}"`],
    [`INFO [shop] (trace_id=${id}, span_id=1) paid`],
    [`otelTraceID=${id} otelSpanID=1`],
    [`X-B3-TraceId: ${id}`],
    [`http://localhost:16686/api/traces?traceID=${id}`],
    [`"${id}"`],
    [`'${id}',`],
    ['`' + id + '`'],
    [`[${id}]`],
    [`<${id}>`],
    [`b3: ${id}-00f067aa0ba902b7-1`],
    [`${id}-00f067aa0ba902b7-d-05e3ac9a4f6e3b90`],
    [`"uber-trace-id":"${id}:1:0:1"`],
    [`uber-trace-id=${id}%3A1%3A0%3A1`],
    [`"traceparent":"00-${id}-00f067aa0ba902b7-01"`],
    [`-H 'traceparent: 00-${id}-00f067aa0ba902b7-01'`],
  ])('%s', (text) => {
    expect(pastedTraceId(text)).toBe(id);
    expect(pastedTraceId(`  ${text}\n`)).toBe(id);
  });

  test.each([
    ['trace_id'],
    ['trace_id: '],
    ['trace_id: shop'],
    ['trace_id: abcshop'],
    [`trace_id=${'f'.repeat(33)}`],
    ['trace_id=4bf92f35-77b3-4da6-a3ce-929d0e0e4736'],
    ['backtraceid=ab'],
    ['"span_id":"00f067aa0ba902b7"'],
    ['""'],
  ])('none in %s', (text) => {
    expect(pastedTraceId(text)).toBeUndefined();
  });

  test('is quick with what has no end', () => {
    for (const part of ['trace', 'traceid"', 'a"\\', ' ', '`', 'trace id ']) {
      expect(pastedTraceId(`${part.repeat(20_000)}x`)).toBeUndefined();
    }
  });
});

test('an imported id, which may be any text, keeps its case', () => {
  const url = new URL(tracePath('Checkout/Trace 1'), 'http://localhost');
  const route = { page: 'trace', traceId: 'Checkout/Trace 1', spanId: undefined };
  expect(readRoute(url.pathname, '', '')).toEqual(route);
});

test('the trace id that is shown is the imported one where there is one', () => {
  const shown = (tags: Readonly<Record<string, string>>): string =>
    shownTraceId(smallTrace([{ id: 'a', tags }]));
  expect(shown({})).toBe('00000000000000aa');
  expect(shown({ 'imported.trace_id': 'Checkout 1' })).toBe('Checkout 1');
  expect(IMPORTED_TRACE_ID).toBe(SERVERS_TAG);
});
