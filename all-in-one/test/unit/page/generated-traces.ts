// Traces as Jaeger's query API answers them, made from a seed: the same seed gives the same trace.

/** A tag in the API's JSON. */
export interface ApiTag {
  key: string;
  type: string;
  value: unknown;
}

/** A span in the API's JSON. */
export interface ApiSpan {
  traceID: string;
  spanID: string;
  operationName: string;
  references: { refType: string; traceID: string; spanID: string }[];
  startTime: number;
  duration: number;
  tags: ApiTag[];
  logs: { timestamp: number; fields: ApiTag[] }[];
  processID: string;
  warnings: string[] | null;
}

/** A trace in the API's JSON. */
export interface ApiTrace {
  traceID: string;
  spans: ApiSpan[];
  processes: Record<string, { serviceName: string; tags: ApiTag[] }>;
  warnings: string[] | null;
}

/** Numbers in 0..1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A tag of the type that its value has. */
export function tag(key: string, value: string | number | boolean): ApiTag {
  const type = { string: 'string', number: 'int64', boolean: 'bool' }[typeof value as 'string'];
  return { key, type, value };
}

/** Hex digits made from numbers. */
function hexId(random: () => number, digits: number = 16): string {
  let text = '';
  while (text.length < digits) text += Math.floor(random() * 16).toString(16);
  return text.replace(/^0/, '1');
}

/** A call: how long its own work takes, in ms, and what it does in between. */
interface Step {
  readonly service: string;
  readonly operation: string;
  readonly ms: number;
  readonly kind?: string;
  readonly steps?: readonly Step[];
  /** The steps run at the same time. */
  readonly isParallel?: boolean;
  /** Chance to fail. */
  readonly fails?: number;
  readonly tags?: readonly ApiTag[];
}

const query = (operation: string, ms: number, statement: string): Step => ({
  service: 'postgres',
  operation,
  ms,
  kind: 'client',
  tags: [tag('db.system', 'postgresql'), tag('db.statement', statement)],
});

const rpc = (
  service: string,
  operation: string,
  ms: number,
  steps: readonly Step[] = [],
): Step => ({
  service,
  operation,
  ms,
  kind: 'server',
  steps,
  tags: [tag('rpc.system', 'grpc'), tag('peer.address', '10.2.0.17:9090')],
});

const charge: Step = {
  ...rpc('payment', 'Payment/Charge', 9, [
    query('SELECT card', 4, 'SELECT * FROM card WHERE customer = $1'),
    { service: 'risk', operation: 'Risk/Score', ms: 46, kind: 'server' },
    {
      service: 'bank-gateway',
      operation: 'POST /v2/charges',
      ms: 118,
      kind: 'client',
      fails: 0.2,
      tags: [
        tag('http.method', 'POST'),
        tag('http.url', 'https://bank.example/v2/charges'),
        tag('http.status_code', 201),
      ],
    },
    query('INSERT charge', 6, 'INSERT INTO charge (id, amount, currency) VALUES ($1, $2, $3)'),
  ]),
};

const CHECKOUT: Step = {
  service: 'frontend',
  operation: 'POST /checkout',
  ms: 6,
  kind: 'server',
  tags: [
    tag('http.method', 'POST'),
    tag('http.url', 'https://shop.example/checkout?cart=4711'),
    tag('http.status_code', 200),
    tag('component', 'express'),
  ],
  steps: [
    { service: 'auth', operation: 'Auth/Verify', ms: 7, kind: 'server' },
    {
      ...rpc('checkout', 'Checkout/Place', 12, [
        {
          ...rpc('cart', 'Cart/Get', 5),
          steps: [
            { service: 'redis', operation: 'HGETALL cart', ms: 2, kind: 'client' },
            {
              service: 'catalog',
              operation: 'Catalog/Prices',
              ms: 8,
              kind: 'server',
              isParallel: true,
              steps: [
                { service: 'redis', operation: 'MGET prices', ms: 3, kind: 'client' },
                query('SELECT product', 14, 'SELECT id, price FROM product WHERE id = ANY($1)'),
              ],
            },
          ],
        },
        {
          service: 'checkout',
          operation: 'reserve and quote',
          ms: 2,
          isParallel: true,
          steps: [
            rpc('inventory', 'Inventory/Reserve', 6, [
              query('UPDATE stock', 11, 'UPDATE stock SET reserved = reserved + $2 WHERE id = $1'),
              query('UPDATE stock', 9, 'UPDATE stock SET reserved = reserved + $2 WHERE id = $1'),
              query('UPDATE stock', 12, 'UPDATE stock SET reserved = reserved + $2 WHERE id = $1'),
            ]),
            rpc('shipping', 'Shipping/Quote', 31, [
              {
                service: 'carrier-gateway',
                operation: 'GET /rates',
                ms: 58,
                kind: 'client',
                tags: [tag('http.method', 'GET'), tag('http.status_code', 200)],
              },
            ]),
          ],
        },
        charge,
        {
          service: 'orders',
          operation: 'Orders/Create',
          ms: 4,
          kind: 'server',
          steps: [
            query(
              'INSERT order',
              8,
              'INSERT INTO "order" (id, customer, total) VALUES ($1, $2, $3)',
            ),
            { service: 'kafka', operation: 'send order.created', ms: 3, kind: 'producer' },
          ],
        },
      ]),
    },
  ],
};

const BROWSE: Step = {
  service: 'frontend',
  operation: 'GET /products/:id',
  ms: 4,
  kind: 'server',
  steps: [
    { service: 'auth', operation: 'Auth/Verify', ms: 5, kind: 'server' },
    rpc('catalog', 'Catalog/Get', 3, [
      { service: 'redis', operation: 'GET product', ms: 1, kind: 'client' },
      query('SELECT product', 9, 'SELECT * FROM product WHERE id = $1'),
    ]),
  ],
};

const EMAIL: Step = {
  service: 'mailer',
  operation: 'receive order.created',
  ms: 14,
  kind: 'consumer',
  steps: [
    { service: 'templates', operation: 'Render/Receipt', ms: 22, kind: 'server' },
    { service: 'mailer', operation: 'SMTP send', ms: 140, kind: 'client', fails: 0.3 },
  ],
};

/** Grows a trace out of steps. */
class Grower {
  readonly #random: () => number;
  readonly #processes = new Map<string, string>();
  readonly trace: ApiTrace;

  constructor(seed: number) {
    this.#random = seeded(seed);
    const traceID = hexId(this.#random, seed % 3 === 0 ? 32 : 16);
    this.trace = { traceID, spans: [], processes: {}, warnings: null };
  }

  /** Adds a step and what is below it; answers with when it ended. */
  grow(step: Step, start: number, parent?: ApiSpan): number {
    const random = this.#random;
    const span = this.add(step.service, step.operation, start, parent);
    span.tags.push(
      ...(step.kind === undefined ? [] : [tag('span.kind', step.kind)]),
      ...(step.tags ?? []),
    );
    const own = step.ms * 1_000 * (0.6 + random() * 0.9);
    const steps = step.steps ?? [];
    const pause = own / (steps.length + 1);
    let at = start + pause;
    let end = at;
    for (const inner of steps) {
      const done = this.grow(inner, Math.round(at), span);
      end = Math.max(end, done + pause);
      at = step.isParallel === true ? at + pause / 4 : end;
    }
    span.duration = Math.max(1, Math.round(end - start));
    if (random() < (step.fails ?? 0)) this.fail(span);
    return start + span.duration;
  }

  /** Adds a span without duration. */
  add(service: string, operationName: string, startTime: number, parent?: ApiSpan): ApiSpan {
    const { traceID } = this.trace;
    const span: ApiSpan = {
      traceID,
      spanID: hexId(this.#random),
      operationName,
      references: parent ? [{ refType: 'CHILD_OF', traceID, spanID: parent.spanID }] : [],
      startTime,
      duration: 0,
      tags: [],
      logs: [],
      processID: this.#process(service),
      warnings: null,
    };
    this.trace.spans.push(span);
    return span;
  }

  fail(span: ApiSpan): void {
    span.tags = span.tags.filter(({ key }) => key !== 'http.status_code');
    span.tags.push(tag('error', true), tag('http.status_code', 503));
    const stack =
      'Error: upstream timed out\n    at charge (bank.js:41:11)\n    at async place (checkout.js:88:5)';
    span.logs.push(
      { timestamp: span.startTime + 900, fields: [tag('event', 'retry'), tag('attempt', 2)] },
      {
        timestamp: span.startTime + span.duration - 20,
        fields: [tag('event', 'error'), tag('message', 'upstream timed out'), tag('stack', stack)],
      },
    );
  }

  #process(service: string): string {
    const known = this.#processes.get(service);
    if (known !== undefined) return known;
    const id = `p${this.#processes.size + 1}`;
    this.#processes.set(service, id);
    this.trace.processes[id] = {
      serviceName: service,
      tags: [
        tag('hostname', `${service}-7d9f-${id}`),
        tag('ip', '10.2.0.17'),
        tag('jaeger.version', 'spoor-3.20.0'),
        tag('region', 'eu-west-1'),
      ],
    };
    return id;
  }
}

/** A trace of a shop; `startMicros` since the Unix epoch. Most are small, some are checkouts. */
export function shopTrace(seed: number, startMicros: number): ApiTrace {
  const kind = seed % 5;
  return grown(kind === 0 ? EMAIL : kind < 3 ? BROWSE : CHECKOUT, seed, startMicros);
}

/** A checkout through all services of the shop. */
export function checkoutTrace(seed: number, startMicros: number): ApiTrace {
  return grown(CHECKOUT, seed, startMicros);
}

function grown(step: Step, seed: number, startMicros: number): ApiTrace {
  const grower = new Grower(seed);
  grower.grow(step, startMicros);
  return grower.trace;
}

/** A trace of many spans in a tree of many shapes: wide, deep, parallel. */
export function largeTrace(seed: number, count: number, startMicros: number): ApiTrace {
  const random = seeded(seed);
  const grower = new Grower(seed);
  const root = grower.add('batch', 'nightly import', startMicros);
  root.duration = 60_000_000;
  const open = [root];
  while (grower.trace.spans.length < count) {
    const parent = open[Math.floor(random() ** 2 * open.length)]!;
    const length = Math.max(1, Math.floor(parent.duration * random() * 0.5));
    const offset = Math.floor((parent.duration - length) * random());
    const service = `worker-${Math.floor(random() * 24)}`;
    const operation = ['load', 'parse', 'validate', 'store', 'index'][Math.floor(random() * 5)]!;
    const span = grower.add(service, `${operation} chunk`, parent.startTime + offset, parent);
    span.duration = length;
    span.tags.push(tag('chunk', grower.trace.spans.length), tag('span.kind', 'internal'));
    if (random() < 0.004) grower.fail(span);
    open.push(span);
    if (open.length > 400) open.splice(1, 1);
  }
  return grower.trace;
}
