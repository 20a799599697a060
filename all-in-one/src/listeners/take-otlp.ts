import type { Buffer } from 'node:buffer';
import type { Ingest } from '../ingest/ingest.js';
import type { ReceiverCounters } from '../ingest/receiver-counters.js';
import type { OtlpRequest } from '../otlp/otlp-request.js';
import type { Rejected } from '../otlp/response.js';
import { toBatches } from '../otlp/to-batches.js';

/** Decodes a request and stores its spans. Counts what `decode` throws, and throws it again. */
export function takeOtlp(
  body: Buffer,
  sink: { readonly ingest: Ingest; readonly counters: ReceiverCounters },
  decode: (body: Buffer) => OtlpRequest,
): Rejected {
  let request: OtlpRequest;
  try {
    request = decode(body);
  } catch (error) {
    sink.counters.unreadable(body.length);
    throw error;
  }
  const { batches, rejectedSpans } = toBatches(request);
  sink.counters.taken(body.length, sink.ingest.take(batches));
  if (rejectedSpans === 0) return { spans: 0, message: '' };
  return { spans: rejectedSpans, message: 'spans without a valid trace id or span id' };
}
