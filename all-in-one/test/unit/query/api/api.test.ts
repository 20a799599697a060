import { beforeEach, describe, expect, test } from 'vitest';
import type { Collector } from '../../../../src/index.js';
import type { PlainBatch } from '../../../../../test/unit/core/wire/arbitrary-batch.js';
import { type Answer, query, running, sendBatch, thriftBody, post, urlOf } from '../../running.js';

const START = 1_700_000_000_000_000n;
const TIMES = 'start=1699999999999999&end=1800000000000000';

type PlainSpan = PlainBatch['spans'][number];

function plainSpan(of: Partial<PlainSpan> = {}): PlainSpan {
  return {
    traceIdLow: 0xabn,
    traceIdHigh: 0n,
    spanId: 1n,
    parentSpanId: 0n,
    operationName: 'GET /',
    flags: 1,
    startTime: START,
    duration: 5_000n,
    ...of,
  };
}

function batch(serviceName: string, ...spans: PlainSpan[]): PlainBatch {
  return { process: { serviceName }, spans };
}

let collector: Collector;
const get = (path: string): Promise<Answer> => query(collector, path);

beforeEach(async () => {
  collector = await running();
});

const send = (one: PlainBatch): Promise<Answer> =>
  post(urlOf(collector, 'http', '/api/traces'), 'application/x-thrift', thriftBody(one));

const shopAndBank = async (): Promise<void> => {
  const server = { key: 'span.kind', vType: 0, vStr: 'server' };
  await send(batch('shop', plainSpan(), plainSpan({ spanId: 2n, operationName: 'b' })));
  await send(
    batch(
      'bank',
      plainSpan({ spanId: 3n, parentSpanId: 2n, operationName: 'pay', tags: [server] }),
    ),
  );
};

describe('the envelope', () => {
  test('is Jaeger’s, with nothing in it too', async () => {
    const { status, headers, text } = await get('/api/services');
    expect(text).toBe('{"data":null,"total":0,"limit":0,"offset":0,"errors":null}');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('is spread over lines for people', async () => {
    const { text } = await get('/api/services?prettyPrint=true');
    expect(text).toMatch(/^\{\n {4}"data": null,/);
  });
});

describe('services and operations', () => {
  beforeEach(shopAndBank);

  test('services, sorted', async () => {
    const { json } = await get('/api/services');
    expect(json).toEqual({ data: ['bank', 'shop'], total: 2, limit: 0, offset: 0, errors: null });
  });

  test('the names of a service’s operations', async () => {
    expect((await get('/api/services/shop/operations')).json).toMatchObject({
      data: ['GET /', 'b'],
      total: 2,
    });
    expect((await get('/api/services/nobody/operations')).json).toMatchObject({
      data: null,
      total: 0,
    });
  });

  test('a service whose name is a path, or has a plus or a percent sign', async () => {
    await send(batch('a/b +%', plainSpan()));
    const path = `/api/services/${encodeURIComponent('a/b +%')}/operations`;
    expect((await get(path)).json['data']).toEqual(['GET /']);
    expect((await get('/api/services/%ff/operations')).status).toBe(400);
  });

  test('operations with their kinds', async () => {
    const path = '/api/operations?service=bank';
    expect((await get(path)).json).toMatchObject({ data: [{ name: 'pay', spanKind: 'server' }] });
    expect((await get(`${path}&spanKind=client`)).json).toMatchObject({ data: [] });
    const { status, json } = await get('/api/operations');
    expect(status).toBe(400);
    expect(json['errors']).toEqual([{ code: 400, msg: "parameter 'service' is required" }]);
  });
});

describe('a trace by its id', () => {
  beforeEach(shopAndBank);

  test('with all its spans, whatever the width and the case of the id', async () => {
    for (const id of ['ab', '00000000000000AB', 'ab'.padStart(32, '0')]) {
      const { status, json } = await get(`/api/traces/${id}`);
      expect(status).toBe(200);
      expect(json['data']).toEqual([collector.trace('ab')]);
    }
    expect(collector.trace('ab')!.spans).toHaveLength(3);
  });

  test('one that is not there is 404, and what is no id is 400', async () => {
    const { status, json } = await get('/api/traces/123');
    expect(status).toBe(404);
    expect(json).toEqual({
      data: null,
      total: 0,
      limit: 0,
      offset: 0,
      errors: [{ code: 404, msg: 'trace not found' }],
    });
    expect((await get('/api/traces/zz')).json['errors']).toEqual([
      { code: 400, msg: 'strconv.ParseUint: parsing "zz": invalid syntax' },
    ]);
    expect((await get('/api/traces/ab?raw=x')).status).toBe(400);
  });

  test('several by their ids; what is missing is told', async () => {
    const { json } = await get('/api/traces?traceID=ab&traceID=123');
    expect(json['data']).toEqual([collector.trace('ab')]);
    expect(json['errors']).toEqual([{ msg: 'trace not found', traceID: '0000000000000123' }]);
    expect((await get('/api/traces?traceID=ab')).json['errors']).toBeNull();
  });
});

describe('a search', () => {
  beforeEach(shopAndBank);
  const found = async (parameters: string): Promise<number> =>
    (await get(`/api/traces?service=shop&${parameters}`)).json['data']![
      'length'
    ] as never as number;

  test.each([
    { parameters: '', finds: 0 }, // in the last two days
    { parameters: TIMES, finds: 1 },
    { parameters: `${TIMES}&operation=b`, finds: 1 },
    { parameters: `${TIMES}&operation=pay`, finds: 0 },
    { parameters: `${TIMES}&minDuration=5ms&maxDuration=0.1s`, finds: 1 },
    { parameters: `${TIMES}&minDuration=5001us`, finds: 0 },
    { parameters: `${TIMES}&maxDuration=4ms`, finds: 0 },
    { parameters: `start=${START}&end=${START}`, finds: 1 },
    { parameters: `start=${START + 1n}&end=1800000000000000`, finds: 0 },
    { parameters: `${TIMES}&lookback=1h&limit=1`, finds: 1 },
  ])('$parameters', async ({ parameters, finds }) => {
    expect(await found(parameters)).toBe(finds);
  });

  test('by tags, in either form', async () => {
    const one = await get(`/api/traces?service=bank&${TIMES}&tag=span.kind:server`);
    expect(one.json['data']).toHaveLength(1);
    const tags = encodeURIComponent('{"span.kind":"client"}');
    const none = await get(`/api/traces?service=bank&${TIMES}&tags=${tags}`);
    expect(none.json['data']).toEqual([]);
  });

  // The texts are Jaeger's, but for those of its JSON parser.
  test.each([
    ['', "parameter 'service' is required"],
    [
      'service=a&start=x',
      `unable to parse param 'start': strconv.ParseInt: parsing "x": invalid syntax`,
    ],
    ['service=a&limit=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['service=a&limit=0', 'search depth must be greater than 0 and less than max traces'],
    [
      'service=a&minDuration=5',
      `unable to parse param 'minDuration': time: missing unit in duration "5"`,
    ],
    [
      'service=a&minDuration=5s&maxDuration=1s',
      "'maxDuration' should be greater than 'minDuration'",
    ],
    ['service=a&tag=x', "malformed 'tag' parameter, expecting key:value, received: x"],
    ['service=a&tags=[1]', "malformed 'tags' parameter, cannot unmarshal JSON: not an object"],
    [
      'service=a&tags={"a":1}',
      "malformed 'tags' parameter, cannot unmarshal JSON: every value must be a string",
    ],
    ['traceID=zz', 'cannot parse traceID param: strconv.ParseUint: parsing "zz": invalid syntax'],
  ])('%s is 400', async (parameters, msg) => {
    const { status, json } = await get(`/api/traces?${parameters}`);
    expect(status).toBe(400);
    expect(json['errors']).toEqual([{ code: 400, msg }]);
  });
});

describe('what Jaeger does not have', () => {
  beforeEach(shopAndBank);

  test('summaries, of all services too', async () => {
    const { json } = await get(`/api/summaries?${TIMES}`);
    expect(json).toMatchObject({
      total: 1,
      data: [{ traceID: '00000000000000ab', spanCount: 3, rootServiceName: 'shop' }],
    });
    expect((await get(`/api/summaries?service=nobody&${TIMES}`)).json['data']).toEqual([]);
    expect((await get('/api/summaries?traceID=ab')).json['data']).toHaveLength(1);
  });

  test.each(['', '&service=late', '&tags=%7B%22k%22%3A%22v%22%7D'])(
    'the total of summaries is the number of all traces that match: %s',
    async (criteria) => {
      const tags = [{ key: 'k', vType: 0, vStr: 'v' }];
      for (let i = 0; i < 7; i++) {
        await send(batch('late', plainSpan({ traceIdLow: BigInt(0x100 + i), tags })));
      }
      const others = criteria === '' ? 1 : 0;
      for (const limit of [1, 6, 7, 8, 100]) {
        const { json } = await get(`/api/summaries?${TIMES}&limit=${limit}${criteria}`);
        expect(json['data']).toHaveLength(Math.min(limit, 7 + others));
        expect(json).toMatchObject({ total: 7 + others, limit: 0, offset: 0, errors: null });
      }
    },
  );

  test('the counters', async () => {
    const { json } = await get('/api/stats');
    expect(json['data']).toMatchObject({ traces: 1, spans: 3, evictedTraces: 0, tailReaders: 0 });
    expect(json['data']!['receivers']).toContainEqual({
      name: 'thrift-http',
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      messages: 2,
      spans: 3,
      malformed: 0,
      refused: 0,
      bytes: expect.any(Number),
      refusedBy: {},
    });
  });
});

test('dependencies, in a time and of a service', async () => {
  await shopAndBank();
  const link = { parent: 'shop', child: 'bank', callCount: 1 };
  const at = 'endTs=1700000001000&lookback=10000';
  expect((await get(`/api/dependencies?${at}`)).json['data']).toEqual([link]);
  expect((await get(`/api/dependencies?${at}&service=bank`)).json['data']).toEqual([link]);
  expect((await get(`/api/dependencies?${at}&service=x`)).json['data']).toEqual([]);
  expect((await get('/api/dependencies')).json['data']).toEqual([]);
  expect((await get('/api/dependencies?endTs=x')).status).toBe(400);
});

describe('other paths and methods', () => {
  test('no such path of the API is 404, in its form', async () => {
    for (const path of [
      '/api/nope',
      '/api/',
      '/api/traces/',
      '/api/traces/a/b',
      '/api/services/a',
    ]) {
      const { status, json } = await get(path);
      expect(status, path).toBe(404);
      expect(json['errors'], path).toEqual([{ code: 404, msg: 'no such path' }]);
    }
    expect((await get('/api/v3/nope')).json).toEqual({
      error: { httpCode: 404, message: 'no such path' },
    });
  });

  test('only GET and HEAD read', async () => {
    expect((await query(collector, '/api/services', { method: 'DELETE' })).status).toBe(405);
    const head = await query(collector, '/api/services', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
    await shopAndBank();
    expect(await query(collector, '/api/traces/ab', { method: 'HEAD' })).toMatchObject({
      status: 200,
      text: '',
    });
  });

  test('health and metrics', async () => {
    await sendBatch(collector, 'compact', batch('shop', plainSpan()));
    expect(await get('/health')).toMatchObject({ status: 200, text: 'ok\n' });
    const { text, headers } = await get('/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('# TYPE spoor_collector_received_spans_total counter\n');
    expect(text).toContain('\nspoor_collector_received_spans_total{receiver="udp-compact"} 1\n');
    expect(text).toContain('\nspoor_collector_spans 1\n');
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(
        /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{\w+="[\w-]+"(?:,\w+="[\w-]+")*\})? \d+)$/,
      );
    }
  });

  test('what is private to the machine is not for pages of others, and not to be kept', async () => {
    const { headers } = await get('/api/services');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
