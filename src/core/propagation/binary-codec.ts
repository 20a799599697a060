import type { SpanContext } from '../context/span-context.js';
import type { Extractor, Injector } from './codec.js';

/** OpenTracing's binary format, as in jaeger-client: `inject` does nothing, `extract` returns null. */
export class BinaryCodec implements Injector, Extractor {
  inject(_spanContext: SpanContext, _carrier: unknown): void {}

  extract(_carrier: unknown): null {
    return null;
  }
}
