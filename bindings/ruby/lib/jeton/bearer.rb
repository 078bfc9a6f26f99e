# frozen_string_literal: true

module Jeton
  # What is done about a token that a server refused, for all who send requests.
  module Bearer
    # The token to try again with. nil where there is no other: the refusal is all that there is to tell, then.
    def self.after(refused, source, timeout)
      source.invalidate(refused)
      token = source.token(timeout: timeout)
      token unless token.to_s == refused.to_s
    rescue FetchError
      nil
    end
  end
  private_constant :Bearer
end
