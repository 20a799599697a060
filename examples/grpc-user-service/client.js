// `node client.js`: calls the user service of server.js and prints the address of the trace. Needs a Jaeger at
// localhost:6831.

import { settings } from './settings.js';
import { runUserClient } from './user-client.js';

const { agent, userAddress } = settings;
const traceId = await runUserClient({ address: userAddress, agent });
console.log(`http://${agent.host}:16686/trace/${traceId}`);
