import { AsyncLocalStorage } from 'node:async_hooks';
import dgram, { Socket } from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import type { SpanSender } from '../../../../src/core/reporting/sender.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { initTracer, type JaegerTracer } from '../../../../src/node/init.js';
import { activeSpan } from '../../../../src/node/scope/active-span.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';
import { RemoteReporter } from '../../../../src/node/tracer/wrappers.js';
import { Datagrams } from '../../support/datagrams.js';
import { FakeSender } from '../../support/fake-sender.js';
import { ChildProgram, compileProgram } from '../../lifecycle/child-program.js';

/** The context of another library, and where code was found in one. */
const requests = new AsyncLocalStorage<string>();
let seen: Record<string, (string | undefined)[]> = {};
let receiver: Datagrams;

function note(what: string): void {
  const context = requests.getStore() ?? (activeSpan() === undefined ? 'none' : 'a span');
  (seen[what] ??= []).push(context);
}

/** The function in its place notes where it is called, and where what it was given is called back. */
function watch<K extends string>(
  object: Record<K, unknown>,
  method: K,
  what: string = method,
): void {
  const original = object[method] as (...args: unknown[]) => unknown;
  vi.spyOn(object as Record<string, () => void>, method).mockImplementation(function (
    this: unknown,
    ...args: unknown[]
  ) {
    note(what);
    const noting = args.map((arg) =>
      typeof arg !== 'function'
        ? arg
        : (...answer: unknown[]): unknown => {
            note(`${what} calls back`);
            return Reflect.apply(arg, undefined, answer);
          },
    );
    return Reflect.apply(original, this, noting);
  } as never);
}

/** Runs `work` as a request does: within another library's context, and within a span. */
function inRequest<T>(tracer: JaegerTracer, work: () => T): T {
  return requests.run('a request', () => tracer.startActiveSpan('request', work));
}

beforeEach(async () => {
  seen = {};
  receiver = await Datagrams.open();
});

afterEach(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  await receiver.close();
});

describe("what a sender does for itself is in no request's context", () => {
  const NONE = ['none'];
  const contexts = (): Record<string, (string | undefined)[]> =>
    Object.fromEntries(Object.entries(seen).map(([what, all]) => [what, [...new Set(all)]]));

  test.each<[string, (tracer: JaegerTracer) => Promise<void>]>([
    ['flush', (tracer) => tracer.flush()],
    ['close', (tracer) => tracer.close()],
    ['a full message', async () => void (await receiver.wait(3))],
  ])('sockets, look-ups, timers and datagrams, sent by %s', async (_name, send) => {
    watch(dns as never, 'lookup');
    watch(dgram as never, 'createSocket');
    watch(globalThis as never, 'setTimeout');
    watch(Socket.prototype as never, 'connect');
    watch(Socket.prototype as never, 'send');
    watch(Socket.prototype as never, 'close');
    syncBuiltinESMExports();
    const tracer = initTracer({
      serviceName: 'shop',
      reporter: { agentHost: 'localhost', agentPort: receiver.port, maxPacketSize: 500 },
    });
    await inRequest(tracer, async () => {
      for (let i = 0; i < 30; i++) tracer.startSpan('op', { tags: { i } }).finish();
      await send(tracer);
    });
    await tracer.close();
    expect(contexts()).toMatchObject({
      lookup: NONE,
      'lookup calls back': NONE,
      createSocket: NONE,
      connect: NONE,
      'connect calls back': NONE,
      send: NONE,
      'send calls back': NONE,
      setTimeout: NONE,
    });
    expect(new Set(Object.values(contexts()).flat())).toStrictEqual(new Set(NONE));
  });

  test("a lookup of the application's, and the flush timer", async () => {
    const lookup = (_: string, __: object, done: (error: null, address: string) => void): void => {
      note('own lookup');
      process.nextTick(() => done(null, '127.0.0.1'));
    };
    watch(globalThis as never, 'setTimeout');
    const tracer = initTracer({
      serviceName: 'shop',
      reporter: {
        agentHost: 'agent.test',
        agentPort: receiver.port,
        flushIntervalMs: 1,
        agentSocketType: { type: 'udp4', lookup: lookup as never },
      },
    });
    inRequest(tracer, () => tracer.startSpan('op').finish());
    await receiver.wait(1);
    await tracer.close();
    expect(contexts()).toMatchObject({
      'own lookup': NONE,
      setTimeout: NONE,
      'setTimeout calls back': NONE,
    });
  });

  test("a sender of the application's: each message, and what is said after it", async () => {
    const sender = new FakeSender({ automatic: true, maxMessageBytes: 500 });
    const [send, close] = [sender.send.bind(sender), sender.close.bind(sender)];
    sender.send = (message) => (note('send'), send(message));
    sender.close = () => (note('close'), close());
    const counter = { increment: () => note('sent') };
    const metrics = new Metrics({
      createCounter: (_, tags) => (tags['result'] === 'ok' ? counter : { increment: () => {} }),
      createGauge: () => ({ update: () => {} }),
    });
    const reporter = new RemoteReporter(sender, { metrics });
    const tracer = new Tracer('shop', reporter, new ConstSampler(true));
    await inRequest(tracer, async () => {
      for (let i = 0; i < 30; i++) tracer.startSpan('op', { tags: { i } }).finish();
      await tracer.close();
      expect(requests.getStore()).toBe('a request');
    });
    expect(sender.messages.length).toBeGreaterThan(3);
    expect(contexts()).toStrictEqual({ send: NONE, sent: NONE, close: NONE });
  });

  test("a sender of jaeger-client's kind", async () => {
    const sender: SpanSender = {
      setProcess: () => {},
      append: (_, callback) => (note('append'), callback?.(0)),
      flush: (callback) => (note('flush'), callback?.(1)),
      close: () => note('close'),
    };
    const tracer = new Tracer('shop', new RemoteReporter(sender), new ConstSampler(true));
    await inRequest(tracer, async () => {
      tracer.startSpan('op').finish();
      await tracer.close();
    });
    expect(contexts()).toStrictEqual({ append: NONE, flush: NONE, close: NONE });
  });

  test('the flush of a process that ends', async () => {
    watch(Socket.prototype as never, 'send');
    const tracer = initTracer({
      serviceName: 'shop',
      reporter: { agentHost: '127.0.0.1', agentPort: receiver.port },
    });
    tracer.startSpan('op').finish();
    inRequest(tracer, () => process.emit('beforeExit', 0));
    await receiver.wait(1);
    await tracer.close();
    expect(contexts()).toMatchObject({ send: NONE });
  });
});

test('what belongs to a request can go when it is over', async () => {
  const program = await compileProgram(new URL('outside-program.ts', import.meta.url));
  const child = new ChildProgram(program, [String(receiver.port)], ['--expose-gc']);
  expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  const lines = (await child.ended).stdout.trim().split('\n');
  expect(lines).toStrictEqual(['kept by localhost: 0 of 20', 'kept by 127.0.0.1: 0 of 20']);
});
