# frozen_string_literal: true

# SPDX-License-Identifier: Apache-2.0
#
#   ruby ruby-grpc-server.rb HOST PORT     serves test.Echo on a free port until SIGTERM; spans go to HOST:PORT
#
# Says `{"port":N}` when it serves, and as its last line the rows of its spans, once they are sent. ruby-grpc.ts calls it.

require_relative 'ruby-grpc-tracing'

$stdout.sync = true
tracing = Tracing.new('ruby-server', *ARGV)
server = GRPC::RpcServer.new(interceptors: [ServerTracing.new(tracing)])
port = server.add_http2_port('127.0.0.1:0', :this_port_is_insecure)
server.handle(Echo)
announce = Thread.new do
  server.wait_till_running
  puts JSON.generate(port: port)
end
server.run_till_terminated_or_interrupted(['TERM'])
announce.join
puts JSON.generate(tracing.finish)
