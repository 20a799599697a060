'use strict';
const assert = require('node:assert/strict');
const { createSocket } = require('node:dgram');
const { once } = require('node:events');

/**
 * The program that every consumer runs (ESM and CommonJS, on each Node.js): it gets the surface of `spoor` as its module
 * system gave it, and the application's own opentracing. It rejects, or it is done.
 */
exports.program = async function program(spoor, opentracing) {
  assert.equal(spoor.opentracing, opentracing);
  const agent = createSocket('udp4');
  agent.bind(0, '127.0.0.1');
  await once(agent, 'listening');
  const lines = [];
  const logger = { info: (line) => lines.push(line), error: (line) => lines.push(line) };
  const tracer = spoor.initTracer(
    {
      serviceName: 'consumer',
      sampler: { type: 'const', param: 1 },
      reporter: { agentHost: '127.0.0.1', agentPort: agent.address().port },
    },
    { logger, tags: { region: 'eu' } },
  );
  opentracing.initGlobalTracer(tracer);
  assert.ok(tracer instanceof opentracing.Tracer);

  const carrier = {};
  const parent = opentracing.globalTracer().startSpan('parent', { tags: { answer: 42 } });
  tracer.inject(parent, opentracing.FORMAT_TEXT_MAP, carrier);
  const remote = tracer.extract(opentracing.FORMAT_TEXT_MAP, carrier);
  const child = tracer.startSpan('child', { childOf: remote });
  assert.equal(child.context().toTraceId(), parent.context().toTraceId());
  assert.equal(carrier['uber-trace-id'], parent.context().toString());
  child.log({ event: 'looked at' });
  child.finish();
  parent.finish();
  assert.ok(parent instanceof opentracing.Span);
  assert.equal(tracer.stats().waiting, 2);

  const [datagram] = await Promise.all([
    once(agent, 'message').then(([bytes]) => bytes),
    tracer.close(),
  ]);
  assert.equal(datagram.subarray(0, 4).toString('hex'), '82810009');
  for (const text of ['emitBatch', 'consumer', 'parent', 'child', 'looked at', 'region']) {
    assert.ok(datagram.includes(text), `no "${text}" in the datagram`);
  }
  const { started, finished, sent, waiting, open } = tracer.stats();
  assert.deepEqual(
    { started, finished, sent, waiting, open },
    { started: 2, finished: 2, sent: 2, waiting: 0, open: 0 },
  );
  assert.match(
    lines.join('\n'),
    /Initializing Jaeger Tracer with RemoteReporter and ConstSampler\(always\)/,
  );
  agent.close();
};
