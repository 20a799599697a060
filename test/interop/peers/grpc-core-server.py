# SPDX-License-Identifier: Apache-2.0
#
#   python grpc-core-server.py [MAX_BYTES]     serves any unary method on a free port of 127.0.0.1 until SIGTERM
#
# gRPC's C core, by grpcio. Answers with the metadata that it got, as JSON: [[key, value], ...]. By itself the C core takes
# up to 8 KiB of headers, refuses those over 16 KiB, and decides by chance between. With MAX_BYTES it refuses all over that.
# Says `{"port": N, "version": "..."}` when it serves. grpc-core-server.ts calls it.

import json
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc


class AnyMethod(grpc.GenericRpcHandler):
    def service(self, handler_call_details):
        metadata = [[key, str(value)] for key, value in handler_call_details.invocation_metadata]
        answer = json.dumps(metadata).encode()
        return grpc.unary_unary_rpc_method_handler(lambda request, context: answer)


options = []
if len(sys.argv) > 1:
    limit = int(sys.argv[1])
    options = [("grpc.max_metadata_size", limit), ("grpc.absolute_max_metadata_size", limit)]
server = grpc.server(ThreadPoolExecutor(4), handlers=(AnyMethod(),), options=options)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
done = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: done.set())
print(json.dumps({"port": port, "version": grpc.__version__}), flush=True)
done.wait()
server.stop(0).wait()
