# frozen_string_literal: true

require "json"
require "strscan"

# Cuts a JSON text (RFC 8259, UTF-8, any depth) into the raw texts of its members or items, so that what a driver hands on
# reaches the library byte for byte. It reads no number and keeps no tree.
class RawJSON
  SPACE = /[ \t\n\r]*/
  STRING = %r{"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u\h{4}))*+"}
  NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/
  SCALAR = Regexp.union(STRING, NUMBER, /true|false|null/)
  CLOSE = { "{" => "}", "[" => "]" }.freeze
  private_constant :SPACE, :STRING, :NUMBER, :SCALAR, :CLOSE

  # A text that is not JSON, or not what was asked for.
  class Invalid < StandardError; end

  # The value of a raw string. A lone surrogate, which is no text, is Invalid.
  def self.string(raw)
    pairs = /\\\\|\\u[dD][89abAB]\h\h\\u[dD][c-fC-F]\h\h/
    raise Invalid, "not a text" if !raw.start_with?('"') || raw.gsub(pairs, " ").match?(/\\u[dD][89a-fA-F]/)

    JSON.parse(raw)
  end

  # The raw text, without the white space around it.
  attr_reader :text

  def initialize(text)
    raise Invalid, "not UTF-8" unless text.valid_encoding?

    @scanner = StringScanner.new(text)
    @children = []
    @scanner.skip(SPACE)
    start = @scanner.pos
    walk
    @text = text.byteslice(start...@scanner.pos)
    @scanner.skip(SPACE)
    raise Invalid, "more after the value" unless @scanner.eos?
  end

  def object?
    text.start_with?("{")
  end

  def array?
    text.start_with?("[")
  end

  # The raw text of a member, of two of one name the last; nil if there is none or this is not an object.
  def member(name)
    @children.reverse.find { |child, _raw| child && same?(child, name) }&.last
  end

  # The raw texts of an array's items.
  def items
    array? ? @children.map(&:last) : []
  end

  private

  # A loop and no recursion: a line may nest to any depth. `open` holds how each container that has begun must end.
  def walk
    open = []
    start = nil
    loop do
      start = @scanner.pos if open.size == 1
      unless began?(open)
        # A value is complete: another one follows a comma, or its container ends and is complete itself.
        loop do
          @children << [@name, @scanner.string.byteslice(start...@scanner.pos)] if open.size == 1
          return if open.empty?

          @scanner.skip(SPACE)
          break if @scanner.skip(/,/)

          need(open.pop)
        end
      end
      lead_in(open)
    end
  end

  # Reads a scalar or an empty container, or (true) the beginning of another container.
  def began?(open)
    close = CLOSE[@scanner.scan(/[{\[]/)]
    if close.nil?
      need(SCALAR)
      return false
    end
    @scanner.skip(SPACE)
    return false if @scanner.skip(close)

    open << close
    true
  end

  # What stands before a value: its name, if it is a member.
  def lead_in(open)
    @scanner.skip(SPACE)
    name = nil
    if open.last == CLOSE["{"]
      need(STRING)
      name = @scanner.matched if open.size == 1
      @scanner.skip(SPACE)
      need(":")
      @scanner.skip(SPACE)
    end
    @name = name if open.size == 1
  end

  def need(pattern)
    @scanner.skip(pattern) || raise(Invalid, "not JSON")
  end

  def same?(raw, name)
    self.class.string(raw) == name
  rescue Invalid
    false
  end
end
