# frozen_string_literal: true

require "io/wait"
require "jeton/memory"

module Jeton
  # How a call that takes time waits. Extends Native.
  #
  # The library gives a descriptor that becomes readable when the result is there. Ruby waits for it as for any other: other threads
  # run meanwhile, Timeout and Thread#kill work, and so does a fiber scheduler.
  module Waiting
    include Memory

    # JETON_WAIT.
    NOT_YET = 1

    # JETON_E_BUFFER.
    TOO_SMALL = 104

    # What a token rarely exceeds.
    ROOM = 4096

    # How long an interrupt is kept waiting where the system gave no descriptor.
    SLICE_MS = 50
    private_constant :NOT_YET, :TOO_SMALL, :ROOM, :SLICE_MS

    # Milliseconds from seconds, as an Integer or a Float.
    def milliseconds(timeout)
      raise TypeError, "timeout: expected seconds, got #{timeout.class}" unless Numeric === timeout && timeout.real?
      raise ArgumentError, "timeout: expected 0 or more seconds" if timeout.negative? || !timeout.finite?

      (timeout * 1000).ceil
    end

    # Yields `out, error` of a call that begins something, waits until that is over, and gives the parts `names` of its result.
    def awaited(*names)
      wait = handle(Native::WaitPointer) { |out, error| yield out, error }
      begin
        # A descriptor costs more than most of what is over at once.
        result_at_hand(*names) { |out, error| jeton_wait_result(wait, out, error) } || begin
          until_over(wait)
          result(*names) { |out, error| jeton_wait_result(wait, out, error) }
        end
      ensure
        release(wait)
      end
    end

    # Yields `out, error` of a call that gives a result if it is at hand, and gives its parts `names`; nil where it has to be waited for.
    def result_at_hand(*names)
      catch(:not_yet) do
        result(*names) { |out, error| yield(out, error).tap { |status| throw :not_yet if status == NOT_YET } }
      end
    end

    # Ends the library's threads.
    def stop(timeout_ms)
      error = memory(ERROR_BYTES)
      check(jeton_runtime_stop(timeout_ms, error), error)
    end

    # The token of a source that is at hand, and its end: nil where one has to be waited for.
    def token_at_hand(source)
      room = ROOM
      loop do
        token = memory(room)
        length, expires_at, error = memory(WORD_BYTES), memory(WORD_BYTES), memory(ERROR_BYTES)
        status = jeton_source_token(source, Native::CLOCK, token, room, length, expires_at, error)
        length = length.unpack1(WORD)
        return if status == NOT_YET
        return token.byteslice(0, length), expires_at.unpack1("q") if status.zero?

        # It can have been renewed, by a longer one, since the last turn.
        status == TOO_SMALL ? room = length : check(status, error)
      end
    end

    private

    def until_over(wait)
      fd = jeton_wait_fd(wait)
      # The descriptor is the wait's own, which closes it.
      return IO.for_fd(fd, autoclose: false).wait_readable unless fd.negative?

      error = memory(ERROR_BYTES)
      status = jeton_wait_for(wait, SLICE_MS, error) until status && status != NOT_YET
    end
  end
  private_constant :Waiting
end
