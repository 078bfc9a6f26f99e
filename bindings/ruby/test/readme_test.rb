# frozen_string_literal: true

require "helper"

require "open3"

# Runs README.md from top to bottom as one program, in a Ruby that has loaded nothing else. Where a line ends in `# => value`, that
# is what it has to give.
class ReadmeTest < Minitest::Test
  README = File.expand_path("../README.md", __dir__)

  # Says what is not as promised, and in the end how many values were.
  CHECK = <<~RUBY
    good = 0
    check = ->(value, promised, line) { value == promised ? good += 1 : warn("\#{line}: \#{value.inspect}") }
    at_exit { puts good }
  RUBY

  def test_the_readme_is_true
    blocks = File.read(README).scan(/^```ruby\n(.*?)^```$/m).flatten
    refute_empty blocks
    program = blocks.join.gsub(/^( *)(\S.*?) +# => (.+)$/) { "#{$1}check.((#{$2}), (#{$3}), #{$2.dump})" }
    good, wrong, status = Open3.capture3(RbConfig.ruby, "-I", File.expand_path("../lib", __dir__), stdin_data: CHECK + program)
    assert_equal ["", true], [wrong, status.success?]
    assert_equal blocks.join.scan(/ # => /).size, good.to_i
    assert_operator good.to_i, :>, 10
  end

  def test_every_error_class_is_in_the_table
    text = File.read(README)
    errors = Jeton.constants.map { |name| Jeton.const_get(name) }.grep(Class).select { |type| type < Jeton::Error }
    refute_empty errors
    errors.each { |error| assert_includes text, "`#{error.name.delete_prefix("Jeton::")}`" }
  end
end
