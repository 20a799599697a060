import { describe, expect, test } from 'vitest';
import type { Platform } from '../../../../src/core/host/platform.js';
import { RandomIds } from '../../../../src/core/context/random-ids.js';
import { processTags, uuid4 } from '../../../../src/core/tracer/process.js';
import { Tracer } from '../../../../src/core/tracer/tracer.js';
import { VERSION } from '../../../../src/core/tracer/version.js';
import { GuardedPlatform } from '../../../../src/core/host/guarded-platform.js';
import { FakePlatform } from '../../support/fake-platform.js';
import { newTraced } from '../../support/traced.js';

const platform = new FakePlatform();
const hostOf = (given: Platform): GuardedPlatform =>
  new GuardedPlatform(given, (error) => {
    throw error;
  });
const tagsOf = (user: Record<string, unknown>): [string, unknown][] =>
  Object.entries(processTags(user, 'spoor-1', () => 'the-uuid', hostOf(platform)));

describe('process tags', () => {
  test("are the user's, then jaeger.version, hostname, ip and client-uuid", () => {
    expect(tagsOf({ zone: 'b', build: 7 })).toStrictEqual([
      ['zone', 'b'],
      ['build', 7],
      ['jaeger.version', 'spoor-1'],
      ['hostname', 'a-host'],
      ['ip', '192.0.2.7'],
      ['client-uuid', 'the-uuid'],
    ]);
  });

  test("hostname and ip are the user's, unless empty; the others are ours", () => {
    const ours = { 'jaeger.version': 'mine', 'client-uuid': 'mine' };
    expect(tagsOf({ hostname: 'h', ip: '10.1.1.1', ...ours })).toStrictEqual([
      ['hostname', 'h'],
      ['ip', '10.1.1.1'],
      ['jaeger.version', 'spoor-1'],
      ['client-uuid', 'the-uuid'],
    ]);
    expect(tagsOf({ hostname: '', ip: '' })).toStrictEqual([
      ['hostname', 'a-host'],
      ['ip', '192.0.2.7'],
      ['jaeger.version', 'spoor-1'],
      ['client-uuid', 'the-uuid'],
    ]);
  });

  test('of a runtime that knows neither', () => {
    const bare = { clock: platform.clock, randomWords: platform.randomWords };
    expect(Object.entries(processTags({}, 'v', () => 'u', hostOf(bare)))).toStrictEqual([
      ['jaeger.version', 'v'],
      ['hostname', ''],
      ['ip', '0.0.0.0'],
      ['client-uuid', 'u'],
    ]);
  });

  test('a tag may be called __proto__', () => {
    const user = JSON.parse('{"__proto__": "x"}') as Record<string, unknown>;
    expect(tagsOf(user)[0]).toStrictEqual(['__proto__', 'x']);
  });

  test("the user's object stays as it is", () => {
    const user = Object.freeze({ zone: 'b' });
    expect(tagsOf(user)).toHaveLength(5);
  });
});

describe('a tracer', () => {
  test('tells its reporter and its throttler who it is', () => {
    let throttled: unknown;
    const { tracer, reporter } = newTraced({
      tags: { zone: 'b' },
      debugThrottler: { isAllowed: () => true, setProcess: (process) => (throttled = process) },
    });
    expect(reporter._process!.serviceName).toBe('shop');
    expect(reporter._process!.tags.map(({ key }) => key)).toStrictEqual([
      'zone',
      'jaeger.version',
      'hostname',
      'ip',
      'client-uuid',
    ]);
    expect(tracer._tags['jaeger.version']).toBe(`spoor-${VERSION}`);
    expect(tracer._tags['client-uuid']).toBe(tracer._process.uuid);
    expect(throttled).toBe(tracer._process);
    expect(tracer._serviceName).toBe('shop');
  });

  test('needs neither reporter nor sampler', () => {
    const tracer = new Tracer('shop', undefined, undefined, { platform });
    const span = tracer.startSpan('op');
    span.finish();
    expect(span.context().isSampled()).toBe(false);
  });
});

test('a UUID of version 4, another one each time', () => {
  const ids = new RandomIds(new FakePlatform(9).randomWords);
  const uuids = Array.from({ length: 200 }, () => uuid4(ids));
  for (const uuid of uuids) {
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect(new Set(uuids).size).toBe(200);
  expect(new Set(uuids.map((uuid) => uuid[19])).size).toBe(4);
});
