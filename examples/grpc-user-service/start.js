// `npm start`: all of the example, its spans into a receiver of our own, and the trace that arrived.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatTraceTree, startUdpReceiver } from 'spoor/collector';
import { runExample, SPANS } from './example.js';

const arrived = [];
const receiver = await startUdpReceiver({
  protocol: 'compact',
  onBatch: ({ process, spans }) => arrived.push(...spans.map((span) => ({ process, span }))),
});

const { address: host, port } = receiver.address();
const traceId = await runExample({ agent: { host, port } });
for (let look = 0; look < 500 && arrived.length < SPANS; look++) await sleep(10);
await receiver.close();

console.log(`\n${formatTraceTree(arrived)}\n`);
for (const { process, span } of arrived) {
  if (!span.tags.some(({ key, value }) => key === 'error' && value === true)) continue;
  const { value: code } = span.tags.find(({ key }) => key === 'grpc.status_code');
  console.log(`error=true: ${span.operationName} (${process.serviceName}), status ${code}`);
}

assert.equal(arrived.length, SPANS);
assert(
  arrived.every(({ span }) => span.traceID === traceId.padStart(16, '0')),
  'one trace',
);
