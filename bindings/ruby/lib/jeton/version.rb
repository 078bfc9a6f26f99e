# frozen_string_literal: true

module Jeton
  # The version of this gem. `Jeton.version` is that of the library it loaded.
  VERSION = "0.1.0"
end
