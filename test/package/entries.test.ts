import { describe, expect, inject, test } from 'vitest';
import { readManifest } from '../../scripts/manifest.js';
import { declaredNames, entries, installed, runtimeNames, specifier } from './entry-names.js';
import { run } from './run.js';

/**
 * The public names, pinned. After a change that is meant:
 * `npm run test:package -- -u test/package/entries.test.ts`, and look at the diff.
 */
describe('the names of', () => {
  const names = async (subpath: string): Promise<string> =>
    (await runtimeNames('import', subpath)).join('\n');

  test('spoor', async () => {
    expect(await names('.')).toMatchInlineSnapshot(`
      "BaseSamplerV2
      CompositeReporter
      ConstSampler
      DefaultBaggageRestrictionManager
      DefaultThrottler
      InMemoryReporter
      LegacySamplerV1Base
      LoggingReporter
      Metrics
      NoopReporter
      NullLogger
      ProbabilisticSampler
      RateLimitingSampler
      RemoteReporter
      SAMPLER_API_V2
      SamplingState
      SendError
      Span
      SpanContext
      TestUtils
      TextMapCodec
      Tracer
      UDPSender
      VERSION
      activeSpan
      bindSpan
      initTracer
      newJaegerTracer
      opentracing
      spanLogFields
      withSpan"
    `);
  });

  test('spoor/core', async () => {
    expect(await names('./core')).toMatchInlineSnapshot(`
      "BaseSamplerV2
      CompositeReporter
      ConstSampler
      DEBUG_MASK
      DefaultBaggageRestrictionManager
      DefaultThrottler
      FIREHOSE_MASK
      InMemoryReporter
      LegacySamplerV1Base
      LoggingReporter
      Metrics
      NoopReporter
      NullLogger
      ProbabilisticSampler
      RateLimitingSampler
      RemoteReporter
      SAMPLED_MASK
      SAMPLER_API_V2
      SamplingState
      SendError
      Span
      SpanContext
      TextMapCodec
      Tracer
      VERSION"
    `);
  });

  test('spoor/grpc', async () => {
    expect(await names('./grpc')).toMatchInlineSnapshot(`
      "clientInterceptor
      notHealthOrReflection
      serverInterceptor
      spanOf
      tracedClientOptions
      withParent"
    `);
  });

  test('spoor/grpc/nice', async () => {
    expect(await names('./grpc/nice')).toMatchInlineSnapshot(`
      "niceGrpcClientMiddleware
      notHealthOrReflection
      withParent"
    `);
  });

  test('spoor/grpc/connect', async () => {
    expect(await names('./grpc/connect')).toMatchInlineSnapshot(`
      "connectInterceptor
      notHealthOrReflection"
    `);
  });

  test('every entry is pinned above', () => {
    expect(entries().map((entry) => entry.subpath)).toEqual([
      '.',
      './core',
      './grpc',
      './grpc/nice',
      './grpc/connect',
    ]);
  });
});

test('ESM, CommonJS and both declaration files have the same names', async () => {
  for (const entry of entries()) {
    const names = await runtimeNames('import', entry.subpath);
    expect(await runtimeNames('require', entry.subpath), entry.subpath).toEqual(names);
    expect(declaredNames(entry.import), entry.import).toEqual(names);
    expect(declaredNames(entry.require), entry.require).toEqual(names);
  }
});

const runInConsumer = (type: 'commonjs' | 'module', program: string): Promise<string> =>
  run(process.execPath, [`--input-type=${type}`, '-e', program], inject('packed').spoor.consumer);

describe("require('spoor')", () => {
  test('is a plain object whose properties can be replaced', async () => {
    const program = `
      const assert = require('node:assert/strict');
      const spoor = require('spoor');
      assert.equal(Object.getPrototypeOf(spoor), Object.prototype);
      assert.equal(spoor.default, spoor);
      for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(spoor))) {
        const { value, ...flags } = property;
        assert.deepEqual(flags, { writable: true, enumerable: true, configurable: true }, name);
        assert.notEqual(value, undefined, name);
      }
    `;
    await runInConsumer('commonjs', program);
  });

  test("has the application's own opentracing", async () => {
    await runInConsumer(
      'commonjs',
      `require('node:assert').equal(require('spoor').opentracing, require('opentracing'))`,
    );
  });

  test('no entry of the CommonJS build exports a getter', async () => {
    const specifiers = JSON.stringify(entries().map(({ subpath }) => specifier(subpath)));
    const program = `
      const found = [];
      for (const entry of ${specifiers}) {
        const properties = Object.getOwnPropertyDescriptors(require(entry));
        for (const name in properties) if (properties[name].get) found.push(entry + ': ' + name);
      }
      require('node:assert').deepEqual(found, []);
    `;
    await runInConsumer('commonjs', program);
  });
});

describe("import 'spoor'", () => {
  test('has the whole surface again as a plain default object', async () => {
    const program = `
      import assert from 'node:assert/strict';
      import jaeger, * as spoor from 'spoor';
      const { default: _, ...named } = spoor;
      assert.equal(Object.getPrototypeOf(jaeger), Object.prototype);
      assert.deepEqual(Object.keys(jaeger).sort(), Object.keys(named).sort());
      for (const name of Object.keys(named)) assert.equal(jaeger[name], named[name], name);
      for (const property of Object.values(Object.getOwnPropertyDescriptors(jaeger))) assert.ok(property.writable);
    `;
    await runInConsumer('module', program);
  });

  test("has the application's own opentracing", async () => {
    const program = `
      import assert from 'node:assert/strict';
      import opentracing from 'opentracing';
      import jaeger, { opentracing as named } from 'spoor';
      assert.equal(named, opentracing);
      assert.equal(jaeger.opentracing, opentracing);
    `;
    await runInConsumer('module', program);
  });
});

test('VERSION is the version of the package', async () => {
  const { VERSION } = await import('../../src/core/tracer/version.js');
  expect(VERSION).toBe(readManifest(installed()).version);
});
