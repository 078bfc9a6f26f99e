# frozen_string_literal: true

require "json"

module Jeton
  # How Ruby values become the arguments of a call, and what a call wrote becomes Ruby values. Extends Native.
  #
  # The memory that a call writes to is a fresh binary String: it costs a third of an FFI::MemoryPointer, and, unlike a buffer
  # kept for each thread, it cannot be overwritten by a signal handler that makes a call of its own in between.
  module Memory
    ZERO = "\0".b.freeze

    # A pointer or a size_t as String#unpack knows it.
    WORD = "J"
    WORD_BYTES = 8

    # jeton_error: int32_t status, int32_t http_status, char claim[48], char message[200].
    ERROR = "l2Z48Z200"
    ERROR_BYTES = 256

    # The statuses about what is fetched, stored or permitted.
    SERVERS = (500..699).freeze

    # What an int64_t holds.
    MOMENTS = (-(2**63)..(2**63) - 1)

    # How deep JSON.generate goes.
    NESTING = 100

    # An exception from another thread (Timeout, Thread#kill) must not fall between a call and the line that owns its result.
    UNINTERRUPTED = { Object => :never }.freeze
    private_constant :ZERO, :WORD, :WORD_BYTES, :ERROR, :ERROR_BYTES, :SERVERS, :MOMENTS, :NESTING, :UNINTERRUPTED

    # The bytes of a String in any encoding, as a copy (on write) that no other thread can change or free. It is a String and
    # nothing else: a subclass or a singleton could say another size of itself than it has.
    def bytes(value, name)
      raise TypeError, "#{name}: expected a String, got #{value.class}" unless String === value

      String.new(value)
    end

    # The name of an algorithm, as a String or, as options may have it too, a Symbol.
    def algorithm(value)
      text(Symbol === value ? value.name : value, "algorithm")
    end

    # Text as UTF-8: converted from an encoding that says so, taken as it is from binary.
    def text(value, name)
      value = bytes(value, name)
      case value.encoding
      when Encoding::UTF_8, Encoding::BINARY, Encoding::US_ASCII then value
      else value.encode(Encoding::UTF_8)
      end
    rescue EncodingError
      raise UsageError.new("#{name}: not text in its own encoding", **named(102)), cause: nil
    end

    # JSON text for a Hash and the like. The cause is cut off, since its message can quote a value.
    def json(value, name)
      JSON.generate(plain(value, name))
    rescue JSON::JSONError, EncodingError
      raise no_json(name), cause: nil
    end

    # JSON text for secrets, a Hash of names to texts.
    def secrets(value)
      json(hash(value, "secrets", "names to texts"), "secrets")
    end

    # JSON text for an environment; nil for that of the process.
    def environment(value)
      value && json(value.to_h, "environment")
    end

    # Address and length of each text, as arguments; nil is none.
    def texts(**named)
      named.flat_map do |name, value|
        value = value && text(value, name)
        [value, value.to_s.bytesize]
      end
    end

    # JSON text for claims, which are a Hash; `other` is the method for claims that are text already.
    def claims(value, other)
      json(hash(value, "claims", "#{other} takes JSON text"), "claims")
    end

    # What is a Hash; `hint` says what else there is.
    def hash(value, name, hint)
      Hash === value ? value : raise(TypeError, "#{name}: expected a Hash, got #{value.class}; #{hint}")
    end

    # Unix seconds; nil is the system clock.
    def seconds(now)
      case now
      when nil then Process.clock_gettime(Process::CLOCK_REALTIME, :second)
      when Integer then now
      when Time then now.to_i
      else raise TypeError, "now: expected an Integer or a Time, got #{now.class}"
      end
    end

    # Unix milliseconds, for a call that has the library's own clock: nil. No token knows of times so far away that they do not fit,
    # so the furthest that there is says the same of them.
    def moment(now)
      now.nil? ? Native::CLOCK : (seconds(now) * 1000).clamp(MOMENTS)
    end

    # Yields `out, error` of a jeton_…_new and gives the handle to an object of the AutoPointer class `owner`.
    def handle(owner)
      Thread.handle_interrupt(UNINTERRUPTED) do
        out = FFI::MemoryPointer.new(:pointer)
        error = memory(ERROR_BYTES)
        check(yield(out, error), error)
        owner.new(out.read_pointer)
      end
    end

    # Yields `answer, error` of a call that writes an int32_t, and gives whether it is 1.
    def flag
      answer = memory(4)
      error = memory(ERROR_BYTES)
      check(yield(answer, error), error)
      answer.unpack1("l") == 1
    end

    # Frees what `handle` made. Only the one caller that took it out of its owner may. Marked first: an exception in between, as
    # Ctrl-C raises it, costs the memory of one handle and never frees it twice.
    def release(pointer)
      Thread.handle_interrupt(UNINTERRUPTED) do
        pointer.autorelease = false
        pointer.free
      end
    end

    # Yields `out, error` of a call that gives a jeton_result, and gives the parts `names` of its only entry: a Hash of binary
    # Strings, with nil for a part that is not there.
    def result(*names, &call)
      results(*names, &call).first.tap { |entry| raise entry if entry.is_a?(Error) }
    end

    # The same of every entry of a batch; in the place of an entry that failed stands its Error.
    def results(*names)
      Thread.handle_interrupt(UNINTERRUPTED) do
        out = FFI::MemoryPointer.new(:pointer)
        error = memory(ERROR_BYTES)
        check(yield(out, error), error)
        result = out.read_pointer
        begin
          Array.new(jeton_result_count(result)) { |index| entry(result, index, names) }
        ensure
          jeton_result_free(result)
        end
      end
    end

    # Yields `buffer, capacity, length, error` of a call that writes at most `capacity` bytes; gives what it wrote, in binary.
    def written(capacity)
      buffer = memory(capacity)
      length = memory(WORD_BYTES)
      error = memory(ERROR_BYTES)
      check(yield(buffer, capacity, length, error), error)
      buffer.byteslice(0, length.unpack1(WORD))
    end

    # Yields `pointers, lengths, count` of an array of byte strings, which live until the block returns.
    def array(strings)
      lengths = strings.map(&:bytesize)
      block = FFI::MemoryPointer.new(:char, [lengths.sum, 1].max)
      pointers = []
      strings.inject(0) do |offset, string|
        pointers << block.address + offset
        block.put_bytes(offset, string)
        offset + string.bytesize
      end
      yield pointers.pack("J*"), lengths.pack("J*"), strings.size
    end

    # What the library took for strict JSON, as frozen Ruby values. No class is ever made from what a document names.
    def value(json)
      JSON.parse(json, create_additions: false, max_nesting: 100, freeze: true)
    end

    # Marks text of the library as what it is, and freezes it; nil for nil.
    def utf8(bytes)
      bytes&.force_encoding(Encoding::UTF_8)&.freeze
    end

    # Raises the Error of a status that is not JETON_OK.
    def check(status, error)
      raise failure(error) unless status.zero?
    end

    private

    # A value of which JSON.generate leaves nothing to to_s or to_json: an object's address is no audience, and no check either.
    def plain(value, place, depth = 0)
      case value
      when nil, true, false, Integer, Symbol then value
      when String then bytes(value, place)
      when Float then value.finite? ? value : raise(no_json(place))
      when Array then plain_array(value, place, deeper(depth, place))
      when Hash then plain_hash(value, place, deeper(depth, place))
      else raise no_json(place)
      end
    end

    def plain_array(array, place, depth)
      array.each_with_index.map { |item, index| plain(item, "#{place}[#{index}]", depth) }
    end

    def plain_hash(hash, place, depth)
      hash.to_h do |name, value|
        name = plain(name, place, depth)
        raise no_json(place) unless name.is_a?(String) || name.is_a?(Symbol)

        [name, plain(value, "#{place}.#{speakable(name)}", depth)]
      end
    end

    # A value that holds itself ends here.
    def deeper(depth, place)
      depth < NESTING ? depth + 1 : raise(no_json(place))
    end

    def no_json(place)
      ConfigError.new("#{place}: no JSON form", **named(105))
    end

    # The name of a member as the library says it too: one that nobody would choose may be anything that went astray.
    def speakable(name)
      name.to_s.b.match?(/\A[\w.:\[\]-]{1,40}\z/) ? name : "(an odd name)"
    end

    def memory(size)
      ZERO * size
    end

    def entry(result, index, names)
      names.each_with_object({}) do |name, parts|
        next parts[name] = nil if name == :payload && parts[:claims] # a token has the one or the other

        address = memory(WORD_BYTES)
        length = memory(WORD_BYTES)
        error = memory(ERROR_BYTES)
        status = jeton_result_get(result, index, name.name, name.name.bytesize, address, length, error)
        return failure(error) unless status.zero?

        parts[name] = copy(address.unpack1(WORD), length.unpack1(WORD))
      end
    end

    def copy(address, length)
      FFI::Pointer.new(address).read_bytes(length) unless address.zero?
    end

    def failure(error)
      number, http_status, name, message = error.unpack(ERROR)
      # jeton.h: the claim that decided, or the server's own error code.
      about = { (SERVERS.cover?(number) ? :code : :claim) => name.empty? ? nil : utf8(name) }
      about[:http_status] = http_status unless http_status.zero?
      ERRORS.fetch(number, Error).new(utf8(message), **about, **named(number))
    end

    def named(number)
      { status: utf8(jeton_status_name(number)), number: number }
    end
  end
  private_constant :Memory
end
