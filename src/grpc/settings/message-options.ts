import { textOfValue } from '../../core/text/value-text.js';
import type { GrpcMessageDirection } from '../call/call-info.js';
import type { GrpcTracingOptions } from './options.js';

/** Maximum length of a payload logged by `logPayloads: true`, in UTF-16 units or bytes. */
const MAX_PAYLOAD_LENGTH = 4096;
/** Value of `messageEvents: 'on'`, for each direction. */
const MAX_MESSAGE_EVENTS = 1000;

/** Returns what is logged of a message; undefined logs nothing. */
export type PayloadFunction = (message: unknown, direction: GrpcMessageDirection) => unknown;

/** The function behind the option `logPayloads`. Undefined if it is off. */
export function payloadFunction(
  option: GrpcTracingOptions['logPayloads'],
): PayloadFunction | undefined {
  if (typeof option === 'function') return option;
  return option === true ? payloadOf : undefined;
}

/** Maximum number of logged messages of each direction. */
export function maxEvents(
  option: GrpcTracingOptions['messageEvents'],
  logsPayloads: boolean,
): number {
  if (option === 'on') return MAX_MESSAGE_EVENTS;
  if (option === undefined || option === 'off') return logsPayloads ? MAX_MESSAGE_EVENTS : 0;
  return option.max;
}

/**
 * A snapshot of a message: user code may change the object before the span is sent. Only the logged part
 * of a byte array is copied, so that the span does not retain the whole message.
 */
function payloadOf(message: unknown): unknown {
  if (message instanceof Uint8Array)
    return Uint8Array.from(message.subarray(0, MAX_PAYLOAD_LENGTH));
  return textOfValue(message, MAX_PAYLOAD_LENGTH);
}
