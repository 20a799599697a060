import * as grpc from '@grpc/grpc-js';
import { newJaegerTracer } from 'spoor';
import { tracedClientOptions } from 'spoor/grpc';
import { authClientInterceptor } from './auth.js';
import { plaintext, unary, UserAgent } from './rpc.js';

/**
 * Logs in and gets two users, all in one trace. Spans are sent to `agent`, `{ host, port }`. Resolves to the
 * trace id.
 */
export async function runUserClient({ address, agent, print = console.log }) {
  const { tracer, close } = newJaegerTracer('user-client', agent);
  const session = {};
  const options = tracedClientOptions(
    { tracer },
    { interceptors: [authClientInterceptor(session)] },
  );
  const users = new UserAgent(address, plaintext.client, options);

  /** Makes a call and prints the result. A failed call returns an empty response. */
  const attempt = async (method, request) => {
    try {
      const response = await unary(users, method, request);
      print(`${method} ${request.userId}: OK`);
      return response;
    } catch ({ code, details }) {
      print(`${method} ${request.userId}: ${grpc.status[code]}, ${details}`);
      return {};
    }
  };

  const traceId = await tracer.startActiveSpan('show users', async (span) => {
    await attempt('getUser', { userId: 'ada' }); // rejected by the auth interceptor
    await attempt('login', { userId: 'ada', password: 'note H' });
    const { token } = await attempt('login', { userId: 'ada', password: 'note G' });
    session.token = token;
    await attempt('getUser', { userId: 'ada' });
    await attempt('getUser', { userId: 'nobody' });
    return span.context().toTraceId();
  });

  users.close();
  await close(); // sends the waiting spans
  return traceId;
}
