import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../src/page/model/query-string.js';
import {
  apiQuery,
  EMPTY_FORM,
  formFromQuery,
  formProblems,
  fromLocalInput,
  isMoreThanService,
  LOOKBACKS,
  queryFromForm,
  type SearchForm,
  toLocalInput,
} from '../../../src/page/model/search-form.js';

const NOW = 1_700_000_000_000_000;
const HOUR = 3_600_000_000;

function apiOf(form: Partial<SearchForm>): Record<string, string> {
  return Object.fromEntries(parseQuery(apiQuery({ ...EMPTY_FORM, ...form }, NOW)));
}

test('the empty form has no query string, and asks for the latest 20 of any time', () => {
  expect(queryFromForm(EMPTY_FORM)).toBe('');
  expect(formFromQuery('')).toEqual(EMPTY_FORM);
  expect(apiOf({})).toEqual({
    lookback: 'custom',
    start: '-9223372036854775808',
    end: '9223372036854775807',
    limit: '20',
  });
});

test('a form goes through the address bar unchanged', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.trim());
  const form = fc.record({
    service: text,
    operation: text,
    tags: text,
    minDuration: text,
    maxDuration: text,
    lookback: fc.constantFrom(...LOOKBACKS.map(({ value }) => value).filter((v) => v !== 'custom')),
    start: fc.constant(''),
    end: fc.constant(''),
    limit: fc.integer({ min: 1, max: 1_500 }).map(String),
  });
  fc.assert(
    fc.property(form, (one) => {
      expect(formFromQuery(queryFromForm(one))).toEqual(one);
    }),
    { seed: 9 },
  );
});

test('a range of one’s own is kept only while it is chosen', () => {
  const custom = { ...EMPTY_FORM, lookback: 'custom', start: '5', end: '9' };
  expect(formFromQuery(queryFromForm(custom))).toEqual(custom);
  expect(queryFromForm({ ...custom, lookback: '1h' })).toBe('?lookback=1h');
});

test('tags go to the server as JSON, durations as microseconds', () => {
  const form = {
    service: 'shop',
    tags: 'error=true note="a b"',
    minDuration: '1.2 ms',
    maxDuration: '2s',
  };
  expect(apiOf(form)).toMatchObject({
    service: 'shop',
    tags: '{"error":"true","note":"a b"}',
    minDuration: '1200us',
    maxDuration: '2000000us',
  });
});

test('a key that is a name of the language is a key', () => {
  expect(JSON.parse(apiOf({ tags: '__proto__=1 constructor=2' })['tags']!)).toEqual(
    JSON.parse('{"__proto__":"1","constructor":"2"}'),
  );
});

test('the time range counts back from now', () => {
  expect(apiOf({ lookback: '1h' })['start']).toBe(String(NOW - HOUR));
  expect(apiOf({ lookback: 'custom', start: '7', end: '8' })).toMatchObject({
    start: '7',
    end: '8',
  });
  expect(apiOf({ lookback: 'custom', start: '-7', end: 'soon' })).toMatchObject({
    start: '-7',
    end: '9223372036854775807',
  });
});

describe('problems', () => {
  test.each<[Partial<SearchForm>, (keyof SearchForm)[]]>([
    [{}, []],
    [{ tags: 'a=1 b="x y"' }, []],
    [{ tags: 'nonsense' }, ['tags']],
    [{ tags: 'a=1 b="open' }, ['tags']],
    [{ minDuration: '12' }, ['minDuration']],
    [{ maxDuration: 'long' }, ['maxDuration']],
    [{ limit: '0' }, ['limit']],
    [{ limit: '1.5' }, ['limit']],
    [{ limit: '99999' }, ['limit']],
    [{ lookback: 'custom', start: '9', end: '5' }, ['end']],
    [{ start: '9', end: '5' }, []],
  ])('%j has %j', (form, fields) => {
    expect(Object.keys(formProblems({ ...EMPTY_FORM, ...form }))).toEqual(fields);
  });
});

test('an unknown lookback is the default', () => {
  expect(formFromQuery('?lookback=forever').lookback).toBe('all');
});

test('a moment goes through its field to the second', () => {
  const micros = '1700000000000000';
  expect(toLocalInput(micros)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  expect(fromLocalInput(toLocalInput(micros))).toBe(micros);
  expect([toLocalInput(''), toLocalInput('x'), fromLocalInput(''), fromLocalInput('x')]).toEqual(
    Array.from({ length: 4 }, () => ''),
  );
});

test.each([
  [{}, false],
  [{ service: 'shop', limit: '5' }, false],
  [{ operation: 'GET /' }, true],
  [{ tags: 'a=1' }, true],
  [{ maxDuration: '1s' }, true],
  [{ lookback: '5m' }, true],
])('%j asks for more than a service: %s', (change, isMore) => {
  expect(isMoreThanService({ ...EMPTY_FORM, ...change })).toBe(isMore);
});
