# frozen_string_literal: true

# SPDX-License-Identifier: Apache-2.0
#
# Debian's ruby-jaeger-client as a peer: a real client of another language. It says on stdout, as one JSON object,
# what it sent, in the rows of thrift-agent.py, so that a test compares the two as they are.
#
#   ruby ruby-client.rb report HOST PORT             sends a trace of four spans in one datagram (UDP, compact)
#   ruby ruby-client.rb continue CARRIER [HOST PORT] takes the headers in the JSON object CARRIER, starts a child and
#                                                    says which headers it would send on; with HOST, reports the child
#
# ruby-client.ts calls it.

require 'json'
require 'jaeger/client'

# Whole seconds and halves of them: the gem takes times through a Float, which is exact for these only.
START = Time.at(Time.now.to_i)

# The gem reports from a thread of its own, which may cut a trace in two: its collecting reporter, its encoder and its
# sender, put together by hand, make one datagram of it.
class Client
  attr_reader :tracer

  def initialize
    @reporter = Jaeger::Reporters::InMemoryReporter.new
    @tracer = Jaeger::Tracer.new(
      reporter: @reporter,
      sampler: Jaeger::Samplers::Const.new(true),
      injectors: Jaeger::Injectors.prepare({}),
      extractors: Jaeger::Extractors.prepare({})
    )
  end

  def send_to(host, port)
    logger = Logger.new($stderr)
    encoder = Jaeger::Encoders::ThriftEncoder.new(
      service_name: 'ruby-peer', tags: { 'peer.kind' => 'ruby' }, logger: logger
    )
    Jaeger::UdpSender.new(host: host, port: Integer(port), encoder: encoder, logger: logger)
                     .send_spans(@reporter.spans)
  end

  def inject(span)
    {}.tap { |carrier| @tracer.inject(span.context, OpenTracing::FORMAT_TEXT_MAP, carrier) }
  end
end

# ---- What was sent, as rows ----------------------------------------------------------------------

def trace_hex(id)
  id.to_s(16).rjust(32, '0')
end

def span_hex(id)
  id.to_s(16).rjust(16, '0')
end

def micros(time)
  (time.to_r * 1_000_000).to_i
end

def tag_row(key, value)
  type = case value
         when Integer then 'LONG'
         when Float then 'DOUBLE'
         when true, false then 'BOOL'
         else 'STRING'
         end
  { key: key.to_s, type: type, value: value }
end

# Tags and logs come from the caller, and not from the span, which holds them as the gem's Thrift structs.
def span_row(span, tags: {}, logs: [], references: [])
  context = span.context
  {
    traceID: trace_hex(context.trace_id),
    spanID: span_hex(context.span_id),
    parentSpanID: span_hex(context.parent_id),
    operationName: span.operation_name,
    flags: context.flags,
    startTime: micros(span.start_time),
    duration: micros(span.end_time) - micros(span.start_time),
    references: references.map do |reference|
      { refType: reference.type.upcase, traceID: trace_hex(reference.context.trace_id),
        spanID: span_hex(reference.context.span_id) }
    end,
    tags: tags.map { |key, value| tag_row(key, value) },
    logs: logs.map { |at, fields| { timestamp: micros(at), fields: fields.map { |k, v| tag_row(k, v) } } }
  }
end

# ---- The two errands -----------------------------------------------------------------------------

TAGS = {
  'text' => 'grüße 🎉', 'empty' => '', 'whole' => -42, 'large' => 2**40, 'real' => 0.1, 'yes' => true, 'no' => false
}.freeze

def report(host, port)
  client = Client.new
  tracer = client.tracer
  root = tracer.start_span('ruby-root', start_time: START, tags: TAGS)
  root.set_baggage_item('tenant', 'acme')
  fields = { event: 'cache miss', attempt: 2 }
  root.log_kv(timestamp: START + 0.5, **fields)
  first = tracer.start_span('ruby-child', child_of: root, start_time: START + 0.5, tags: { 'n' => 1 })
  second = tracer.start_span('ruby-child', child_of: root, start_time: START + 1, tags: { 'n' => 2 })
  follows = [OpenTracing::Reference.follows_from(first.context)]
  after = tracer.start_span('ruby-follower', references: follows, start_time: START + 2)
  [first, second, after, root].each { |span| span.finish(end_time: START + 2.5) }
  client.send_to(host, port)

  sampler = { 'sampler.type' => 'const', 'sampler.param' => 1 }
  spans = [
    span_row(first, tags: { 'n' => 1 }), span_row(second, tags: { 'n' => 2 }),
    span_row(after, references: follows),
    span_row(root, tags: TAGS.merge(sampler), logs: [[START + 0.5, fields]])
  ]
  { serviceName: 'ruby-peer', spans: spans, baggage: { tenant: 'acme' }, carrier: client.inject(second) }
end

def continue(carrier, host = nil, port = nil)
  client = Client.new
  parent = client.tracer.extract(OpenTracing::FORMAT_TEXT_MAP, carrier)
  abort "ruby-client.rb: extracted nothing from #{carrier}" unless parent

  child = client.tracer.start_span('ruby-continued', child_of: parent, start_time: START, tags: { 'n' => 3 })
  child.finish(end_time: START + 0.5)
  client.send_to(host, port) if host
  { serviceName: 'ruby-peer', span: span_row(child, tags: { 'n' => 3 }),
    baggage: child.context.baggage, carrier: client.inject(child) }
end

errand, *rest = ARGV
case errand
when 'report' then puts JSON.generate(report(*rest))
when 'continue' then puts JSON.generate(continue(JSON.parse(rest.shift), *rest))
else abort 'usage: ruby-client.rb report HOST PORT | continue CARRIER [HOST PORT]'
end
