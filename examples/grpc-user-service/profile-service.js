import * as grpc from '@grpc/grpc-js';
import { newJaegerTracer } from 'spoor';
import { serverInterceptor } from 'spoor/grpc';
import { listen, Profiles, shutDown } from './rpc.js';

const PROFILES = new Map([
  ['ada', { name: 'Ada Lovelace', devices: ['Analytical Engine', 'notebook'] }],
]);

/** Starts the service that the user service calls. Spans are sent to `agent`, `{ host, port }`. */
export async function startProfileService({ address, agent }) {
  const { tracer, close } = newJaegerTracer('profile-service', agent);

  // Called from a handler, where the span of the call is active: it becomes the parent of this span.
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
