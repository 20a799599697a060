import { createRequire } from 'node:module';
import { afterAll, beforeEach, describe, it } from 'vitest';
import { ConstSampler, InMemoryReporter, Tracer } from '../../src/index.js';

/** OpenTracing's own suite is written for Mocha's globals. */
Object.assign(globalThis, { describe, it, beforeEach });
afterAll(() => {
  for (const name of ['describe', 'it', 'beforeEach']) Reflect.deleteProperty(globalThis, name);
});

const require = createRequire(import.meta.url);
const { default: apiCompatibilityChecks } =
  require('opentracing/lib/test/api_compatibility.js') as {
    default: (createTracer: () => unknown, options: Record<string, boolean>) => void;
  };

describe('a sampled tracer', () => {
  apiCompatibilityChecks(
    () => new Tracer('compatible', new InMemoryReporter(), new ConstSampler(true)),
    { skipBaggageChecks: false, skipInjectExtractChecks: false },
  );
});

describe('an unsampled tracer', () => {
  apiCompatibilityChecks(
    () => new Tracer('compatible', new InMemoryReporter(), new ConstSampler(false)),
    { skipBaggageChecks: false, skipInjectExtractChecks: false },
  );
});
