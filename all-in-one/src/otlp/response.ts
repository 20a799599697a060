import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** The spans of an accepted request that were rejected. */
export interface Rejected {
  readonly spans: number;
  /** The reason; empty if no span was rejected. */
  readonly message: string;
}

/** google.rpc.Code for an invalid request. */
const INVALID_ARGUMENT = 3;

/**
 * ExportTraceServiceResponse
 *
 *     1 ExportTracePartialSuccess partial_success
 *         1 int64 rejected_spans
 *         2 string error_message
 */
export function encodeResponse({ spans, message }: Rejected): Uint8Array {
  const w = new BinaryWriter();
  w.tag(1, WireType.LengthDelimited).fork();
  if (spans > 0) w.tag(1, WireType.Varint).int64(spans);
  if (message !== '') w.tag(2, WireType.LengthDelimited).string(message);
  return w.join().finish();
}

/** The same in protobuf's JSON. */
export function jsonResponse({ spans, message }: Rejected): object {
  if (spans === 0) return { partialSuccess: {} };
  return { partialSuccess: { rejectedSpans: String(spans), errorMessage: message } };
}

/**
 * google.rpc.Status
 *
 *     1 int32 code
 *     2 string message
 */
export function encodeStatus(message: string): Uint8Array {
  const w = new BinaryWriter();
  w.tag(1, WireType.Varint).int32(INVALID_ARGUMENT);
  w.tag(2, WireType.LengthDelimited).string(message);
  return w.finish();
}

/** The same in protobuf's JSON. */
export function jsonStatus(message: string): object {
  return { code: INVALID_ARGUMENT, message };
}
