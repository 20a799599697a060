import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as tracing from '../../src/grpc/index.js';
import { type JaegerTracer, withSpan } from '../../src/index.js';
import type { GrpcCopy } from '../unit/support/grpc-copies.js';
import { callWith, newClient } from '../unit/support/grpc-rig.js';
import {
  CALL_TYPES,
  type Handlers,
  PATHS,
  serviceDefinition,
} from '../unit/support/grpc-service.js';
import { callFromRuby, type RubyCall, type RubySpan, serveInRuby } from './peers/ruby-grpc.js';
import { type CallRow, CallRows, type Judge, JUDGES } from './ruby-grpc-judges.js';
import { expectAccounted, NO_PARENT, openTracer } from './tracing.js';

const COPY: GrpcCopy = { version: 'newest', grpc, tracing };
const { NOT_FOUND, OK } = grpc.status;

/** Each call type, once to its end and once to an error; streams say something before it. */
const CALLS: readonly RubyCall[] = [
  ...CALL_TYPES.map((type) => [type, 'a+ü'] as const),
  ...CALL_TYPES.map((type) => [type, 'a+missing'] as const),
];
const ANSWERS = [
  { values: ['a+ü'], code: OK },
  { values: ['a+ü'], code: OK },
  { values: ['a', 'ü'], code: OK },
  { values: ['a', 'ü'], code: OK },
  { values: [], code: NOT_FOUND, details: 'no such text' },
  { values: [], code: NOT_FOUND, details: 'no such text' },
  { values: ['a'], code: NOT_FOUND, details: 'no such text' },
  { values: ['a'], code: NOT_FOUND, details: 'no such text' },
];

/** The same service as Ruby's: a text with "missing" in it is not found. */
const HANDLERS: Required<Handlers> = {
  unary: (call, callback) => callback(refusal(call.request), call.request),
  clientStream: (call, callback) => {
    const texts: string[] = [];
    call.on('data', (text: string) => texts.push(text));
    call.on('end', () => callback(refusal(texts.join('+')), texts.join('+')));
  },
  serverStream: (call) => {
    for (const text of call.request.split('+')) writeOrRefuse(call, text);
    call.end();
  },
  bidi: (call) => {
    call.on('data', (text: string) => writeOrRefuse(call, text));
    call.on('end', () => call.end());
  },
};

function refusal(text: string): Partial<grpc.StatusObject> | null {
  return text.includes('missing') ? { code: NOT_FOUND, details: 'no such text' } : null;
}

function writeOrRefuse(
  call: grpc.ServerWritableStream<string, string> | grpc.ServerDuplexStream<string, string>,
  text: string,
): void {
  const refused = refusal(text);
  if (refused === null) call.write(text);
  else call.emit('error', refused);
}

describe.each(JUDGES)('judged by $name', ({ start }) => {
  let judge: Judge;
  /** What ends with the test, the last one first. */
  let ends: (() => unknown)[];
  let ours: CallRows;

  beforeEach(async () => {
    judge = await start();
    ends = [];
    ours = new CallRows();
  });

  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    await judge.stop();
  });

  function open(service: string, options: Parameters<typeof openTracer>[2] = {}): JaegerTracer {
    const tracer = openTracer(service, { port: judge.port, protocol: 'compact' }, options);
    ends.push(() => tracer.close());
    return tracer;
  }

  function connect(service: string, tracer: JaegerTracer, address: string): grpc.Client {
    const client = newClient(COPY, { clientTracing: ours.tracing(service) }, tracer, address);
    ends.push(() => client.close());
    return client;
  }

  async function serve(service: string, tracer: JaegerTracer, handlers = HANDLERS) {
    const interceptor = tracing.serverInterceptor({ tracer, ...ours.tracing(service) });
    const server = new grpc.Server({ interceptors: [interceptor] });
    server.addService(serviceDefinition(), handlers);
    ends.push(() => server.forceShutdown());
    return new Promise<string>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
        error ? reject(error) : resolve(`127.0.0.1:${port}`),
      );
    });
  }

  async function serveThere() {
    const server = await serveInRuby(judge.port);
    let spans: Promise<RubySpan[]> | undefined;
    const stop = (): Promise<RubySpan[]> => (spans ??= server.stop());
    ends.push(() => stop().catch(() => undefined));
    return { address: server.address, stop };
  }

  /** All spans that arrived are those that both sides say they sent, as both say them. */
  async function expectArrived(there: Record<string, readonly RubySpan[]>): Promise<CallRow[]> {
    const theirs = Object.entries(there).flatMap(([service, spans]) =>
      spans
        .filter(({ flags }) => flags !== 0)
        .map(({ baggage: _baggage, ...span }) => ({ service, ...span })),
    );
    const said = [...ours.rows.filter(({ flags }) => flags !== 0), ...theirs];
    const arrived = await judge.rows(said.length);
    const byId = (a: CallRow, b: CallRow): number => (a.spanID < b.spanID ? -1 : 1);
    expect([...arrived].sort(byId)).toEqual([...said].sort(byId));
    expect(new Set(arrived.map(({ traceID }) => traceID)).size).toBe(1);
    expect(arrived.filter(({ parentSpanID }) => parentSpanID === NO_PARENT)).toHaveLength(1);
    return arrived;
  }

  /** Each server span is the child of a client span of the same call. */
  function expectPairs(rows: readonly CallRow[], client: string, server: string): void {
    const calls = (service: string, kind: string): CallRow[] =>
      rows.filter((row) => row.service === service && row.kind === kind);
    const parents = new Map(calls(client, 'client').map((row) => [row.spanID, row]));
    const children = calls(server, 'server');
    expect(children).toHaveLength(CALLS.length);
    expect(parents.size).toBe(CALLS.length);
    const paths = CALLS.map(([type]) => PATHS[type]);
    expect(children.map(({ operationName }) => operationName).sort()).toEqual(paths.sort());
    for (const child of children) {
      const { operationName, code } = child;
      expect(parents.get(child.parentSpanID)).toMatchObject({ operationName, code });
      parents.delete(child.parentSpanID);
    }
  }

  test('a client here and a server in Ruby: all call types are one trace', async () => {
    const server = await serveThere();
    const tracer = open('node-client', { traceId128bit: true });
    const client = connect('node-client', tracer, server.address);
    const root = tracer.startSpan('node-root');
    root.setBaggageItem('tenant', 'acme').setBaggageItem('User-Id', 'u 1');

    const answers = [];
    for (const [type, text] of CALLS) {
      answers.push(await withSpan(root, () => callWith(COPY, client, type, text)));
    }
    expect(answers.map(({ values, status }) => ({ values, code: status!.code }))).toEqual(
      ANSWERS.map(({ values, code }) => ({ values, code })),
    );
    root.finish();
    ours.keep('node-client', root, undefined);
    const theirs = await server.stop();
    await tracer.close();
    expectAccounted(tracer.stats());

    const rows = await expectArrived({ 'ruby-server': theirs });
    expect(rows[0]!.traceID).not.toMatch(/^0{16}/);
    expectPairs(rows, 'node-client', 'ruby-server');
    for (const { baggage } of theirs) expect(baggage).toEqual({ tenant: 'acme', 'user-id': 'u 1' });
  });

  test('a client in Ruby and a server here: all call types are one trace', async () => {
    const tracer = open('node-server');
    const address = await serve('node-server', tracer);
    const { answers, spans } = await callFromRuby(address, judge.port, CALLS);
    expect(answers).toEqual(ANSWERS.map((answer) => expect.objectContaining(answer)));
    await tracer.close();
    expectAccounted(tracer.stats());

    const rows = await expectArrived({ 'ruby-client': spans });
    expectPairs(rows, 'ruby-client', 'node-server');
    expect(Object.values(ours.baggage)).toEqual(CALLS.map(() => ({ tenant: 'acme' })));
  });

  test('from Ruby through a server here to a server in Ruby: one chain', async () => {
    const behind = await serveThere();
    const tracer = open('node');
    const client = connect('node', tracer, behind.address);
    const address = await serve('node', tracer, {
      ...HANDLERS,
      unary: (call, callback) => {
        void callWith(COPY, client, 'unary', call.request).then(({ error, values }) =>
          callback(error ?? null, values[0]),
        );
      },
    });
    const calls: readonly RubyCall[] = [
      ['unary', 'a'],
      ['unary', 'missing'],
    ];
    const { answers, spans } = await callFromRuby(address, judge.port, calls);
    expect(answers).toMatchObject([
      { values: ['a'] },
      { code: NOT_FOUND, details: 'no such text' },
    ]);
    const theirs = await behind.stop();
    await tracer.close();
    const rows = await expectArrived({
      'ruby-client': spans,
      'ruby-server': theirs,
    });
    const byId = new Map(rows.map((row) => [row.spanID, row]));
    const chains = theirs.map(({ spanID }) => {
      const chain: string[] = [];
      for (let row = byId.get(spanID); row !== undefined; row = byId.get(row.parentSpanID)) {
        chain.push(`${row.service} ${row.kind} ${row.code}`);
      }
      return chain;
    });
    expect(chains).toEqual([chainWith(OK), chainWith(NOT_FOUND)]);
    for (const { baggage } of theirs) expect(baggage).toEqual({ tenant: 'acme' });
  });

  test('what is not sampled here is reported by neither', async () => {
    const server = await serveThere();
    const tracer = open('node-client');
    const client = connect('node-client', tracer, server.address);
    const quiet = tracer.startSpan('quiet', { tags: { 'sampling.priority': 0 } });
    const loud = tracer.startSpan('loud');
    for (const root of [quiet, loud]) {
      await withSpan(root, () => callWith(COPY, client, 'unary', 'a'));
      root.finish();
    }
    ours.keep('node-client', loud, undefined);
    const theirs = await server.stop();
    await tracer.close();
    expect(theirs.map(({ flags }) => flags)).toEqual([0, 1]);
    expect(ours.rows.map(({ flags }) => flags)).toEqual([0, 1, 1]);
    expect(theirs.map(({ parentSpanID }) => parentSpanID)).toEqual(
      ours.rows.slice(0, 2).map(({ spanID }) => spanID),
    );
    await expectArrived({ 'ruby-server': theirs });
  });
});

function chainWith(code: number): string[] {
  return [
    `ruby-server server ${code}`,
    `node client ${code}`,
    `node server ${code}`,
    `ruby-client client ${code}`,
    'ruby-client internal 0',
  ];
}
