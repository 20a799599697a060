# SPDX-License-Identifier: Apache-2.0
#
# What a client says over UDP: one message to a datagram, compact protocol on port 6831, binary (strict) on 6832.
# Jaeger's own file also has the Zipkin call of the first clients; it is left out here.

include "jaeger.thrift"

service Agent {
  # Oneway: nothing ever answers. A datagram over 65,000 bytes is cut by the receiver and lost.
  oneway void emitBatch(1: jaeger.Batch batch)
}
