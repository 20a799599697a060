import {
  type JaegerBatch,
  type JaegerSpan,
  type JaegerTag,
  startUdpReceiver,
  type ThriftEncoding,
  type UdpReceiverStats,
} from '../../all-in-one/src/index.js';
import type { AgentSpan, AgentTag } from './peers/agent-rows.js';
import { poll } from './peers/peer-process.js';

/** Our own receiver on a free port of 127.0.0.1: what other clients send is decoded by our decoder. */
export interface Collecting {
  readonly port: number;
  /** In the order of arrival. */
  readonly batches: readonly JaegerBatch[];
  /** Resolves with all spans once there are `n`; rejects at the deadline, and where something did not decode. */
  spans(n: number, deadlineMs?: number): Promise<JaegerSpan[]>;
  stats(): UdpReceiverStats;
  close(): Promise<void>;
}

export async function startCollecting(protocol: ThriftEncoding): Promise<Collecting> {
  const batches: JaegerBatch[] = [];
  const malformed: Error[] = [];
  const receiver = await startUdpReceiver({
    protocol,
    onBatch: (batch) => batches.push(batch),
    onMalformed: (error) => malformed.push(error),
  });
  return {
    port: receiver.address().port,
    batches,
    async spans(n, deadlineMs = 10_000) {
      await poll(() => receiver.stats().spans >= n || malformed.length > 0, deadlineMs, 5);
      if (malformed[0]) throw malformed[0];
      if (receiver.stats().spans >= n) return batches.flatMap((batch) => batch.spans);
      throw new Error(
        `${receiver.stats().spans} of ${n} spans were received within ${deadlineMs} ms`,
      );
    },
    stats: () => receiver.stats(),
    close: () => receiver.close(),
  };
}

const DECODED_TYPES = {
  STRING: 'string',
  DOUBLE: 'float64',
  BOOL: 'bool',
  LONG: 'int64',
  BINARY: 'binary',
} as const;

/** A tag of the peers' rows as our decoder says it. */
export function decodedTag({ key, type, value }: AgentTag): JaegerTag {
  const decoded = type === 'BINARY' ? new Uint8Array(Buffer.from(String(value), 'base64')) : value;
  return {
    key,
    type: DECODED_TYPES[type as keyof typeof DECODED_TYPES],
    value: decoded,
  } as JaegerTag;
}

/** A trace id of the peers' rows as our decoder says it: 16 digits where 16 do. */
function decodedTraceId(traceID: string): string {
  return traceID.startsWith('0'.repeat(16)) ? traceID.slice(16) : traceID;
}

/** A span of the peers' rows as our decoder says it. */
export function decodedSpan(span: AgentSpan): JaegerSpan {
  return {
    ...span,
    traceID: decodedTraceId(span.traceID),
    startTime: Number(span.startTime),
    duration: Number(span.duration),
    references: span.references.map(({ refType, traceID, spanID }) => ({
      refType: refType as 'CHILD_OF' | 'FOLLOWS_FROM',
      traceID: decodedTraceId(traceID),
      spanID,
    })),
    tags: span.tags.map(decodedTag),
    logs: span.logs.map(({ timestamp, fields }) => ({
      timestamp: Number(timestamp),
      fields: fields.map(decodedTag),
    })),
  };
}

/** With its binary values as plain bytes, so that a Buffer and a Uint8Array compare by what they hold. */
export function plainSpan(span: JaegerSpan): JaegerSpan {
  return {
    ...span,
    tags: span.tags.map(plainTag),
    logs: span.logs.map((log) => ({ ...log, fields: log.fields.map(plainTag) })),
  };
}

function plainTag(tag: JaegerTag): JaegerTag {
  return tag.type === 'binary' ? { ...tag, value: new Uint8Array(tag.value) } : tag;
}
