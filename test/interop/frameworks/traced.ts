import { ConstSampler } from '../../../src/core/sampling/const-sampler.js';
import { InMemoryReporter } from '../../../src/core/reporting/simple-reporters.js';
import type { Span } from '../../../src/core/span/span.js';
import { TestUtils } from '../../../src/node/tracer/test-utils.js';
import { Tracer } from '../../../src/node/tracer/tracer.js';

/** What a test waits for at most, in milliseconds. */
const PATIENCE_MS = 5000;

/** One side's tracer and its finished spans. */
export class Traced {
  readonly reporter: InMemoryReporter = new InMemoryReporter();
  readonly tracer: Tracer;

  constructor(serviceName: string) {
    this.tracer = new Tracer(serviceName, this.reporter, new ConstSampler(true));
  }

  /** The spans, once that many have finished and none is open. */
  async spans(count: number): Promise<readonly Span[]> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    const isDone = (): boolean =>
      this.reporter.spans.length >= count && this.tracer.stats().open === 0;
    while (!isDone() && Date.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const { spans } = this.reporter;
    if (spans.length !== count || this.tracer.stats().open !== 0) {
      throw new Error(`${spans.length} spans and ${this.tracer.stats().open} open, not ${count}`);
    }
    return spans;
  }
}

/** What matters of a span here. */
export function shape(span: Span): {
  readonly name: string;
  readonly kind: unknown;
  readonly code: unknown;
  readonly error: unknown;
} {
  const tags = TestUtils.getTags(span);
  return {
    name: span.operationName,
    kind: tags['span.kind'],
    code: tags['grpc.status_code'],
    error: tags['error'],
  };
}

/** Whether each server span is the child of the client span of the same call, in order. */
export function areChildren(servers: readonly Span[], clients: readonly Span[]): boolean {
  const parents = new Set(clients.map((span) => span.context().spanIdStr));
  return servers.every((span) => parents.has(span.context().parentIdStr ?? ''));
}
