import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JaegerTracer, Logger, MetricsFactory } from '../../../src/index.js';
import { Datagrams } from '../support/datagrams.js';
import { settle } from '../support/fake-platform.js';
import { expectAccounted, makeSpans, openUdpTracer } from './udp-tracer.js';

let receiver: Datagrams;

beforeEach(async () => {
  receiver = await Datagrams.open();
});

afterEach(() => receiver.close());

/** Closes, and holds what arrived against the names of all spans that were finished. */
async function expectAllArrived(tracer: JaegerTracer, names: readonly string[]): Promise<void> {
  await tracer.flush();
  await tracer.close();
  await receiver.settle();
  expect(receiver.operations().sort()).toStrictEqual([...names].sort());
  expectAccounted(tracer.stats());
  expect(tracer.stats()).toMatchObject({ sent: names.length, waiting: 0, open: 0 });
}

/** Calls `use` whenever it is told something, but not from within itself. */
function usingLogger(use: () => void): Logger {
  let busy = false;
  const say = (): void => {
    if (busy) return;
    busy = true;
    use();
    busy = false;
  };
  return { info: say, error: say };
}

/** The same for metrics. */
function usingMetrics(use: () => void): MetricsFactory {
  const logger = usingLogger(use);
  return {
    createCounter: () => ({ increment: () => logger.info('') }),
    createGauge: () => ({ update: () => logger.info('') }),
  };
}

/** What an application may do with its tracer from within a call of the tracer's. */
const USES: readonly [string, (tracer: JaegerTracer) => readonly string[]][] = [
  ['flushes', (tracer) => (void tracer.flush(), [])],
  ['makes a span', (tracer) => makeSpans(tracer, 1, 'within ')],
  ['makes a span that does not fit', (tracer) => largeSpan(tracer)],
  ['makes a span and flushes', (tracer) => within(tracer)],
  ['asks for the stats', (tracer) => (expectAccounted(tracer.stats()), [])],
];

/** It has to be trimmed: what was written of it is taken back first. */
function largeSpan(tracer: JaegerTracer): readonly string[] {
  tracer.startSpan('large', { tags: { pad: 'x'.repeat(5000) } }).finish();
  return ['large'];
}

function within(tracer: JaegerTracer): readonly string[] {
  const names = makeSpans(tracer, 1, 'within ');
  void tracer.flush();
  return names;
}

/** Opens a tracer whose application uses it where `place` says; gives it, and the names so made. */
type Place = (use: () => void) => { readonly tracer: JaegerTracer; readonly value?: unknown };

const PLACES: readonly [string, Place][] = [
  ['a logger', (use) => ({ tracer: open({ logger: usingLogger(use) }) })],
  ['a metric', (use) => ({ tracer: open({ metrics: usingMetrics(use) }) })],
  ['toJSON of a tag', (use) => ({ tracer: open({}), value: { toJSON: () => (use(), 'text') } })],
  [
    'a getter of a tag',
    (use) => ({
      tracer: open({}),
      value: {
        get text(): string {
          use();
          return 'text';
        },
      },
    }),
  ],
];

function open(options: { logger?: Logger; metrics?: MetricsFactory }): JaegerTracer {
  // Small packets: the tracer sends from within `finish()` too.
  return openUdpTracer(receiver.port, { maxPacketSize: 700 }, options);
}

describe.each(PLACES)('%s', (_place, openPlace) => {
  test.each(USES)('that %s: every span arrives once', async (_use, use) => {
    const names: string[] = [];
    // None while `initTracer` runs, and none at the end: a span made of each flush has no last one.
    let used: JaegerTracer | undefined = undefined;
    const { tracer, value } = openPlace(() => {
      if (used !== undefined) names.push(...use(used));
    });
    used = tracer;
    for (let i = 0; i < 20; i++) {
      const span = tracer.startSpan(`span ${i}`).setTag('value', value ?? i);
      names.push(`span ${i}`);
      span.finish();
      // The second time there is something to log.
      if (i % 10 === 0) span.finish();
      if (i % 7 === 0) {
        await tracer.flush();
        // The receiver is in this process: it reads when it has its turn.
        await settle();
      }
      expectAccounted(tracer.stats());
    }
    used = undefined;
    await expectAllArrived(tracer, names);
  });
});

test('a flush from within the callback of a flush', async () => {
  const tracer = open({});
  const names = makeSpans(tracer, 1, 'outer ');
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    void tracer.flush(() => {
      order.push('outer');
      names.push(...makeSpans(tracer, 1, 'inner '));
      void tracer.flush(() => {
        order.push('inner');
        void tracer.flush(() => {
          order.push('nothing left');
          resolve();
        });
      });
    });
  });
  expect(order).toStrictEqual(['outer', 'inner', 'nothing left']);
  await expectAllArrived(tracer, names);
});

test('a close from within the callback of a flush, and from within a logger, ends once', async () => {
  let tracer: JaegerTracer | undefined = undefined;
  let closings = 0;
  const logger = usingLogger(() => {
    if (tracer === undefined) return;
    closings++;
    void tracer.close();
  });
  tracer = open({ logger });
  const names = makeSpans(tracer, 2);
  await new Promise<void>((resolve) => void tracer!.flush(() => void tracer!.close(resolve)));
  tracer.startSpan('twice').finish();
  const late = tracer.startSpan('late');
  late.finish();
  late.finish();
  expect(closings).toBe(1);
  await receiver.settle();
  expect(receiver.operations()).toStrictEqual(names);
  expect(tracer.stats()).toMatchObject({ sent: 2, waiting: 0, dropped: { closed: 2 } });
});
