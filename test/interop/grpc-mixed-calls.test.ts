import { expect, test } from 'vitest';
import { runMixedCalls } from '../unit/support/grpc-mixed-calls.js';

test('10,000 gRPC calls that end in every way there is leave nothing behind', async () => {
  const { client, server, grownBytes, resources } = await runMixedCalls(10_000);
  expect(client).toStrictEqual({ started: 10_000, open: 0 });
  expect(server.open).toBe(0);
  expect(server.started).toBeGreaterThan(9000);
  expect(resources.after).toStrictEqual(resources.before);
  // 7,000 calls that left a span each would leave more than 10 MB.
  expect(grownBytes).toBeLessThan(2_500_000);
}, 180_000);
