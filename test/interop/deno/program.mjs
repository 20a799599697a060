// A program with a tracer, as a user of Deno writes it; `deno.test.ts` runs it. It prints one line of JSON at its end.
import process from 'node:process';
import { initTracer } from '../../../dist/esm/index.js';

const [host, port, scene] = process.argv.slice(2);
const log = [];
const logger = { info: (text) => log.push(text), error: (text) => log.push(`error: ${text}`) };
const agentSocketType = host.includes(':') ? 'udp6' : 'udp4';
const tracer = initTracer(
  {
    serviceName: 'deno',
    sampler: { type: 'const', param: 1 },
    reporter: { agentHost: host, agentPort: Number(port), agentSocketType },
  },
  { logger },
);

async function send(count) {
  for (let i = 0; i < count; i++) {
    tracer.startSpan('op').finish();
    await tracer.flush();
  }
}

const scenes = {
  'a span': () => tracer.startSpan('op').finish(),
  outage: () => send(3),
  close: async () => {
    tracer.startSpan('op').finish();
    await tracer.close();
  },
  revoked: async () => {
    await send(2);
    globalThis.Deno.permissions.revokeSync({ name: 'net', host: `127.0.0.1:${port}` });
    await send(2);
  },
};

// The end comes by itself, as soon as nothing is left to do.
process.on('exit', (code) => {
  console.log(JSON.stringify({ code, log, stats: tracer.stats(), errors: tracer.sendErrors() }));
});
await scenes[scene]();
