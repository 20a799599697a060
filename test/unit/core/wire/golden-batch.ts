import type { Encoding } from '../../../fixtures/apache/apache-thrift.js';
import type { PlainBatch } from './arbitrary-batch.js';

/** A batch in which each struct and each field of jaeger.thrift occurs. */
export const GOLDEN_BATCH: PlainBatch = {
  process: { serviceName: 'shop', tags: [{ key: 'hostname', vType: 0, vStr: 'h1' }] },
  spans: [
    {
      traceIdLow: -(2n ** 63n) + 1n,
      traceIdHigh: 0xabn,
      spanId: 2n,
      parentSpanId: 1n,
      operationName: 'pay',
      references: [{ refType: 1, traceIdLow: 3n, traceIdHigh: 0n, spanId: -1n }],
      flags: 1,
      startTime: 1_600_000_000_000_000n,
      duration: 250n,
      tags: [
        { key: 's', vType: 0, vStr: 'é' },
        { key: 'd', vType: 1, vDouble: 1.5 },
        { key: 'b', vType: 2, vBool: true },
        { key: 'l', vType: 3, vLong: -1n },
        { key: 'y', vType: 4, vBinary: Uint8Array.of(0, 255) },
      ],
      logs: [
        { timestamp: 1_600_000_000_000_100n, fields: [{ key: 'event', vType: 0, vStr: 'hi' }] },
      ],
    },
  ],
  seqNo: 7n,
  stats: { fullQueueDroppedSpans: 1n, tooLargeDroppedSpans: 2n, failedToEmitSpans: 300n },
};

/** What stands around the batch in a oneway message `emitBatch` with sequence id 1. */
export const GOLDEN_ENVELOPE: Readonly<Record<Encoding, readonly [string, string]>> = {
  compact: [
    `82 81 01 09 656d69744261746368  // protocol, version 1 + oneway, sequence id, name
     1c                              // arguments: 1 batch`,
    '00',
  ],
  binary: [
    `80010004 00000009 656d69744261746368 00000001
     0c 0001`,
    '00',
  ],
};

/** Its bytes. Written by npm's `thrift`, which a test asks again. */
export const GOLDEN_BYTES: Readonly<Record<Encoding, string>> = {
  compact: `
    1c                            // Batch 1 process
      18 04 73686f70              //   Process 1 serviceName
      19 1c                       //   Process 2 tags, one
        18 08 686f73746e616d65    //     Tag 1 key
        15 00                     //     Tag 2 vType
        18 02 6831                //     Tag 3 vStr
        00
      00
    19 1c                         // Batch 2 spans, one
      16 fdffffffffffffffff01     //   Span 1 traceIdLow
      16 d602                     //   Span 2 traceIdHigh
      16 04                       //   Span 3 spanId
      16 02                       //   Span 4 parentSpanId
      18 03 706179                //   Span 5 operationName
      19 1c                       //   Span 6 references, one
        15 02                     //     SpanRef 1 refType
        16 06                     //     SpanRef 2 traceIdLow
        16 00                     //     SpanRef 3 traceIdHigh
        16 01                     //     SpanRef 4 spanId
        00
      15 02                       //   Span 7 flags
      16 8080a0faa0ccd705         //   Span 8 startTime
      16 f403                     //   Span 9 duration
      19 5c                       //   Span 10 tags, five
        18 01 73 15 00 18 02 c3a9 00
        18 01 64 15 02 27 000000000000f83f 00   // Tag 4 vDouble, little-endian
        18 01 62 15 04 31 00                    // Tag 5 vBool: the type is the value
        18 01 6c 15 06 46 01 00                 // Tag 6 vLong
        18 01 79 15 08 58 02 00ff 00            // Tag 7 vBinary
      19 1c                       //   Span 11 logs, one
        16 c881a0faa0ccd705       //     Log 1 timestamp
        19 1c                     //     Log 2 fields, one
          18 05 6576656e74 15 00 18 02 6869 00
        00
      00
    16 0e                         // Batch 3 seqNo
    1c                            // Batch 4 stats
      16 02                       //   ClientStats 1 fullQueueDroppedSpans
      16 04                       //   ClientStats 2 tooLargeDroppedSpans
      16 d804                     //   ClientStats 3 failedToEmitSpans
      00
    00`,
  binary: `
    0c 0001                                 // Batch 1 process
      0b 0001 00000004 73686f70             //   Process 1 serviceName
      0f 0002 0c 00000001                   //   Process 2 tags, one
        0b 0001 00000008 686f73746e616d65   //     Tag 1 key
        08 0002 00000000                    //     Tag 2 vType
        0b 0003 00000002 6831               //     Tag 3 vStr
        00
      00
    0f 0002 0c 00000001                     // Batch 2 spans, one
      0a 0001 8000000000000001              //   Span 1 traceIdLow
      0a 0002 00000000000000ab              //   Span 2 traceIdHigh
      0a 0003 0000000000000002              //   Span 3 spanId
      0a 0004 0000000000000001              //   Span 4 parentSpanId
      0b 0005 00000003 706179               //   Span 5 operationName
      0f 0006 0c 00000001                   //   Span 6 references, one
        08 0001 00000001                    //     SpanRef 1 refType
        0a 0002 0000000000000003            //     SpanRef 2 traceIdLow
        0a 0003 0000000000000000            //     SpanRef 3 traceIdHigh
        0a 0004 ffffffffffffffff            //     SpanRef 4 spanId
        00
      08 0007 00000001                      //   Span 7 flags
      0a 0008 0005af3107a40000              //   Span 8 startTime
      0a 0009 00000000000000fa              //   Span 9 duration
      0f 000a 0c 00000005                   //   Span 10 tags, five
        0b 0001 00000001 73 08 0002 00000000 0b 0003 00000002 c3a9 00
        0b 0001 00000001 64 08 0002 00000001 04 0004 3ff8000000000000 00   // Tag 4 vDouble
        0b 0001 00000001 62 08 0002 00000002 02 0005 01 00                 // Tag 5 vBool
        0b 0001 00000001 6c 08 0002 00000003 0a 0006 ffffffffffffffff 00   // Tag 6 vLong
        0b 0001 00000001 79 08 0002 00000004 0b 0007 00000002 00ff 00      // Tag 7 vBinary
      0f 000b 0c 00000001                   //   Span 11 logs, one
        0a 0001 0005af3107a40064            //     Log 1 timestamp
        0f 0002 0c 00000001                 //     Log 2 fields, one
          0b 0001 00000005 6576656e74 08 0002 00000000 0b 0003 00000002 6869 00
        00
      00
    0a 0003 0000000000000007                // Batch 3 seqNo
    0c 0004                                 // Batch 4 stats
      0a 0001 0000000000000001              //   ClientStats 1 fullQueueDroppedSpans
      0a 0002 0000000000000002              //   ClientStats 2 tooLargeDroppedSpans
      0a 0003 000000000000012c              //   ClientStats 3 failedToEmitSpans
      00
    00`,
};
