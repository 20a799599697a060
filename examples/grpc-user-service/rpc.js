import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const definition = loadSync(fileURLToPath(new URL('user.proto', import.meta.url)));

/** The two services of user.proto: each is the class of its clients, and has its `service`. */
export const { UserAgent, Profiles } = grpc.loadPackageDefinition(definition).example;

export const plaintext = {
  server: grpc.ServerCredentials.createInsecure(),
  client: grpc.credentials.createInsecure(),
};

/** Starts a server; resolves with its address. Port 0 is a free one. */
export function listen(server, address) {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, plaintext.server, (error, port) => {
      if (error) reject(error);
      else resolve(address.replace(/:0$/, `:${port}`));
    });
  });
}

/** Ends a server when its calls have ended. */
export function shutDown(server) {
  return new Promise((resolve) => server.tryShutdown(resolve));
}

/** A call with one response, as a promise. */
export function unary(client, method, request) {
  return new Promise((resolve, reject) => {
    client[method](request, (error, response) => (error ? reject(error) : resolve(response)));
  });
}
