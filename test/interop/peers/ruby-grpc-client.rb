# frozen_string_literal: true

# SPDX-License-Identifier: Apache-2.0
#
#   ruby ruby-grpc-client.rb ADDRESS HOST PORT CALLS     calls test.Echo at ADDRESS; spans go to HOST:PORT
#
# CALLS is a JSON array of [method, text], such as ["bidi", "a+b"]; a text is parted by "+" where requests stream. All
# calls are children of one root with baggage. Says as one JSON object what came of them, and the rows of its spans, the
# root's last. ruby-grpc.ts calls it.

require_relative 'ruby-grpc-tracing'

def call(stub, method, text)
  requests = text.split('+').map { |part| Text.new(part) }
  values = []
  case method
  when 'unary' then values << stub.unary(Text.new(text)).text
  when 'clientStream' then values << stub.client_stream(requests).text
  when 'serverStream' then stub.server_stream(Text.new(text)) { |response| values << response.text }
  when 'bidi' then stub.bidi(requests) { |response| values << response.text }
  end
  { values: values, code: GRPC::Core::StatusCodes::OK }
rescue GRPC::BadStatus => e
  { values: values, code: e.code, details: e.details }
end

address, host, port, calls = ARGV
tracing = Tracing.new('ruby-client', host, port)
stub = Echo::Stub.new(address, :this_channel_is_insecure, interceptors: [ClientTracing.new(tracing)])
answers = tracing.trace('ruby-root', 'internal') do |root|
  root.set_baggage_item('tenant', 'acme')
  JSON.parse(calls).map { |method, text| call(stub, method, text) }
end
puts JSON.generate(answers: answers, spans: tracing.finish)
