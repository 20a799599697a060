import assert from 'node:assert/strict';
import type { Reporter } from '../../../src/core/reporting/reporter.js';
import { ConstSampler } from '../../../src/core/sampling/const-sampler.js';
import type { Sampler } from '../../../src/core/sampling/sampler.js';
import type { Span } from '../../../src/core/span/span.js';
import { TestUtils } from '../../../src/node/tracer/test-utils.js';
import { Tracer, type TracerOptions } from '../../../src/node/tracer/tracer.js';
import { RecordingLogger } from './recording-logger.js';

/** How long a test waits for its spans, in milliseconds: less than Vitest waits for the test. */
const IDLE_TIMEOUT_MS = 30_000;

/** A span as it was when it finished, and how much was in it. */
class FinishedSpans implements Reporter {
  readonly spans: Span[] = [];
  private readonly sizes: number[] = [];

  report(span: Span): void {
    this.spans.push(span);
    this.sizes.push(sizeOf(span));
  }

  close(callback?: () => void): void {
    callback?.();
  }

  /** Nothing was tagged or logged after the end. */
  assertUntouched(): void {
    assert.deepEqual(this.spans.map(sizeOf), this.sizes);
  }
}

function sizeOf(span: Span): number {
  return span._tags.length + span._logs.length;
}

/** One side's tracer, and the spans that it finished. */
export class RigTracer {
  readonly logger = new RecordingLogger();
  readonly tracer: Tracer;
  private readonly finished = new FinishedSpans();

  constructor(serviceName: string, sampler?: Sampler, options: TracerOptions = {}) {
    this.tracer = new Tracer(serviceName, this.finished, sampler ?? new ConstSampler(true), {
      logger: this.logger,
      ...options,
    });
  }

  get spans(): readonly Span[] {
    return this.finished.spans;
  }

  /** The only span. */
  get span(): Span {
    assert.equal(this.spans.length, 1);
    return this.spans[0]!;
  }

  /** Resolves when no span is open any more, and has been for a moment. */
  async idle(): Promise<void> {
    const giveUpAt = performance.now() + IDLE_TIMEOUT_MS;
    while (this.tracer.stats().open > 0 && performance.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(this.tracer.stats().open, 0);
    this.finished.assertUntouched();
    // "You can only call finish() on a span once."
    assert.deepEqual(
      this.logger.errors.filter((line) => line.includes('finish()')),
      [],
    );
  }
}

/** The last value of each tag. */
export function tagsOf(span: Span): Record<string, unknown> {
  return TestUtils.getTags(span);
}

/** The fields of each log. */
export function logsOf(span: Span): Record<string, unknown>[] {
  return span._logs.map(({ fields }) =>
    Object.fromEntries(fields.map(({ key, value }) => [key, value])),
  );
}

/** What a span says of the end of its call. */
export function outcomeOf(span: Span): {
  readonly code: unknown;
  readonly error: unknown;
  readonly kind: unknown;
  readonly message: unknown;
} {
  const tags = tagsOf(span);
  const log = logsOf(span).find((fields) => fields.event === 'error');
  return {
    code: tags['grpc.status_code'],
    error: tags.error,
    kind: log?.['error.kind'],
    message: log?.message,
  };
}
