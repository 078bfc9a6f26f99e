# frozen_string_literal: true

require "helper"
require "timeout"
require "token_server"

# Forks while the library's threads are at work. JETON_FORKS says how many, by default a hundred.
class ForkTest < Minitest::Test
  FORKS = Integer(ENV.fetch("JETON_FORKS", 100))

  def setup
    @server = TokenServer.granting
    @tokens = Jeton::Source.new(kind: "oauth2", grant: "client_credentials", token_url: @server.url, client_id: "app",
                                secrets: { client_secret: "a secret of the client" })
  end

  def teardown
    @server.close
  end

  def test_f10_no_child_hangs_that_is_forked_during_refreshes
    over = false
    refreshing = Thread.new { @tokens.refresh until over }
    ended = Array.new(FORKS) { within_ten_seconds(fork { exit!(fetched_again? ? 0 : 1) }) }
    over = true
    refreshing.join
    assert_equal({ 0 => FORKS }, ended.tally)
  end

  private

  def fetched_again?
    @tokens.invalidate
    @tokens.token(timeout: 8).to_s.start_with?("token-")
  rescue Jeton::Error
    false
  end

  # The exit status of a child; nil of one that hangs, which is killed.
  def within_ten_seconds(child)
    Timeout.timeout(10) { Process.wait2(child).last.exitstatus }
  rescue Timeout::Error
    Process.kill(:KILL, child)
    Process.wait(child)
    nil
  end
end
