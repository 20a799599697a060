import { expect, test } from 'vitest';
import { decodeJson } from '../../../src/otlp/decode-json.js';
import { toBatches } from '../../../src/otlp/to-batches.js';
import { type PackedSpan, packSpan, unpackSpan } from '../../../src/store/packed-span.js';

const OWN = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const [a, b] = ['a'.repeat(16), 'b'.repeat(16)];

/** A span as the store has it. */
function stored(parentSpanId: string, links: readonly object[]): PackedSpan {
  const span = { traceId: OWN, spanId: 'c'.repeat(16), parentSpanId, links };
  const request = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
  const { batches } = toBatches(decodeJson(Buffer.from(JSON.stringify(request))));
  return unpackSpan(packSpan(batches[0]!.spans[0]!).text);
}

function link(traceId: string, spanId: string, value: string, type?: string): object {
  const own = { key: 'k', value: { stringValue: value } };
  const refType = { key: 'opentracing.ref_type', value: { stringValue: type } };
  return { traceId, spanId, attributes: type === undefined ? [own] : [own, refType] };
}

/** `refType spanID` with the value of the attribute `k` of its link. */
function shown({ references, otlp }: PackedSpan): string[] {
  return references.map(({ refType, spanID }, i) => {
    const value = otlp?.links?.[i]?.attributes?.[0]?.value.stringValue ?? '-';
    return `${refType} ${spanID[0]} ${value}`;
  });
}

test('a link to the parent stays beside the parent', () => {
  const packed = stored(a!, [link(OTHER, b!, 'x'), link(OWN, a!, 'y')]);
  expect(shown(packed)).toEqual(['CHILD_OF a -', 'FOLLOWS_FROM b x', 'FOLLOWS_FROM a y']);
  expect(packed.parentSpanID).toBe(a);
});

test('a link that names the parent as a CHILD_OF is the parent’s reference', () => {
  expect(shown(stored(a!, [link(OTHER, b!, 'x'), link(OWN, a!, 'y', 'child_of')]))).toEqual([
    'CHILD_OF a y',
    'FOLLOWS_FROM b x',
  ]);
});

test('what a link carries stays with it where its reference moves to the front', () => {
  const packed = stored('', [link(OTHER, b!, 'x'), link(OWN, a!, 'y'), link(OWN, b!, 'z')]);
  expect(shown(packed)).toEqual(['FOLLOWS_FROM a y', 'FOLLOWS_FROM b x', 'FOLLOWS_FROM b z']);
  expect(packed.otlp?.isRoot).toBe(true);
});
