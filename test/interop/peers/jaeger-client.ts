// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import type { Span, SpanContext, Tracer } from 'opentracing';
import type { SpanSender } from '../../../src/index.js';
import { checkout } from './peer-process.js';

/** A context of jaeger-client, as far as tests look at it. */
export interface RivalContext extends SpanContext {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly flags: number;
  readonly baggage: Readonly<Record<string, string>>;
  readonly debugId: string;
  readonly isValid: boolean;
  /** `{trace-id}:{span-id}:{parent-span-id}:{flags}` */
  toString(): string;
}

export interface RivalTracer extends Tracer {
  close(callback: () => void): void;
}

/** npm's jaeger-client: the client that this package replaces. */
export interface JaegerClient {
  initTracer(config: Record<string, unknown>, options?: Record<string, unknown>): RivalTracer;
  readonly UDPSender: new (options: { host: string; port: number }) => SpanSender;
  readonly InMemoryReporter: new () => object;
}

/** jaeger-client as the bench installs it; throws, with the command, where it is not. */
export function loadJaegerClient(): JaegerClient {
  const client = fromBench('jaeger-client') as Omit<JaegerClient, 'UDPSender'>;
  // It has no public name, and is imported from there all the same: OpenTelemetry's exporter does it.
  const sender = fromBench('jaeger-client/dist/src/reporters/udp_sender') as {
    default: JaegerClient['UDPSender'];
  };
  return { ...client, UDPSender: sender.default };
}

function fromBench(name: string): unknown {
  const require = createRequire(`${checkout}bench/package.json`);
  try {
    return require(name);
  } catch (error) {
    throw new Error(`${name} is missing. Install it with: npm install --prefix bench`, {
      cause: error,
    });
  }
}

/** Its context of one of its spans. */
export function rivalContext(span: Span): RivalContext {
  return span.context() as RivalContext;
}

/** Sends what waits, and ends it. */
export function closeRival(tracer: RivalTracer): Promise<void> {
  return new Promise((resolve) => tracer.close(resolve));
}
