import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Span } from '../../../src/model/span.js';
import { TraceStore } from '../../../src/store/trace-store.js';
import { hex16, process as processOf, span, textTag } from '../spans.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const BATCH = 500;

/** In batches, and out of the test's own frame, which would keep what it has in hand. */
function fill(store: TraceStore, traces: number, spans: number, tags: number, value: string): void {
  for (let trace = 0; trace < traces; trace++) {
    for (let from = 0; from < spans; from += BATCH) {
      const count = Math.min(BATCH, spans - from);
      store.add(processOf(`service ${trace % 10}`), spansOf(trace, from, count, tags, value));
    }
  }
}

/** Texts as a decoder makes them: none is shared, and none is a piece of another. */
function spansOf(trace: number, from: number, count: number, tags: number, value: string): Span[] {
  return Array.from({ length: count }, (_, at) => {
    const i = from + at;
    return span({
      traceID: hex16(trace + 1),
      spanID: hex16((trace * 100_000 + i + 1) * 7919),
      operationName: `operation ${i % 20}`,
      startTime: 1_700_000_000_000_000 + trace * 1_000 + i,
      tags: Array.from({ length: tags }, (_unused, t) => textTag(`key.${t}`, `${value} ${i} ${t}`)),
    });
  });
}

test.each([
  { name: 'many small traces', traces: 20_000, spans: 1, tags: 5, value: 'value' },
  { name: 'traces of ten', traces: 4_000, spans: 10, tags: 8, value: 'value' },
  { name: 'one large trace', traces: 1, spans: 30_000, tags: 8, value: 'value' },
  { name: 'texts of two bytes a character', traces: 4_000, spans: 10, tags: 8, value: '日本' },
  { name: 'spans that say nothing', traces: 20_000, spans: 2, tags: 0, value: '' },
])(
  'the estimate is what the process grows by: $name',
  ({ traces, spans, tags, value }) => {
    const before = heapBytes();
    const store = new TraceStore({ maxTraces: 1_000_000, maxBytes: 2 ** 40 });
    fill(store, traces, spans, tags, value);
    const grown = heapBytes() - before;
    const { bytes } = store.stats();
    expect(bytes).toBeGreaterThan(0.85 * grown);
    expect(bytes).toBeLessThan(1.25 * grown);
  },
  30_000,
);

test('what was evicted is gone', () => {
  const store = new TraceStore({ maxTraces: 1_000, maxBytes: 2 ** 30 });
  const add = (from: number, to: number): void => {
    for (let trace = from; trace < to; trace++) {
      store.add(processOf(`service ${trace}`, [textTag('pid', String(trace))]), [
        span({ traceID: hex16(trace + 1), operationName: `operation ${trace}` }),
      ]);
    }
  };
  add(0, 5_000);
  const before = heapBytes();
  add(5_000, 30_000);
  expect(heapBytes() - before).toBeLessThan(1_000_000);
});
