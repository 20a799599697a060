import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextKeyOf } from '../../../../src/grpc/carrier/context-key.js';
import { readCarrier } from '../../../../src/grpc/carrier/read-carrier.js';
import { writeCarrier } from '../../../../src/grpc/carrier/write-carrier.js';
import { COPIES } from '../../support/grpc-copies.js';

const SEED = 20_261_103;

describe('a carrier', () => {
  const { Metadata } = COPIES[0]!.grpc;

  test('of any keys and values makes metadata that can be sent, or says which it cannot', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a-bin', ' a'),
    );
    const values = fc.oneof(text, fc.integer(), fc.constant(undefined), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(text, values), (carrier) => {
        const metadata = new Metadata();
        const refused = writeCarrier(carrier, metadata) ?? [];
        const sent = metadata.toHttp2Headers();
        for (const [name, value] of Object.entries(carrier)) {
          const key = name.toLowerCase();
          if (refused.includes(key)) continue;
          // Two keys that differ in case are one.
          const rivals = Object.keys(carrier).filter((other) => other.toLowerCase() === key);
          if (rivals.length === 1 && key !== '__proto__') expect(sent[key]).toBe(value);
          expect(key).toMatch(/^[0-9a-z_.-]+$/);
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('takes the place of what stood there', () => {
    const metadata = new Metadata();
    metadata.add('uber-trace-id', 'old');
    metadata.add('uber-trace-id', 'older');
    expect(writeCarrier({ 'Uber-Trace-Id': 'new' }, metadata)).toBeUndefined();
    expect(metadata.get('uber-trace-id')).toStrictEqual(['new']);
  });

  test.each(['grpc-timeout', ':path', 'k-bin', 'ü', ''])('has no key %j', (key) => {
    const metadata = new Metadata();
    expect(writeCarrier({ [key]: 'v' }, metadata)).toStrictEqual([key]);
    expect(metadata.getMap()).toStrictEqual({});
  });

  test('reads text and leaves bytes', () => {
    const headers = { a: '1', 'b-bin': Buffer.from('x'), c: undefined };
    expect(readCarrier(headers)).toStrictEqual({ carrier: { a: '1' }, hasContext: false });
  });

  test('a context that came once leaves commas in baggage alone, whatever else came twice', () => {
    const headers = {
      'uber-trace-id': 'a:b:0:1',
      'uberctx-k': 'x,y',
      traceparent: '00-1, 00-2',
    };
    expect(readCarrier(headers)).toStrictEqual({ carrier: headers, hasContext: true });
  });

  test('takes the last of joined headers where the context was joined', () => {
    const joined = {
      traceparent: '00-a, 00-b',
      'uberctx-k': 'old, new',
      'jaeger-baggage': 'a=1, b=2',
      tracestate: 'a=1, b=2',
    };
    expect(readCarrier(joined).carrier).toStrictEqual({
      traceparent: '00-b',
      'uberctx-k': 'new',
      'jaeger-baggage': 'a=1, b=2',
      tracestate: 'a=1, b=2',
    });
  });

  test.each([
    ['a:b:0:1, junk', 'a:b:0:1'],
    ['1:2:0:1, a:b:0:1, ', 'a:b:0:1'],
    ['junk, a:b:0:1,0:0:0:0', 'a:b:0:1'],
    ['a%3Ab%3A0%3A1, junk', 'a%3Ab%3A0%3A1'],
    ['junk, other', 'other'],
  ])('of the joined contexts %j takes the last that can be read', (joined, context) => {
    expect(readCarrier({ 'uber-trace-id': joined }).carrier).toStrictEqual({
      'uber-trace-id': context,
    });
    expect(readCarrier({ 'x-trace': joined }, 'x-trace').carrier).toStrictEqual({
      'x-trace': context,
    });
  });

  test.each<[unknown, string]>([
    [{}, 'uber-trace-id'],
    [{ carrierKeys: () => ({ contextKey: 'x-trace' }) }, 'x-trace'],
    [{ carrierKeys: () => ({ contextKey: 5 }) }, 'uber-trace-id'],
    [{ carrierKeys: () => undefined }, 'uber-trace-id'],
    [{ carrierKeys: null }, 'uber-trace-id'],
    [{ carrierKeys: 'x-trace' }, 'uber-trace-id'],
    [
      {
        carrierKeys() {
          throw new Error('no');
        },
      },
      'uber-trace-id',
    ],
  ])('of a tracer %# has its context under %2$s', (tracer, key) => {
    expect(contextKeyOf(tracer as object, 'text_map')).toBe(key);
  });
});
