import { describe, expect, test } from 'vitest';
import { findSpans, spanOfId } from '../../../src/page/model/find-spans.js';
import { smallTrace } from './small-trace.js';

const trace = smallTrace([
  { id: 'a1', operation: 'GET /cart', service: 'Shop', tags: { 'http.status_code': 503 } },
  { id: 'b2', parent: 'a1', operation: 'SELECT', service: 'db', start: 1, tags: { sql: 'a b' } },
  {
    id: 'c3',
    parent: 'a1',
    operation: 'charge',
    service: 'bank',
    start: 2,
    logs: [{ at: 3, fields: { event: 'Timeout' } }],
  },
]);

describe('finds by', () => {
  test.each([
    ['service, in any case', 'shop', ['a1']],
    ['operation', ' select ', ['b2']],
    ['span id', 'c3', ['c3']],
    ['key of a tag', 'status_code', ['a1']],
    ['value of a tag', '503', ['a1']],
    ['a log', 'timeout', ['c3']],
    ['a tag of the process', 'h1', ['a1', 'b2', 'c3']],
    ['a pair', 'http.status_code=503', ['a1']],
    ['a pair with a part of the value', 'http.status_code=50', ['a1']],
    ['a quoted pair', 'sql="a b"', ['b2']],
    ['two pairs, both of them', 'event=timeout hostname=h1', ['c3']],
    ['a pair with another value', 'http.status_code=200', []],
    ['nothing', '   ', []],
    ['what is not there', 'zebra', []],
  ])('%s', (_, query, ids) => {
    expect(findSpans(trace, query).map(({ spanId }) => spanId)).toEqual(ids);
  });
});

test('the span of an address is found with and without leading zeros', () => {
  const padded = smallTrace([{ id: '000000000000000a' }, { id: '00000000000000b0' }]);
  const idOf = (id: string): string | undefined => spanOfId(padded, id)?.spanId;
  expect(['a', '0A', '000000000000000a', 'b0'].map(idOf)).toEqual([
    '000000000000000a',
    '000000000000000a',
    '000000000000000a',
    '00000000000000b0',
  ]);
  expect(['b', 'c', '', '0'].map(idOf)).toEqual([undefined, undefined, undefined, undefined]);
});
