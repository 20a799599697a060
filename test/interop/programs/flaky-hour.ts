// An hour's worth of spans through an agent that fails, stalls and recovers:
//
//   node --expose-gc flaky-hour.mjs [SPANS] [SEED]       10,000,000 and 1
//
// It stops at the first sample at which the accounts are wrong. The one line that it writes: what it held
// at each sample, and what it counted.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ConstSampler,
  RemoteReporter,
  SendError,
  type Sender,
  Tracer,
  type TracerStats,
} from '../../../src/index.js';
import { decodeMessage } from '../../../all-in-one/src/thrift/jaeger-decoder.js';
import { seededRandom } from '../../unit/support/fake-platform.js';
import { held, type Held } from './memory.js';

const [spans = 10_000_000, seed = 1] = process.argv.slice(2).map(Number);
const SAMPLES = 10;
/** Between two turns of the event loop: a service under load. */
const SPANS_A_TURN = 500;
/** Little enough that a stall of some turns fills it. */
const MAX_QUEUED_BYTES = 512 * 1024;
/** Turns that a state lasts at most. */
const LONGEST_STATE = 200;
const LONGEST_STALL = 40;

const random = seededRandom(seed);
const upTo = (limit: number): number => 1 + Math.floor(random() * limit);

/** What the network does, for some turns each. */
type State = 'works' | 'fails' | 'stalls';

class FlakyAgent implements Sender {
  readonly wire = { protocol: 'compact', message: true } as const;
  readonly maxMessageBytes = 65_000;
  received = 0;
  readonly happened: Record<State, number> = { works: 0, fails: 0, stalls: 0 };
  private state: State = 'works';
  private turnsLeft = 0;

  /** A turn of the event loop has gone by. */
  turn(): void {
    if (this.turnsLeft-- > 0) return;
    const chance = random();
    this.state = chance < 0.6 ? 'works' : chance < 0.8 ? 'fails' : 'stalls';
    this.turnsLeft = upTo(LONGEST_STATE);
  }

  async send(message: Uint8Array): Promise<void> {
    this.happened[this.state]++;
    if (this.state === 'fails') throw new SendError('failed', 'the network is down');
    if (this.state === 'stalls') {
      for (let turns = upTo(LONGEST_STALL); turns > 0; turns--) await nextTurn();
      if (random() < 0.3) throw new SendError('timeout', 'the network took too long');
    }
    // Read now: the reporter writes the next message into these bytes.
    this.received += decodeMessage(message, 'compact').batch.spans.length;
  }

  close(): void {}
}

const agent = new FlakyAgent();
const tracer = new Tracer(
  'hour',
  new RemoteReporter(agent, { maxQueuedBytes: MAX_QUEUED_BYTES }),
  new ConstSampler(true),
);

/** One in many is larger than a message, and is trimmed; some have logs, some are taken out again. */
function makeSpan(i: number): void {
  const span = tracer.startSpan(`operation ${i % 50}`, { tags: { index: i } });
  if (i % 10_000 === 0) span.setTag('large', 'x'.repeat(100_000));
  if (i % 1000 === 1) span.setTag('sampling.priority', 0);
  if (i % 100 === 2) span.log({ event: 'step', value: { nested: [i] } });
  span.finish();
}

function checked(stats: TracerStats): TracerStats {
  const { started, finished, open, unsampledLater, sent, waiting, dropped } = stats;
  const lost = Object.values(dropped).reduce((sum, n) => sum + n, 0);
  const isRight =
    started === finished + open + unsampledLater &&
    finished === sent + waiting + lost &&
    sent === agent.received;
  if (!isRight) throw new Error(`${JSON.stringify(stats)}, and ${agent.received} received`);
  return stats;
}

const samples: Held[] = [];
for (let i = 1; i <= spans; i++) {
  makeSpan(i);
  if (i % SPANS_A_TURN === 0) {
    await nextTurn();
    agent.turn();
  }
  if (i % (spans / SAMPLES) === 0) {
    checked(tracer.stats());
    samples.push(held());
  }
}
await tracer.close();
const stats = checked(tracer.stats());
process.stdout.write(`result ${JSON.stringify({ samples, stats, happened: agent.happened })}\n`);
