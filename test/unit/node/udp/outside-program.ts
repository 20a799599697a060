// Requests with a store each, and spans that are sent while they run; `outside.test.ts` runs it with --expose-gc.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { initTracer } from '../../../../src/index.js';

const port = Number(process.argv[2]);
const REQUESTS = 20;
const requests = new AsyncLocalStorage<object>();
const tracers: object[] = [];

async function serve(agentHost: string): Promise<WeakRef<object>[]> {
  const stores: WeakRef<object>[] = [];
  const tracer = initTracer({ serviceName: 'shop', reporter: { agentHost, agentPort: port } });
  tracers.push(tracer);
  for (let i = 0; i < REQUESTS; i++) {
    const store = { body: Buffer.alloc(1000) };
    stores.push(new WeakRef(store));
    await requests.run(store, async () => {
      tracer.startSpan('op').finish();
      await tracer.flush();
      // Waits for its timer when the request is over.
      tracer.startSpan('late').finish();
    });
  }
  return stores;
}

for (const host of ['localhost', '127.0.0.1']) {
  const stores = await serve(host);
  for (let i = 0; i < 5; i++) {
    await nextTurn();
    globalThis.gc!();
  }
  const kept = stores.filter((store) => store.deref() !== undefined).length;
  console.log(`kept by ${host}: ${kept} of ${REQUESTS}`);
}
if (tracers.length !== 2) throw new Error('the tracers are still there');
process.exit();
