import { expect } from 'vitest';
import type { TracerStats } from '../../../src/core/reporting/accounting.js';
import { decodeMessage } from '../../fixtures/apache/apache-thrift.js';
import { settle } from '../support/fake-platform.js';
import { FaultySender } from './faulty-senders.js';
import type { FuzzedTracer } from './fuzzed-tracer.js';

/** The least that an encoded span takes, in bytes: its ids, name, times and flags. */
const MIN_SPAN_BYTES = 20;

/** Both equations of the accounting. */
function expectEquations(stats: TracerStats): void {
  const { started, finished, open, unsampledLater, sent, waiting, dropped } = stats;
  expect(finished + open + unsampledLater).toBe(started);
  expect(sent + waiting + Object.values(dropped).reduce((sum, n) => sum + n, 0)).toBe(finished);
}

/** What holds at every moment. */
export function expectAccounts(on: FuzzedTracer): void {
  const stats = on.tracer.stats();
  expectEquations(stats);
  expect(stats.finished).toBe(on.finished);
  const { maxQueueSize, maxQueuedBytes, through } = on.setup;
  // A sender of jaeger-client's kind has a queue of its own.
  if (through === 'append') return;
  expect(stats.waiting).toBeLessThanOrEqual(maxQueueSize || maxQueuedBytes / MIN_SPAN_BYTES);
}

/** What holds once everything has had its turn: what counts as sent is what the network took. */
export async function expectSettled(on: FuzzedTracer): Promise<void> {
  await settle();
  expectAccounts(on);
  const { sent } = on.tracer.stats();
  if (on.setup.through === 'reporter') expect(sent).toBe(on.ownReporter.taken);
  else if (on.sender instanceof FaultySender) expect(sent).toBe(on.sender.acceptedSpans);
}

/** Lets the network work again, or does not, closes, and holds the accounts against what the network has. */
export async function expectEnd(on: FuzzedTracer): Promise<void> {
  const { tracer, sender, closes } = on;
  if (!on.setup.endsBroken) await on.recover();
  if (!on.setup.endsBroken && !on.closed) await expectDrained(on);
  on.close();
  await on.outwait();
  await expectSettled(on);
  expect(closes).toMatchObject({ unresolved: 0, notCalled: 0 });
  on.moods.calm = true;
  on.finish(tracer.startSpan('late', { tags: { 'sampling.priority': 1 } }));
  expectAccounts(on);
  expect(tracer.stats().waiting).toBe(0);
  if (sender instanceof FaultySender) expectMessages(on, sender);
}

/** With a network that works, `flush()` leaves nothing waiting. */
async function expectDrained(on: FuzzedTracer): Promise<void> {
  on.flush();
  await on.recover();
  // Of the others the application's own code has a say in when they are done.
  if (on.setup.through !== 'messages') return;
  expect(on.tracer.stats().waiting).toBe(0);
  expect(on.flushes).toMatchObject({ unresolved: 0, notCalled: 0 });
}

/** Apache's own decoder reads every message, and finds in them what was counted. */
function expectMessages(on: FuzzedTracer, sender: FaultySender): void {
  const { protocol, maxMessageBytes, through } = on.setup;
  expect(sender.longest).toBeLessThanOrEqual(maxMessageBytes);
  expect(sender.misuses).toStrictEqual([]);
  const spans = sender.accepted.map(
    (message) => (decodeMessage(protocol, message) as { spans: unknown[] }).spans.length,
  );
  const sum = spans.reduce((all, n) => all + n, 0);
  if (through !== 'reporter') expect(sum).toBe(on.tracer.stats().sent);
}
