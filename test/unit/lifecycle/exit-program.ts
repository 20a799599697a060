// A program that makes spans and ends in one of many ways; `exit.test.ts` runs it. The last line that it
// writes is what the tracer has counted.
import type { SocketOptions } from 'node:dgram';
import {
  initTracer,
  type JaegerTracer,
  RemoteReporter,
  type Sender,
  Tracer,
  ConstSampler,
} from '../../../src/index.js';
import { endInTime } from './lifetime.js';

endInTime();

const [port, scene] = process.argv.slice(2);

/** Spans that take several datagrams. */
const MANY = 3000;
/**
 * With what the kernel puts around it, a little less than eight kilobytes, which is what it then takes of
 * a receiver's buffer: those of `MANY` spans fit into the usual 208 kB before anybody reads one.
 */
const PACKET_BYTES = 7500;

function open(agentSocketType?: SocketOptions, agentHost: string = '127.0.0.1'): JaegerTracer {
  return initTracer({
    serviceName: 'ending',
    sampler: { type: 'const', param: 1 },
    reporter: {
      agentHost,
      agentPort: Number(port),
      ...(agentSocketType === undefined ? {} : { agentSocketType }),
      maxPacketSize: PACKET_BYTES,
      // Longer than any test: nothing leaves but at the end, or in a full packet.
      flushIntervalMs: 3_600_000,
    },
  });
}

/** A tracer on a sender of the application's own. */
function openOn(send: () => Promise<void>, close: () => void = () => undefined): JaegerTracer {
  const wire = { protocol: 'compact', message: true } as const;
  const sender: Sender = { wire, maxMessageBytes: PACKET_BYTES, send, close };
  const reporter = new RemoteReporter(sender, {
    bufferFlushInterval: 3_600_000,
    closeTimeoutMs: 50,
  });
  return new Tracer('ending', reporter, new ConstSampler(true));
}

function finishSpans(tracer: JaegerTracer, count: number): JaegerTracer {
  // Below a parent, since a root has the sampler's tags: short ones are many in a small buffer.
  const childOf = tracer.extract('text_map', { 'uber-trace-id': 'a:b:0:1' })!;
  for (let i = 0; i < count; i++) tracer.startSpan(`s${i}`, { childOf }).finish();
  return tracer;
}

/** Ends only by a signal. */
function stayAlive(): void {
  setInterval(() => undefined, 1000);
  process.stdout.write('ready\n');
}

const scenes: Record<string, () => JaegerTracer | Promise<JaegerTracer>> = {
  'ends by itself': () => finishSpans(open(), MANY),

  'ends by itself with an exit code': () => {
    process.exitCode = 7;
    return finishSpans(open(), MANY);
  },

  'ends with a span open': () => {
    const tracer = open();
    tracer.startSpan('open');
    return finishSpans(tracer, 2);
  },

  'ends while the name is unknown': () => finishSpans(open(undefined, 'agent.invalid'), MANY),

  'ends before the name is known': () => {
    const lookup: SocketOptions['lookup'] = (_name, _options, callback) =>
      void setTimeout(() => callback(null, '127.0.0.1', 4), 100);
    return finishSpans(open({ type: 'udp4', lookup }, 'agent.test'), 2);
  },

  'ends while closing': () => {
    const tracer = finishSpans(open(), MANY);
    void tracer.close();
    return tracer;
  },

  'ends with a sender that never answers': () =>
    finishSpans(
      openOn(() => new Promise(() => undefined)),
      2,
    ),

  'ends with a sender that makes a span of each message': () => {
    const tracer: JaegerTracer = openOn(async () => {
      const span = tracer.startSpan('POST /api/traces');
      await new Promise((resolve) => setTimeout(resolve, 1));
      span.finish();
    });
    return finishSpans(tracer, 1);
  },

  'ends with a reporter that is broken': () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const reporter = { report: broken, flush: broken, close: broken, stats: broken };
    return finishSpans(new Tracer('ending', reporter, new ConstSampler(true)), 2);
  },

  'waits for a close that cannot succeed': async () => {
    const tracer = finishSpans(
      openOn(() => new Promise(() => undefined)),
      2,
    );
    await tracer.close();
    process.stdout.write('closed\n');
    return tracer;
  },

  'calls process.exit': () => {
    const tracer = finishSpans(open(), 2);
    setImmediate(() => process.exit(3));
    return tracer;
  },

  'calls process.exit once closed': () => {
    const tracer = finishSpans(open(), MANY);
    setInterval(() => undefined, 1000);
    void tracer.close().finally(() => process.exit(3));
    return tracer;
  },

  throws: () => {
    const tracer = finishSpans(open(), 2);
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return tracer;
  },

  'rejects a promise': () => {
    const tracer = finishSpans(open(), 2);
    void Promise.reject(new Error('nobody catches this'));
    return tracer;
  },

  'catches what nobody caught, and closes': () => {
    const tracer = finishSpans(open(), MANY);
    process.on('uncaughtException', (error) => {
      process.stderr.write(`${error.message}\n`);
      void tracer.close().finally(() => process.exit(1));
    });
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return tracer;
  },

  'closes at SIGTERM': () => {
    const tracer = finishSpans(open(), MANY);
    process.once('SIGTERM', () => {
      void tracer.close().finally(() => process.exit(0));
    });
    stayAlive();
    return tracer;
  },

  'knows nothing of SIGTERM': () => {
    const tracer = finishSpans(open(), 2);
    stayAlive();
    return tracer;
  },
};

const tracer = await scenes[scene!]!();
process.on('exit', () => process.stdout.write(`stats ${JSON.stringify(tracer.stats())}\n`));
