// A program that makes spans and ends by itself; `exit-flush.test.ts` runs it.
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';
import { UDPSender } from '../../../../src/node/udp/sender.js';
import { RemoteReporter } from '../../../../src/node/tracer/wrappers.js';

const [port, scene] = process.argv.slice(2);

function newTracer(options: { flushOnExit?: boolean } = {}): Tracer {
  const sender = new UDPSender({ host: '127.0.0.1', port: Number(port) });
  // Longer than any test: nothing leaves but on exit.
  const reporter = new RemoteReporter(sender, { bufferFlushInterval: 3_600_000 });
  return new Tracer('shop', reporter, new ConstSampler(true), options);
}

const scenes: Record<string, () => void> = {
  'one tracer': () => newTracer().startSpan('a').finish(),
  'two tracers': () => {
    newTracer().startSpan('a').finish();
    newTracer().startSpan('b').finish();
  },
  'turned off': () => newTracer({ flushOnExit: false }).startSpan('a').finish(),
  'closed before': () => {
    const tracer = newTracer();
    tracer.startSpan('a').finish();
    void tracer.close().then(() => tracer.startSpan('late').finish());
  },
  'nothing to send': () => void newTracer().startSpan('open'),
  'a span that ends on exit': () => {
    const span = newTracer().startSpan('a');
    process.once('beforeExit', () => setTimeout(() => span.finish(), 1));
  },
};

scenes[scene!]!();
process.on('exit', (code) => process.stdout.write(`exit ${code}`));
