/**
 * One side of a way through gRPC in a process of its own: `grpc-side.ts SIDE WAY RECEIVER_PORT [ADDRESS]`. A server says
 * `{ port }`, a client `{ ready: true }`. Both answer each `{ mark: true }` with the CPU that they took since the last
 * one, once what they traced has left; a client answers `{ calls }` with the times of that many calls.
 */
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { loadGrpc, ways } from './grpc-ways.js';

const [side, name, receiverPort, address] = process.argv.slice(2);
const way = ways[name!]!(Number(receiverPort));
const grpc = loadGrpc();

/** A client's calls that are under way at any moment: a busy service's. */
const AT_ONCE = 16;

/** CPU of this process since the last mark, in microseconds, and all spans that left. */
export interface Mark {
  readonly cpuMicros: number;
  readonly spans: number;
}

/** A window of calls, in milliseconds. */
export interface Calls {
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface User {
  readonly id: number;
  readonly name: string;
  readonly roles: readonly string[];
}

/** Small messages, about as dear to write and to read as protobuf's. */
const toBytes = (value: object): Buffer => Buffer.from(JSON.stringify(value));
const fromBytes = <T>(bytes: Buffer): T => JSON.parse(bytes.toString()) as T;
const METHOD = {
  path: '/user.UserService/GetUser',
  requestStream: false,
  responseStream: false,
  requestSerialize: toBytes,
  requestDeserialize: fromBytes<{ id: number }>,
  responseSerialize: toBytes,
  responseDeserialize: fromBytes<User>,
} as const;

function serve(): void {
  const server = new grpc.Server(way.serverOptions);
  server.addService(
    { getUser: METHOD },
    {
      getUser(
        call: { request: { id: number } },
        callback: (error: null, user: User) => void,
      ): void {
        const { id } = call.request;
        callback(null, { id, name: `user ${id}`, roles: ['reader', 'writer'] });
      },
    },
  );
  const credentials = grpc.ServerCredentials.createInsecure();
  server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
    if (error !== null) throw error;
    process.send!({ port });
  });
}

type GetUser = (request: { id: number }) => Promise<User>;

/**
 * Makes calls, `AT_ONCE` at a time, and measures each. They are awaited, as in a service: one that began in the callback
 * of another would have a deep stack, of which grpc-js takes a trace.
 */
async function makeCalls(getUser: GetUser, count: number): Promise<Calls> {
  const times = new Float64Array(count);
  const start = performance.now();
  let begun = 0;
  async function inTurn(): Promise<void> {
    while (begun < count) {
      const id = begun++;
      const began = performance.now();
      const user = await getUser({ id });
      times[id] = performance.now() - began;
      if (user.id !== id) throw new Error(`asked for user ${id}, got ${user.id}`);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, inTurn));
  return timesOf(times, performance.now() - start);
}

function timesOf(times: Float64Array, elapsedMs: number): Calls {
  times.sort();
  const quantile = (share: number): number => times[Math.floor(share * (times.length - 1))]!;
  return { elapsedMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

let before = process.cpuUsage();

async function mark(): Promise<Mark> {
  await way.flush();
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  return { cpuMicros: user + system, spans: way.spans() };
}

let getUser: GetUser | undefined;
if (side === 'server') {
  serve();
} else {
  const Client = grpc.makeGenericClientConstructor({ getUser: METHOD }, 'UserService');
  const client = new Client(address!, grpc.credentials.createInsecure(), way.clientOptions);
  getUser = promisify(client['getUser']!.bind(client)) as GetUser;
  process.send!({ ready: true });
}

process.on('message', (order: { calls?: number }) => {
  if (order.calls === undefined) {
    void mark().then((answer) => process.send!(answer));
    return;
  }
  assert(getUser !== undefined, 'a server makes no calls');
  void makeCalls(getUser, order.calls).then((answer) => process.send!(answer));
});
process.on('disconnect', () => process.exit(0));
