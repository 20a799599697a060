/**
 * A process that receives datagrams and counts the spans in them. It answers `{ spans, datagrams,
 * bytes }` to each message from its parent.
 */
import { createSocket } from 'node:dgram';
import { decodeMessage } from '../src/core/thrift/jaeger-decoder.js';

const protocol = process.argv[2] === 'compact' ? 'compact' : 'binary';
const received = { spans: 0, datagrams: 0, bytes: 0 };
// Counting must not be slower than sending: the datagrams are kept, and decoded when asked.
let datagrams: Buffer[] = [];

const socket = createSocket({ type: 'udp4', recvBufferSize: 8 << 20 });
socket.on('message', (message) => datagrams.push(message));
socket.bind(0, '127.0.0.1', () => process.send!({ port: socket.address().port }));

process.on('message', () => {
  for (const message of datagrams) {
    received.spans += decodeMessage(message, protocol).batch.spans.length;
    received.datagrams++;
    received.bytes += message.length;
  }
  datagrams = [];
  process.send!({ ...received });
});
process.on('disconnect', () => process.exit(0));
