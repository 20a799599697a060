# frozen_string_literal: true

# SPDX-License-Identifier: Apache-2.0
#
# What ruby-grpc-server.rb and ruby-grpc-client.rb share: the service, and gRPC interceptors on Debian's
# ruby-jaeger-client, as one writes them in Ruby. Each span that they finish is kept as a row, so that a test compares
# what a receiver got with what Ruby says that it sent.

require 'json'
require 'grpc'
require 'jaeger/client'

# A message of the service: text in UTF-8, without protobuf.
Text = Struct.new(:text) do
  def self.marshal(message)
    message.text
  end

  def self.unmarshal(bytes)
    new(bytes.dup.force_encoding(Encoding::UTF_8))
  end
end

# Echoes. A text with "missing" in it is not found.
class Echo
  include GRPC::GenericService

  self.marshal_class_method = :marshal
  self.unmarshal_class_method = :unmarshal
  self.service_name = 'test.Echo'

  rpc :Unary, Text, Text
  rpc :ClientStream, stream(Text), Text
  rpc :ServerStream, Text, stream(Text)
  rpc :Bidi, stream(Text), stream(Text)

  Stub = rpc_stub_class

  def self.path_of(handler)
    name = rpc_descs.keys.find { |each| GRPC::GenericService.underscore(each.to_s).to_sym == handler.name }
    "/#{service_name}/#{name}"
  end

  def unary(request, _call)
    found(request)
  end

  def client_stream(call)
    texts = []
    call.each_remote_read { |request| texts << found(request).text }
    Text.new(texts.join('+'))
  end

  def server_stream(request, _call)
    request.text.split('+').lazy.map { |text| found(Text.new(text)) }
  end

  def bidi(requests, _call)
    requests.lazy.map { |request| found(request) }
  end

  private

  def found(request)
    raise GRPC::NotFound, 'no such text' if request.text.include?('missing')

    request
  end
end

# The gem's reporter without its thread, which an exit cuts off in the middle of a datagram: it sends when told.
class PatientReporter < Jaeger::Reporters::RemoteReporter
  def init_reporter_thread; end
end

# A tracer that reports over UDP, compact, and the rows of what it traced.
class Tracing
  CALL_TYPES = %i[request_response client_streamer server_streamer bidi_streamer].freeze

  attr_reader :tracer, :rows

  def initialize(service_name, host, port)
    logger = Logger.new($stderr)
    encoder = Jaeger::Encoders::ThriftEncoder.new(service_name: service_name, logger: logger)
    sender = Jaeger::UdpSender.new(host: host, port: Integer(port), encoder: encoder, logger: logger)
    @reporter = PatientReporter.new(sender: sender, flush_interval: 3600)
    @tracer = Jaeger::Client.build(service_name: service_name, reporter: @reporter, logger: logger)
    @rows = Queue.new
  end

  # Runs the block with a span of its own as the active one, and tags the span with how the call ended.
  def trace(path, kind, parent: nil)
    # Ruby finds the active span where no parent is named: right for a client, and for a server there is none.
    scope = @tracer.start_active_span(path, child_of: parent, tags: { 'component' => 'gRPC', 'span.kind' => kind })
    code = GRPC::Core::StatusCodes::OK
    yield scope.span
  rescue GRPC::BadStatus => e
    code = e.code
    scope.span.set_tag('error', true)
    raise
  ensure
    scope.span.set_tag('grpc.status_code', code)
    @rows << row(scope.span, kind, code)
    scope.close
  end

  def row(span, kind, code)
    context = span.context
    {
      traceID: context.trace_id.to_s(16).rjust(32, '0'),
      spanID: context.span_id.to_s(16).rjust(16, '0'),
      parentSpanID: context.parent_id.to_s(16).rjust(16, '0'),
      operationName: span.operation_name, flags: context.flags, kind: kind, code: code, baggage: context.baggage
    }
  end

  # Sends what was traced, and returns the rows in the order in which their spans finished.
  def finish
    @reporter.flush
    Array.new(@rows.size) { @rows.pop }
  end
end

# A span around each call that leaves, and its context in the call's metadata.
class ClientTracing < GRPC::ClientInterceptor
  def initialize(tracing)
    super()
    @tracing = tracing
  end

  Tracing::CALL_TYPES.each do |type|
    define_method(type) do |method: nil, metadata: nil, **_call, &continue|
      @tracing.trace(method, 'client') do |span|
        @tracing.tracer.inject(span.context, OpenTracing::FORMAT_TEXT_MAP, metadata)
        continue.call
      end
    end
  end
end

# A span around each call that comes in, a child of the context in its metadata.
class ServerTracing < GRPC::ServerInterceptor
  def initialize(tracing)
    super()
    @tracing = tracing
  end

  Tracing::CALL_TYPES.each do |type|
    define_method(type) do |method: nil, call: nil, **_call, &continue|
      parent = @tracing.tracer.extract(OpenTracing::FORMAT_TEXT_MAP, call.metadata)
      @tracing.trace(method.owner.path_of(method), 'server', parent: parent) { continue.call }
    end
  end
end
