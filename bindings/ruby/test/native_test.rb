# frozen_string_literal: true

require "helper"
require "open3"
require "rbconfig"
require "set"
require "tmpdir"

# The seam between Ruby and the library: what is loaded, what is declared, and what a defect of the library does.
class NativeTest < Minitest::Test
  include Sample

  NATIVE = Jeton.const_get(:Native)
  ADDRESSES = %w[pointer buffer_in buffer_out string].to_h { |type| [type, "address"] }.freeze

  def test_a_panic_is_an_error_and_the_host_goes_on
    error = capture_panic
    assert_equal ["PANIC", 901], [error.status, error.number]
    assert_equal CLAIMS, verifier.verify(token, now: NOW)
    capture_panic
  end

  # What is for others: hosts that speak HTTP themselves, threads that may be blocked, and code that has no object to share as its default
  # source. Ruby waits for a descriptor, and a wait that is given up is freed.
  NOT_ATTACHED = %w[
    jeton_cache_new jeton_cache_poll jeton_cache_answer jeton_cache_fail jeton_cache_free
    jeton_client_operation jeton_operation_answer jeton_operation_fail
    jeton_source_wait jeton_source_close jeton_source_default jeton_source_make_default jeton_client_call
    jeton_remote_verifier_wait jeton_access_call jeton_wait_cancel
  ].freeze

  def test_every_function_of_the_header_is_attached_with_its_arguments
    header = File.read(HEADER).gsub(%r{/\*.*?\*/}m, "")
    declared = header.scan(/(\w[\w ]*[ *])(jeton_\w+)\(([^)]*)\);/m).to_h do |result, name, list|
      arguments = list == "void" ? [] : list.split(",").map { |argument| kind(argument) }
      [name, [kind("#{result.strip.sub(/\AJETON_MUST_USE\s*/, "")} x"), arguments]]
    end
    refute_empty declared
    assert_equal declared.keys.sort, (attached.keys + NOT_ATTACHED).sort
    attached.each { |name, signature| assert_equal declared.fetch(name), signature, name }
  end

  def test_the_abi_is_that_of_the_header
    assert_equal Integer(File.read(HEADER)[/JETON_ABI_VERSION (\d+)/, 1]), NATIVE::ABI_VERSION
    assert_equal NATIVE::ABI_VERSION, Jeton.abi_version
    assert_equal File.read("#{ROOT}/Cargo.toml")[/^version = "(.+)"/, 1], Jeton.version
    assert_equal Jeton::VERSION, Jeton.version
  end

  def test_a_library_of_another_abi_is_refused_with_the_reason
    Dir.mktmpdir do |folder|
      File.write("#{folder}/other.c", "unsigned jeton_abi_version(void) { return 77; }")
      assert system("cc", "-shared", "-fPIC", "-o", "#{folder}/other.so", "#{folder}/other.c")
      output, good = run_ruby("#{folder}/other.so", "require 'jeton'")
      refute good
      assert_match(%r{other\.so speaks ABI 77; jeton .* needs ABI 1 \(LoadError\)}, output)
    end
  end

  def test_a_library_that_is_not_there_is_a_load_error
    output, good = run_ruby("/nowhere/libjeton.so.0", "require 'jeton'")
    refute good
    assert_match(%r{/nowhere/libjeton\.so\.0.*LoadError}m, output)
  end

  def test_a_gem_works_with_the_library_inside_or_with_the_system_s
    Dir.mktmpdir do |folder|
      output, status = Open3.capture2e("gem", "build", "jeton.gemspec", "--output", "#{folder}/jeton.gem",
                                       chdir: "#{ROOT}/bindings/ruby")
      assert status.success?, output
      output, status = Open3.capture2e("gem", "unpack", "#{folder}/jeton.gem", "--target", folder)
      assert status.success?, output
      assert_equal ["#{Jeton.version}\n", true], run_ruby(nil, "require 'jeton'; puts Jeton.version", "#{folder}/jeton/lib")

      inside = "#{folder}/jeton/lib/jeton/libjeton.so.0"
      File.rename(inside, "#{folder}/libjeton.so.0")
      assert_equal ["", true], run_ruby(nil, "require 'jeton'", "#{folder}/jeton/lib", "LD_LIBRARY_PATH" => folder)
    end
  end

  # A String that says of itself what is not so; what the library would read beyond its end is not for the test to show.
  class Liar < String
    def bytesize = 1 << 20
    def size = 1 << 20
    def frozen? = true
    def dup = self
    def encoding = Encoding::UTF_16LE
    def encode(*) = self
    def is_a?(_class) = false
  end

  def test_a_string_is_its_bytes_whatever_it_says_of_itself
    lying = ->(text) { [Liar.new(text), text.dup.tap { |own| def own.bytesize = 1 << 20 }] }
    lying["short"].each { |text| assert_raises(Jeton::WeakKeyError) { Jeton::Key.from_secret(text, algorithm: "HS256") } }
    lying["x"].each do |text|
      %i[from_pem from_der from_jwk from_jwks].each { |from| assert_raises(Jeton::KeyError, from) { Jeton::Key.public_send(from, text) } }
    end
    lying[token].each do |text|
      assert_equal "alice", verifier.verify(text, now: NOW)["sub"]
      assert_equal "alice", verifier.open(text, now: NOW).claims["sub"]
      assert_equal ["alice"], verifier.verify_batch([text], now: NOW).map { |opened| opened.claims["sub"] }
      assert_equal "alice", Jeton.inspect_unverified(text).claims["sub"]
    end
    lying["{}"].each do |text|
      assert_equal "{}", Jeton.inspect_unverified(Jeton::Signer.from_json(secret, text).sign_json(text)).claims_text
      assert_equal "{}", Jeton.inspect_unverified(Jeton::Signer.new(secret).sign_bytes(text)).claims_text
      assert_raises(Jeton::ConfigError) { Jeton::Verifier.from_json(secret, text) }
      assert_equal '{"a":"{}"}', Jeton.inspect_unverified(Jeton::Signer.new(secret).sign({ "a" => text })).claims_text
    end
    lying["HS256"].each { |text| assert_equal "HS256", Jeton::Key.from_secret(SECRET, algorithm: text).describe.algorithm }
  end

  def test_what_json_has_no_value_for_is_refused_with_its_place
    {
      "audience: no JSON form" => { audience: Set["b"] }, "audience[1]: no JSON form" => { audience: ["b", Object.new] },
      "subject: no JSON form" => { subject: Time.at(0) }, "issuer: no JSON form" => { issuer: Float::NAN },
      "ttl_s: no JSON form" => { ttl_s: 1r }, "header.a.b[0]: no JSON form" => { header: { "a" => { b: [String] } } },
      "header.(an odd name): no JSON form" => { header: { "two words" => 1..2 } }, "header: no JSON form" => { header: { 1 => 2 } }
    }.each do |message, members|
      { "options" => -> { Jeton::Signer.new(secret, **members) }, "policy" => -> { Jeton::Verifier.new(secret, **members) },
        "claims" => -> { Jeton::Signer.new(secret).sign(members) },
        "jwk" => -> { Jeton::Key.from_jwk(members) } }.each do |name, failing|
        error = assert_raises(Jeton::ConfigError, name, &failing)
        assert_equal ["#{name}.#{message}", "CONFIG"], [error.message, error.status]
      end
    end
    around = []
    around << around
    assert_raises(Jeton::ConfigError) { Jeton::Signer.new(secret).sign({ "a" => around }) }
    assert_raises(TypeError) { Jeton::Signer.new(secret).sign(Struct.new(:sub).new("me")) }
  end

  def test_what_json_has_a_value_for_is_taken
    claims = { a: nil, "b" => [true, false, 1, 2**70, 1.5, :c, "d"], e: { f: {} } }
    text = '{"a":null,"b":[true,false,1,1180591620717411303424,1.5,"c","d"],"e":{"f":{}}}'
    assert_equal text, Jeton.inspect_unverified(Jeton::Signer.new(secret).sign(claims)).claims_text
  end

  private

  # The panic's own line, which Rust prints on standard error, is not for the test's output.
  def capture_panic
    error = nil
    capture_subprocess_io do
      error = assert_raises(Jeton::PanicError) do
        memory = "\0".b * 256
        NATIVE.check(NATIVE.jeton_testing_panic(memory), memory)
      end
    end
    error
  end

  # What a fresh Ruby prints, and whether it ends well.
  def run_ruby(library, program, lib = "#{ROOT}/bindings/ruby/lib", environment = {})
    output, status = Open3.capture2e({ "JETON_LIBRARY" => library, **environment }, RbConfig.ruby, "-I#{lib}", "-e", program)
    [output, status.success?]
  end

  # What an argument of the header is to a call: an address, or a number of some width.
  def kind(argument)
    return "address" if argument.include?("*")

    { "jeton_status" => "int32" }.fetch(argument.split.first) { |name| name.delete_suffix("_t").sub(/\Asize\z/, "size_t") }
  end

  # What native.rb declares, written down on its way to the ffi gem.
  def attached
    output, good = run_ruby(nil, <<~'RUBY')
      require "ffi"
      ATTACHED = {}
      FFI::Library.prepend(Module.new do
        def attach_function(name, arguments, result, **)
          ATTACHED[name] = [result, arguments]
          super
        end
      end)
      require "jeton"
      puts JSON.generate(ATTACHED)
    RUBY
    assert good, output
    JSON.parse(output).transform_values { |result, arguments| [ADDRESSES.fetch(result, result), arguments.map { ADDRESSES.fetch(_1, _1) }] }
  end
end
