# frozen_string_literal: true

require "helper"
require "tmpdir"

# The examples of the documents that no language has for its own: settings, which open what they are said to open, and lines of Ruby
# that every language has their like of. What is in JavaScript runs with the README of Node.
class DocumentsTest < Minitest::Test
  DOCS = File.expand_path("../../../docs", __dir__)

  def test_every_example_of_the_documents_is_one_of_these
    found = Dir["#{DOCS}/*.md"].sort.to_h { |path| [File.basename(path), File.read(path).scan(/^```(\w+)$/).flatten] }
    assert_equal({ "ACCESS.md" => %w[json ruby js], "SOURCES.md" => %w[json] }, found.reject { |_, languages| languages.empty? })
  end

  def test_the_source_of_the_document_can_be_opened
    Dir.mktmpdir do |folder|
      config = example("SOURCES.md", "json").gsub("/var/lib/reports", folder)
      source = Jeton::Source.from_json(config, secrets: JSON.generate(refresh_token: "r0"))
      assert_equal ["oauth2", "#{folder}/token.json"], source.describe.values_at("kind", "token_path")
    end
  end

  def test_the_authenticators_of_the_document_are_chosen_by_the_token
    Dir.mktmpdir do |folder|
      managed = managed_by_the_document(folder)
      made = managed.create_token(actor_id: "alice").fetch("token")
      actors = [made, "bobs-token", "nobodys-token"].map { |token| answer_for(token, folder).actor }
      assert_equal(["alice", "bob", nil], actors.map { |actor| actor && actor["id"] })
    end
  end

  private

  SECRET = "a secret that is long enough for everybody"
  private_constant :SECRET

  def example(document, language)
    File.read("#{DOCS}/#{document}")[/^```#{language}\n(.*?)^```$/m, 1]
  end

  def settings_in(folder)
    text = File.read("#{DOCS}/ACCESS.md")[/with the settings `(\{.*?\}\})`/, 1]
    JSON.parse(text.gsub("/var/lib/service", folder), symbolize_names: true)
  end

  def managed_by_the_document(folder)
    config = JSON.parse(example("ACCESS.md", "json"), symbolize_names: true)
    Jeton::Access.new(config, settings: settings_in(folder), secret: SECRET)
  end

  # What the example in Ruby comes to, where its surroundings are these.
  def answer_for(token, folder)
    surroundings = binding
    { settings: settings_in(folder), secret: SECRET, tokens: [{ token: "bobs-token", actor: { id: "bob" } }],
      headers: { "Authorization" => "Bearer #{token}" } }.each { |name, value| surroundings.local_variable_set(name, value) }
    surroundings.eval("#{example("ACCESS.md", "ruby")}\nanswer")
  end
end
