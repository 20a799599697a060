import * as grpc from '@grpc/grpc-js';
import fc from 'fast-check';
import { FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from 'opentracing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as tracing from '../../src/grpc/index.js';
import type { TracerOptions } from '../../src/node/tracer/tracer.js';
import type { GrpcCopy } from '../unit/support/grpc-copies.js';
import { callWith } from '../unit/support/grpc-rig.js';
import { RigTracer } from '../unit/support/grpc-spans.js';
import { type GrpcCoreServer, serveInGrpcCore } from './peers/grpc-core-server.js';

const COPY: GrpcCopy = { version: 'newest', grpc, tracing };

/** What the C core takes with certainty; it decides by chance on more. */
const SOFT_LIMIT = 8192;

type Headers = Readonly<Record<string, string>>;

/** Makes calls of a traced client. Resolves with the status and the metadata that came. */
class Caller {
  private readonly traced: RigTracer;
  private readonly client: grpc.Client;

  constructor(address: string, format: string, options: TracerOptions = {}) {
    this.traced = new RigTracer('client', undefined, options);
    const { tracer } = this.traced;
    this.client = new grpc.Client(
      address,
      grpc.credentials.createInsecure(),
      tracing.tracedClientOptions({ tracer, format }),
    );
  }

  async call(
    baggage: Headers,
    headers: Headers = {},
  ): Promise<{ code: number | undefined; received: [string, string][] }> {
    let context = this.traced.tracer.startSpan('parent').context();
    for (const [key, value] of Object.entries(baggage)) {
      context = context.withBaggageItem(key, value);
    }
    const metadata = new grpc.Metadata();
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
    const options = tracing.withParent(context);
    const answer = await callWith(COPY, this.client, 'unary', 'a', { metadata, options });
    const received = JSON.parse(answer.values[0] ?? '[]') as [string, string][];
    return { code: answer.status?.code, received };
  }

  close(): void {
    this.client.close();
  }
}

function numbered(count: number, value: string, prefix: string = 'k'): Headers {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, value]));
}

describe.each([FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS])("gRPC's C core, in %s", (format) => {
  let exact: GrpcCoreServer;
  let usual: GrpcCoreServer;
  const callers: Caller[] = [];

  const callerOf = (server: GrpcCoreServer, options?: TracerOptions): Caller => {
    const caller = new Caller(server.address, format, options);
    callers.push(caller);
    return caller;
  };

  beforeAll(async () => {
    [exact, usual] = await Promise.all([serveInGrpcCore(SOFT_LIMIT), serveInGrpcCore()]);
  });

  afterAll(() => Promise.all([exact.stop(), usual.stop()]));

  afterEach(() => {
    for (const caller of callers.splice(0)) caller.close();
  });

  test('takes calls with any baggage beside any metadata that it would take without', async () => {
    const caller = callerOf(exact);
    const value = fc.oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
      fc.nat(2100).map((length) => 'x'.repeat(length)),
      fc.nat(700).map((length) => '日'.repeat(length)),
    );
    const baggage = fc.oneof(
      fc.dictionary(fc.string({ maxLength: 12 }), value, { maxKeys: 12 }),
      fc.tuple(fc.nat(180), value).map(([count, text]) => numbered(count, text)),
    );
    const headers = fc
      .tuple(fc.nat(100), fc.nat(60))
      .filter(([count, length]) => count * (length + 40) < 7000)
      .map(([count, length]) => numbered(count, 'v'.repeat(length), 'x-'));
    await fc.assert(
      fc.asyncProperty(baggage, headers, async (items, own) => {
        const { code, received } = await caller.call(items, own);
        expect(code).toBe(grpc.status.OK);
        const keys = received.map(([key]) => key);
        expect(keys).toContain('uber-trace-id');
        expect(keys.filter((key) => key.startsWith('x-'))).toHaveLength(Object.keys(own).length);
      }),
      { seed: 20_261_128, numRuns: 300 },
    );
  });

  test.each([1, 20, 100, 300, 1000])('takes every call full of items of %i', async (length) => {
    const caller = callerOf(usual);
    const calls = Array.from({ length: 100 }, () => caller.call(numbered(180, 'v'.repeat(length))));
    const codes = (await Promise.all(calls)).map(({ code }) => code);
    expect(new Set(codes)).toStrictEqual(new Set([grpc.status.OK]));
  });

  test('refuses what is not limited', async () => {
    const maxBaggage = { items: 1000, bytes: 100_000 };
    const { code } = await callerOf(exact, { maxBaggage }).call(numbered(180, 'v'));
    expect(code).toBe(grpc.status.RESOURCE_EXHAUSTED);
    const large = await callerOf(exact, { maxBaggage }).call(numbered(5, 'v'.repeat(1900)));
    expect(large.code).toBe(grpc.status.RESOURCE_EXHAUSTED);
  });
});
