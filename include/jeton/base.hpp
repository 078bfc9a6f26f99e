/**
 * @file
 * Errors, versions, time, and how the classes of jeton.hpp stand on jeton.h.
 */
#ifndef JETON_BASE_HPP
#define JETON_BASE_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "../jeton.h"

namespace jeton {

/** Why a call failed: exactly one status. No byte of a token, key, secret or claim value is in it. */
class Error : public std::runtime_error {
public:
    /** Wraps what the library reported. */
    explicit Error(const jeton_error &error) : std::runtime_error(sentence(error)), error_(error) {}

    /** The number, one of `JETON_E_…`. */
    jeton_status status() const noexcept { return error_.status; }

    /** The name of the status, such as `EXPIRED` for `JETON_E_EXPIRED`. */
    const char *status_name() const noexcept { return name(error_.status); }

    /** The HTTP status, where a server answered; else 0. */
    int http_status() const noexcept { return error_.http_status; }

    /** The claim or header member that decided (`exp`, `typ`); else empty. */
    std::string_view claim() const noexcept { return answered() ? std::string_view() : error_.claim; }

    /** The server's own error code, where one answered with a code; else empty. */
    std::string_view code() const noexcept { return answered() ? error_.claim : std::string_view(); }

    /** One line for people. Its wording is not part of the contract. */
    std::string_view message() const noexcept { return error_.message; }

private:
    /** Whether the status is about what is fetched or allowed, where no claim decides. */
    bool answered() const noexcept { return error_.status >= 500 && error_.status < 900; }

    static const char *name(jeton_status status) noexcept {
        const char *name = jeton_status_name(status);
        return name == nullptr ? "UNKNOWN" : name;
    }

    static std::string sentence(const jeton_error &error) { return std::string(name(error.status)) + ": " + error.message; }

    jeton_error error_;
};

/** The header and the library do not belong together. */
class AbiMismatch : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/** The version of the library, such as `0.1.0`. */
inline std::string_view version() noexcept {
    return jeton_version();
}

/** The ABI that the library speaks. */
inline std::uint32_t abi_version() noexcept {
    return jeton_abi_version();
}

/** Throws AbiMismatch unless the library speaks the ABI of this header. Every way to a first handle does this by itself. */
inline void require_abi() {
    if (abi_version() != JETON_ABI_VERSION) {
        throw AbiMismatch("jeton: compiled for ABI " + std::to_string(JETON_ABI_VERSION) + ", but the library " +
                          std::string(version()) + " speaks ABI " + std::to_string(abi_version()));
    }
}

/** The system clock in Unix seconds. */
inline std::int64_t now() noexcept {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

/** For tests: a defect inside the library, which arrives as an Error with JETON_E_PANIC. */
inline void testing_panic() {
    jeton_error error;
    if (jeton_testing_panic(&error) != JETON_OK) {
        throw Error(error);
    }
}

/** How the classes below stand on the C functions; not for use from outside. */
namespace detail {

struct Free {
    void operator()(jeton_key *handle) const noexcept { jeton_key_free(handle); }
    void operator()(jeton_signer *handle) const noexcept { jeton_signer_free(handle); }
    void operator()(jeton_external_signer *handle) const noexcept { jeton_external_signer_free(handle); }
    void operator()(jeton_verifier *handle) const noexcept { jeton_verifier_free(handle); }
    void operator()(jeton_vizzly *handle) const noexcept { jeton_vizzly_free(handle); }
    void operator()(jeton_result *handle) const noexcept { jeton_result_free(handle); }
    void operator()(jeton_wait *handle) const noexcept { jeton_wait_free(handle); }
    void operator()(jeton_operation *handle) const noexcept { jeton_operation_free(handle); }
    void operator()(jeton_cache *handle) const noexcept { jeton_cache_free(handle); }
    void operator()(jeton_source *handle) const noexcept { jeton_source_free(handle); }
    void operator()(jeton_client *handle) const noexcept { jeton_client_free(handle); }
    void operator()(jeton_remote_verifier *handle) const noexcept { jeton_remote_verifier_free(handle); }
    void operator()(jeton_access *handle) const noexcept { jeton_access_free(handle); }
};

template <class T>
using Handle = std::unique_ptr<T, Free>;

inline const std::uint8_t *bytes(std::string_view text) noexcept {
    return reinterpret_cast<const std::uint8_t *>(text.data());
}

/** Calls `make(args…, &handle, &error)` and owns what it made. */
template <class T, class Make, class... Args>
Handle<T> make(Make make, Args... args) {
    T *handle = nullptr;
    jeton_error error;
    if (make(args..., &handle, &error) != JETON_OK) {
        throw Error(error);
    }
    return Handle<T>(handle);
}

/** Calls `ask(args…, &flag, &error)` and says what the flag became. */
template <class Ask, class... Args>
bool flag(Ask ask, Args... args) {
    std::int32_t flag = 0;
    jeton_error error;
    if (ask(args..., &flag, &error) != JETON_OK) {
        throw Error(error);
    }
    return flag != 0;
}

/** Calls `write(buffer, capacity, &length, &error)` on a buffer of `bound` bytes and keeps what was written. */
template <class Write>
std::string fill(std::size_t bound, Write write) {
    std::string out(bound, '\0');
    std::size_t length = 0;
    jeton_error error;
    if (write(out.data(), out.size(), &length, &error) != JETON_OK) {
        throw Error(error);
    }
    out.resize(length);
    return out;
}

/** A part in place, for as long as the result lives; nothing if the entry does not have it. */
inline std::optional<std::string_view> view(const Handle<jeton_result> &result, std::string_view name, std::size_t index = 0) {
    const std::uint8_t *bytes = nullptr;
    std::size_t length = 0;
    jeton_error error;
    if (jeton_result_get(result.get(), index, name.data(), name.size(), &bytes, &length, &error) != JETON_OK) {
        throw Error(error);
    }
    if (bytes == nullptr) {
        return std::nullopt;
    }
    return std::string_view(reinterpret_cast<const char *>(bytes), length);
}

/** A copy of a part; nothing if the entry does not have it. */
inline std::optional<std::string> find(const Handle<jeton_result> &result, std::string_view name, std::size_t index = 0) {
    const auto part = view(result, name, index);
    return part ? std::optional<std::string>(*part) : std::nullopt;
}

/** A copy of a part that every such result has. */
inline std::string get(const Handle<jeton_result> &result, std::string_view name, std::size_t index = 0) {
    return std::string(view(result, name, index).value());
}

}  // namespace detail

}  // namespace jeton

#endif
