// A program with a tracer: makes spans when it is told to, and says what became of them. `udp-faults.test.ts` runs it.
import { createInterface } from 'node:readline';
import { ConstSampler } from '../../src/core/sampling/const-sampler.js';
import { RemoteReporter, Tracer, UDPSender } from '../../src/index.js';
import type { ProgramState } from './udp-faults-network.js';

const [host, port] = process.argv.slice(2);
const log: string[] = [];
const logger = {
  info: (text: string): void => void log.push(`info: ${text}`),
  error: (text: string): void => void log.push(`error: ${text}`),
};

const sender = new UDPSender({ host, port: Number(port), logger });
// Nothing leaves but by `flush()`.
const reporter = new RemoteReporter(sender, { logger, bufferFlushInterval: 3_600_000 });
const tracer = new Tracer('faults', reporter, new ConstSampler(true), { logger });

function answer(): void {
  const state: ProgramState = {
    stats: tracer.stats(),
    errors: sender.sendErrors(),
    refused: sender.refusedDatagrams,
    log: log.splice(0),
  };
  process.stdout.write(`${JSON.stringify(state)}\n`);
}

let made = 0;
answer();
for await (const line of createInterface({ input: process.stdin })) {
  for (let i = 0; i < Number(line); i++) {
    tracer.startSpan(`op-${made++}`).finish();
    await tracer.flush();
    // A refusal that is on its way is heard.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  answer();
}
await tracer.close();
