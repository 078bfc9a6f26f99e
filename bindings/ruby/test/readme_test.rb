# frozen_string_literal: true

require "helper"

# Runs README.md from top to bottom as one session. Where a line ends in `# => value`, that is what it has to give.
class ReadmeTest < Minitest::Test
  README = File.expand_path("../README.md", __dir__)

  def test_the_readme_is_true
    session = TOPLEVEL_BINDING.dup
    blocks = File.read(README).scan(/^```ruby\n(.*?)^```$/m).flatten
    refute_empty blocks
    checks = blocks.sum { |block| run_block(block, session) }
    assert_operator checks, :>, 10
  end

  def test_every_error_class_is_in_the_table
    text = File.read(README)
    errors = Jeton.constants.map { |name| Jeton.const_get(name) }.grep(Class).select { |type| type < Jeton::Error }
    refute_empty errors
    errors.each { |error| assert_includes text, "`#{error.name.delete_prefix("Jeton::")}`" }
  end

  private

  # A value is asked for within the block, so that a block may go over several lines and rescue.
  def run_block(block, session)
    checks = []
    session.local_variable_set(:__expect, ->(value, text) { checks << [value, text] })
    program = block.gsub(/^( *)(\S.*?) +# => (.+)$/) { "#{$1}__expect.call((#{$2}), #{$3.dump})" }
    session.eval(program, README)
    checks.each { |value, text| assert_equal session.eval(text), value }
    checks.size
  end
end
