# frozen_string_literal: true

# A source that renews itself while callers go on: ruby renew.rb TOKEN_URL

require "jeton"

abort "usage: renew.rb TOKEN_URL" unless ARGV.size == 1

SOURCE = Jeton::Source.new(kind: "oauth2", grant: "client_credentials", token_url: ARGV.first, client_id: "me", leeway_s: 1,
                           secrets: { client_secret: "only for this example" })

def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

# Asks for the token every millisecond, as a server does that makes a call for each request: what it got and how long that took.
# Who is given no time gets the token that is at hand all the same, and would fail if it had to wait.
def call
  over = now + 6
  calls = []
  while (start = now) < over
    token = begin
      SOURCE.token(timeout: 0).to_s
    rescue Jeton::Error
      nil
    end
    calls << [token, now - start]
    sleep 0.001
  end
  calls
end

begin
  SOURCE.token # The first one has to be waited for.
  calls = Array.new(8) { Thread.new { call } }.flat_map(&:value)
  tokens, times = calls.transpose
  puts format("%d calls, %d failed, %d tokens; the longest call took %.1f ms", calls.size, tokens.count(nil), tokens.compact.uniq.size,
              times.max * 1000)
  SOURCE.close
rescue Jeton::Error => e
  abort "#{e.class}: #{e.message}"
end
