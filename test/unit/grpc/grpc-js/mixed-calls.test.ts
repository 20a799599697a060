import { expect, test } from 'vitest';
import { runMixedCalls } from '../../support/grpc-mixed-calls.js';

// The oldest grpc-js is left out: under this load, and without any tracing, it brings Node.js 20 down
// (an assertion in node_http2.cc).
test('600 calls that end in every way there is leave nothing behind', async () => {
  const { client, server, grownBytes, resources } = await runMixedCalls(600);
  expect(client).toStrictEqual({ started: 600, open: 0 });
  expect(server.open).toBe(0);
  // About half of them are not cancelled and have no short deadline: these reach the server, however slow it is.
  expect(server.started).toBeGreaterThan(200);
  expect(resources.after).toStrictEqual(resources.before);
  expect(grownBytes).toBeLessThan(2_500_000);
});
