# frozen_string_literal: true

require "json"
require "socket"
require "uri"

# A little HTTP server on loopback, of which a test says what it answers: the block is given the request line, the headers and the
# body, and gives `[status, headers, body]`. Requests are answered side by side.
class TokenServer
  attr_reader :requests

  # A server that grants `token-1`, `token-2`, … and may be held up by a gate.
  def self.granting(lifetime: 3600, gate: nil)
    count = 0
    lock = Mutex.new
    new do
      number = lock.synchronize { count += 1 }
      gate&.pop
      [200, {}, JSON.generate(access_token: "token-#{number}", expires_in: lifetime)]
    end
  end

  # A server whose refresh tokens are good for one use, `r0` for the first; what is used again goes to `reused` and is refused.
  def self.rotating(reused)
    count = 0
    lock = Mutex.new
    new do |_line, _headers, body|
      lock.synchronize do
        used = URI.decode_www_form(body).to_h["refresh_token"]
        next reused.push(used) && [400, {}, '{"error":"invalid_grant"}'] unless used == "r#{count}"

        count += 1
        [200, {}, JSON.generate(access_token: "token-#{count}", expires_in: 3600, refresh_token: "r#{count}")]
      end
    end
  end

  def initialize(&answer)
    @answer = answer
    @requests = Queue.new
    @server = TCPServer.new("127.0.0.1", 0)
    @thread = Thread.new { loop { serve(@server.accept) } }
    @thread.report_on_exception = false
  end

  def url(path = "")
    "http://127.0.0.1:#{@server.addr[1]}#{path}"
  end

  def port
    @server.addr[1]
  end

  def close
    @thread.kill
    @server.close
  end

  private

  def serve(connection)
    Thread.new do
      while (line = connection.gets)
        headers = {}
        while (header = connection.gets.chomp) != ""
          name, value = header.split(": ", 2)
          headers[name.downcase] = value
        end
        body = connection.read(headers.fetch("content-length", "0").to_i)
        @requests << [line.chomp, headers, body]
        respond(connection, *@answer.call(line, headers, body))
      end
    rescue SystemCallError, IOError
      # The other side is gone.
    ensure
      connection.close
    end
  end

  def respond(connection, status, headers, body)
    lines = { "Content-Length" => body.bytesize, **headers }.map { |name, value| "#{name}: #{value}\r\n" }
    connection.write("HTTP/1.1 #{status} Scripted\r\n#{lines.join}\r\n#{body}")
  end
end
