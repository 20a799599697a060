// `npm start`: runs spoor's all-in-one, both services and the client, which report to it, and prints the trace. The page
// is served until Ctrl-C; `npm start -- --once` prints and exits.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { formatTraceTree, startCollector } from 'spoor-all-in-one';
import { runExample, SPANS } from './example.js';

const { values: flags } = parseArgs({
  options: { once: { type: 'boolean' }, 'free-ports': { type: 'boolean' } },
});

const collector = await startAllInOne();
const { address: host, port } = collector.address('compact');
console.log(`all-in-one at ${collector.url}, spans over UDP to ${host}:${port}\n`);

const traceId = await runExample({ agent: { host, port } });
const trace = await arrived(traceId);
console.log(`\n${formatTraceTree(trace)}\n`);
for (const { operationName, processID, tags } of trace.spans) {
  if (!tags.some(({ key, value }) => key === 'error' && value === true)) continue;
  const { value: code } = tags.find(({ key }) => key === 'grpc.status_code');
  const { serviceName } = trace.processes[processID];
  console.log(`error=true: ${operationName} (${serviceName}), status ${code}`);
}
console.log(`\n${collector.url}/trace/${trace.traceID}`);

if (!flags.once) {
  console.log('Ctrl-C ends');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
await collector.close();

/** Uses Jaeger's usual ports, or free ports if one of them is taken. */
async function startAllInOne() {
  const options = { freePorts: flags['free-ports'], warn: console.error };
  try {
    return await startCollector(options);
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    console.log(`port ${error.port} is taken: free ports instead`);
    return startCollector({ ...options, freePorts: true });
  }
}

/** Resolves to the trace after all its spans have arrived: datagrams arrive with a delay. */
async function arrived(id) {
  for (let look = 0; look < 500 && !isWhole(id); look++) await sleep(10);
  assert(isWhole(id), `${collector.trace(id)?.spans.length ?? 0} of ${SPANS} spans arrived`);
  return collector.trace(id);
}

function isWhole(id) {
  return collector.trace(id)?.spans.length === SPANS;
}
