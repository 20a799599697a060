import type { CallOptions, Metadata } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import type { GrpcCallEndInfo, GrpcCallInfo } from '../../../../src/grpc/index.js';
import { COPIES } from '../../support/grpc-copies.js';
import { closedAfterEach } from '../../support/grpc-rig.js';
import { CALL_TYPES, type Handlers, PATHS } from '../../support/grpc-service.js';
import { logsOf, outcomeOf, tagsOf } from '../../support/grpc-spans.js';

const open = closedAfterEach();

type Info = GrpcCallInfo<Metadata, CallOptions>;
type EndInfo = GrpcCallEndInfo<Metadata, CallOptions>;

const NOT_FOUND: Handlers = {
  unary: (_call, callback) => callback({ code: 5, details: 'no such user' }),
};

describe.each(COPIES)('grpc-js $version', (copy) => {
  test('operationName names the spans of both sides', async () => {
    const operationName = ({ side, method }: Info): string => `${side} ${method.name}`;
    const rig = await open(copy, { tracing: { operationName } });
    await rig.call('unary');
    await rig.idle();
    expect(rig.outgoing.span.operationName).toBe('client Unary');
    expect(rig.incoming.span.operationName).toBe('server Unary');
  });

  test('tags are on every span, and may replace ours', async () => {
    const tags = Object.freeze({ zone: 'b', component: 'shop-rpc' });
    const rig = await open(copy, { tracing: { tags } });
    await rig.call('unary');
    await rig.idle();
    for (const { span } of [rig.outgoing, rig.incoming]) expect(tagsOf(span)).toMatchObject(tags);
  });

  test.each(CALL_TYPES)('onStart and onEnd are told of a %s call', async (type) => {
    // What throws in here is the interceptor's to catch, so nothing is expected in here.
    const starts: [object, Info][] = [];
    const ends: [object, EndInfo][] = [];
    const peers: string[] = [];
    const rig = await open(copy, {
      tracing: {
        onStart: (span, info) => {
          starts.push([span.setTag('started', info.side), info]);
        },
        onEnd: (span, info) => {
          ends.push([span.setTag('ended', info.side), info]);
          peers.push(info.peer());
        },
      },
    });
    const metadata = new copy.grpc.Metadata();
    metadata.set('x-user', 'ann');
    await rig.call(type, 'a+b', { metadata });
    await rig.idle();
    expect(new Map(starts)).toStrictEqual(new Map(ends));
    const [client, server] = [rig.outgoing.span, rig.incoming.span];
    expect(starts.map(([span]) => span)).toStrictEqual([client, server]);
    for (const [span, info] of ends) {
      expect(starts.find(([each]) => each === span)?.[1]).toBe(info);
      expect(info.metadata?.get('x-user')).toStrictEqual(['ann']);
      expect(info.method).toMatchObject({ path: PATHS[type], service: 'test.Echo' });
      expect(info.durationMs).toBeGreaterThan(0);
      expect(info.status).toStrictEqual({ code: 0, details: 'OK' });
      expect(info.callType).toBe(type);
    }
    const many = (streams: boolean): number => (streams ? 2 : 1);
    const up = many(type === 'clientStream' || type === 'bidi');
    const down = many(type === 'serverStream' || type === 'bidi');
    const counts = ends.map(([, { side, sent, received }]) => [side, [sent, received]] as const);
    expect(Object.fromEntries(counts)).toStrictEqual({ client: [up, down], server: [down, up] });
    expect(peers).toContain(rig.target);
    expect(tagsOf(client)).toMatchObject({ started: 'client', ended: 'client' });
    expect(tagsOf(server)).toMatchObject({ started: 'server', ended: 'server' });
  });

  test('onEnd is told of a failure, with its trailers', async () => {
    const ends: EndInfo[] = [];
    const trailers = new copy.grpc.Metadata();
    trailers.set('x-reason', 'quota');
    const rig = await open(copy, {
      handlers: {
        unary: (_call, callback) => callback({ code: 8, details: 'later' }, null, trailers),
      },
      tracing: { onEnd: (_span, info) => ends.push(info) },
    });
    await rig.call('unary');
    await rig.idle();
    expect(ends).toHaveLength(2);
    for (const end of ends) {
      expect(end.status).toStrictEqual({ code: 8, details: 'later' });
      expect(end.trailers?.get('x-reason')).toStrictEqual(['quota']);
    }
    // A failed unary call hands a null over, which is no message.
    expect(ends.map((end) => [end.side, end.sent, end.received])).toStrictEqual(
      expect.arrayContaining([
        ['client', 1, 0],
        ['server', 0, 1],
      ]),
    );
  });

  test('isError says which spans failed, on either side', async () => {
    const isError = (code: number, side: string): boolean => side === 'server' && code === 5;
    const rig = await open(copy, { handlers: NOT_FOUND, tracing: { isError } });
    await rig.call('unary');
    await rig.idle();
    expect(outcomeOf(rig.outgoing.span)).toMatchObject({ code: 5, error: undefined });
    expect(outcomeOf(rig.incoming.span)).toMatchObject({ code: 5, error: true });
  });

  test('metadataTags of the request and the response become tags', async () => {
    const handlers: Handlers = {
      unary: (call, callback) => {
        const [initial, trailing] = [new copy.grpc.Metadata(), new copy.grpc.Metadata()];
        initial.set('x-cache', 'hit');
        trailing.set('x-cost', '7');
        call.sendMetadata(initial);
        callback(null, 'a', trailing);
      },
    };
    const metadataTags = { request: ['X-User', 'x-key-bin'], response: ['x-cache', 'x-cost'] };
    const rig = await open(copy, { handlers, tracing: { metadataTags } });
    const metadata = new copy.grpc.Metadata();
    metadata.add('x-user', 'ann');
    metadata.add('x-user', 'bob');
    metadata.set('x-key-bin', Buffer.from([1, 2, 3]));
    metadata.set('x-secret', 'hidden');
    await rig.call('unary', 'a', { metadata });
    await rig.idle();
    for (const { span } of [rig.outgoing, rig.incoming]) {
      expect(tagsOf(span)).toMatchObject({
        'rpc.grpc.request.metadata.x-user': 'ann, bob',
        'rpc.grpc.request.metadata.x-key-bin': 'AQID',
        'rpc.grpc.response.metadata.x-cache': 'hit',
        'rpc.grpc.response.metadata.x-cost': '7',
      });
      expect(JSON.stringify(tagsOf(span))).not.toContain('hidden');
    }
  });

  describe('messageEvents', () => {
    const event = (type: string, id: number): object => ({
      event: 'message',
      'message.type': type,
      'message.id': id,
    });

    test('are off by default', async () => {
      const rig = await open(copy);
      await rig.call('bidi');
      await rig.idle();
      expect([logsOf(rig.outgoing.span), logsOf(rig.incoming.span)]).toStrictEqual([[], []]);
    });

    test.each(CALL_TYPES)('are logged for each message of a %s call', async (type) => {
      const rig = await open(copy, { tracing: { messageEvents: 'on' } });
      await rig.call(type);
      await rig.idle();
      const ids = (streams: boolean): number[] => (streams ? [1, 2] : [1]);
      const up = ids(type === 'clientStream' || type === 'bidi');
      const down = ids(type === 'serverStream' || type === 'bidi');
      const of = (logs: object[], kind: string): object[] =>
        logs.filter((log) => (log as Record<string, unknown>)['message.type'] === kind);
      const [client, server] = [logsOf(rig.outgoing.span), logsOf(rig.incoming.span)];
      expect(of(client, 'SENT')).toStrictEqual(up.map((id) => event('SENT', id)));
      expect(of(client, 'RECEIVED')).toStrictEqual(down.map((id) => event('RECEIVED', id)));
      expect(of(server, 'SENT')).toStrictEqual(down.map((id) => event('SENT', id)));
      expect(of(server, 'RECEIVED')).toStrictEqual(up.map((id) => event('RECEIVED', id)));
    });

    test.each<[object | 'on', number]>([
      [{ max: 3 }, 3],
      [{ max: 0 }, 0],
      ['on', 1000],
    ])('%j are the first of each direction', async (messageEvents, max) => {
      const tracing = { messageEvents: messageEvents as 'on' };
      const rig = await open(copy, { tracing });
      const request = Array.from({ length: 1005 }, (_, i) => `${i}`).join('+');
      expect((await rig.call('bidi', request)).values).toHaveLength(1005);
      await rig.idle();
      expect(logsOf(rig.outgoing.span)).toHaveLength(2 * max);
      expect(logsOf(rig.incoming.span)).toHaveLength(2 * max);
    });

    test('of an unsampled call are none', async () => {
      const asked: unknown[] = [];
      const logPayloads = (message: unknown): unknown => asked.push(message);
      const sampler = new ConstSampler(false);
      const rig = await open(copy, { sampler, tracing: { messageEvents: 'on', logPayloads } });
      await rig.call('bidi');
      expect(asked).toStrictEqual([]);
    });
  });

  describe('logPayloads', () => {
    test('true logs messages as text', async () => {
      const rig = await open(copy, { tracing: { logPayloads: true } });
      await rig.call('unary', 'hello');
      await rig.idle();
      const sent = { event: 'message', 'message.type': 'SENT', 'message.id': 1, payload: 'hello' };
      const received = { ...sent, 'message.type': 'RECEIVED' };
      expect(logsOf(rig.outgoing.span)).toStrictEqual([sent, received]);
      expect(logsOf(rig.incoming.span)).toStrictEqual([received, sent]);
    });

    test('true logs so much of a long message', async () => {
      const rig = await open(copy, { tracing: { logPayloads: true } });
      await rig.call('unary', 'x'.repeat(100_000));
      await rig.idle();
      const payload = logsOf(rig.outgoing.span)[0]?.payload as string;
      expect(payload.length).toBeLessThanOrEqual(4096);
      expect(payload.length).toBeGreaterThan(4000);
    });

    test('a function says what is logged; undefined is nothing', async () => {
      const logPayloads = (message: unknown, direction: string): unknown =>
        direction === 'SENT' ? { length: (message as string).length } : undefined;
      const rig = await open(copy, { tracing: { logPayloads } });
      await rig.call('unary', 'hello');
      await rig.idle();
      expect(logsOf(rig.outgoing.span).map((log) => log.payload)).toStrictEqual([{ length: 5 }]);
    });

    test('a function beside messageEvents: every message is logged', async () => {
      const logPayloads = (_message: unknown, direction: string): unknown =>
        direction === 'SENT' ? 'shown' : undefined;
      const rig = await open(copy, { tracing: { logPayloads, messageEvents: { max: 5 } } });
      await rig.call('unary', 'hello');
      await rig.idle();
      expect(logsOf(rig.outgoing.span)).toStrictEqual([
        { event: 'message', 'message.type': 'SENT', 'message.id': 1, payload: 'shown' },
        { event: 'message', 'message.type': 'RECEIVED', 'message.id': 1 },
      ]);
    });

    test('is not asked for the null of a failed call, nor for the message that is not there', async () => {
      const asked: unknown[] = [];
      const logPayloads = (message: unknown): unknown => asked.push(message);
      for (const handlers of [
        NOT_FOUND,
        { unary: (_call, callback) => callback(null) } satisfies Handlers,
      ]) {
        const rig = await open(copy, { handlers, tracing: { logPayloads } });
        expect((await rig.call('unary', 'hello')).error).toBeDefined();
        await rig.idle();
      }
      expect(asked).toStrictEqual(['hello', 'hello', 'hello', 'hello']);
    });
  });

  test('what comes after the status is no part of the span', async () => {
    const rig = await open(copy, { tracing: { messageEvents: 'on' } });
    // grpc-js may deliver headers and messages of a call that was cancelled right after its start.
    const calls = Array.from({ length: 20 }, () =>
      rig.call('serverStream', 'a+b+c', {
        onCall: (call) => void setTimeout(() => call.cancel(), 1),
      }),
    );
    await Promise.all(calls);
    await rig.idle();
    for (const span of rig.outgoing.spans) {
      const last = logsOf(span).findIndex((log) => log.event === 'error');
      if (last >= 0) expect(last).toBe(logsOf(span).length - 1);
    }
    expect(rig.outgoing.spans).toHaveLength(20);
    expect(rig.outgoing.spans.map((span) => span.operationName)).toContain(PATHS.serverStream);
  });
});
