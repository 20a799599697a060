# SPDX-License-Identifier: Apache-2.0
#
# The model in which Jaeger takes spans: names, ids, types and requiredness are Jaeger's, the words are ours.
# Nothing reads this file at run time. Tests hold the encoder against it, and other languages generate code from it.
#
# A `required` field is on the wire always; an `optional` one only when there is something to say.
# Thrift has no unsigned numbers: an id with its top bit set is a negative i64 here.

# Which of the value fields of a Tag is set.
enum TagType { STRING = 0, DOUBLE = 1, BOOL = 2, LONG = 3, BINARY = 4 }

# A key and one typed value. Exactly one of fields 3 to 7 is set, the one that vType names.
struct Tag {
  1: required string  key
  2: required TagType vType
  3: optional string  vStr      # UTF-8
  4: optional double  vDouble
  5: optional bool    vBool
  6: optional i64     vLong
  7: optional binary  vBinary
}

# Something that happened at one moment within a span.
struct Log {
  1: required i64       timestamp   # microseconds since the Unix epoch
  2: required list<Tag> fields
}

# How a span depends on another: its parent waits for it (CHILD_OF), or does not (FOLLOWS_FROM).
enum SpanRefType { CHILD_OF = 0, FOLLOWS_FROM = 1 }

# Another span, perhaps of another trace, that a span depends on.
struct SpanRef {
  1: required SpanRefType refType
  2: required i64         traceIdLow
  3: required i64         traceIdHigh
  4: required i64         spanId
}

# One finished unit of work.
struct Span {
  1:  required i64           traceIdLow      # the low 64 bits of the trace id
  2:  required i64           traceIdHigh     # the high 64 bits; 0 where trace ids have 64 bits
  3:  required i64           spanId          # unique within the trace, never 0
  4:  required i64           parentSpanId    # 0: no parent, or only those that `references` names
  5:  required string        operationName
  6:  optional list<SpanRef> references      # further causes; a parent in field 4 is not repeated here
  7:  required i32           flags           # bits: 1 sampled, 2 debug, 8 firehose
  8:  required i64           startTime       # microseconds since the Unix epoch
  9:  required i64           duration        # microseconds
  10: optional list<Tag>     tags
  11: optional list<Log>     logs
}

# Who reports: the service, and tags that hold for all its spans (hostname, ip, jaeger.version, client-uuid).
struct Process {
  1: required string    serviceName
  2: optional list<Tag> tags
}

# What the reporting client lost on its side. Spans, in total since the process started.
struct ClientStats {
  1: required i64 fullQueueDroppedSpans    # no room in the queue
  2: required i64 tooLargeDroppedSpans     # larger than a whole packet
  3: required i64 failedToEmitSpans        # encoding or sending failed
}

# The spans of one process that travel together: one datagram, or the body of one HTTP request.
struct Batch {
  1: required Process     process
  2: required list<Span>  spans
  3: optional i64         seqNo    # counts the batches of a process up, so that a gap shows a lost packet
  4: optional ClientStats stats
}
