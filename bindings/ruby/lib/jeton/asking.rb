# frozen_string_literal: true

require "jeton/memory"

module Jeton
  # How an operation goes on that asks the program itself for rows. Extends Native.
  module Asking
    include Memory

    # JETON_ASK.
    ASKS = 2
    private_constant :ASKS

    # Runs an operation until it is done, and gives the parts `names` of its result. Yields a database, an SQL text and its parameters,
    # for the first row as a Hash, or nil.
    def answered(operation, *names)
      loop do
        asks = false
        parts = result(:database, :sql, :parameters, *names) do |out, error|
          status = jeton_operation_next(operation, Native::CLOCK, out, error)
          asks = status == ASKS
          asks ? 0 : status
        end
        return parts unless asks

        row = yield utf8(parts[:database]), utf8(parts[:sql]), value(parts[:parameters])
        give_row(operation, row && json(hash(row, "row", "column to value"), "row"))
      end
    end

    private

    def give_row(operation, row)
      error = memory(ERROR_BYTES)
      check(jeton_operation_row(operation, row, row.to_s.bytesize, error), error)
    end
  end
  private_constant :Asking
end
