# frozen_string_literal: true

module Jeton
  # What a Key, a signer, a verifier and a Vizzly have in common: each owns memory of the library.
  #
  # That memory is freed by #close, or else when the object is collected. Why closing is safe while another thread is in a call:
  # calls keep the GVL, but a thread can lose it after it has read the pointer and before the call begins. So the pointer is
  # only read, used and given up under the object's lock. It costs no parallelism, for the GVL allows one call at a time anyway.
  class Handle
    # Frees the memory and wipes the secrets in it. Closing again does nothing; objects made from this one go on.
    #
    # @return [nil]
    def close
      @lock.synchronize do
        pointer = @pointer
        @pointer = nil
        Native.release(pointer) if pointer
      end
      nil
    end

    # Whether #close was called. Any other method then raises ClosedError.
    def closed?
      @pointer.nil?
    end

    # The class and whether it is open; nothing of a key.
    def inspect
      "#<#{self.class} #{closed? ? "closed" : "open"}>"
    end

    protected

    # Yields the pointer, which stays valid until the block returns.
    def use
      @lock.synchronize do
        raise ClosedError, "#{self.class} is closed" if closed?

        yield @pointer
      end
    end

    private

    # Makes this object the one owner of a pointer.
    def own(pointer)
      @lock = Mutex.new
      @pointer = pointer
    end

    # Owns what the block makes of a key's pointer: it is yielded `key, out, error`.
    def own_from(key, owner)
      raise TypeError, "key: expected a Jeton::Key, got #{key.class}" unless key.is_a?(Key)

      own(key.use { |pointer| Native.handle(owner) { |out, error| yield pointer, out, error } })
    end

    def initialize_copy(_other)
      raise TypeError, "can't copy #{self.class}: it may be shared instead"
    end
  end
end
