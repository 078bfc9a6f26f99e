# frozen_string_literal: true

# The conformance driver for Ruby: one JSON request a line in, one JSON answer a line out.

require_relative "driver"

driver = Driver.new
$stdin.binmode
$stdout.binmode
$stdin.each_line("\n", chomp: false) do |line|
  $stdout.write(driver.answer(line.chomp("\n").force_encoding(Encoding::UTF_8)), "\n")
  $stdout.flush
end
