# frozen_string_literal: true

require_relative "lib/jeton/version"

Gem::Specification.new do |spec|
  spec.name = "jeton"
  spec.version = Jeton::VERSION
  spec.summary = "Makes and checks tokens, keeps fetched ones fresh, and says who is calling"
  spec.description = "Compact JWS and JWT, OAuth 2.0 and vendor tokens, actors and API keys, through the Jeton library."
  spec.authors = ["The Jeton authors"]
  spec.licenses = ["MIT", "Apache-2.0"]

  # A gem with the library inside is for one platform; without it, the system's libjeton.so.0 is loaded.
  spec.files = Dir.chdir(__dir__) { Dir["README.md", "lib/**/*.rb", "lib/jeton/libjeton.so.0", "sig/*.rbs"] }
  spec.platform = Gem::Platform::CURRENT if spec.files.include?("lib/jeton/libjeton.so.0")

  spec.required_ruby_version = ">= 3.1"
  spec.add_runtime_dependency "ffi", "~> 1.15"
end
