# frozen_string_literal: true

require "helper"
require "minitest/mock"
require "open3"
require "pp"

# What every object that owns memory of the library has in common: lifetime, threads, processes, and what it shows.
class HandleTest < Minitest::Test
  include Sample

  # Every kind of handle, and every call on it.
  def handles
    key = p256
    input = Jeton::ExternalSigner.new(key).begin({})
    {
      key => %i[describe public],
      Jeton::Signer.new(key) => [[:sign, {}], [:sign_json, "{}"], [:sign_bytes, ""]],
      Jeton::ExternalSigner.new(key) => [[:begin, {}], [:begin_json, "{}"], [:begin_bytes, ""], [:finish, input, "x"]],
      verifier => [[:verify, token], [:verify_bytes, token], [:open, token], [:verify_batch, [token]]],
      Jeton::Vizzly.new(key) => %i[dashboard data query_engine identity].flat_map { |kind| [[kind], [:"#{kind}_json", "{}"]] },
      **handles_that_wait
    }
  end

  def handles_that_wait
    {
      Jeton::Source.new(kind: "static", secrets: { token: "x" }) =>
        %i[token refresh identity identity_json revoke invalidate describe describe_json stats events],
      Jeton::RemoteVerifier.new([{ issuer: "https://id.example", jwks_url: "https://id.example/jwks", algorithms: ["ES256"],
                                   any_audience: true }]) => [[:verify, token], :stats],
      Jeton::Access.new({}) =>
        %i[authenticate create_token list_tokens token_details revoke_token sign_token auth_info act_as] +
        [[:authenticate_json, "{}"], [:call_json, "authenticate", "{}"]],
      Jeton::TigerGraph.new => %i[token refresh_token delete_token check_token version secrets create_secret] + [[:drop_secret, "a"]],
      Jeton::Dataiku.new(host: "https://dss.example", secrets: { api_key: "k" }) =>
        [:auth_info, :own_settings, [:as_user, "bob"], [:user_settings, "bob"], [:auth_info_from_browser_headers, {}],
         [:ticket_from_browser_headers, {}]]
    }
  end

  def test_use_after_close
    handles.each do |handle, calls|
      assert_nil handle.close
      assert_nil handle.close
      assert handle.closed?
      calls.each do |call|
        error = assert_raises(Jeton::ClosedError, call.inspect) { handle.public_send(*call) }
        assert_equal ["#{handle.class} is closed", nil, nil, nil], [error.message, error.status, error.number, error.claim]
      end
    end
  end

  def test_every_call_of_a_handle_is_in_that_test
    handles.each do |handle, calls|
      called = calls.map { |call| Array(call).first }
      assert_equal (handle.class.public_instance_methods(false) - [:close]).sort, called.sort, handle.class.to_s
    end
  end

  def test_a_closed_key_makes_nothing
    closed = p256.tap(&:close)
    [-> { Jeton::Signer.new(closed) }, -> { Jeton::ExternalSigner.new(closed) }, -> { Jeton::Verifier.new(closed, **POLICY) },
     -> { Jeton::Vizzly.new(closed) }, -> { Jeton::Vizzly.verifier(closed) }].each do |making|
      assert_raises(Jeton::ClosedError, &making)
    end
  end

  def test_what_a_key_made_outlives_it
    key = secret
    verifier = Jeton::Verifier.new(key, **POLICY)
    key.close
    assert_equal CLAIMS, verifier.verify(token, now: NOW)
  end

  def test_close_frees_once
    verifier = self.verifier
    address = verifier.instance_variable_get(:@pointer).address
    freed = frees do
      verifier.close
      verifier.close
      verifier = nil
      GC.start
    end
    assert_equal 1, freed.count(address)
  end

  def test_the_collector_frees_the_rest_once
    # Those of other tests, which may be collected meanwhile.
    older = ObjectSpace.each_object(Jeton.const_get(:Native)::VerifierPointer).select(&:autorelease?).map(&:address)
    made = []
    freed = frees do
      100.times { made << verifier.instance_variable_get(:@pointer).address }
      GC.start
    end
    # The stack may still refer to a few, and memory that was freed may be given out again.
    assert_operator (made & freed).size, :>, made.uniq.size / 2
    assert made.all? { |address| freed.count(address) <= made.count(address) + older.count(address) }
  end

  def test_a_result_is_freed_once_also_when_reading_it_fails
    assert_equal 1, calls(:jeton_result_free) { verifier.open(token, now: NOW) }
    assert_equal 0, calls(:jeton_result_free) { assert_raises(Jeton::ExpiredError) { verifier.open(token, now: NOW + 60) } }
    native = Jeton.const_get(:Native)
    freed = calls(:jeton_result_free) do
      native.stub(:jeton_result_count, ->(_) { raise IOError }) { assert_raises(IOError) { verifier.open(token, now: NOW) } }
    end
    assert_equal 1, freed
  end

  # Stops a call between reading the pointer and entering the library, the one place where a close could do harm.
  def test_close_waits_for_a_call_in_another_thread
    verifier = self.verifier
    closing = nil
    caller = Thread.current
    trace = TracePoint.new(:c_call) do |point|
      next unless point.method_id == :jeton_verifier_verify && Thread.current == caller && closing.nil?

      closing = Thread.new { verifier.close }
      Thread.pass until closing.stop?
      assert closing.alive?, "close did not wait"
      refute verifier.closed?
    end
    assert_equal(CLAIMS, trace.enable { verifier.verify(token, now: NOW) })
    closing.join
    assert_raises(Jeton::ClosedError) { verifier.verify(token, now: NOW) }
  end

  def test_threads_share_a_verifier_until_it_is_closed
    3.times do
      verifier = self.verifier
      token = self.token
      started = Queue.new
      users = Array.new(4) do
        Thread.new do
          started << true
          loop { assert_equal CLAIMS, verifier.open(token, now: NOW).claims }
        rescue Jeton::ClosedError
          :closed
        end
      end
      users.size.times { started.pop }
      2.times.map { Thread.new { verifier.close } }.each(&:join)
      assert_equal [:closed] * 4, users.map(&:value)
    end
  end

  # What a caller's other thread does to the token just before the library is entered.
  def test_a_token_that_changes_under_a_call
    { jeton_verifier_verify: :verify, jeton_verifier_open: :open }.each do |function, call|
      mine = +token
      verifier = self.verifier
      trace = TracePoint.new(:c_call) { |point| mine.replace("x") if point.method_id == function }
      trace.enable { verifier.public_send(call, mine, now: NOW) }
      assert_equal "x", mine
    end
  end

  # As Ctrl-C raises, where it does most harm: the memory is free, and nobody has noted it yet.
  def test_an_exception_while_memory_is_freed
    verifier = self.verifier
    address = verifier.instance_variable_get(:@pointer).address
    freed = frees do
      harm = TracePoint.new(:c_return) { |point| raise Interrupt if point.method_id == :jeton_verifier_free }
      assert_raises(Interrupt) { harm.enable { verifier.close } }
      assert verifier.closed?
      verifier.close
      verifier = nil
      GC.start
    end
    assert_equal 1, freed.count(address)
  end

  def test_an_exception_from_another_thread_leaves_everything_usable
    verifier = self.verifier
    token = self.token
    interruption = Class.new(StandardError)
    20.times do
      started = Queue.new
      worker = Thread.new do
        Thread.current.report_on_exception = false
        started << true
        loop { verifier.open(token, now: NOW) }
      end
      started.pop
      worker.raise(interruption)
      assert_raises(interruption) { worker.join }
    end
    assert_equal CLAIMS, verifier.verify(token, now: NOW)
    verifier.close
  end

  def test_a_forked_child_uses_what_its_parent_made
    verifier = self.verifier
    holder = Thread.new { loop { verifier.open(token, now: NOW) } }
    children = Array.new(5) do
      fork do
        claims = verifier.verify(token, now: NOW)
        verifier.close
        GC.start
        exit!(claims == CLAIMS ? 0 : 1)
      end
    end
    children.each { |child| assert Process.wait2(child).last.success? }
    assert_equal CLAIMS, verifier.verify(token, now: NOW)
  ensure
    holder.kill
  end

  def test_the_collector_may_move_objects
    GC.auto_compact = true
    verifier = self.verifier
    signer = Jeton::Signer.new(secret, jti: true)
    200.times do |i|
      GC.start if (i % 20).zero?
      assert_equal CLAIMS, verifier.verify(token, now: NOW)
      assert_equal i, verifier.open(signer.sign(CLAIMS.merge("i" => i)), now: NOW).claims["i"]
    end
    GC.compact
    assert_equal CLAIMS, verifier.verify(token, now: NOW)
  ensure
    GC.auto_compact = false
  end

  # Results travel; handles do not, and the ffi gem of Debian 12 makes none elsewhere than in the main Ractor. In a process of its
  # own: Ruby 3.1 does not always survive a fork after Ractors.
  def test_ractors
    run_program(<<~'RUBY')
      Warning[:experimental] = false
      Thread.report_on_exception = false
      verified = Sample.verifier.open(Sample.token, now: Sample::NOW)
      raise "result" unless Ractor.new(verified) { |given| given.claims["sub"] }.take == "alice"

      def refused(error)
        yield
        raise "no #{error}"
      rescue error => e
        e
      end

      handle = Sample.verifier
      refused(TypeError) { Ractor.new(handle) { |given| given } }
      refused(Ractor::Error) { Ractor.new { Ractor.receive }.send(handle, move: true) }
      error = refused(Ractor::RemoteError) { Ractor.new { Jeton::Key.generate("ES256") }.take }
      raise "cause" unless error.cause.is_a?(Ractor::UnsafeError)
      raise "main" unless handle.verify(Sample.token, now: Sample::NOW) == Sample::CLAIMS
    RUBY
  end

  def test_a_handle_is_not_copied
    handles.each_key do |handle|
      assert_raises(TypeError) { handle.dup }
      assert_raises(TypeError) { handle.clone }
      assert_raises(TypeError) { Marshal.dump(handle) }
    end
  end

  def test_nothing_shows_what_is_inside
    made = Jeton::Key.generate("ES256")
    kid = Jeton::Key.from_jwk(made.private_jwk).describe
    shown = [*handles.keys, verifier.tap(&:close), made, kid, p256.public, verifier.open(token, now: NOW), Jeton.inspect_unverified(token)]
            .flat_map { |object| [object.inspect, object.to_s, object.pretty_inspect] }
    assert_includes shown, "#<Jeton::Verifier open>"
    assert_includes shown, "#<Jeton::Verifier closed>"
    assert_includes shown, "#<Jeton::KeyDescription kty=EC algorithm=ES256 private=true>"
    shown.each { |text| assert_match(/\A#<Jeton::\w+(:0x\h+)?( open| closed| kty=EC algorithm=ES256 private=true)?>\n?\z/, text) }
  end

  private

  def run_program(program)
    output, status = Open3.capture2e(RbConfig.ruby, "-Ilib", "-Itest", "-rsample", "-e", program, chdir: "#{ROOT}/bindings/ruby")
    assert status.success?, output
  end

  # The addresses of the verifiers that are freed, by whomever.
  def frees(&block)
    addresses = []
    release = Jeton.const_get(:Native)::VerifierPointer.method(:release)
    trace = TracePoint.new(:call) { |point| addresses << point.binding.local_variable_get(:pointer).address }
    trace.enable(target: release, &block)
    addresses
  end

  # How often a function of the library is called.
  def calls(function, &block)
    count = 0
    TracePoint.new(:c_call) { |point| count += 1 if point.method_id == function }.enable(&block)
    count
  end
end
