# frozen_string_literal: true

require "net/http"
require "open3"
require "socket"

# A real puma with two workers that were forked from a program that is loaded already.
module PumaServer
  LIB = File.expand_path("../lib", __dir__)

  module_function

  # Yields the port, what the server printed while it began, its process, and the lines that it prints from then on.
  def run(config, environment = {})
    port = TCPServer.open("127.0.0.1", 0) { |socket| socket.addr[1] }
    command = ["puma", "--bind", "tcp://127.0.0.1:#{port}", "--workers", "2", "--preload", config]
    Open3.popen2e({ "RUBYLIB" => LIB, **environment }, *command) do |_in, output, server|
      lines = Queue.new
      log = Thread.new { output.each_line { |line| lines << line } }
      printed = [lines.pop]
      printed << lines.pop until printed.last.include?("Worker 1") || log.join(0)
      yield port, printed.join, server.pid, lines
    ensure
      Process.kill("TERM", server.pid)
      log&.join(10)
    end
  end

  # The status, the challenge and the body of an answer to a request of exactly these bytes, which Net::HTTP would have changed.
  def raw(port, path, token)
    TCPSocket.open("127.0.0.1", port) do |socket|
      authorization = token ? "Authorization: Bearer #{token}\r\n" : ""
      socket.write("GET #{path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n#{authorization}\r\n")
      head, body = socket.read.split("\r\n\r\n", 2)
      [head[/\AHTTP\/1.1 (\d+)/, 1], head[/^www-authenticate: ([^\r]*)/i, 1], body]
    end
  end

  def get(port, path, token = nil)
    Net::HTTP.get_response(URI("http://127.0.0.1:#{port}#{path}"), token ? { "Authorization" => "Bearer #{token}" } : {})
  end
end
