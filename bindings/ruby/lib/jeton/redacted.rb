# frozen_string_literal: true

module Jeton
  # A frozen Hash of which `inspect`, and so `p` and a log, shows the class alone: there is in it what lets in whoever holds it. Its members
  # and its JSON are those of any Hash.
  class Redacted < Hash
    # The class alone.
    def inspect
      "#<#{self.class}>"
    end

    # As #inspect.
    def to_s
      inspect
    end

    # As #inspect, for `pp`.
    def pretty_print(printer)
      printer.text(inspect)
    end
  end
end
