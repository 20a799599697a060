import { startProfileService } from './profile-service.js';
import { runUserClient } from './user-client.js';
import { startUserService } from './user-service.js';

/** Number of spans that `runExample` makes. */
export const SPANS = 20;

/** Starts both services on free ports, runs the client once, stops everything. Resolves to the trace id. */
export async function runExample({ agent, print }) {
  const address = '127.0.0.1:0';
  const profiles = await startProfileService({ address, agent });
  const users = await startUserService({ address, profileAddress: profiles.address, agent });
  try {
    return await runUserClient({ address: users.address, agent, print });
  } finally {
    await users.stop();
    await profiles.stop();
  }
}
