# frozen_string_literal: true

require "helper"

class VizzlyTest < Minitest::Test
  include Sample

  DASHBOARD = { expiry_ttl_in_minutes: 2, project_id: "prj", user_reference: "alice" }.freeze
  DATA = { expiry_ttl_in_minutes: 0.5, data_set_ids: "*", secure_filters: { "a" => [1.5] } }.freeze
  ENGINE = { expiry_ttl_in_minutes: 1, allow_data_preview_access: true, allow_database_schema_access: false }.freeze

  def vizzly
    Jeton::Vizzly.new(p256)
  end

  def payload(token)
    assert es256_good?(token)
    JSON.parse(parts(token)[1])
  end

  def test_three_tokens
    dashboard = payload(vizzly.dashboard(**DASHBOARD, now: NOW))
    assert_equal %w[prj alice read_write standard], dashboard.values_at("projectId", "userReference", "scope", "accessType")
    assert_equal Time.at(NOW + 120), Time.new(*dashboard["expires"].scan(/\d+/).first(6).map(&:to_i), dashboard["expires"][-6..])
    assert_equal ["*", { "a" => [1.5] }, {}],
                 payload(vizzly.data(**DATA, now: NOW)).values_at("dataSetIds", "secureFilters", "parameters")
    assert_equal [true, false],
                 payload(vizzly.query_engine(**ENGINE)).values_at("allowDataPreviewAccess", "allowDatabaseSchemaAccess")
  end

  def test_json_doors
    { dashboard: DASHBOARD, data: DATA, query_engine: ENGINE }.each do |kind, args|
      ours, theirs = [vizzly.public_send(kind, **args, now: NOW), vizzly.public_send("#{kind}_json", JSON.generate(args), now: NOW)]
      assert_equal payload(ours), payload(theirs)
      assert_equal [true, Encoding::UTF_8], [ours.frozen?, ours.encoding]
      assert_raises(Jeton::ConfigError) { vizzly.public_send(kind, **args, other: 1) }
      assert_raises(Jeton::ConfigError) { vizzly.public_send(kind) }
      assert_raises(TypeError) { vizzly.public_send("#{kind}_json", args) }
    end
  end

  def test_identity
    whole = vizzly.identity(dashboard: DASHBOARD, data: DATA, query_engine: ENGINE, now: NOW)
    answer = JSON.parse(whole)
    assert_equal %w[dashboardAccessToken dataAccessToken queryEngineAccessToken], answer.keys
    answer.each_value { |token| assert_equal payload(token), Jeton::Vizzly.verifier(p256_public).verify(token, now: NOW) }
    assert_equal %w[dashboardAccessToken], JSON.parse(vizzly.identity(dashboard: DASHBOARD)).keys
    assert_raises(Jeton::ConfigError) { vizzly.identity(data: DATA) }
    assert_raises(Jeton::ConfigError) { vizzly.identity_json("[]") }
  end

  def test_expires_ends_a_token
    token = vizzly.dashboard(**DASHBOARD, now: NOW)
    verifier = Jeton::Vizzly.verifier(p256)
    assert_equal "alice", verifier.open(token, now: NOW + 119).claims["userReference"]
    error = assert_raises(Jeton::ExpiredError) { verifier.verify(token, now: NOW + 120) }
    assert_equal "expires", error.claim
  end

  def test_the_key_is_p256
    assert_raises(Jeton::KeyError) { Jeton::Vizzly.new(secret) }
    assert_raises(Jeton::KeyError) { Jeton::Vizzly.new(p256_public) }
    assert_raises(Jeton::KeyError) { Jeton::Vizzly.verifier(secret) }
    assert_raises(TypeError) { Jeton::Vizzly.new("key") }
  end
end
