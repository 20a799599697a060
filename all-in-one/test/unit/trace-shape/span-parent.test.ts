import { describe, expect, test } from 'vitest';
import {
  isServerSpan,
  parentReference,
  type SpanReference,
} from '../../../src/trace-shape/span-parent.js';

const childOf = (spanID: string, traceID: string = 't'): SpanReference => ({
  refType: 'CHILD_OF',
  traceID,
  spanID,
});
const follows = (spanID: string, traceID: string = 't'): SpanReference => ({
  ...childOf(spanID, traceID),
  refType: 'FOLLOWS_FROM',
});

describe('the reference that names the parent', () => {
  test.each<[string, SpanReference[], SpanReference | undefined]>([
    ['no reference', [], undefined],
    ['the first CHILD_OF', [childOf('a'), childOf('b')], childOf('a')],
    ['a CHILD_OF behind a FOLLOWS_FROM', [follows('a'), childOf('b')], childOf('b')],
    ['the first FOLLOWS_FROM without a CHILD_OF', [follows('a'), follows('b')], follows('a')],
    ['a CHILD_OF of the same span', [follows('a'), childOf('a')], childOf('a')],
    ['another trace', [childOf('a', 'other')], undefined],
    ['another trace first', [childOf('a', 'other'), follows('b')], follows('b')],
    ['an id of zeros', [childOf('0000000000000000'), follows('b')], follows('b')],
    ['an empty id', [childOf('')], undefined],
  ])('%s', (_, references, parent) => {
    expect(parentReference('t', references)).toEqual(parent);
  });
});

test('of several tags span.kind the last one counts', () => {
  const kind = (value: unknown): { key: string; value: unknown } => ({ key: 'span.kind', value });
  expect(isServerSpan([])).toBe(false);
  expect(isServerSpan([kind('server'), { key: 'other', value: 'client' }])).toBe(true);
  expect(isServerSpan([kind('server'), kind('client')])).toBe(false);
});
