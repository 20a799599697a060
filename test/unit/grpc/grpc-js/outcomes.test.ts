import type { Metadata, ServiceError } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { COPIES } from '../../support/grpc-copies.js';
import { type Answer, closedAfterEach, type GrpcRig } from '../../support/grpc-rig.js';
import {
  CALL_TYPES,
  type CallType,
  type Handlers,
  PATHS,
  UNREADABLE,
  UNWRITABLE,
} from '../../support/grpc-service.js';
import { outcomeOf, tagsOf } from '../../support/grpc-spans.js';

const open = closedAfterEach();

const OK = { code: 0, error: undefined, kind: undefined, message: undefined };

/** Handlers of both types that answer with one message. */
const answering = (
  handle: (callback: (error: unknown, value?: unknown) => void) => void,
): Handlers => ({
  unary: (_call, callback) => handle(callback as (error: unknown, value?: unknown) => void),
  clientStream: (_call, callback) => handle(callback as (error: unknown, value?: unknown) => void),
});
const ANSWERING: readonly CallType[] = ['unary', 'clientStream'];
const STREAMING: readonly CallType[] = ['serverStream', 'bidi'];

/** What both spans say, once both have finished. The client's agrees with what its application heard. */
async function outcomes(rig: GrpcRig, answer: Answer): Promise<{ client: object; server: object }> {
  await rig.idle();
  const client = outcomeOf(rig.outgoing.span);
  expect(client.code).toBe(answer.status?.code);
  return { client, server: outcomeOf(rig.incoming.span) };
}

/** A deadline that the server alone knows, so that the client's does not race with it. */
function serverTimeout(metadata: Metadata): Metadata {
  metadata.set('grpc-timeout', '50m');
  return metadata;
}

/** Keeps a rejection that nobody handles away from the test runner, and answers with it. */
async function unhandledRejection(run: () => Promise<void>): Promise<unknown> {
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const rejected = new Promise((resolve) => process.once('unhandledRejection', resolve));
  try {
    await run();
    return await rejected;
  } finally {
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
}

describe.each(COPIES)('grpc-js $version', (copy) => {
  const { status, Metadata } = copy.grpc;

  test.each(CALL_TYPES)(
    'a %s call that succeeds is a client span and its child, a server span',
    async (type) => {
      const rig = await open(copy);
      const answer = await rig.call(type);
      expect(answer.error).toBeUndefined();
      expect(answer.values.join('+')).toBe('a+b');
      expect(await outcomes(rig, answer)).toStrictEqual({ client: OK, server: OK });
      const [client, server] = [rig.outgoing.span, rig.incoming.span];
      const common = {
        component: 'gRPC',
        'rpc.system': 'grpc',
        'rpc.service': 'test.Echo',
        'rpc.method': PATHS[type].slice('/test.Echo/'.length),
        'peer.ipv4': '127.0.0.1',
      };
      expect(client.operationName).toBe(PATHS[type]);
      expect(server.operationName).toBe(PATHS[type]);
      expect(tagsOf(client)).toMatchObject({ ...common, 'span.kind': 'client' });
      expect(tagsOf(client)['peer.address']).toBe(rig.target);
      expect(tagsOf(server)).toMatchObject({ ...common, 'span.kind': 'server' });
      expect(server.context().traceIdStr).toBe(client.context().traceIdStr);
      expect(server.context().parentIdStr).toBe(client.context().spanIdStr);
      expect(client.context().parentIdStr).toBeFalsy();
      expect([client._logs, server._logs]).toStrictEqual([[], []]);
    },
  );

  test.each(ANSWERING)('a %s handler that answers with an error of gRPC', async (type) => {
    const error = { code: status.NOT_FOUND, details: 'no such user' };
    const rig = await open(copy, { handlers: answering((callback) => callback(error)) });
    const answer = await rig.call(type);
    expect(answer.error).toMatchObject(error);
    const failed = { code: 5, kind: 'NOT_FOUND', message: 'no such user' };
    expect(await outcomes(rig, answer)).toStrictEqual({
      client: { ...failed, error: true },
      // The request is at fault, not the server.
      server: { ...failed, error: undefined },
    });
  });

  test.each(ANSWERING)('a %s handler that answers OK and no message', async (type) => {
    const handlers = answering((callback) => callback({ code: status.OK, details: 'all well' }));
    const rig = await open(copy, { handlers });
    expect((await rig.call(type)).error?.details).toBe('No message received');
    await rig.idle();
    // Older copies tell the application INTERNAL.
    expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: status.UNIMPLEMENTED, error: true });
    expect(outcomeOf(rig.incoming.span)).toMatchObject({ code: status.OK });
  });

  test.each(ANSWERING)('a %s handler that answers with any other error', async (type) => {
    const handlers = answering((callback) => callback(new Error('out of disk')));
    const rig = await open(copy, { handlers });
    const answer = await rig.call(type);
    const failed = { code: 2, error: true, kind: 'UNKNOWN', message: 'out of disk' };
    expect(await outcomes(rig, answer)).toStrictEqual({ client: failed, server: failed });
  });

  test.each(ANSWERING)('a %s handler that answers with an error and metadata', async (type) => {
    const metadata = new Metadata();
    metadata.set('x-reason', 'quota');
    metadata.set('x-blob-bin', Buffer.from([0, 255]));
    const error = { code: status.RESOURCE_EXHAUSTED, details: 'later', metadata };
    const rig = await open(copy, {
      handlers: answering((callback) => callback(error)),
      tracing: { metadataTags: { response: ['X-Reason', 'x-blob-bin', 'x-none'] } },
    });
    const answer = await rig.call(type);
    expect(answer.error?.metadata.get('x-reason')).toStrictEqual(['quota']);
    await rig.idle();
    for (const { span } of [rig.outgoing, rig.incoming]) {
      expect(tagsOf(span)).toMatchObject({
        'rpc.grpc.response.metadata.x-reason': 'quota',
        'rpc.grpc.response.metadata.x-blob-bin': 'AP8=',
      });
      expect(tagsOf(span)).not.toHaveProperty(['rpc.grpc.response.metadata.x-none']);
    }
  });

  test.each(CALL_TYPES)('a %s handler that throws', async (type) => {
    const handler = (): never => {
      throw new Error('a mistake');
    };
    const rig = await open(copy, { handlers: { [type]: handler } });
    const answer = await rig.call(type);
    const { client, server } = await outcomes(rig, answer);
    const { details } = answer.status!;
    const failed = { code: 2, error: true, kind: 'UNKNOWN', message: details };
    expect({ client, server }).toStrictEqual({ client: failed, server: failed });
  });

  test.each(STREAMING)('a %s handler whose stream emits an error', async (type) => {
    const error = Object.assign(new Error(), { code: status.ABORTED, details: 'try again' });
    const handler = (call: NodeJS.EventEmitter): void => void call.emit('error', error);
    const rig = await open(copy, { handlers: { [type]: handler } });
    const answer = await rig.call(type);
    const failed = { code: 10, kind: 'ABORTED', message: 'try again' };
    expect(await outcomes(rig, answer)).toStrictEqual({
      client: { ...failed, error: true },
      server: { ...failed, error: undefined },
    });
  });

  test.each(['clientStream', ...STREAMING] as const)(
    'a %s handler that destroys its stream: nothing is sent, and both spans end at the deadline',
    async (type) => {
      const handler = (call: {
        destroy(error: Error): void;
        on: NodeJS.EventEmitter['on'];
      }): void => {
        call.on('error', () => undefined);
        call.destroy(new Error('broken'));
      };
      const rig = await open(copy, { handlers: { [type]: handler } });
      const answer = await rig.call(type, 'a', { metadata: serverTimeout(new Metadata()) });
      expect(await outcomes(rig, answer)).toMatchObject({
        client: { code: 4, error: true },
        server: { code: 4, error: true },
      });
    },
  );

  test.each(CALL_TYPES)(
    'a %s handler whose promise rejects: the span ends with the call',
    async (type) => {
      const handler = async (): Promise<void> => {
        await Promise.resolve();
        throw new Error('nobody catches it');
      };
      const rig = await open(copy, { handlers: { [type]: handler } });
      const rejection = await unhandledRejection(async () => {
        const answer = await rig.call(type, 'a', { metadata: serverTimeout(new Metadata()) });
        expect(await outcomes(rig, answer)).toMatchObject({
          client: { code: 4 },
          server: { code: 4 },
        });
      });
      expect(rejection).toMatchObject({ message: 'nobody catches it' });
    },
  );

  test.each(ANSWERING)('a %s handler that answers twice: the first answer counts', async (type) => {
    const rig = await open(copy, {
      handlers: answering((callback) => {
        callback({ code: status.NOT_FOUND, details: 'first' });
        callback({ code: status.INTERNAL, details: 'second' });
      }),
    });
    const answer = await rig.call(type);
    expect(await outcomes(rig, answer)).toMatchObject({
      client: { code: 5, message: 'first' },
      server: { code: 5, message: 'first' },
    });
  });

  test.each(ANSWERING)(
    'a %s handler that answers with a message and then with an error',
    async (type) => {
      const rig = await open(copy, {
        handlers: answering((callback) => {
          callback(null, 'fine');
          callback({ code: status.INTERNAL, details: 'too late?' });
        }),
      });
      const answer = await rig.call(type);
      const { client, server } = await outcomes(rig, answer);
      expect(server).toMatchObject({ code: (client as { code: number }).code });
    },
  );

  test.each<[string, (callback: (error: unknown, value?: unknown) => void) => void]>([
    ['no message', (callback) => callback(null)],
    ['a message that cannot be written', (callback) => callback(null, UNWRITABLE)],
  ])('a handler that answers with %s: both spans say INTERNAL', async (_what, handle) => {
    for (const type of ANSWERING) {
      const rig = await open(copy, { handlers: answering(handle) });
      const answer = await rig.call(type);
      expect((answer.error as ServiceError).details).toMatch(/^Error serializing response/);
      const failed = { code: 13, error: true, kind: 'INTERNAL', message: answer.status?.details };
      expect(await outcomes(rig, answer)).toStrictEqual({ client: failed, server: failed });
    }
  });

  test.each(STREAMING)('a %s handler whose message cannot be written', async (type) => {
    const handler = (call: { write(message: string): void }): void => call.write(UNWRITABLE);
    const rig = await open(copy, { handlers: { [type]: handler } });
    const answer = await rig.call(type);
    expect(await outcomes(rig, answer)).toMatchObject({
      client: { code: 13, error: true },
      server: { code: 13, error: true },
    });
  });

  test.each(CALL_TYPES)('a %s request that cannot be written', async (type) => {
    const rig = await open(copy);
    const answer = await rig.call(type, UNWRITABLE);
    expect(answer.status?.code).toBe(13);
    await rig.outgoing.idle();
    expect(outcomeOf(rig.outgoing.span)).toMatchObject({
      code: 13,
      error: true,
      message: answer.status?.details,
    });
  });

  test.each(CALL_TYPES)('a %s request that cannot be read at the server', async (type) => {
    const rig = await open(copy);
    const answer = await rig.call(type, UNREADABLE);
    const { client, server } = await outcomes(rig, answer);
    const failed = { code: 13, error: true, kind: 'INTERNAL', message: answer.status?.details };
    expect({ client, server }).toStrictEqual({ client: failed, server: failed });
  });

  test.each(CALL_TYPES)('a %s response that cannot be read at the client', async (type) => {
    const handlers: Handlers = {
      unary: (_call, callback) => callback(null, UNREADABLE),
      clientStream: (_call, callback) => callback(null, UNREADABLE),
      serverStream: (call) => {
        call.write(UNREADABLE);
        call.end();
      },
      bidi: (call) => {
        call.write(UNREADABLE);
        call.end();
      },
    };
    const rig = await open(copy, { handlers });
    const answer = await rig.call(type);
    const { client, server } = await outcomes(rig, answer);
    expect(client).toMatchObject({ code: 13, error: true, kind: 'INTERNAL' });
    // It has answered before the client found out, or is cancelled.
    expect([0, 1]).toContain((server as { code: number }).code);
  });
});
