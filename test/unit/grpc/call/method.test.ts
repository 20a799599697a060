import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  contextKeyOf,
  readCarrier,
  writeCarrier,
} from '../../../../src/grpc/carrier/read-carrier.js';
import { CallSpan } from '../../../../src/grpc/span/call-span.js';
import { FaultLog } from '../../../../src/grpc/settings/fault-log.js';
import { MethodTable } from '../../../../src/grpc/call/method.js';
import { peerTags, tagsOfPeer } from '../../../../src/grpc/call/peer.js';
import { Settings } from '../../../../src/grpc/settings/settings.js';
import { codeOfError, isErrorByDefault, statusName } from '../../../../src/grpc/call/status.js';
import { wireStatus } from '../../../../src/grpc/grpc-js/wire-status.js';
import { COPIES } from '../../support/grpc-copies.js';
import { outcomeOf, RigTracer } from '../../support/grpc-spans.js';
import { RecordingLogger } from '../../support/recording-logger.js';

const SEED = 20_261_103;

describe('a method', () => {
  const of = (path: string, requestStream = false, responseStream = false): object =>
    new MethodTable(() => ({})).of({ path, requestStream, responseStream });

  test.each([
    ['/shop.v1.Users/Get', 'shop.v1.Users', 'Get'],
    ['/Users/Get', 'Users', 'Get'],
    ['shop.Users/Get', 'shop.Users', 'Get'],
    ['/a/b/c', 'a/b', 'c'],
    ['Get', '', 'Get'],
    ['/Get', '', 'Get'],
    ['', '', ''],
  ])('%j is of the service %j and called %j', (path, service, name) => {
    expect(of(path)).toMatchObject({ path, service, name });
  });

  test.each([
    [false, false, 'unary'],
    [true, false, 'clientStream'],
    [false, true, 'serverStream'],
    [true, true, 'bidi'],
  ])('with streams %j and %j is %s', (requestStream, responseStream, callType) => {
    expect(of('/a/b', requestStream, responseStream)).toMatchObject({ callType });
  });

  test('is worked out once, and again where its definition is another one', () => {
    const table = new MethodTable(() => ({}));
    const definition = { path: '/a/b', requestStream: false, responseStream: false };
    expect(table.of({ ...definition })).toBe(table.of({ ...definition }));
    expect(table.of({ ...definition, responseStream: true }).callType).toBe('serverStream');
  });

  test('is worked out each time, past the first 2,000 of an interceptor', () => {
    const table = new MethodTable(() => ({}));
    const definition = (i: number): Parameters<MethodTable['of']>[0] => ({
      path: `/a/${i}`,
      requestStream: false,
      responseStream: false,
    });
    for (let i = 0; i < 2000; i++) table.of(definition(i));
    expect(table.of(definition(1999))).toBe(table.of(definition(1999)));
    expect(table.of(definition(2000))).not.toBe(table.of(definition(2000)));
    expect(table.of(definition(2000)).name).toBe('2000');
  });
});

describe('a status', () => {
  const { status } = COPIES[0]!.grpc;
  const codes = Object.values(status).filter((code): code is number => typeof code === 'number');

  test('has the name that grpc-js gives it', () => {
    expect(codes).toHaveLength(17);
    for (const code of codes) expect(statusName(code)).toBe(status[code]);
    expect(statusName(99)).toBe('99');
  });

  test('is an error at a client but for two, and at a server for six', () => {
    const errors = (side: 'client' | 'server'): (string | undefined)[] =>
      codes.filter((code) => isErrorByDefault(code, side)).map((code) => status[code]);
    expect(errors('client')).toHaveLength(15);
    expect(errors('client')).not.toContain('CANCELLED');
    expect(errors('server')).toStrictEqual([
      'UNKNOWN',
      'DEADLINE_EXCEEDED',
      'UNIMPLEMENTED',
      'INTERNAL',
      'UNAVAILABLE',
      'DATA_LOSS',
    ]);
  });

  test.each<[unknown, number]>([
    [{ code: 7 }, 7],
    [{ code: 0 }, 2],
    [{ code: 99 }, 2],
    [{ code: 'ENOENT' }, 2],
    [new Error('no'), 2],
    [undefined, 2],
    ['text', 2],
  ])('of what was thrown, %j, is %i', (error, code) => {
    expect(codeOfError(error)).toBe(code);
  });
});

describe('a peer', () => {
  const v4 = (address: string, ip: string, port: number): object => ({
    'peer.address': address,
    'peer.ipv4': ip,
    'peer.port': port,
  });
  const v6 = (address: string, ip: string, port: number): object => ({
    'peer.address': address,
    'peer.ipv6': ip,
    'peer.port': port,
  });

  test.each<[string, object]>([
    ['127.0.0.1:80', v4('127.0.0.1:80', '127.0.0.1', 80)],
    ['[::1]:443', v6('[::1]:443', '::1', 443)],
    ['::1:40462', v6('[::1]:40462', '::1', 40_462)],
    ['[fe80::1%eth0]:1', v6('[fe80::1%eth0]:1', 'fe80::1%eth0', 1)],
    ['::ffff:10.0.0.7:5000', v4('10.0.0.7:5000', '10.0.0.7', 5000)],
    ['[::ffff:10.0.0.7]:5000', v4('10.0.0.7:5000', '10.0.0.7', 5000)],
  ])('%s is an address and a port', (peer, tags) => {
    expect(peerTags(peer)).toStrictEqual(tags);
  });

  test.each([
    'dns:localhost:50051',
    'localhost:50051',
    '/run/users.sock',
    'unix:/run/users.sock',
    '10.0.0.7',
    '10.0.0.7:port',
    '10.0.0.7:123456',
    ':',
  ])('%s is said as it is', (peer) => {
    expect(peerTags(peer)).toStrictEqual({ 'peer.address': peer });
  });

  test.each(['', 'unknown'])('%j says nothing', (peer) => {
    expect(peerTags(peer)).toStrictEqual({});
  });

  test('is worked out once for many calls, and forgotten again after many peers', () => {
    const first = peerTags('10.0.0.1:1');
    expect(peerTags('10.0.0.1:1')).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
    for (let i = 0; i < 600; i++) peerTags(`10.0.0.2:${i}`);
    expect(peerTags('10.0.0.1:1')).not.toBe(first);
    expect(peerTags('10.0.0.1:1')).toStrictEqual(first);
  });

  describe('in parts', () => {
    const atPort = (remotePort: number) => ({
      getPeer: () => 'unknown',
      getConnectionInfo: () => ({ remoteAddress: '::ffff:10.0.0.7', remotePort }),
    });

    test('is the same as in text, and not asked for as text', () => {
      expect(tagsOfPeer(atPort(80))).toStrictEqual(v4('10.0.0.7:80', '10.0.0.7', 80));
      expect(tagsOfPeer(atPort(81))).toStrictEqual(v4('10.0.0.7:81', '10.0.0.7', 81));
    });

    test('is worked out once for many calls, and forgotten again after many peers', () => {
      const first = tagsOfPeer(atPort(80));
      expect(tagsOfPeer(atPort(80))).toBe(first);
      for (let port = 1000; port < 2200; port++) tagsOfPeer(atPort(port));
      expect(tagsOfPeer(atPort(80))).not.toBe(first);
      expect(tagsOfPeer(atPort(80))).toStrictEqual(first);
    });

    test.each<[string, () => object]>([
      ['has none', () => ({})],
      [
        'cannot be asked',
        () => {
          throw new TypeError('nextCall.getConnectionInfo is not a function');
        },
      ],
    ])('of a connection that %s is its text', (_name, getConnectionInfo) => {
      const peer = { getPeer: () => '10.0.0.9:9', getConnectionInfo };
      expect(tagsOfPeer(peer)).toStrictEqual(v4('10.0.0.9:9', '10.0.0.9', 9));
    });
  });
});

describe('a carrier', () => {
  const { Metadata } = COPIES[0]!.grpc;

  test('of any keys and values makes metadata that can be sent, or says which it cannot', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a-bin', ' a'),
    );
    const values = fc.oneof(text, fc.integer(), fc.constant(undefined), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(text, values), (carrier) => {
        const metadata = new Metadata();
        const refused = writeCarrier(carrier, metadata) ?? [];
        const sent = metadata.toHttp2Headers();
        for (const [name, value] of Object.entries(carrier)) {
          const key = name.toLowerCase();
          if (refused.includes(key)) continue;
          // Two keys that differ in case are one.
          const rivals = Object.keys(carrier).filter((other) => other.toLowerCase() === key);
          if (rivals.length === 1 && key !== '__proto__') expect(sent[key]).toBe(value);
          expect(key).toMatch(/^[0-9a-z_.-]+$/);
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('takes the place of what stood there', () => {
    const metadata = new Metadata();
    metadata.add('uber-trace-id', 'old');
    metadata.add('uber-trace-id', 'older');
    expect(writeCarrier({ 'Uber-Trace-Id': 'new' }, metadata)).toBeUndefined();
    expect(metadata.get('uber-trace-id')).toStrictEqual(['new']);
  });

  test.each(['grpc-timeout', ':path', 'k-bin', 'ü', ''])('has no key %j', (key) => {
    const metadata = new Metadata();
    expect(writeCarrier({ [key]: 'v' }, metadata)).toStrictEqual([key]);
    expect(metadata.getMap()).toStrictEqual({});
  });

  test('reads text and leaves bytes', () => {
    const headers = { a: '1', 'b-bin': Buffer.from('x'), c: undefined };
    expect(readCarrier(headers)).toStrictEqual({ carrier: { a: '1' }, hasContext: false });
  });

  test('a context that came once leaves commas in baggage alone, whatever else came twice', () => {
    const headers = {
      'uber-trace-id': 'a:b:0:1',
      'uberctx-k': 'x,y',
      traceparent: '00-1, 00-2',
    };
    expect(readCarrier(headers)).toStrictEqual({ carrier: headers, hasContext: true });
  });

  test('takes the last of joined headers where the context was joined', () => {
    const joined = {
      traceparent: '00-a, 00-b',
      'uberctx-k': 'old, new',
      'jaeger-baggage': 'a=1, b=2',
      tracestate: 'a=1, b=2',
    };
    expect(readCarrier(joined).carrier).toStrictEqual({
      traceparent: '00-b',
      'uberctx-k': 'new',
      'jaeger-baggage': 'a=1, b=2',
      tracestate: 'a=1, b=2',
    });
  });

  test.each<[unknown, string]>([
    [{}, 'uber-trace-id'],
    [{ _extractors: { text_map: { _contextKey: 'x-trace' } } }, 'x-trace'],
    [{ _extractors: { text_map: { _contextKey: 5 } } }, 'uber-trace-id'],
    [{ _extractors: null }, 'uber-trace-id'],
    [
      {
        get _extractors() {
          throw new Error('no');
        },
      },
      'uber-trace-id',
    ],
  ])('of a tracer %# has its context under %2$s', (tracer, key) => {
    expect(contextKeyOf(tracer as object, 'text_map')).toBe(key);
  });
});

describe('the status on the wire', () => {
  const sent = (headers?: object, trailers?: object): object => ({
    nextCall: { nextCall: { stream: { sentHeaders: headers, sentTrailers: trailers } } },
  });

  test.each<[object, object | undefined]>([
    [
      sent({}, { 'grpc-status': 13, 'grpc-message': 'a%20mistake' }),
      { code: 13, details: 'a mistake' },
    ],
    [sent({ 'grpc-status': '4' }), { code: 4, details: '' }],
    [sent({ 'grpc-status': 1, 'grpc-message': '%' }, {}), { code: 1, details: '%' }],
    [sent({}, undefined), undefined],
    [sent(), undefined],
    [sent({ 'grpc-status': 'many' }), undefined],
    [{}, undefined],
    [{ nextCall: null }, undefined],
    [
      {
        get nextCall() {
          throw new Error('private');
        },
      },
      undefined,
    ],
  ])('%#', (call, status) => {
    expect(wireStatus(call)).toStrictEqual(status);
  });

  test('of a chain without an end is unknown', () => {
    const call: { nextCall?: object } = {};
    call.nextCall = call;
    expect(wireStatus(call)).toBeUndefined();
  });
});

describe('a fault', () => {
  test('is said by the logger of the options, else by that of the tracer, else by nobody', () => {
    const [own, tracers] = [new RecordingLogger(), new RecordingLogger()];
    new FaultLog(own).report('inject', 'no', { _logger: tracers });
    new FaultLog(undefined).report('inject', 'no', { _logger: tracers });
    new FaultLog(undefined).report('inject', 'no', { _logger: 'none' });
    new FaultLog(undefined).report('inject', 'no', {});
    new FaultLog(undefined).report('inject', 'no');
    const line = 'gRPC tracing: inject: no';
    expect([own.errors, tracers.errors]).toStrictEqual([[line], [line]]);
  });

  test('is said again a minute later, each kind by itself, also after the clock was set back', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    try {
      const logger = new RecordingLogger();
      const log = new FaultLog(logger);
      const said = (kind: string): string | undefined => {
        const before = logger.errors.length;
        log.report(kind, 'x');
        return logger.errors[before];
      };
      expect(said('a')).toBe('gRPC tracing: a: x');
      expect(said('a')).toBeUndefined();
      expect(said('b')).toBe('gRPC tracing: b: x');
      vi.setSystemTime(1_700_000_059_999);
      expect(said('a')).toBeUndefined();
      vi.setSystemTime(1_700_000_060_000);
      expect(said('a')).toBe('gRPC tracing: a: x (and 2 more since the last such line)');
      vi.setSystemTime(1_600_000_000_000);
      expect(said('a')).toBe('gRPC tracing: a: x');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the timer of a call', () => {
  function started(): { traced: RigTracer; call: CallSpan<unknown, unknown> } {
    const traced = new RigTracer('client');
    const method = new MethodTable(() => ({})).of({
      path: '/a/b',
      requestStream: false,
      responseStream: false,
    });
    const call = new CallSpan(new Settings('client', { tracer: traced.tracer }), method, undefined);
    call.start(undefined);
    return { traced, call };
  }

  test('ends the span where nothing else does', () => {
    vi.useFakeTimers();
    try {
      const { traced, call } = started();
      call.endAfter(1000, 4, 'Deadline exceeded');
      vi.advanceTimersByTime(999);
      expect(traced.spans).toHaveLength(0);
      vi.advanceTimersByTime(1);
      expect(outcomeOf(traced.span)).toMatchObject({ code: 4, message: 'Deadline exceeded' });
      call.end(0, 'OK');
      expect(outcomeOf(traced.span)).toMatchObject({ code: 4, message: 'Deadline exceeded' });
      // "You can only call finish() on a span once."
      expect(traced.logger.errors).toStrictEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is gone with the end, and holds no process', () => {
    const { call } = started();
    const holding = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = holding();
    call.endAfter(3_600_000, 4, 'Deadline exceeded');
    expect(holding()).toBe(before);
    vi.useFakeTimers();
    try {
      const { call: other } = started();
      other.endAfter(1000, 4, 'Deadline exceeded');
      expect(vi.getTimerCount()).toBe(1);
      other.end(0, 'OK');
      expect(vi.getTimerCount()).toBe(0);
      other.endAfter(1000, 4, 'Deadline exceeded');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
    call.end(0, 'OK');
  });
});
