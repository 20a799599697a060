import { Metadata } from '@grpc/grpc-js';
import fc from 'fast-check';
import { FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from 'opentracing';
import { expect, test } from 'vitest';
import type { Span } from '../../../../src/core/span/span.js';
import { readCarrier } from '../../../../src/grpc/carrier/read-carrier.js';
import { writeCarrier } from '../../../../src/grpc/carrier/write-carrier.js';
import { newTraced } from '../../support/traced.js';

const { tracer } = newTraced();

/** Metadata as it arrives: through HTTP/2's headers. */
function arrived(metadata: Metadata): Metadata {
  const headers = metadata.toHttp2Headers();
  return Metadata.fromHttp2Headers(headers as Parameters<typeof Metadata.fromHttp2Headers>[0]);
}

/** A call: the span at its server, and the keys that were not sent. */
function called(span: Span, format: string): { server: Span; refused: readonly string[] } {
  const carrier: Record<string, unknown> = {};
  tracer.inject(span.context(), format, carrier);
  const metadata = new Metadata();
  const refused = writeCarrier(carrier, metadata) ?? [];
  const read = readCarrier(arrived(metadata).getMap());
  const server = tracer.startSpan('server', { childOf: tracer.extract(format, read.carrier)! });
  return { server, refused };
}

const letters = fc.constantFrom(...'aZ_-.%09 ä日:,'.split(''), 'Kk', '-bin', 'grpc-');
const anyKey = fc.array(letters, { maxLength: 6 }).map((parts) => parts.join(''));
const anyValue = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', ' ', ',', 'a, b', '%', '100%', '%zz', '%2C', 'São Paulo', '日本', '\r\n'),
);

test.each([FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS])(
  'baggage in %s comes through gRPC metadata in any spelling, or the call says which does not',
  (format) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyKey, anyValue), { maxLength: 8 }), (items) => {
        let span = tracer.startSpan('client');
        const expected = new Map<string, string>();
        for (const [key, value] of items) {
          span.setBaggageItem(key, value);
          expected.set(span._normalizeBaggageKey(key), value);
        }
        for (let hop = 0; hop < 3; hop++) {
          const { server, refused } = called(span, format);
          for (const name of refused) {
            const key = name.slice('uberctx-'.length);
            // What a value cannot be is refused in text alone: HTTP headers are percent-encoded.
            const isLegal = /^[0-9a-z_.-]*$/.test(key) && !key.endsWith('-bin');
            if (isLegal) expect([format, expected.get(key)]).toContain(FORMAT_TEXT_MAP);
            expect(expected.delete(key)).toBe(true);
          }
          const { baggage } = server.context();
          if (format === FORMAT_HTTP_HEADERS) {
            for (const key of expected.keys()) {
              if (server.getBaggageItem(key) === undefined) {
                expect(key).not.toMatch(/^[!#$%&'*+\-.^_`|~0-9a-z]*$/);
                expected.delete(key);
              }
            }
          }
          expect(Object.keys(baggage)).toHaveLength(expected.size);
          for (const [key, value] of expected) {
            for (const spelling of [key, key.replaceAll('-', '_'), ` ${key} `]) {
              expect(server.getBaggageItem(spelling)).toBe(value);
            }
          }
          span = server;
        }
      }),
      { seed: 20_261_128, numRuns: 400 },
    );
  },
);
