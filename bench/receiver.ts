/**
 * A process that receives datagrams and counts the spans that they say they hold. It answers `{ spans, datagrams, bytes }`
 * to each message from its parent. It reads no further than the head of the list of spans: on a machine whose two
 * processors share a core, a receiver that works is a sender that waits.
 */
import { createSocket } from 'node:dgram';
import { BinaryReader } from '../all-in-one/src/thrift/binary-reader.js';
import { CompactReader } from '../all-in-one/src/thrift/compact-reader.js';
import {
  type ThriftReader,
  TYPE_LIST,
  TYPE_STRUCT,
} from '../all-in-one/src/thrift/thrift-reader.js';

const Reader = process.argv[2] === 'compact' ? CompactReader : BinaryReader;
const received = { spans: 0, datagrams: 0, bytes: 0 };

const socket = createSocket({ type: 'udp4', recvBufferSize: 8 << 20 });
socket.on('message', (message) => {
  received.spans += spansIn(new Reader(message));
  received.datagrams++;
  received.bytes += message.length;
});
socket.bind(0, '127.0.0.1', () => process.send!({ port: socket.address().port }));
process.on('message', () => process.send!({ ...received }));
process.on('disconnect', () => process.exit(0));

function spansIn(r: ThriftReader): number {
  r.messageBegin();
  r.structBegin();
  if (!r.nextField() || !r.at(1, TYPE_STRUCT)) throw new Error('no batch in emitBatch');
  r.structBegin();
  while (r.nextField()) {
    if (r.at(2, TYPE_LIST)) return r.listBegin();
    r.skipField();
  }
  throw new Error('no spans in the batch');
}
