/**
 * What tracing costs a unary call over gRPC, on loopback, client and server in a process each: calls a second, time to
 * the answer, CPU of both sides. Next to nothing at all stand interceptors that do nothing, ones that carry a context and
 * do no more, spoor's without and with sampling (reporting over UDP to a receiver in a process of its own), and
 * OpenTelemetry's instrumentation.
 *
 * A shared machine is twice as fast at one moment as at another, so the ways take turns, and each turn is compared with
 * the pass-through's of the same round.
 *
 *     npm run build && npm run bench -- grpc     60 rounds
 *     npm run bench -- grpc --check              one small one: does it all still work?
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Calls, Mark } from './grpc-side.js';
import { BASE, SPANS_PER_CALL, ways } from './grpc-ways.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const bundle = (name: string): string => here(`../node_modules/.cache/bench/${name}.mjs`);

/** Of this share of the spans that were sent, at most, nothing may be known. */
const MAX_LOSS = 0.01;

interface Plan {
  readonly rounds: number;
  readonly warmUpRounds: number;
  /** Of one turn: a fraction of a second. */
  readonly calls: number;
}

const FULL: Plan = { rounds: 60, warmUpRounds: 10, calls: 1_500 };
const CHECK: Plan = { rounds: 1, warmUpRounds: 0, calls: 100 };

/** One turn of a way. */
interface Turn extends Calls {
  readonly clientMicros: number;
  readonly serverMicros: number;
}

/** A way's two sides, and the receiver of their spans, each in a process of its own. */
class Contender {
  readonly name: string;
  readonly turns: Turn[] = [];
  private readonly receiver: ChildProcess;
  private readonly server: ChildProcess;
  private readonly client: ChildProcess;
  private calls = 0;

  private constructor(
    name: string,
    receiver: ChildProcess,
    server: ChildProcess,
    client: ChildProcess,
  ) {
    this.name = name;
    this.receiver = receiver;
    this.server = server;
    this.client = client;
  }

  static async start(name: string): Promise<Contender> {
    const receiver = start('receiver', 'compact');
    const { port } = await answer<{ port: number }>(receiver);
    const server = start('grpc-side', 'server', name, String(port));
    const { port: serving } = await answer<{ port: number }>(server);
    const client = start('grpc-side', 'client', name, String(port), `127.0.0.1:${serving}`);
    await answer(client);
    return new Contender(name, receiver, server, client);
  }

  /** CPU is counted from before the first call until both sides have sent what they traced. */
  async turn(calls: number): Promise<Turn> {
    await this.marks();
    const times = await answer<Calls>(this.client, { calls });
    const [client, server] = await this.marks();
    this.calls += calls;
    return {
      ...times,
      clientMicros: client.cpuMicros / calls,
      serverMicros: server.cpuMicros / calls,
    };
  }

  /** Ends the processes; rejects where spans are missing. */
  async finish(): Promise<void> {
    const expected = this.calls * (SPANS_PER_CALL[this.name] ?? 0);
    const [client, server] = await this.marks();
    const left = client.spans + server.spans;
    const arrived = this.name.startsWith('spoor') ? await this.received(left) : left;
    for (const child of [this.client, this.server, this.receiver]) child.disconnect();
    if (left !== expected) throw new Error(`${this.name}: ${left} of ${expected} spans left`);
    if (arrived < left * (1 - MAX_LOSS)) {
      throw new Error(`${this.name}: ${arrived} of ${left} spans arrived`);
    }
  }

  /** What has not come 20 looks later is lost. */
  private async received(expected: number): Promise<number> {
    let { spans } = await answer<{ spans: number }>(this.receiver, 'count');
    for (let look = 0; look < 20 && spans < expected; look++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      ({ spans } = await answer<{ spans: number }>(this.receiver, 'count'));
    }
    return spans;
  }

  private marks(): Promise<[Mark, Mark]> {
    return Promise.all([
      answer<Mark>(this.client, { mark: true }),
      answer<Mark>(this.server, { mark: true }),
    ]);
  }
}

function start(program: string, ...args: string[]): ChildProcess {
  const env = { ...process.env, BENCH_FOLDER: here('grpc-side.ts') };
  return fork(bundle(program), args, { execArgv: [], env });
}

function answer<T>(child: ChildProcess, question?: object | string): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
    if (question !== undefined) child.send(question);
  });
}

/** Every other round the other way round: none always follows the same one. */
function orderOf<T>(contenders: readonly T[], round: number): T[] {
  const first = (round >> 1) % contenders.length;
  const rotated = [...contenders.slice(first), ...contenders.slice(0, first)];
  return round % 2 === 0 ? rotated : rotated.reverse();
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

/** The median, and between which two values the middle half lies. */
function spread(values: readonly number[], digits: number): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) =>
    quantile(values, share).toFixed(digits),
  );
  return `${middle} (${low}-${high})`;
}

function print(contenders: readonly Contender[], plan: Plan): void {
  const base = contenders.find(({ name }) => name === BASE)!.turns;
  console.log(
    `Node ${process.version}; unary calls, ${plan.calls} a turn; median (middle half) of ${plan.rounds} turns\n`,
  );
  for (const { name, turns } of contenders) {
    const sum = (turn: Turn): number => turn.clientMicros + turn.serverMicros;
    const row = (label: string, value: (turn: Turn, i: number) => number, digits: number): void =>
      console.log(`  ${label.padEnd(24)}${spread(turns.map(value), digits)}`);
    console.log(name);
    row('calls/s', ({ elapsedMs }) => (1000 * plan.calls) / elapsedMs, 0);
    row('p50 ms', ({ p50Ms }) => p50Ms, 2);
    row('p99 ms', ({ p99Ms }) => p99Ms, 2);
    row('CPU µs/call', sum, 1);
    row('  of the client', ({ clientMicros }) => clientMicros, 1);
    row('  of the server', ({ serverMicros }) => serverMicros, 1);
    if (name !== BASE) {
      row(`% CPU over ${BASE}`, (turn, i) => 100 * (sum(turn) / sum(base[i]!) - 1), 1);
    }
  }
}

async function buildProgram(): Promise<void> {
  await build({
    entryPoints: [here('grpc-side.ts')],
    outfile: bundle('grpc-side'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
}

/** Runs the bench, `checkOnly` as a pre-flight: every way once, and all spans there. The receiver is built. */
export async function benchGrpc(checkOnly: boolean): Promise<void> {
  if (!existsSync(here('../dist/src/grpc.js'))) throw new Error('npm run build comes first');
  if (!existsSync(here('node_modules/@opentelemetry/instrumentation-grpc'))) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here('.'), stdio: 'inherit' });
  }
  await buildProgram();
  const plan = checkOnly ? CHECK : FULL;
  const contenders = await Promise.all(Object.keys(ways).map((name) => Contender.start(name)));
  for (let round = -plan.warmUpRounds; round < plan.rounds; round++) {
    for (const contender of orderOf(contenders, round)) {
      const turn = await contender.turn(plan.calls);
      if (round >= 0) contender.turns.push(turn);
    }
  }
  for (const contender of contenders) await contender.finish();
  // What so few calls take says nothing of what calls take.
  if (checkOnly) console.log(`gRPC: ${contenders.map(({ name }) => name).join('; ')}: all work`);
  else print(contenders, plan);
}
