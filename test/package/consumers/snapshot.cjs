// `snapshot.test.ts` makes a snapshot of this program with `node --build-snapshot`, and starts it from there.
const { startupSnapshot } = require('node:v8');
const spoor = require('spoor');

const reporter = { agentHost: '127.0.0.1', agentPort: Number(process.env.AGENT_PORT) };
const tracer = spoor.initTracer({ serviceName: 'shop', reporter });
// With all that a module of the application may keep.
globalThis.application = { spoor, tracer };

// One that draws ids before, and one that does not.
const before = process.env.EARLY ? tracer.startSpan('early') : undefined;

startupSnapshot.setDeserializeMainFunction(() => {
  const from = Date.now();
  const span = tracer.startSpan('op', { childOf: null });
  // The clock of a span may be a millisecond away.
  const isNow = span._startTime >= from - 1 && span._startTime <= Date.now() + 1;
  const isActive = spoor.withSpan(span, () => spoor.activeSpan() === span);
  span.finish();
  const early = before && before.context().toString();
  const [ids, { uuid }] = [span.context().toString(), tracer._process];
  console.log(JSON.stringify({ ids, uuid, isNow, isActive, early }));
  // It ends by itself: what waits is sent.
  process.on('exit', () => console.log(JSON.stringify(tracer.stats())));
});
