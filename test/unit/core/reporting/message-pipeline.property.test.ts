import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SendError } from '../../../../src/core/reporting/sender.js';
import { settle } from '../../support/fake-platform.js';
import { newPiped, type Piped, type PipedOptions, spanOf } from './piped.js';

const anyStep = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('report'), size: fc.nat({ max: 900 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'report', size: 3000 }) },
  { weight: 3, arbitrary: fc.constant({ do: 'flush', size: 0 }) },
  { weight: 5, arbitrary: fc.constant({ do: 'succeed', size: 0 }) },
  { weight: 2, arbitrary: fc.constant({ do: 'fail', size: 0 }) },
  { weight: 1, arbitrary: fc.constant({ do: 'setProcess', size: 0 }) },
  { weight: 1, arbitrary: fc.constant({ do: 'shrink', size: 0 }) },
);

/** Datagrams that the network takes, in bytes: less with each step that shrinks it. */
const NETWORKS = [65_507, 1500, 600];

const anyBounds = fc.record({
  maxQueuedBytes: fc.constantFrom(500, 3000, 1_000_000),
  maxQueueSize: fc.constantFrom(0, 0, 1, 5),
  sender: fc.record({
    protocol: fc.constantFrom('compact' as const, 'binary' as const),
    maxMessageBytes: fc.constantFrom(400, 1200, 4000, 20_000),
  }),
});

/** One program on one pipeline. */
class Run {
  readonly bounds: PipedOptions;
  readonly piped: Piped;
  reported = 0;
  /** Names of the spans that were taken, in order. */
  readonly taken: string[] = [];
  /** Names in the messages that left, or failed for another reason than their size. */
  readonly answered: string[] = [];
  /** Spans in the messages that left. */
  left = 0;
  network = 0;
  pendingFlushes = 0;
  readonly earlyFlushes: string[] = [];

  constructor(bounds: PipedOptions) {
    this.bounds = bounds;
    this.piped = newPiped(bounds);
  }

  async step(what: string, size: number): Promise<void> {
    const { pipeline, sender } = this.piped;
    if (what === 'report') this.report(size);
    else if (what === 'flush') this.flush();
    else if (what === 'setProcess') pipeline.setProcess('store', []);
    else if (what === 'shrink') this.network = Math.min(this.network + 1, NETWORKS.length - 1);
    else if (sender.isBusy) await this.answer(what === 'succeed');
    expectSums(this);
  }

  async drain(): Promise<void> {
    this.flush();
    while (this.piped.sender.isBusy) await this.answer(true);
    await settle();
    expectSums(this);
  }

  async abandon(): Promise<void> {
    this.piped.pipeline.abandon();
    await settle();
    expectSums(this);
  }

  get dropped(): number {
    return Object.values(this.piped.counters.dropped).reduce((sum, n) => sum + n, 0);
  }

  private report(size: number): void {
    const name = `span ${this.reported++}`;
    if (this.piped.pipeline.report(spanOf(name, size))) this.taken.push(name);
  }

  private flush(): void {
    const before = this.taken.length;
    this.pendingFlushes++;
    void this.piped.pipeline.flush().then(() => {
      this.pendingFlushes--;
      const { sent, dropped } = this.piped.counters;
      const settled = sent + dropped.sendFailed + dropped.closed + dropped.tooLarge;
      if (settled < before) this.earlyFlushes.push(`${settled} of ${before}`);
    });
  }

  private async answer(succeeds: boolean): Promise<void> {
    const { sender } = this.piped;
    const names = sender.operations.at(-1)!;
    if (sender.messages.at(-1)!.length > NETWORKS[this.network]!) {
      return sender.fail(new SendError('too-large', 'too large'));
    }
    this.answered.push(...names);
    if (succeeds) this.left += names.length;
    await (succeeds ? sender.succeed() : sender.fail());
  }
}

/** What holds after every step. */
function expectSums(run: Run): void {
  const { counters, sender } = run.piped;
  expect(run.reported).toBe(counters.sent + counters.waiting + run.dropped);
  expect(counters.sent).toBe(run.left);
  expect(sender.mostInFlight).toBeLessThanOrEqual(1);
  const most = run.bounds.maxQueueSize || Number.POSITIVE_INFINITY;
  expect(counters.waiting).toBeLessThanOrEqual(most);
}

/** What holds at the end: nothing waits, and every message was right. */
function expectEnd(run: Run): void {
  const { counters, metrics, sender } = run.piped;
  expect(counters.waiting).toBe(0);
  expect([run.pendingFlushes, run.earlyFlushes]).toStrictEqual([0, []]);
  // In the order in which they were taken, and none twice.
  const answered = new Set(run.answered);
  expect(run.answered).toStrictEqual(run.taken.filter((name) => answered.has(name)));
  const longest = Math.max(0, ...sender.messages.map(({ length }) => length));
  expect(longest).toBeLessThanOrEqual(sender.maxMessageBytes);
  expect(metrics.get('jaeger:reporter_spans{result=ok}')).toBe(counters.sent);
  expect(metrics.get('jaeger:reporter_spans{result=err}')).toBe(counters.dropped.sendFailed);
  expect(metrics.get('jaeger:reporter_spans{result=dropped}')).toBe(
    run.dropped - counters.dropped.sendFailed,
  );
}

test('every span is sent, waits or is dropped, after every step of any program', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyBounds,
      fc.array(anyStep, { maxLength: 50 }),
      fc.boolean(),
      async (bounds, steps, closes) => {
        const run = new Run(bounds);
        for (const step of steps) await run.step(step.do, step.size);
        await (closes ? run.abandon() : run.drain());
        expectEnd(run);
      },
    ),
    { seed: 16, numRuns: 300 },
  );
});
