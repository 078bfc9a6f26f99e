# frozen_string_literal: true

require "helper"
require "timeout"
require "tmpdir"
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
    assert_equal({ 0 => FORKS }, forks_during_refreshes { fetched_again? }.tally)
  end

  # Parent and children take turns, and none sends a refresh token that another has used.
  def test_s14_a_refresh_token_of_a_file_is_used_once_whoever_forks
    server = TokenServer.rotating(reused = [])
    Dir.mktmpdir do |folder|
      @tokens = Jeton::Source.new(kind: "oauth2", grant: "refresh_token", token_url: server.url, client_id: "app",
                                  token_file: "#{folder}/token.json", secrets: { refresh_token: "r0" })
      ended = forks_during_refreshes { fetched_again? }
      @tokens.close
      assert_equal({ 0 => FORKS }, ended.tally)
    end
    assert_empty reused
    assert_operator server.requests.size, :>, FORKS
  ensure
    server.close
  end

  # Without a file, the refresh token is its parent's, and a child says what would let it have one.
  def test_s14_a_refresh_token_without_a_file_is_not_used_in_a_child
    server = TokenServer.rotating(reused = [])
    @tokens = Jeton::Source.new(kind: "oauth2", grant: "refresh_token", token_url: server.url, client_id: "app",
                                secrets: { refresh_token: "r0" })
    assert_equal({ 0 => FORKS }, forks_during_refreshes { told_of_token_file? }.tally)
    assert_empty reused
  ensure
    server.close
  end

  private

  # The exit statuses of children that are forked while a thread of this process refreshes again and again.
  def forks_during_refreshes
    @tokens.refresh
    over = false
    refreshing = Thread.new { @tokens.refresh until over }
    ended = Array.new(FORKS) { within_ten_seconds(fork { exit!(yield ? 0 : 1) }) }
    over = true
    refreshing.join
    ended
  end

  def told_of_token_file?
    @tokens.invalidate
    @tokens.token(timeout: 8)
    false
  rescue Jeton::NoCredentialsError => e
    e.message.include?("token_file")
  end

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
