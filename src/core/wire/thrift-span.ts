import { putWord } from '../context/id-words.js';
import { readReferences } from '../context/parent.js';
import type { FinishedSpan } from '../span/finished-span.js';
import { type KeyValue, logsOfFlat, tagsOfSpan } from '../span/span-data.js';
import { cutText } from '../text/cut.js';
import { bytesOfValue } from '../text/value-bytes.js';
import { textOfKey } from '../text/value-text.js';

/** Makes bytes: Buffers on Node, which senders written for jaeger-client expect. */
type Allocate = (length: number) => Uint8Array;

/** A tag as jaeger-client hands it to senders: every value field is there, `vType` says which counts. */
export interface ThriftTag {
  key: string;
  vType: 'STRING' | 'DOUBLE' | 'BOOL' | 'LONG' | 'BINARY';
  vStr: string;
  vDouble: number;
  vBool: boolean;
  vLong: Uint8Array;
  vBinary: Uint8Array;
}

/** A span as jaeger-client hands it to senders; 64-bit integers are 8 bytes, big-endian. */
export interface ThriftSpan {
  traceIdLow: Uint8Array;
  traceIdHigh: Uint8Array;
  spanId: Uint8Array;
  parentSpanId: Uint8Array;
  operationName: string;
  references: {
    refType: 'CHILD_OF' | 'FOLLOWS_FROM';
    traceIdLow: Uint8Array;
    traceIdHigh: Uint8Array;
    spanId: Uint8Array;
  }[];
  flags: number;
  startTime: Uint8Array;
  duration: Uint8Array;
  tags: ThriftTag[];
  logs: { timestamp: Uint8Array; fields: ThriftTag[] }[];
}

/**
 * The object form of a finished span, for senders of jaeger-client's kind (`append`). `maxLength` is the
 * longest value: UTF-16 units of a text, bytes of a BINARY.
 */
export function spanToThrift(
  span: FinishedSpan,
  allocate: Allocate,
  maxLength: number = Number.POSITIVE_INFINITY,
): ThriftSpan {
  const context = span.context();
  return {
    traceIdLow: word64(context._trace1, context._trace0, allocate),
    traceIdHigh: word64(context._trace3, context._trace2, allocate),
    spanId: word64(context._span1, context._span0, allocate),
    parentSpanId: word64(context._parent1, context._parent0, allocate),
    operationName: textOfKey(span.operationName),
    references: references(span, allocate),
    flags: context.flags | 0,
    startTime: int64(span.startTime * 1000, allocate),
    duration: int64((span.duration ?? 0) * 1000, allocate),
    tags: tagsToThrift(tagsOfSpan(span), allocate, maxLength),
    logs: logsOfFlat(span.flatLogs).map((log) => ({
      timestamp: int64(log.timestamp * 1000, allocate),
      fields: tagsToThrift(log.fields, allocate, maxLength),
    })),
  };
}

/** The object form of tags. Numbers are DOUBLE, as jaeger-client has them, where JSON has them too. */
export function tagsToThrift(
  tags: readonly KeyValue[],
  allocate: Allocate,
  maxLength: number = Number.POSITIVE_INFINITY,
): ThriftTag[] {
  return tags.map(({ key, value }) => {
    const tag: ThriftTag = {
      key: textOfKey(key),
      vType: 'STRING',
      vStr: '',
      vDouble: 0,
      vBool: false,
      vLong: int64(0, allocate),
      vBinary: int64(0, allocate),
    };
    if (Number.isFinite(value)) return { ...tag, vType: 'DOUBLE', vDouble: value as number };
    if (typeof value === 'boolean') return { ...tag, vType: 'BOOL', vBool: value };
    const bytes = bytesOfValue(value);
    if (bytes !== undefined) {
      const cut = bytes.subarray(0, maxLength);
      return { ...tag, vType: 'BINARY', vBinary: copyOf(cut, allocate) };
    }
    return { ...tag, vStr: cutText(textOfKey(value), maxLength) };
  });
}

function copyOf(bytes: Uint8Array, allocate: Allocate): Uint8Array {
  const copy = allocate(bytes.length);
  copy.set(bytes);
  return copy;
}

function references(span: FinishedSpan, allocate: Allocate): ThriftSpan['references'] {
  return readReferences(span.references ?? []).map(({ childOf, context }) => ({
    refType: childOf ? 'CHILD_OF' : 'FOLLOWS_FROM',
    traceIdLow: word64(context._trace1, context._trace0, allocate),
    traceIdHigh: word64(context._trace3, context._trace2, allocate),
    spanId: word64(context._span1, context._span0, allocate),
  }));
}

function word64(high: number, low: number, allocate: Allocate): Uint8Array {
  const bytes = allocate(8);
  putWord(bytes, 0, high);
  putWord(bytes, 4, low);
  return bytes;
}

function int64(value: number, allocate: Allocate): Uint8Array {
  const integer = Math.round(value);
  const bytes = allocate(8);
  putWord(bytes, 0, Math.floor(integer / 0x1_0000_0000) | 0);
  putWord(bytes, 4, integer | 0);
  return bytes;
}
