// `snapshot.test.ts` makes a snapshot of this program with `node --build-snapshot`, and starts it from there.
const { startupSnapshot } = require('node:v8');
const spoor = require('spoor');

const reporter = { agentHost: '127.0.0.1', agentPort: Number(process.env.AGENT_PORT) };
const tracer = spoor.initTracer({ serviceName: 'shop', reporter });
// With all that a module of the application may keep.
globalThis.application = { spoor, tracer };

function describe(span) {
  return {
    ids: span.context().toString(),
    uuid: tracer._process.uuid,
    millis: Math.abs(span._startTime - Date.now()),
  };
}

// One that draws ids before, and one that does not.
const before = process.env.EARLY ? tracer.startSpan('early') : undefined;

startupSnapshot.setDeserializeMainFunction(() => {
  const span = tracer.startSpan('op', { childOf: null });
  const isActive = spoor.withSpan(span, () => spoor.activeSpan() === span);
  span.finish();
  const early = before && before.context().toString();
  console.log(JSON.stringify({ ...describe(span), isActive, early }));
  // It ends by itself: what waits is sent.
  process.on('exit', () => console.log(JSON.stringify(tracer.stats())));
});
