// Thousands of calls that end in every way there is; `mixed-calls.test.ts` runs it, with `--expose-gc`.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { NoopReporter } from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { serverInterceptor, tracedClientOptions } from '../../../../src/grpc/index.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';
import { seededRandom } from '../../support/fake-platform.js';
import {
  type AnyCall,
  beginCall,
  type CallType,
  type Handlers,
  serviceDefinition,
} from '../../support/grpc-service.js';

const CALLS_AT_ONCE = 50;
const WARM_UP = 0.3;
const random = seededRandom(7);

function newTracer(name: string): Tracer {
  return new Tracer(name, new NoopReporter(), new ConstSampler(true));
}
const tracers = { client: newTracer('client'), server: newTracer('server') };

const FAILURE = Object.assign(new Error('no'), { code: grpc.status.NOT_FOUND });

/** What the first message of a request asks for. */
const handlers: Required<Handlers> = {
  unary: (call, callback) => {
    if (call.request === 'throw') throw new Error('a mistake');
    if (call.request === 'fail') callback(FAILURE);
    if (call.request === 'nothing') callback(null);
    if (call.request === 'ok' || call.request === 'twice') callback(null, 'ok');
    if (call.request === 'twice') callback(FAILURE);
  },
  clientStream: (call, callback) => {
    call.on('data', () => undefined);
    call.on('end', () => callback(null, 'ok'));
    call.on('error', () => undefined);
  },
  serverStream: (call) => {
    call.on('error', () => undefined);
    call.write('first');
    if (call.request === 'fail') call.emit('error', FAILURE);
    if (call.request === 'destroy') call.destroy(new Error('broken'));
    if (call.request === 'ok') call.end();
  },
  bidi: (call) => {
    call.on('error', () => undefined);
    call.on('data', (message: string) => call.write(message));
    call.on('end', () => call.end());
  },
};

type Responses = grpc.ClientReadableStream<string>;
type Requests = grpc.ClientWritableStream<string>;

function begin(client: grpc.Client, type: CallType, request: string, deadline?: number): AnyCall {
  const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
  return beginCall(client, type, request, new grpc.Metadata(), options);
}

/** Waits for the status, reading what there is to read. */
async function ended(call: AnyCall): Promise<void> {
  const emitter: NodeJS.EventEmitter = call;
  emitter.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    emitter.on('status', () => resolve());
    if ('read' in call) (call as Responses).resume();
  });
}

const unary =
  (request: string, deadline?: number) =>
  (client: grpc.Client): Promise<void> =>
    ended(begin(client, 'unary', request, deadline));

const stream =
  (request: string, deadline?: number) =>
  (client: grpc.Client): Promise<void> =>
    ended(begin(client, 'serverStream', request, deadline));

/** grpc-js sends a call that is cancelled at once all the same, and never takes it back. */
const cancelledAtOnce = async (client: grpc.Client): Promise<void> => {
  const call = begin(client, 'unary', 'ok');
  const end = ended(call);
  call.cancel();
  await end;
};

const cancelled =
  (type: CallType) =>
  async (client: grpc.Client): Promise<void> => {
    const call = begin(client, type, 'hang');
    const end = ended(call);
    await sleep(1);
    call.cancel();
    await end;
  };

/** Left by its reader without a word to the server: that hears of it at the deadline. */
const brokenOff = async (client: grpc.Client): Promise<void> => {
  for await (const message of begin(client, 'serverStream', 'hang', 30) as Responses) {
    if (message) break;
  }
};

const destroyed = async (client: grpc.Client): Promise<void> => {
  const responses = begin(client, 'bidi', '', 30) as Responses & Requests;
  responses.on('error', () => undefined);
  responses.write('hello');
  await once(responses, 'data');
  responses.destroy();
};

const streams =
  (type: 'clientStream' | 'bidi', messages: number) =>
  async (client: grpc.Client): Promise<void> => {
    const call = begin(client, type, '') as Requests;
    const end = ended(call);
    for (let i = 0; i < messages; i++) call.write(`${i}`);
    call.end();
    await end;
  };

const KINDS: readonly ((client: grpc.Client) => Promise<void>)[] = [
  unary('ok'),
  unary('ok', 60_000),
  unary('fail'),
  unary('throw'),
  unary('twice'),
  unary('nothing'),
  unary('hang', 3),
  unary('ok', -1),
  stream('ok'),
  stream('fail'),
  stream('hang', 5),
  stream('destroy', 5),
  streams('clientStream', 3),
  streams('bidi', 3),
  cancelledAtOnce,
  cancelled('unary'),
  cancelled('clientStream'),
  cancelled('serverStream'),
  cancelled('bidi'),
  brokenOff,
  destroyed,
];

/** A stream that was to be read may have met its deadline first. */
function ignoreStatus(error: unknown): void {
  if (!(error instanceof Error && 'code' in error)) throw error;
}

async function makeCalls(client: grpc.Client, calls: number): Promise<void> {
  let left = calls;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const call = KINDS[Math.floor(random() * KINDS.length)]!;
      await call(client).catch(ignoreStatus);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
}

/** Waits until every span has ended; those of calls that were left end at their deadline. */
async function idle(): Promise<void> {
  while (tracers.client.stats().open + tracers.server.stats().open > 0) await sleep(5);
  await sleep(50);
}

async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await sleep(10);
  }
  return process.memoryUsage().heapUsed;
}

const server = new grpc.Server({
  interceptors: [serverInterceptor({ tracer: tracers.server })],
});
server.addService(serviceDefinition(), handlers);
const port = await new Promise<number>((resolve, reject) => {
  const credentials = grpc.ServerCredentials.createInsecure();
  server.bindAsync('127.0.0.1:0', credentials, (error, bound) =>
    error ? reject(error) : resolve(bound),
  );
});
const client = new grpc.Client(
  `127.0.0.1:${port}`,
  grpc.credentials.createInsecure(),
  tracedClientOptions({ tracer: tracers.client }),
);

const calls = Number(process.argv[2]);
await makeCalls(client, Math.round(calls * WARM_UP));
await idle();
const before = { heap: await heapBytes(), resources: process.getActiveResourcesInfo().sort() };
await makeCalls(client, Math.round(calls * (1 - WARM_UP)));
await idle();
const after = { heap: await heapBytes(), resources: process.getActiveResourcesInfo().sort() };
const stats = { client: tracers.client.stats(), server: tracers.server.stats() };
client.close();
server.forceShutdown();
// The process ends by itself: nothing holds it.
process.stdout.write(
  JSON.stringify({
    grownBytes: after.heap - before.heap,
    resources: { before: before.resources, after: after.resources },
    client: { started: stats.client.started, open: stats.client.open },
    server: { started: stats.server.started, open: stats.server.open },
  }),
);
