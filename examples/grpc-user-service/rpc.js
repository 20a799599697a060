import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const definition = loadSync(fileURLToPath(new URL('user.proto', import.meta.url)));

/** The two services of user.proto. Each is a client class, with the service definition as `service`. */
export const { UserAgent, Profiles } = grpc.loadPackageDefinition(definition).example;

export const plaintext = {
  server: grpc.ServerCredentials.createInsecure(),
  client: grpc.credentials.createInsecure(),
};

/** Starts a server. Resolves to its address. Port 0 takes a free port. */
export function listen(server, address) {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, plaintext.server, (error, port) => {
      if (error) reject(error);
      else resolve(address.replace(/:0$/, `:${port}`));
    });
  });
}

/** Stops a server after its calls have ended. */
export function shutDown(server) {
  return new Promise((resolve) => server.tryShutdown(resolve));
}

/** Makes a unary call. Resolves to the response. */
export function unary(client, method, request) {
  return new Promise((resolve, reject) => {
    client[method](request, (error, response) => (error ? reject(error) : resolve(response)));
  });
}
