#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A Jaeger agent and collector on Apache Thrift for Python: it judges what the tracer sends with none of its code.

It takes UDP compact, UDP binary, and HTTP POST /api/traces (binary), checks that required fields are there, and
prints one JSON line per batch, or per thing that was no batch (`error`). The first line is `ready`, with the ports.
python-agent.ts starts it; by hand, with Debian's python3, which is the one that sees python3-thrift:

  thrift -r --gen py -out DIR idl/agent.thrift
  GEN=DIR /usr/bin/python3 test/interop/peers/thrift-agent.py

COMPACT_PORT, BINARY_PORT, HTTP_PORT   6831, 6832, 14268; 0 lets the kernel choose
COUNT_ONLY=1                           a summary per second instead of a line per batch
EXIT_WITH_STDIN=1                      end when stdin closes, so that a dead parent leaves nothing behind

At SIGTERM it reads what is queued, prints a `final` summary and ends.
"""
import http.server
import json
import os
import signal
import socket
import sys
import threading

sys.path.insert(0, os.environ.get('GEN', 'gen'))
sys.dont_write_bytecode = True  # no __pycache__ in the checkout
from thrift.protocol import TBinaryProtocol, TCompactProtocol
from thrift.transport import TTransport
from agent import Agent
from jaeger.ttypes import Batch
from batch_rows import batch_row, validate

MAX_DATAGRAM_BYTES = 65000  # Jaeger reads no more of a datagram
SO_RCVBUFFORCE = 33  # Linux; Python's socket module does not name it
COUNT_ONLY = os.environ.get('COUNT_ONLY') == '1'

lock = threading.RLock()
stopping = threading.Event()


def say(row):
    with lock:
        print(json.dumps(row), flush=True)


# ---- Counting ------------------------------------------------------------------------------------


class Counts:
    """What came by one way in. `distinct` tells a lost span from one that came twice."""

    def __init__(self):
        self.batches = self.spans = self.bytes = self.errors = self.largest = 0
        self.ids = set()

    def add(self, b, size):
        self.batches += 1
        self.spans += len(b.spans)
        self.bytes += size
        self.largest = max(self.largest, size)
        if COUNT_ONLY:
            self.ids.update((s.traceIdHigh, s.traceIdLow, s.spanId) for s in b.spans)

    def row(self):
        names = ('batches', 'spans', 'bytes', 'errors', 'largest')
        return {**{n: getattr(self, n) for n in names}, 'distinct': len(self.ids)}


counts = {via: Counts() for via in ('udp-compact', 'udp-binary', 'http')}


def kernel_drops(port):
    """Datagrams that the kernel threw away before this process read them: the judge's loss, not the tracer's."""
    try:
        with open('/proc/net/udp') as table:
            rows = [line.split() for line in table.readlines()[1:]]
    except OSError:
        return None
    return sum(int(r[-1]) for r in rows if int(r[1].split(':')[1], 16) == port)


def summary(ports, final):
    with lock:
        rows = {via: c.row() for via, c in counts.items()}
    rows['udp-compact']['kernelDrops'] = kernel_drops(ports['compact'])
    rows['udp-binary']['kernelDrops'] = kernel_drops(ports['binary'])
    say({'summary': rows, 'final': final})


def accept(via, b, size, envelope):
    validate(b)
    with lock:
        counts[via].add(b, size)
    if not COUNT_ONLY:
        say(batch_row(via, b, size, envelope))


def refuse(via, data, why):
    with lock:
        counts[via].errors += 1
    say({'via': via, 'error': why, 'bytes': len(data), 'hex': data[:64].hex()})


# ---- Ways in -------------------------------------------------------------------------------------


def protocols():
    """Decoders of (UDP compact, binary). Thrift's C decoder where spans are only counted, else plain Python."""
    if COUNT_ONLY:
        return TCompactProtocol.TCompactProtocolAccelerated, TBinaryProtocol.TBinaryProtocolAccelerated
    return TCompactProtocol.TCompactProtocol, TBinaryProtocol.TBinaryProtocol


def udp_socket(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)  # root only: a slow judge must not lose a burst
    except OSError:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    s.bind(('127.0.0.1', port))
    s.settimeout(0.1)
    return s


def serve_udp(s, protocol, via):
    while True:
        try:
            data, _ = s.recvfrom(65536)
        except socket.timeout:
            if stopping.is_set():
                return  # and not before: what was queued at SIGTERM still counts
            continue
        if len(data) > MAX_DATAGRAM_BYTES:
            refuse(via, data, f'a datagram of {len(data)} bytes, over the {MAX_DATAGRAM_BYTES} that Jaeger reads')
            continue
        try:
            transport = TTransport.TMemoryBuffer(data)
            p = protocol(transport)
            name, kind, seqid = p.readMessageBegin()
            args = Agent.emitBatch_args()
            args.read(p)
            p.readMessageEnd()
            trailing = len(data) - transport.cstringio_buf.tell()
            accept(via, args.batch, len(data), {'msg': name, 'msgType': kind, 'seqid': seqid, 'trailing': trailing})
        except Exception as e:  # whatever a decoder throws at bad bytes is the finding
            refuse(via, data, repr(e))


class Collector(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def body(self):
        if 'chunked' not in self.headers.get('Transfer-Encoding', ''):
            return self.rfile.read(int(self.headers.get('Content-Length', 0)))
        data = b''
        while True:
            size = int(self.rfile.readline().split(b';')[0], 16)
            data += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return data

    def do_POST(self):
        data, status, message = self.body(), 202, b''
        try:
            b = Batch()
            transport = TTransport.TMemoryBuffer(data)
            b.read(protocols()[1](transport))
            trailing = len(data) - transport.cstringio_buf.tell()
            kind = self.headers.get('Content-Type')
            accept('http', b, len(data), {'path': self.path, 'contentType': kind, 'trailing': trailing})
        except Exception as e:
            refuse('http', data, repr(e))
            status, message = 400, f'Cannot parse content: {e}'.encode()
        self.send_response(status)
        self.send_header('Content-Length', str(len(message)))
        self.end_headers()
        self.wfile.write(message)

    def log_message(self, *_):
        pass


def end_with_stdin():
    # Not sys.stdin: a thread that waits in it delays the interpreter's exit by a second, and fails it.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main():
    # Blocked before any thread starts, so that every thread inherits it and only sigtimedwait below sees them.
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    compact, binary = (udp_socket(int(os.environ.get(k, d))) for k, d in (('COMPACT_PORT', 6831), ('BINARY_PORT', 6832)))
    collector = http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ.get('HTTP_PORT', 14268))), Collector)
    udp = [
        threading.Thread(target=serve_udp, args=(s, p, via), daemon=True)
        for s, p, via in zip((compact, binary), protocols(), ('udp-compact', 'udp-binary'))
    ]
    for thread in udp:
        thread.start()
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    if os.environ.get('EXIT_WITH_STDIN') == '1':
        threading.Thread(target=end_with_stdin, daemon=True).start()
    ports = {'compact': compact.getsockname()[1], 'binary': binary.getsockname()[1], 'http': collector.server_port}
    say({'ready': True, 'ports': ports})
    while signal.sigtimedwait(ends, 1) is None:
        if COUNT_ONLY:
            summary(ports, False)
    stopping.set()
    for thread in udp:
        thread.join()
    summary(ports, True)


main()
