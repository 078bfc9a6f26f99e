# frozen_string_literal: true

require "minitest/autorun"
require "minitest/mock"
require "open3"
require "openssl"
require "rbconfig"
require_relative "driver"

# What the driver itself decides: which lines are requests, in what order things are looked at, and the form of an answer. What the
# library decides is in the vectors.
class DriverTest < Minitest::Test
  SECRET = { secret: "a secret of 32 bytes for HS256 --", algorithm: "HS256" }.freeze
  WEAK = { secret: "short", algorithm: "HS256" }.freeze
  POLICY = { algorithms: ["HS256"], any_issuer: true, any_audience: true, allow_missing_exp: true }.freeze

  def ask(request)
    line = request.is_a?(String) ? request : JSON.generate({ id: 1 }.merge(request))
    answer = Driver.new.answer(line)
    refute_includes answer, "\n"
    JSON.parse(answer)
  end

  def status(request)
    ask(request).dig("error", "status")
  end

  def token(payload = "{}", header = '{"alg":"HS256"}')
    input = [header, payload].map { |text| b64u(text) }.join(".")
    "#{input}.#{b64u(OpenSSL::HMAC.digest("SHA256", SECRET[:secret], input))}"
  end

  def b64u(bytes)
    [bytes].pack("m0").tr("+/", "-_").delete("=")
  end

  def test_a_line_that_is_no_request
    ["", " ", "[]", "1", "{", '{"id":1', "\xFF", '{"id":1}}'].each do |line|
      answer = ask(line)
      assert_equal [nil, "BAD_REQUEST"], [answer["id"], answer.dig("error", "status")], line.inspect
    end
  end

  def test_an_id_is_echoed_as_it_came
    ["1", "1.0", "9007199254740993", '"\u00e9"', "null", '{"a": [1]}', "[ ]"].each do |id|
      assert_operator Driver.new.answer(%({"id": #{id} ,"op":"no such op"})), :start_with?, %({"id":#{id},"error":)
    end
    assert_operator Driver.new.answer('{"op":"version"}'), :start_with?, '{"id":null,"ok":'
    assert_operator Driver.new.answer(%({"id":[1,\r2],"op":"version"})), :start_with?, '{"id":[1, 2],"ok":'
  end

  def test_an_error_has_five_members
    assert_equal({ "status" => "UNSUPPORTED_OP", "claim" => nil, "message" => "this driver does not know the op", "http_status" => nil,
                   "code" => nil }, ask(op: "no such op")["error"])
    expired = ask(op: "verify", key: SECRET, policy: POLICY, token: token('{"exp":1}'), now_s: 2)["error"]
    assert_equal %w[EXPIRED exp], expired.values_at("status", "claim")
  end

  def test_a_member_that_is_missing_or_not_what_the_op_needs
    good = { op: "verify", key: SECRET, policy: POLICY, token: token }
    assert_nil status(good)
    %i[op key policy token].each { |name| assert_equal "BAD_REQUEST", status(good.reject { |member, _| member == name }), name }
    [{ token: 1 }, { key: {} }, { key: 1 }, { key: SECRET.merge(pem: "") }, { key: { secret: 1 } }, { key: { secret_b64u: "YQ==" } },
     { now_s: 1.5 }, { now_s: "1" }, { now_s: nil }, { now_s: 2**63 }, { op: 1 }].each do |bad|
      assert_equal "BAD_REQUEST", status(good.merge(bad)), bad.inspect
    end
    assert_nil status(good.merge(now_s: -2**63))
    assert_equal "CONFIG", status(good.merge(key: { secret: SECRET[:secret], algorithm: nil }))
  end

  def test_base64url_is_strict
    ["=", "a", "YR", "YQ==", "Y Q", "+w", "é", "YQ\n"].each do |text|
      assert_equal "BAD_REQUEST", status(op: "sign", key: SECRET, payload_b64u: text), text
    end
    assert_nil status(op: "sign", key: SECRET, payload_b64u: "-_8")
  end

  def test_the_key_comes_before_the_policy_and_the_policy_before_the_token
    assert_equal "KEY_WEAK", status(op: "verify", key: WEAK, policy: [], token: "x")
    assert_equal "CONFIG", status(op: "verify", key: SECRET, policy: [], token: "x")
    assert_equal "KEY_WEAK", status(op: "sign", key: WEAK, options: 1)
  end

  def test_options_of_sign
    good = { op: "sign", key: { secret: SECRET[:secret] }, algorithm: "HS256", claims: {} }
    assert_equal({ "alg" => "HS256", "x" => 1 }, ask(op: "inspect", token: ask(good.merge(header: { x: 1 }, options: { typ: nil }))
                                                                           .dig("ok", "token")).dig("ok", "header"))
    [{ options: [] }, { options: nil }, { options: { algorithm: "HS256" } }, { options: { header: {} } }, { payload_b64u: "" },
     { claims: [] }, { header: 1 }, { algorithm: 1 }].each do |bad|
      assert_equal "CONFIG", status(good.merge(bad)), bad.inspect
    end
    assert_equal "CONFIG", status(good.reject { |member, _| member == :claims })
    assert_equal "CONFIG", ask(%({"id":1,"op":"sign","key":#{JSON.generate(SECRET)},"claims":{"a":1,"a":2}})).dig("error", "status")
  end

  def test_options_that_hold_algorithm_or_header_are_refused_after_the_key
    %w[sign sign_begin].product([{ algorithm: "HS512" }, { header: 5 }]).each do |op, options|
      assert_equal "CONFIG", status(op: op, key: SECRET, claims: {}, options: options)
      assert_equal "KEY_WEAK", status(op: op, key: WEAK, claims: {}, options: options)
    end
  end

  def test_an_algorithm_that_is_no_name_comes_after_the_faults_of_the_key
    ["7", "null", '["HS256"]', '{"a":"HS256"}', '"\\ud800"', '"none"', '""'].each do |algorithm|
      key = ->(form, value) { ask(%({"id":1,"op":"key","key":{"#{form}":"#{value}","algorithm":#{algorithm}}})).dig("error", "status") }
      assert_equal %w[KEY_WEAK KEY CONFIG], [key["secret", "x"], key["pem", "x"], key["secret", SECRET[:secret]]], algorithm
    end
  end

  def test_json_text_goes_out_as_the_library_gave_it
    text = %({ "n" : 9007199254740993,\r\n "f":5.0 })
    answer = Driver.new.answer(JSON.generate(op: "verify", key: SECRET, policy: POLICY, token: token(text)))
    assert_includes answer, %("claims":{ "n" : 9007199254740993,   "f":5.0 })
    assert_equal "_wA", ask(op: "inspect", token: token("\xFF\0".b)).dig("ok", "payload_b64u")
  end

  def test_verify_bytes_has_to_say_what_open_says
    lying = Module.new { def verify_bytes(*, **) = '{"a":2}'.b }
    requests = [token('{"a":1}'), "x"].map { |token| { op: "verify", key: SECRET, policy: POLICY, token: token } }
    assert_equal([nil, "MALFORMED"], requests.map { |request| status(request) })
    from_json = Jeton::Verifier.method(:from_json)
    Jeton::Verifier.stub(:from_json, ->(*arguments) { from_json.call(*arguments).extend(lying) }) do
      assert_equal(%w[DRIVER DRIVER], requests.map { |request| status(request) })
    end
  end

  def test_a_batch
    answer = ask(op: "verify_batch", key: SECRET, policy: POLICY, tokens: [token('{"a":1}'), "x"])
    assert_equal [{ "header" => { "alg" => "HS256" }, "claims" => { "a" => 1 } }, "MALFORMED"],
                 answer.dig("ok", "results").then { |first, second| [first["ok"], second.dig("error", "status")] }
    assert_equal [], ask(op: "verify_batch", key: SECRET, policy: POLICY, tokens: []).dig("ok", "results")
    assert_equal "BAD_REQUEST", status(op: "verify_batch", key: SECRET, policy: POLICY, tokens: [1])
    assert_equal "BAD_REQUEST", status(op: "verify_batch", key: SECRET, policy: POLICY, tokens: "x")
  end

  def test_generate_key_sign_begin_and_finish
    made = ask(op: "generate", algorithm: "EdDSA")["ok"]
    assert_equal %w[private_jwk public_jwk private_pem public_pem], made.keys
    assert_equal %w[kty algorithm kid private thumbprint], ask(op: "key", key: { jwk: made["public_jwk"] })["ok"].keys
    input = ask(op: "sign_begin", key: { jwk: made["public_jwk"] }, claims: { a: 1 }).dig("ok", "signing_input")
    finish = { op: "sign_finish", key: { pem: made["public_pem"] }, signing_input: input }
    token = ask(finish.merge(signature_b64u: b64u(OpenSSL::PKey.read(made["private_pem"]).sign(nil, input)))).dig("ok", "token")
    assert_equal({ "a" => 1 }, ask(op: "verify", key: { jwk: made["public_jwk"] }, policy: POLICY.merge(algorithms: ["EdDSA"]),
                                   token: token).dig("ok", "claims"))
    assert_equal "SIGNATURE", status(finish.merge(signature_b64u: ""))
    secret = ask(op: "generate", algorithm: "HS256")["ok"]
    assert_equal [nil, nil, nil], secret.values_at("public_jwk", "private_pem", "public_pem")
  end

  def test_vizzly
    key = { pem: OpenSSL::PKey::EC.generate("prime256v1").to_pem }
    args = { expiry_ttl_in_minutes: 1, project_id: "p", user_reference: "u" }
    assert_equal %w[token], ask(op: "vizzly", token: "dashboard", args: args, key: key)["ok"].keys
    assert_equal %w[dashboardAccessToken], ask(op: "vizzly.identity", dashboard: args, key: key, now_s: 0)["ok"].keys
    assert_equal "BAD_REQUEST", status(op: "vizzly", token: "other", args: args, key: key)
    assert_equal "BAD_REQUEST", status(op: "vizzly.identity", data: args, key: key)
    assert_equal "CONFIG", status(op: "vizzly.identity", dashboard: args, data: nil, key: key)
  end

  def test_the_program_answers_each_line_in_order_and_at_once
    Open3.popen2(RbConfig.ruby, "-I#{$LOAD_PATH.find { |path| File.exist?("#{path}/jeton.rb") }}", "#{__dir__}/drive.rb") do |input, output|
      ['{"id":1,"op":"version"}', "not JSON", '{"id":2,"op":"version"}', '{"id":3,"op":"x"}'].zip([1, nil, 2, 3]) do |line, id|
        input.puts(line)
        input.flush
        assert_equal [id], JSON.parse(output.gets).values_at("id")
      end
      input.write('{"id":4,"op":"version"}')
      input.close
      assert_equal 4, JSON.parse(output.read)["id"]
    end
  end
end
