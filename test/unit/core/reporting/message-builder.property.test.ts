import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageBuilder } from '../../../../src/core/reporting/message-builder.js';
import type { Message } from '../../../../src/core/reporting/message.js';
import { decodeMessage } from '../../../../all-in-one/src/thrift/jaeger-decoder.js';
import { newTraced } from '../../support/traced.js';
import { DEFAULT_VALUES } from '../../../../src/core/wire/tag-encoder.js';

const { tracer } = newTraced();

const anyStats = fc.option(
  fc.record({
    fullQueueDroppedSpans: fc.maxSafeNat(),
    tooLargeDroppedSpans: fc.maxSafeNat(),
    failedToEmitSpans: fc.maxSafeNat(),
  }),
  { nil: undefined },
);

/** A span, and what becomes of it before the next one comes. */
const anyStep = fc.record({
  length: fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 3000 }), fc.constant(20_000)),
  tags: fc.nat({ max: 3 }),
  rollback: fc.boolean(),
  recycle: fc.boolean(),
  stats: anyStats,
});

test.each(['compact', 'binary'] as const)(
  '%s: no message is over the limit, and no span is lost, for spans of any size',
  (protocol) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 4000 }),
        fc.string({ maxLength: 60 }),
        fc.array(anyStep, { maxLength: 40 }),
        (maxBytes, serviceName, steps) => {
          const builder = new MessageBuilder(
            { protocol, message: true },
            maxBytes,
            DEFAULT_VALUES,
            {},
          );
          builder.setProcess(serviceName, [{ key: 'k', value: 1 }]);
          const expected: string[] = [];
          const received: string[] = [];
          let seqNo = 0;
          const take = (message: Message): void => {
            expect(message.bytes.length).toBeLessThanOrEqual(maxBytes);
            const { batch, trailingBytes } = decodeMessage(message.bytes, protocol);
            expect(trailingBytes).toBe(0);
            expect(batch.process.serviceName).toBe(serviceName);
            expect(batch.seqNo).toBe(++seqNo);
            expect(batch.spans).toHaveLength(message.spanCount);
            received.push(...batch.spans.map(({ operationName }) => operationName));
          };
          steps.forEach(({ length, tags, rollback, recycle, stats }, i) => {
            const name = `${i} ${'x'.repeat(length)}`;
            const span = tracer.startSpan(name);
            for (let t = 0; t < tags; t++) span.setTag(`tag ${t}`, t);
            const bytes = builder.encode(span);
            if (rollback || bytes > builder.maxSpanBytes) {
              builder.rollback();
              return;
            }
            if (!builder.fits()) {
              const message = builder.seal(stats);
              take(message);
              if (recycle) builder.recycle(message);
            }
            expect(builder.fits()).toBe(true);
            builder.commit();
            expected.push(name);
          });
          if (builder.spanCount > 0) take(builder.seal(undefined));
          expect(received).toStrictEqual(expected);
        },
      ),
      { seed: 13, numRuns: 300 },
    );
  },
);
