import { expect } from 'vitest';
import {
  initTracer,
  type JaegerTracer,
  type ReporterConfig,
  type TracerStats,
  type TracingOptions,
} from '../../../src/index.js';

/** A tracer that samples all and reports to this port of 127.0.0.1; it flushes when it is told to. */
export function openUdpTracer(
  port: number,
  reporter: ReporterConfig = {},
  options: TracingOptions = {},
): JaegerTracer {
  return initTracer(
    {
      serviceName: 'living',
      sampler: { type: 'const', param: 1 },
      reporter: {
        agentHost: '127.0.0.1',
        agentPort: port,
        flushIntervalMs: 600_000,
        ...reporter,
      },
    },
    options,
  );
}

/** Starts and finishes so many spans, named by their numbers. */
export function makeSpans(tracer: JaegerTracer, count: number, prefix: string = ''): string[] {
  const names = Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  for (const name of names) tracer.startSpan(name).finish();
  return names;
}

/** Both equations of the accounting. */
export function expectAccounted(stats: TracerStats): void {
  expect(stats.finished + stats.open + stats.unsampledLater).toBe(stats.started);
  const dropped = Object.values(stats.dropped).reduce((sum, n) => sum + n, 0);
  expect(stats.sent + stats.waiting + dropped).toBe(stats.finished);
}
