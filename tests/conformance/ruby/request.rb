# frozen_string_literal: true

require "jeton"
require_relative "raw_json"

# A line that is not a request, or lacks a member that its op needs.
class BadRequest < StandardError; end

# What the typed API has no words for, and the library therefore cannot refuse itself.
class Inexpressible < StandardError; end

# One request: members by name, in the form that the binding's API takes.
class Request
  KEY_FORMS = %w[pem der_b64u jwk jwks secret secret_b64u].freeze
  private_constant :KEY_FORMS

  def initialize(line)
    @object = RawJSON.new(line)
    raise BadRequest, "the line is not a JSON object" unless @object.object?
  rescue RawJSON::Invalid
    raise BadRequest, "the line is not JSON"
  end

  # The raw text of a member; nil if it is not there.
  def raw(name)
    @object.member(name)
  end

  def raw!(name)
    raw(name) || raise(BadRequest, "#{name} is missing")
  end

  def text!(name)
    text(name, raw!(name))
  end

  def bytes!(name)
    bytes(name, raw!(name))
  end

  def texts!(name)
    list = RawJSON.new(raw!(name))
    raise BadRequest, "#{name} is not a list" unless list.array?

    list.items.map { |item| text(name, item) }
  end

  # An integer of 64 bits.
  def integer!(name)
    raw = raw!(name)
    raise BadRequest, "#{name} is not an integer" unless raw.match?(/\A-?[0-9]{1,19}\z/) && raw.to_i.bit_length < 64

    raw.to_i
  end

  # A text, nil where it is not there.
  def text?(name)
    raw(name) && text!(name)
  end

  # Seconds from `timeout_ms`.
  def timeout
    return 30 unless raw("timeout_ms")

    milliseconds = integer!("timeout_ms")
    raise BadRequest, "timeout_ms is below 0" if milliseconds.negative?

    # A Float would round what is long.
    Rational(milliseconds, 1000)
  end

  # Unix seconds, nil for the system clock.
  def now
    raw("now_s") && integer!("now_s")
  end

  # A builder of the key, so that every member is read before the first key is made.
  def key!
    key = RawJSON.new(raw!("key"))
    forms = KEY_FORMS.select { |form| key.member(form) }
    raise BadRequest, "key has not exactly one form" unless forms.size == 1

    form = forms.first
    material = material(form, key.member(form))
    algorithm = key.member("algorithm")
    algorithm &&= algorithm(algorithm)
    -> { Jeton::Key.public_send("from_#{form.delete_suffix("_b64u")}", material, algorithm: algorithm) }
  end

  # The JSON text of an object: the members inside the raw object `inner`, then the named ones of the request that are there.
  def join(*names, inner: nil)
    parts = names.filter_map { |name| "#{name.to_json}:#{raw(name)}" if raw(name) }
    return inner if parts.empty? && inner
    parts.unshift(inner[1...-1]) unless inner.nil? || inner[1...-1].strip.empty?
    "{#{parts.join(",")}}"
  end

  private

  def material(form, raw)
    case form
    when "jwk", "jwks" then raw
    when "pem", "secret" then text(form, raw)
    else bytes(form, raw)
    end
  end

  # The name of an algorithm. What is no text is handed on as it stands, a name that no algorithm has: the key's faults come first.
  def algorithm(raw)
    RawJSON.string(raw)
  rescue RawJSON::Invalid
    raw
  end

  def text(name, raw)
    RawJSON.string(raw)
  rescue RawJSON::Invalid
    raise BadRequest, "#{name} is not a text"
  end

  # Strict base64url without padding: only what encodes to the same text again.
  def bytes(name, raw)
    text = text(name, raw)
    bytes = text.tr("-_", "+/").unpack1("m")
    raise BadRequest, "#{name} is not base64url" unless [bytes].pack("m0").tr("+/", "-_").delete("=") == text

    bytes
  end
end
