import * as grpc from '@grpc/grpc-js';
import { newJaegerTracer } from 'spoor';
import { serverInterceptor } from 'spoor/grpc';
import { listen, Profiles, shutDown } from './rpc.js';

const PROFILES = new Map([
  ['ada', { name: 'Ada Lovelace', devices: ['Analytical Engine', 'notebook'] }],
]);

/** The service behind the user service. `agent`: where its spans go. */
export async function startProfileService({ address, agent }) {
  const { tracer, close } = newJaegerTracer('profile-service', agent);

  // The span of the call is the active one here, and so the parent of what is started here.
  const readProfile = (userId) =>
    tracer.startActiveSpan('read profile', () => PROFILES.get(userId));

  const server = new grpc.Server({ interceptors: [serverInterceptor({ tracer })] });
  server.addService(Profiles.service, {
    getProfile({ request }, callback) {
      const profile = readProfile(request.userId);
      if (profile) callback(null, { name: profile.name });
      else callback({ code: grpc.status.NOT_FOUND, details: `no profile of ${request.userId}` });
    },
    listDevices(call) {
      for (const name of readProfile(call.request.userId)?.devices ?? []) call.write({ name });
      call.end();
    },
  });

  return {
    address: await listen(server, address),
    async stop() {
      await shutDown(server);
      await close();
    },
  };
}
