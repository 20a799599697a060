import { createRequire } from 'node:module';

/** A tracer as the bench drives it: the API that spoor and jaeger-client share. */
export interface BenchTracer {
  startSpan(name: string, options: { tags: Record<string, unknown> }): BenchSpan;
  close(callback: () => void): unknown;
}

interface BenchSpan {
  log(fields: Record<string, unknown>): unknown;
  finish(): void;
}

type InitTracer = (config: object, options: object) => BenchTracer;

/** What is measured, by the name that `bench/worker.ts` is started with. */
export const contenders: Record<
  string,
  { readonly protocol: 'compact' | 'binary'; readonly load: () => InitTracer }
> = {
  spoor: { protocol: 'compact', load: () => fromDist() },
  'spoor-binary': { protocol: 'binary', load: () => fromDist() },
  'jaeger-client': { protocol: 'binary', load: () => fromBench('jaeger-client') },
};

export function openTracer(name: string, port: number): BenchTracer {
  const contender = contenders[name];
  if (!contender) throw new Error(`no contender "${name}": ${Object.keys(contenders).join(', ')}`);
  return contender.load()(
    {
      serviceName: 'bench',
      sampler: { type: 'const', param: 1 },
      reporter: { agentHost: '127.0.0.1', agentPort: port, protocol: contender.protocol },
    },
    {},
  );
}

/** One operation of a service: 5 tags and one log. Names and values change, as they do in life. */
export function oneSpan(tracer: BenchTracer, i: number): void {
  const span = tracer.startSpan(OPERATIONS[i & 7]!, {
    tags: {
      'span.kind': 'server',
      'http.method': 'GET',
      'http.url': URLS[i & 1023]!,
      'http.status_code': 200 + (i & 3),
      'cache.hit': (i & 1) === 0,
    },
  });
  span.log({ event: 'rows', message: MESSAGES[i & 3]! });
  span.finish();
}

const OPERATIONS = Array.from({ length: 8 }, (_, i) => `/user.UserService/Method${i}`);
/** More than spoor keeps of one key, and flat in memory, as an HTTP parser makes them. */
const URLS = Array.from({ length: 1024 }, (_, i) =>
  Buffer.from(`https://api.example.com/v1/users/${1000 + i}`).toString(),
);
const MESSAGES = ['loaded from the store', 'loaded from the cache', 'created', 'nothing found'];

/** Resolves from this folder, wherever the worker's bundle lies. */
const require = createRequire(process.env['BENCH_FOLDER'] ?? import.meta.url);

function fromDist(): InitTracer {
  return (require('../dist/src/index.js') as { initTracer: InitTracer }).initTracer;
}

function fromBench(name: string): InitTracer {
  return (require(name) as { initTracer: InitTracer }).initTracer;
}
