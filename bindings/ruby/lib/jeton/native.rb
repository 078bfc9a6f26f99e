# frozen_string_literal: true

require "ffi"
require "jeton/waiting"
require "jeton/asking"

module Jeton
  # The functions of jeton.h, one to one. Nothing here is API.
  #
  # Each but signing with RSA takes microseconds, so it keeps the GVL, and while one runs no other Ruby code does. What takes time
  # gives a wait, for whose descriptor Ruby itself waits; only three functions wait themselves, and are attached with `blocking: true`.
  # Strings go in by address: Ruby keeps the arguments of a call where they are until it returns.
  module Native
    extend FFI::Library
    extend Waiting
    extend Asking

    # The JETON_ABI_VERSION of the header that this file follows.
    ABI_VERSION = 1

    # JETON_CLOCK, for a parameter `now_ms`: the library's own clock.
    CLOCK = -1

    BUNDLED = File.join(__dir__, "libjeton.so.0")

    LIBRARY = [ENV.fetch("JETON_LIBRARY", ""), *(BUNDLED if File.exist?(BUNDLED)), "libjeton.so.0"].reject(&:empty?).first
    private_constant :BUNDLED, :LIBRARY

    ffi_lib LIBRARY
    attach_function :jeton_abi_version, [], :uint32

    # Before any other function: a later one may be missing from another ABI, or mean something else.
    unless jeton_abi_version == ABI_VERSION
      raise LoadError, "#{LIBRARY} speaks ABI #{jeton_abi_version}; jeton #{VERSION} for Ruby needs ABI #{ABI_VERSION}"
    end

    text = bytes = %i[buffer_in size_t]
    made = %i[buffer_out buffer_out] # T **out, jeton_error *err
    written = %i[buffer_out size_t buffer_out buffer_out] # buf, cap, *len, jeton_error *err
    handle = :pointer
    now_s = :int64
    now_ms = :int64
    timeout_ms = :uint64
    status = :int32

    attach_function :jeton_version, [], :string
    attach_function :jeton_status_name, [status], :string
    attach_function :jeton_testing_panic, [:buffer_out], status

    attach_function :jeton_result_count, [handle], :size_t
    attach_function :jeton_result_get, [handle, :size_t, *text, :buffer_out, :buffer_out, :buffer_out], status
    attach_function :jeton_result_free, [handle], :void

    attach_function :jeton_key_from_pem, [*text, *text, *made], status
    attach_function :jeton_key_from_der, [*bytes, *text, *made], status
    attach_function :jeton_key_from_jwk, [*text, *text, *made], status
    attach_function :jeton_key_from_jwks, [*text, *text, *made], status
    attach_function :jeton_key_from_secret, [*bytes, *text, *made], status
    attach_function :jeton_key_generate, [*text, *made], status
    attach_function :jeton_key_describe, [handle, *made], status
    attach_function :jeton_key_public, [handle, *made], status
    attach_function :jeton_key_free, [handle], :void

    attach_function :jeton_signer_new, [handle, *text, *made], status
    attach_function :jeton_signer_bound, [handle, :size_t], :size_t
    attach_function :jeton_signer_sign, [handle, *text, now_s, *written], status
    attach_function :jeton_signer_sign_bytes, [handle, *bytes, *written], status
    attach_function :jeton_signer_free, [handle], :void

    attach_function :jeton_external_signer_new, [handle, *text, *made], status
    attach_function :jeton_external_signer_begin, [handle, *text, now_s, *made], status
    attach_function :jeton_external_signer_begin_bytes, [handle, *bytes, *made], status
    attach_function :jeton_external_signer_finish, [handle, *text, *bytes, *made], status
    attach_function :jeton_external_signer_free, [handle], :void

    attach_function :jeton_verifier_new, [handle, *text, *made], status
    attach_function :jeton_verifier_gives_claims, [handle], :int32
    attach_function :jeton_verifier_verify, [handle, *bytes, now_s, *written], status
    attach_function :jeton_verifier_open, [handle, *bytes, now_s, *made], status
    attach_function :jeton_verifier_verify_batch, [handle, :buffer_in, :buffer_in, :size_t, now_s, *made], status
    attach_function :jeton_verifier_free, [handle], :void

    attach_function :jeton_inspect_unverified, [*bytes, *made], status

    attach_function :jeton_vizzly_new, [handle, *made], status
    attach_function :jeton_vizzly_dashboard, [handle, *text, now_s, *made], status
    attach_function :jeton_vizzly_data, [handle, *text, now_s, *made], status
    attach_function :jeton_vizzly_query_engine, [handle, *text, now_s, *made], status
    attach_function :jeton_vizzly_identity, [handle, *text, now_s, *made], status
    attach_function :jeton_vizzly_verifier, [handle, *made], status
    attach_function :jeton_vizzly_free, [handle], :void

    attach_function :jeton_source_new, [handle, *text, *text, *text, handle, now_ms, *made], status
    attach_function :jeton_source_token, [handle, now_ms, *written.first(3), :buffer_out, :buffer_out], status
    attach_function :jeton_source_begin, [handle, *text, *bytes, timeout_ms, now_ms, *made], status
    attach_function :jeton_source_invalidate, [handle, *bytes, now_ms, :buffer_out, :buffer_out], status
    attach_function :jeton_source_describe, [handle, *made], status
    attach_function :jeton_source_stats, [handle, *made], status
    attach_function :jeton_source_events, [handle, *made], status
    attach_function :jeton_source_free, [handle], :void

    attach_function :jeton_wait_fd, [handle], :int32
    attach_function :jeton_wait_for, [handle, timeout_ms, :buffer_out], status, blocking: true
    attach_function :jeton_wait_result, [handle, *made], status
    attach_function :jeton_wait_free, [handle], :void

    attach_function :jeton_client_new, [*text, *text, *text, *text, *made], status
    attach_function :jeton_client_as_user, [handle, *text, *made], status
    attach_function :jeton_client_begin, [handle, *text, *text, timeout_ms, *made], status
    attach_function :jeton_client_free, [handle], :void

    attach_function :jeton_remote_verifier_new, [handle, *text, *text, *made], status
    attach_function :jeton_remote_verifier_verify, [handle, *bytes, now_ms, *made], status
    attach_function :jeton_remote_verifier_begin, [handle, *bytes, timeout_ms, now_ms, *made], status
    attach_function :jeton_remote_verifier_stats, [handle, *made], status
    attach_function :jeton_remote_verifier_free, [handle], :void

    attach_function :jeton_access_new, [*text, *text, *bytes, *text, *made], status, blocking: true
    attach_function :jeton_access_asks_rows, [handle], :int32
    attach_function :jeton_access_begin, [handle, *text, *text, now_s, timeout_ms, *made], status
    attach_function :jeton_access_operation, [handle, *text, *text, now_s, *made], status
    attach_function :jeton_access_free, [handle], :void

    attach_function :jeton_operation_next, [handle, now_ms, *made], status
    attach_function :jeton_operation_row, [handle, *text, :buffer_out], status
    attach_function :jeton_operation_free, [handle], :void

    attach_function :jeton_allowed, [*text, *text, :buffer_out, :buffer_out], status
    attach_function :jeton_allowed_action, [*text, *text, *text, :buffer_out, :buffer_out], status

    attach_function :jeton_api_key_generate, [*text, *made], status
    attach_function :jeton_api_key_check, [*bytes, *made], status

    attach_function :jeton_runtime_stop, [timeout_ms, :buffer_out], status, blocking: true

    # One class for each type of handle; the release method is called exactly once, by #free or when the object is collected.
    class KeyPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_key_free(pointer)
    end

    class SignerPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_signer_free(pointer)
    end

    class ExternalSignerPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_external_signer_free(pointer)
    end

    class VerifierPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_verifier_free(pointer)
    end

    class SourcePointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_source_free(pointer)
    end

    class WaitPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_wait_free(pointer)
    end

    class ClientPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_client_free(pointer)
    end

    class RemoteVerifierPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_remote_verifier_free(pointer)
    end

    class AccessPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_access_free(pointer)
    end

    class OperationPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_operation_free(pointer)
    end

    class VizzlyPointer < FFI::AutoPointer
      def self.release(pointer) = Native.jeton_vizzly_free(pointer)
    end
  end
  private_constant :Native
end
