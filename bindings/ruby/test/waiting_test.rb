# frozen_string_literal: true

require "helper"
require "minitest/mock"
require "token_server"

# How Ruby waits: in fibers, where descriptors are short, and while the collector runs.
class WaitingTest < Minitest::Test
  include Sample

  # As little of a fiber scheduler as waiting needs.
  class Scheduler
    def initialize
      @readable = {}
      @ready = Queue.new
      @blocked = 0
    end

    def fiber(&block)
      Fiber.new(blocking: false, &block).tap(&:resume)
    end

    def io_wait(io, events, _timeout)
      @readable[io] = Fiber.current
      Fiber.yield
      events
    end

    def block(_blocker, _timeout = nil)
      @blocked += 1
      Fiber.yield
    end

    def unblock(_blocker, fiber)
      @ready << fiber
    end

    def kernel_sleep(*)
      @ready << Fiber.current
      Fiber.yield
    end

    def close
      until @readable.empty? && @ready.empty? && @blocked.zero?
        resume_unblocked
        IO.select(@readable.keys, nil, nil, 0.01)&.first&.each { |io| @readable.delete(io).resume }
      end
    end

    private

    def resume_unblocked
      until @ready.empty?
        @blocked -= 1 if @blocked.positive?
        @ready.pop.resume
      end
    end
  end

  def setup
    @gate = Queue.new
    @server = TokenServer.granting(gate: @gate)
  end

  def teardown
    @server.close
  end

  def source(url = @server.url)
    Jeton::Source.new(kind: "oauth2", grant: "client_credentials", token_url: url, client_id: "app", retries: 0,
                      secrets: { client_secret: "s" })
  end

  def test_fibers_of_a_scheduler_wait_side_by_side
    tokens = source
    seen = []
    Thread.new do
      Fiber.set_scheduler(Scheduler.new)
      3.times { Fiber.schedule { seen << tokens.token.to_s } }
      seen << :all_wait
      @gate << true
    end.join
    assert_equal [:all_wait, "token-1", "token-1", "token-1"], seen
  end

  def test_without_a_descriptor_ruby_waits_in_slices
    tokens = source
    Jeton.const_get(:Native).stub(:jeton_wait_fd, -1) do
      waiting = Thread.new { tokens.token.to_s }
      killed = Thread.new { tokens.token }
      @server.requests.pop
      Thread.pass until [waiting, killed].all? { |thread| thread.status == "sleep" }
      killed.kill.join(1) or flunk("a killed thread still waits")
      @gate << true
      assert_equal "token-1", waiting.value
    end
  end

  def test_waits_leave_no_descriptor_behind
    tokens = source
    assert_raises(Jeton::TimeoutError) { tokens.token(timeout: 0) }
    @server.requests.pop # the connection to the server is open
    before = Dir.children("/proc/self/fd").size
    100.times { assert_raises(Jeton::TimeoutError) { tokens.token(timeout: 0) } }
    # The last one may still have its two sockets, if it had any: the source forgets who gave up when the next one asks.
    assert_in_delta before, Dir.children("/proc/self/fd").size, 2
    @gate << true
  end

  # Whatever the collector frees, at every single allocation inside the calls.
  def test_f14_the_collector_at_every_allocation
    config = { kind: "static", secrets: { token: "t" } }
    access = { tokens: [{ token: "t", actor: { id: "a" } }] }
    bearer = { "Authorization" => "Bearer t" }
    stressed do
      source = Jeton::Source.new(**config)
      raise "token" unless source.token.to_s == "t" && source.refresh.to_s == "t"
      raise "actor" unless Jeton::Access.new(access).authenticate(headers: bearer).actor == { "id" => "a" }

      source.close
    end
    assert_raises(Jeton::UnavailableError) { stressed { source("http://127.0.0.1:1/").token } }
  end

  # A thread waits while all that it holds is moved.
  def test_f14_the_collector_moves_objects_under_a_wait
    tokens = source
    waiting = Array.new(10) { Thread.new { tokens.token.to_s } }
    @server.requests.pop
    GC.compact
    @gate << true
    assert_equal ["token-1"], waiting.map(&:value).uniq
  end

  private

  def stressed
    GC.stress = true
    yield
  ensure
    GC.stress = false
  end
end
