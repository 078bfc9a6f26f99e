# frozen_string_literal: true

require "minitest/autorun"
require_relative "raw_json"

# The driver's JSON slicer against RFC 8259: what is JSON, what is not, and what is cut out of it.
class RawJSONTest < Minitest::Test
  GOOD = [
    "{}", "[]", " [ ] ", "0", "-0", "-0.5e+10", "1E5", '""', '"\u00e9\\\\\""', "true", "false", "null",
    '[1,[2,{"a":[]}],"x"]', '[[],[[]],{}]', '{"a":1,"b":{"c":null}}', %(\t{ "a" : [ ] , "b" : 0 }\r), '"é€😀"', "\"\x7F\""
  ].freeze

  BAD = [
    "", " ", "{", "}", "[", "[1", "[1,", "[1,]", "[,1]", '{"a"}', '{"a":}', '{"a":1,}', "{a:1}", "{1:2}", "[1 2]", "[1}", '{"a":1]',
    "01", "1.", ".5", "+1", "-", "1e", "1e+", "0x1", "NaN", "tru", "truex", "nul", '"', '"\"', '"\x"', '"\u12"', '"\u12g4"',
    "\"\n\"", "'a'", "{} {}", "[] x", "\u{FEFF}{}", "[\0]", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\x80\""
  ].freeze

  def test_what_is_json
    GOOD.each { |text| assert_equal text.strip, RawJSON.new(text).text }
  end

  def test_what_is_not
    BAD.each { |text| assert_raises(RawJSON::Invalid, text.inspect) { RawJSON.new(text) } }
  end

  def test_any_depth
    depth = 100_000
    assert_equal 2 * depth, RawJSON.new("[" * depth + "]" * depth).text.size
    assert_raises(RawJSON::Invalid) { RawJSON.new("[" * depth + "]" * (depth - 1)) }
  end

  def test_members_byte_for_byte
    object = RawJSON.new(%( {"a" : [1, {"b":"]}"}] ,"\\u0062":2,"c":3,"é":1.50,"c":{"c" : 4} , "n":null} ))
    assert object.object?
    assert_equal '[1, {"b":"]}"}]', object.member("a")
    assert_equal "2", object.member("b"), "a name that is written with escapes"
    assert_equal '{"c" : 4}', object.member("c"), "the last of two"
    assert_equal "1.50", object.member("é")
    assert_equal "null", object.member("n"), "null is a value"
    assert_nil object.member("d")
    assert_nil RawJSON.new("[1]").member("a"), "a list has no members"
    assert_equal "1", RawJSON.new('{"\ud800":2,"a":1}').member("a"), "a name that is no text is nobody's"
  end

  def test_items_byte_for_byte
    list = RawJSON.new('[ 1.0, [2,[3]] ,{"a":[4,5]}, [], "x,y" ]')
    assert list.array?
    assert_equal ["1.0", "[2,[3]]", '{"a":[4,5]}', "[]", '"x,y"'], list.items
    assert_empty RawJSON.new("[ ]").items
    assert_empty RawJSON.new("{}").items
  end

  def test_strings
    { '"a\u0000b"' => "a\0b", '"\ud83d\ude00"' => "😀", '"\\\\ud800"' => "\\ud800", '"\/\n"' => "/\n", '"\\\\\ud83d\ude00"' => "\\😀" }
      .each { |raw, text| assert_equal text, RawJSON.string(raw) }
    ['"\ud800"', '"\ude00\ud83d"', '"\\\\\\ud800"', "1", "null", "[]"].each do |raw|
      assert_raises(RawJSON::Invalid, raw) { RawJSON.string(raw) }
    end
  end
end
