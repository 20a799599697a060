import type { SpanContext } from '../context/span-context.js';
import type { Extractor, Injector } from './codec.js';

/** OpenTracing's binary format, which jaeger-client left open: injects nothing, extracts null. */
export class BinaryCodec implements Injector, Extractor {
  inject(_spanContext: SpanContext, _carrier: unknown): void {}

  extract(_carrier: unknown): null {
    return null;
  }
}
