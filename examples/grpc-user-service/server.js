// `node server.js`: runs both services until Ctrl-C. Sends their spans to a Jaeger at localhost:6831.

import { startProfileService } from './profile-service.js';
import { settings } from './settings.js';
import { startUserService } from './user-service.js';

const { agent, userAddress, profileAddress } = settings;
const profiles = await startProfileService({ address: profileAddress, agent });
const users = await startUserService({
  address: userAddress,
  profileAddress: profiles.address,
  agent,
});
console.log(`profile-service at ${profiles.address}`);
console.log(`user-service at ${users.address}`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await users.stop();
    await profiles.stop();
  });
}
