# frozen_string_literal: true

# The worst case of this host: a sample of the vectors through the public API with a garbage collection at every allocation
# inside it, a part of it with objects moving too; then use beside close while the collector runs without pause.

require "bigdecimal"
require_relative "../../../tests/conformance/ruby/driver"

VECTORS = File.expand_path("../../../tests/vectors", __dir__)
SAMPLE = 4 # cases of each file
COMPACTED = 1 # of these also with objects moving
ROUNDS = 3

# Wraps every public method of a class, so that stress begins where the binding does and ends before the driver goes on.
module Stressed
  @calls = 0

  class << self
    attr_reader :calls

    def run
      return yield if GC.stress

      @calls += 1
      begin
        GC.stress = true
        yield
      ensure
        GC.stress = false
      end
    end

    def wrap(target, names)
      target.prepend(Module.new do
        names.each do |name|
          define_method(name) { |*args, **options, &block| Stressed.run { super(*args, **options, &block) } }
        end
      end)
    end
  end
end

[Jeton::Signer, Jeton::ExternalSigner, Jeton::Verifier, Jeton::Vizzly, Jeton::Key].each do |type|
  Stressed.wrap(type, type.public_instance_methods(false))
  Stressed.wrap(type.singleton_class, type.singleton_class.public_instance_methods(false))
end
Stressed.wrap(Jeton.singleton_class, %i[inspect_unverified allowed_json? allowed_action_json?])
Stressed.wrap(Jeton::ApiKey.singleton_class, %i[generate check])

# Numbers by exact decimal value; of an error the status and the claim.
def plain(json)
  comparable = lambda do |value|
    case value
    when Array then value.map(&comparable)
    when Hash then (value.key?("http_status") ? value.slice("status", "claim") : value).transform_values(&comparable)
    else value
    end
  end
  comparable.call(JSON.parse(json, decimal_class: BigDecimal, max_nesting: false))
end

def check(test, answer)
  expected = plain(test.member("expect"))
  actual = plain(answer)
  good = if expected.key?("error") || expected.key?("ok")
           actual.slice("error", "ok") == expected
         else
           actual.key?("ok") # what is random is judged where all hosts are compared
         end
  abort "stress: #{test.member("name")}: expected #{expected}, got #{actual}" unless good
end

def sample(file)
  cases = RawJSON.new(RawJSON.new(File.read(file, encoding: "UTF-8")).member("cases")).items
  cases.select.with_index { |_, index| (index % [cases.size / SAMPLE, 1].max).zero? }
       .first(SAMPLE).map { |text| RawJSON.new(text) }.select { |test| test.member("request") }
end

def run(test)
  check(test, Driver.new.answer(%({"id":1,#{test.member("request").tr("\r\n", "  ")[1..]})))
end

def vectors
  files = Dir["#{VECTORS}/*.json"]
  abort "stress: no vectors" if files.empty?

  tests = files.sort.flat_map { |file| sample(file) }
  GC.start
  tests.each { |test| run(test) }
  GC.auto_compact = true
  tests.each_slice(SAMPLE) { |some| some.first(COMPACTED).each { |test| run(test) } }
  GC.auto_compact = false
  abort "stress: nothing was called" if Stressed.calls < tests.size
  puts "stress: #{tests.size} vectors, #{Stressed.calls} calls with a collection at every allocation"
end

def use_beside_close
  claims = { "sub" => "alice" }
  policy = { algorithms: ["HS256"], any_issuer: true, any_audience: true, allow_missing_exp: true }
  key = Jeton::Key.from_secret("a secret of 32 bytes for HS256 --", algorithm: "HS256")
  token = Jeton::Signer.new(key).sign(claims)
  collector = Thread.new { loop { GC.start } }
  answers = ROUNDS.times.sum do
    verifier = Jeton::Verifier.new(key, **policy)
    answered = Queue.new
    users = Array.new(3) { Thread.new { use(verifier, token, claims, answered) } }
    users.size.times { answered.pop }
    [Thread.new { verifier.close }, Thread.new { verifier.close }].each(&:join)
    users.sum(&:value)
  end
  collector.kill
  puts "stress: #{answers} answers from verifiers that were closed meanwhile"
end

def use(verifier, token, claims, answered)
  answers = 0
  loop do
    results = [verifier.open(token).claims, verifier.verify_batch([token, token]).last.claims]
    abort "stress: another answer" unless results == [claims, claims]
    answers += 1
    answered << true if answers == 1
  end
rescue Jeton::ClosedError
  answers
end

vectors
use_beside_close
