import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientDuplexStream, ClientReadableStream, ServerErrorResponse } from '@grpc/grpc-js';
import type { Span } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { activeSpan, withSpan } from '../../../../src/node/scope/active-span.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';
import { COPIES } from '../../support/grpc-copies.js';
import { begin, closedAfterEach, type GrpcRig } from '../../support/grpc-rig.js';
import { CALL_TYPES, type CallType, type Handlers } from '../../support/grpc-service.js';

const open = closedAfterEach();

/** Which events of a handler had the call's span as the active one. */
class Seen {
  readonly events: Record<string, boolean> = {};

  note(event: string, span: Span | undefined): void {
    this.events[event] = span !== undefined && activeSpan() === span;
  }
}

/** `a`, `b`, ...: all of them seen. */
function all(...events: string[]): Record<string, boolean> {
  return Object.fromEntries(events.map((event) => [event, true]));
}

const parentIdOf = (span: { context(): object }): unknown =>
  (span.context() as { parentIdStr?: string | null }).parentIdStr;
const idOf = (span: { context(): object }): unknown =>
  (span.context() as { spanIdStr?: string | null }).spanIdStr;

describe.each(COPIES)('grpc-js $version', (copy) => {
  const { spanOf, withParent } = copy.tracing;

  describe('in a handler the span is the active one, and spanOf(call)', () => {
    test('unary: at once, after an await, in a timer', async () => {
      const seen = new Seen();
      const handlers: Handlers = {
        unary: (call, callback) => {
          const span = spanOf(call);
          seen.note('sync', span);
          void (async () => {
            await Promise.resolve();
            seen.note('await', span);
            await sleep(1);
            setTimeout(() => {
              seen.note('timer', span);
              callback(null, 'a');
            }, 1);
          })();
        },
      };
      const rig = await open(copy, { handlers });
      await rig.call('unary');
      expect(seen.events).toStrictEqual(all('sync', 'await', 'timer'));
    });

    test("client stream: at once, in 'data', in 'end'", async () => {
      const seen = new Seen();
      const handlers: Handlers = {
        clientStream: (call, callback) => {
          const span = spanOf(call);
          seen.note('sync', span);
          call.on('data', () => seen.note('data', span));
          call.on('end', () => {
            seen.note('end', span);
            callback(null, 'a');
          });
        },
      };
      const rig = await open(copy, { handlers });
      await rig.call('clientStream');
      expect(seen.events).toStrictEqual(all('sync', 'data', 'end'));
    });

    test("server stream: at once, after an await, when a message was written, in 'finish'", async () => {
      const seen = new Seen();
      const handlers: Handlers = {
        serverStream: (call) => {
          const span = spanOf(call);
          seen.note('sync', span);
          call.on('finish', () => seen.note('finish', span));
          void (async () => {
            await sleep(1);
            seen.note('await', span);
            call.write('a', () => {
              seen.note('write', span);
              call.end();
            });
          })();
        },
      };
      const rig = await open(copy, { handlers });
      await rig.call('serverStream');
      expect(seen.events).toStrictEqual(all('sync', 'finish', 'await', 'write'));
    });

    test("bidi: at once, in 'data', in 'end', when a message was written", async () => {
      const seen = new Seen();
      const handlers: Handlers = {
        bidi: (call) => {
          const span = spanOf(call);
          seen.note('sync', span);
          call.on('data', (message: string) => {
            seen.note('data', span);
            call.write(message, () => seen.note('write', span));
          });
          call.on('end', () => {
            seen.note('end', span);
            call.end();
          });
        },
      };
      const rig = await open(copy, { handlers });
      await rig.call('bidi');
      expect(seen.events).toStrictEqual(all('sync', 'data', 'write', 'end'));
    });

    test('bidi and client stream: in a for-await', async () => {
      const seen = new Seen();
      let left = (): void => undefined;
      const end = new Promise<void>((resolve) => (left = resolve));
      const handlers: Handlers = {
        bidi: (call) => {
          const span = spanOf(call);
          void (async () => {
            for await (const message of call) seen.note(`bidi ${message as string}`, span);
            left();
          })();
        },
        clientStream: (call, callback) => {
          const span = spanOf(call);
          void (async () => {
            for await (const message of call) seen.note(`client ${message as string}`, span);
            callback(null, 'a');
          })();
        },
      };
      const rig = await open(copy, { handlers });
      await rig.call('clientStream');
      // A for-await destroys the stream at its end, and nothing is ever answered.
      await rig.call('bidi', 'a+b', { onCall: (call) => void end.then(() => call.cancel()) });
      expect(seen.events).toStrictEqual(all('client a', 'client b', 'bidi a', 'bidi b'));
      await rig.idle();
    });

    test.each(CALL_TYPES)("%s: in 'cancelled'", async (type) => {
      const seen = new Seen();
      let arrive = (): void => undefined;
      const reached = new Promise<void>((resolve) => (arrive = resolve));
      let cancel = (): void => undefined;
      const cancelled = new Promise<void>((resolve) => (cancel = resolve));
      const handler = (call: NodeJS.EventEmitter & Parameters<typeof spanOf>[0]): void => {
        const span = spanOf(call);
        call.on('cancelled', () => {
          seen.note('cancelled', span);
          cancel();
        });
        arrive();
      };
      const rig = await open(copy, { handlers: { [type]: handler } });
      await rig.call(type, 'a', { onCall: (call) => void reached.then(() => call.cancel()) });
      await cancelled;
      expect(seen.events).toStrictEqual(all('cancelled'));
    });

    test('and of no other call: 50 at once', async () => {
      const mixedUp: string[] = [];
      const handlers: Handlers = {
        unary: (call, callback) => {
          const span = spanOf(call);
          void (async () => {
            for (let i = 0; i < 5; i++) {
              await sleep(1);
              if (activeSpan() !== span) mixedUp.push(call.request);
            }
            callback(null, call.request);
          })();
        },
      };
      const rig = await open(copy, { handlers });
      await Promise.all(Array.from({ length: 50 }, (_, i) => rig.call('unary', `${i}`)));
      await rig.idle();
      expect(mixedUp).toStrictEqual([]);
      expect(new Set(rig.incoming.spans.map(idOf)).size).toBe(50);
    });
  });

  test('spanOf is undefined for what is no traced call', async () => {
    expect(spanOf({ metadata: new copy.grpc.Metadata() })).toBeUndefined();
    expect(spanOf({} as { metadata: object })).toBeUndefined();
    expect(spanOf(null as unknown as { metadata: object })).toBeUndefined();
  });

  describe('on a channel that is not connected yet, 50 calls at once', () => {
    /** The caller of a call: its span, and a store of the application's own. */
    const requests = new AsyncLocalStorage<number>();

    /** Makes 50 calls, each in a context of its own, and answers with the events that lost it. */
    async function lost(
      rig: GrpcRig,
      call: (note: (event: string) => void) => Promise<void>,
    ): Promise<{ lost: string[]; events: Set<string> }> {
      const wrong: string[] = [];
      const events = new Set<string>();
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => {
          const span = rig.outgoing.tracer.startSpan(`request ${i}`);
          const note = (event: string): void => {
            events.add(event);
            if (activeSpan() !== span || requests.getStore() !== i) wrong.push(`${i} ${event}`);
          };
          return requests.run(i, () => withSpan(span, () => call(note)));
        }),
      );
      const parents = rig.outgoing.spans.map(parentIdOf);
      expect(new Set(parents).size).toBe(50);
      return { lost: wrong, events };
    }

    const fail = (callback: (error: ServerErrorResponse) => void): void =>
      callback(Object.assign(new Error('no'), { code: 5 }));

    test.each<[CallType, Handlers]>([
      ['unary', {}],
      ['unary', { unary: (_call, callback) => fail(callback) }],
      ['clientStream', {}],
      ['clientStream', { clientStream: (_call, callback) => fail(callback) }],
    ])('%s: callback, metadata and status (%#)', async (type, handlers) => {
      const rig = await open(copy, { handlers });
      const { lost: wrong, events } = await lost(rig, async (note) => {
        await new Promise<void>((resolve) => {
          const call = begin(copy, rig.client, type, 'a', {}, () => note('callback'));
          call.on('metadata', () => note('metadata'));
          call.on('status', () => {
            note('status');
            resolve();
          });
          if (type === 'clientStream') (call as ClientDuplexStream<string, string>).end();
        });
      });
      expect(wrong).toStrictEqual([]);
      expect([...events]).toStrictEqual(expect.arrayContaining(['callback', 'status']));
    });

    test.each<CallType>(['serverStream', 'bidi'])(
      '%s: data, end, status and error',
      async (type) => {
        const failing: Handlers = {
          serverStream: (call) => {
            call.write('a', () => call.emit('error', Object.assign(new Error(), { code: 5 })));
          },
          bidi: (call) => {
            call.write('a', () => call.emit('error', Object.assign(new Error(), { code: 5 })));
          },
        };
        for (const handlers of [{}, failing]) {
          const rig = await open(copy, { handlers });
          const { lost: wrong, events } = await lost(rig, async (note) => {
            const stream = begin(copy, rig.client, type, 'a') as ClientReadableStream<string>;
            stream.on('data', () => note('data'));
            stream.on('end', () => note('end'));
            stream.on('error', () => note('error'));
            if (type === 'bidi') {
              const duplex = stream as ClientDuplexStream<string, string>;
              duplex.write('a');
              duplex.end();
            }
            await new Promise<void>((resolve) => {
              stream.on('status', () => {
                note('status');
                resolve();
              });
            });
          });
          expect(wrong).toStrictEqual([]);
          const last = handlers === failing ? 'error' : 'end';
          expect([...events]).toStrictEqual(expect.arrayContaining(['data', 'status', last]));
        }
      },
    );
  });

  describe('the parent of a client span', () => {
    async function parentsOf(
      rig: GrpcRig,
      run: (callWith: (options?: object) => Promise<unknown>) => Promise<unknown>,
    ): Promise<unknown> {
      await run((options = {}) => rig.call('unary', 'a', { options }));
      await rig.idle();
      const parent = parentIdOf(rig.outgoing.spans.at(-1)!);
      return parent ?? 'none';
    }

    /** A span that nobody has to wait for. */
    function finishedSpan(rig: GrpcRig): ReturnType<GrpcRig['outgoing']['tracer']['startSpan']> {
      const span = rig.outgoing.tracer.startSpan('parent');
      span.finish();
      return span;
    }

    test('is the active span', async () => {
      const rig = await open(copy);
      const span = finishedSpan(rig);
      expect(await parentsOf(rig, (call) => withSpan(span, call))).toBe(idOf(span));
    });

    test('is what withParent says: a span, or the context of a peer', async () => {
      const rig = await open(copy);
      const [active, explicit] = [finishedSpan(rig), finishedSpan(rig)];
      const remote = rig.outgoing.tracer.extract('text_map', { 'uber-trace-id': 'a:b:0:1' })!;
      for (const [parent, id] of [
        [explicit, idOf(explicit)],
        [explicit.context(), idOf(explicit)],
        [remote, 'b'],
        [undefined, idOf(active)],
      ] as const) {
        const run = (call: (options?: object) => Promise<unknown>): Promise<unknown> =>
          withSpan(active, () => call(withParent(parent)));
        expect(await parentsOf(rig, run)).toBe(id);
      }
    });

    test.each([false, true])(
      'is none with withParent(null), also with implicitParent %s',
      async (implicitParent) => {
        const rig = await open(copy, { tracerOptions: { implicitParent } });
        const active = finishedSpan(rig);
        const run = (call: (options?: object) => Promise<unknown>): Promise<unknown> =>
          withSpan(active, () => call(withParent(null)));
        expect(await parentsOf(rig, run)).toBe('none');
      },
    );

    test('is none where nothing is active', async () => {
      const rig = await open(copy);
      expect(await parentsOf(rig, (call) => call())).toBe('none');
    });

    test('is that of the call which the options name as the parent, where nothing is active', async () => {
      const rigs: GrpcRig[] = [];
      const handlers: Handlers = {
        unary: (call, callback) => {
          if (call.request === 'inner') {
            callback(null, 'a');
            return;
          }
          const options = { parent: call };
          const inner = withSpan(null, () => rigs[0]!.call('unary', 'inner', { options }));
          void inner.then(() => callback(null, 'a'));
        },
      };
      const rig = await open(copy, { handlers });
      rigs.push(rig);
      await rig.call('unary', 'outer');
      await rig.idle();
      const outer = rig.incoming.spans.find(
        (span) => parentIdOf(span) === idOf(rig.outgoing.spans[1]!),
      );
      expect(parentIdOf(rig.outgoing.spans[0]!)).toBe(idOf(outer!));
    });

    test('leaves the options of the call as they are', () => {
      const options = Object.freeze({ deadline: 1 });
      expect(withParent(null, options)).toMatchObject({ deadline: 1 });
      expect(Object.getOwnPropertySymbols(options)).toStrictEqual([]);
      expect(Object.keys(withParent(null))).toStrictEqual([]);
      const isRoot = withParent(null, options);
      expect(withParent(undefined, isRoot)).toStrictEqual(isRoot);
    });
  });

  test('a server span is a root although its server was made while a span was active', async () => {
    const span = new Tracer('main', undefined, new ConstSampler(true)).startSpan('main');
    const options = { tracerOptions: { implicitParent: true }, clientTracing: null };
    const rig = await withSpan(span, () => open(copy, options));
    await withSpan(span, () => rig.call('unary'));
    await rig.idle();
    expect(parentIdOf(rig.incoming.span)).toBeFalsy();
  });

  test('the span of the client is not active in its callbacks: that of the caller is', async () => {
    const rig = await open(copy);
    const caller = rig.outgoing.tracer.startSpan('caller');
    const inCallback = await withSpan(
      caller,
      () =>
        new Promise((resolve) => {
          begin(copy, rig.client, 'unary', 'a', {}, () => resolve(activeSpan()));
        }),
    );
    expect(inCallback).toBe(caller);
  });
});
