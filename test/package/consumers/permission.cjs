// Node.js 26: `--permission` without `--allow-net`. Nothing may throw, and the reason is counted.
const assert = require('node:assert');
const { initTracer } = require('spoor');

async function main() {
  for (const agentHost of ['127.0.0.1', 'localhost']) {
    const reporter = { agentHost, agentPort: 9 };
    const tracer = initTracer({ serviceName: 'shop', reporter });
    for (let i = 0; i < 3; i++) {
      tracer.startSpan('op').finish();
      await tracer.flush();
    }
    await tracer.close();
    assert.deepStrictEqual(tracer.sendErrors(), { 'not-permitted': 3 });
    assert.strictEqual(tracer.stats().dropped.sendFailed, 3);
    assert.deepStrictEqual(tracer.caughtErrors(), {});
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
