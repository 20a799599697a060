import { randomUUID } from 'node:crypto';
import * as grpc from '@grpc/grpc-js';
import { newJaegerTracer } from 'spoor';
import { serverInterceptor, tracedClientOptions } from 'spoor/grpc';
import { authServerInterceptor } from './auth.js';
import { listen, plaintext, Profiles, shutDown, unary, UserAgent } from './rpc.js';

const PASSWORDS = new Map([['ada', 'note G']]);

/** Starts the service that clients call. Spans are sent to `agent`, `{ host, port }`. */
export async function startUserService({ address, profileAddress, agent }) {
  const { tracer, close } = newJaegerTracer('user-service', agent);
  const profiles = new Profiles(profileAddress, plaintext.client, tracedClientOptions({ tracer }));
  const tokens = new Set();

  // The first interceptor is the outermost: calls that the second one rejects have a span, too.
  const auth = authServerInterceptor((token) => tokens.has(token), ['/example.UserAgent/Login']);
  const server = new grpc.Server({ interceptors: [serverInterceptor({ tracer }), auth] });
  server.addService(UserAgent.service, {
    login({ request }, callback) {
      if (PASSWORDS.get(request.userId) !== request.password) {
        callback({ code: grpc.status.UNAUTHENTICATED, details: 'wrong name or password' });
        return;
      }
      const token = randomUUID();
      tokens.add(token);
      callback(null, { token });
    },
    async getUser({ request: { userId } }, callback) {
      try {
        const { name } = await unary(profiles, 'getProfile', { userId });
        const devices = [];
        for await (const device of profiles.listDevices({ userId })) devices.push(device);
        callback(null, { name, devices });
      } catch ({ code, details }) {
        callback({ code, details });
      }
    },
  });

  return {
    address: await listen(server, address),
    async stop() {
      await shutDown(server);
      profiles.close();
      await close();
    },
  };
}
