import { Buffer } from 'node:buffer';
import type { IdBytes } from '../../core/context/id-fields.js';
import { SpanContext as CoreSpanContext } from '../../core/context/span-context.js';

/** The core's SpanContext, with Buffers as id bytes. */
export class SpanContext extends CoreSpanContext {
  override _newBytes(length: number): IdBytes {
    return Buffer.alloc(length);
  }
}
