/**
 * @file
 * Jeton for C++17: keys, signers and verifiers that free themselves, std::string_view in, std::string out, exceptions.
 *
 * Header only, over jeton.h. Every class owns one handle of the library and can be moved, not copied. All of them are
 * immutable: any number of threads may call const members of one object at once, as long as it lives. Jeton reads no clock:
 * functions that depend on time take Unix seconds, and jeton::now() is their default.
 *
 * Policies, options, claims and arguments are JSON texts; jeton.h lists their members. Bytes (DER, payloads, signatures,
 * secrets) travel as std::string_view and std::string too. Every failure is a jeton::Error.
 */
#ifndef JETON_HPP
#define JETON_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "jeton.h"

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

/** What an entry says of a token, as a Verified or an Unverified: it has claims, or else a payload. */
template <class Token>
Token contents(const Handle<jeton_result> &result, std::size_t index = 0) {
    Token token{get(result, "header", index), find(result, "claims", index), std::nullopt};
    if (!token.claims) {
        token.payload = find(result, "payload", index);
    }
    return token;
}

}  // namespace detail

/** What a key is. */
struct KeyDescription {
    /** The kind: `oct`, `RSA`, `EC` or `OKP`. */
    std::string kty;
    /** The algorithm it is bound to; nothing where nothing binds an RSA key or a secret. */
    std::optional<std::string> algorithm;
    /** Its name, if it has one. */
    std::optional<std::string> kid;
    /** Whether it can sign; a secret can. */
    bool is_private;
    /** RFC 7638, SHA-256, base64url. */
    std::string thumbprint;
};

/** The public half of a key. */
struct PublicKey {
    /** A JWKS of all keys. */
    std::string jwks;
    /** The JWK, if it is a single key. */
    std::optional<std::string> jwk;
    /** The SPKI PEM, if it is a single key. */
    std::optional<std::string> pem;
};

/** One key, or the key set of a JWKS. It is checked in full when it is made: an unsound or weak key does not exist. */
class Key {
public:
    /**
     * Reads one key from PEM text: PKCS#8, SEC 1, PKCS#1, SPKI or an X.509 certificate. `algorithm`, such as `RS256`, binds
     * the key; left out, the key has to name its own, as EC and Ed25519 keys do. The other readers take it alike.
     */
    static Key from_pem(std::string_view pem, std::string_view algorithm = {}) {
        return from(jeton_key_from_pem, pem.data(), pem.size(), algorithm);
    }

    /** Reads one key from DER bytes of any of these structures. */
    static Key from_der(std::string_view der, std::string_view algorithm = {}) {
        return from(jeton_key_from_der, detail::bytes(der), der.size(), algorithm);
    }

    /** Reads one key from a JWK. */
    static Key from_jwk(std::string_view jwk, std::string_view algorithm = {}) {
        return from(jeton_key_from_jwk, jwk.data(), jwk.size(), algorithm);
    }

    /** Reads a key set from a JWKS; a set can only verify. */
    static Key from_jwks(std::string_view jwks, std::string_view algorithm = {}) {
        return from(jeton_key_from_jwks, jwks.data(), jwks.size(), algorithm);
    }

    /** Takes raw bytes as an HMAC secret, at least as long as the hash. */
    static Key from_secret(std::string_view secret, std::string_view algorithm = {}) {
        return from(jeton_key_from_secret, detail::bytes(secret), secret.size(), algorithm);
    }

    /** Says what the key is. A key set throws JETON_E_KEY. */
    KeyDescription describe() const {
        const auto result = detail::make<jeton_result>(jeton_key_describe, get());
        return {detail::get(result, "kty"), detail::find(result, "algorithm"), detail::find(result, "kid"),
                detail::get(result, "private") == "true", detail::get(result, "thumbprint")};
    }

    /** Gives the public half away. A secret has none and throws JETON_E_KEY. */
    PublicKey public_key() const {
        const auto result = detail::make<jeton_result>(jeton_key_public, get());
        return {detail::get(result, "jwks"), detail::find(result, "jwk"), detail::find(result, "pem")};
    }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_key *get() const noexcept { return handle_.get(); }

private:
    explicit Key(detail::Handle<jeton_key> handle) noexcept : handle_(std::move(handle)) {}

    template <class Make, class Data>
    static Key from(Make make, const Data *data, std::size_t length, std::string_view algorithm) {
        require_abi();
        return Key(detail::make<jeton_key>(make, data, length, algorithm.data(), algorithm.size()));
    }

    detail::Handle<jeton_key> handle_;
};

/**
 * A new key as texts. They are views into memory that is wiped when this object goes, so they must not outlive it; a text
 * that this kind of key does not have is nothing.
 */
class GeneratedKey {
public:
    /** Makes a key for ES256, ES384, EdDSA, HS256, HS384 or HS512. */
    explicit GeneratedKey(std::string_view algorithm)
        : result_((require_abi(), detail::make<jeton_result>(jeton_key_generate, algorithm.data(), algorithm.size()))) {}

    /** The private JWK, or the secret as a JWK. */
    std::string_view private_jwk() const & { return detail::view(result_, "private_jwk").value(); }

    /** The public JWK; a secret has none. */
    std::optional<std::string_view> public_jwk() const & { return detail::view(result_, "public_jwk"); }

    /** The private key as PKCS#8 PEM; a secret has none. */
    std::optional<std::string_view> private_pem() const & { return detail::view(result_, "private_pem"); }

    /** The public key as SPKI PEM; a secret has none. */
    std::optional<std::string_view> public_pem() const & { return detail::view(result_, "public_pem"); }

    /** Views into an object that is already gone do not compile. */
    std::string_view private_jwk() const && = delete;
    std::optional<std::string_view> public_jwk() const && = delete;
    std::optional<std::string_view> private_pem() const && = delete;
    std::optional<std::string_view> public_pem() const && = delete;

private:
    detail::Handle<jeton_result> result_;
};

/** Makes tokens with one key and one header. */
class Signer {
public:
    /** Takes a private key or a secret and the options of jeton_signer_new, a JSON object; none if left out. */
    explicit Signer(const Key &key, std::string_view options = {})
        : handle_(detail::make<jeton_signer>(jeton_signer_new, key.get(), options.data(), options.size())) {}

    /** Signs claims, the text of a JSON object, which go into the token as they stand. Returns the token. */
    std::string sign(std::string_view claims, std::int64_t now_s = now()) const {
        return detail::fill(bound(claims.size()), [&](char *token, std::size_t capacity, std::size_t *length, jeton_error *error) {
            return jeton_signer_sign(get(), claims.data(), claims.size(), now_s, token, capacity, length, error);
        });
    }

    /** Signs a payload of any bytes. Returns the token. */
    std::string sign_bytes(std::string_view payload) const {
        return detail::fill(bound(payload.size()), [&](char *token, std::size_t capacity, std::size_t *length, jeton_error *error) {
            return jeton_signer_sign_bytes(get(), detail::bytes(payload), payload.size(), token, capacity, length, error);
        });
    }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_signer *get() const noexcept { return handle_.get(); }

private:
    std::size_t bound(std::size_t length) const noexcept { return jeton_signer_bound(get(), length); }

    detail::Handle<jeton_signer> handle_;
};

/** Makes tokens whose signature somebody else computes, such as a KMS: the signing input goes out, the signature comes in. */
class ExternalSigner {
public:
    /** Takes the public key and the options of jeton_signer_new. */
    explicit ExternalSigner(const Key &key, std::string_view options = {})
        : handle_(detail::make<jeton_external_signer>(jeton_external_signer_new, key.get(), options.data(), options.size())) {}

    /** Takes claims as Signer::sign does. Returns the signing input, the bytes to be signed. */
    std::string begin(std::string_view claims, std::int64_t now_s = now()) const {
        return detail::get(
            detail::make<jeton_result>(jeton_external_signer_begin, get(), claims.data(), claims.size(), now_s), "signing_input");
    }

    /** Takes a payload of any bytes. Returns the signing input. */
    std::string begin_bytes(std::string_view payload) const {
        return detail::get(
            detail::make<jeton_result>(jeton_external_signer_begin_bytes, get(), detail::bytes(payload), payload.size()),
            "signing_input");
    }

    /** Verifies the signature (RFC 7518: R and S for ES256 and ES384, not DER) over a signing input. Returns the token. */
    std::string finish(std::string_view signing_input, std::string_view signature) const {
        return detail::get(detail::make<jeton_result>(jeton_external_signer_finish, get(), signing_input.data(), signing_input.size(),
                                                      detail::bytes(signature), signature.size()),
                           "token");
    }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_external_signer *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<jeton_external_signer> handle_;
};

/** What a verified token says. */
struct Verified {
    /** The header, the JSON text as it stood. */
    std::string header;
    /** The claims, the JSON text as it stood; nothing where the policy's payload is `bytes`. */
    std::optional<std::string> claims;
    /** The payload, where the policy's payload is `bytes`. */
    std::optional<std::string> payload;
};

/** What a token says that nobody verified. */
struct Unverified {
    /** The header, the JSON text as it stood. */
    std::string header;
    /** The claims, the JSON text as it stood, if the payload is a JSON object. */
    std::optional<std::string> claims;
    /** The payload, if it is not. */
    std::optional<std::string> payload;
};

/** Checks tokens against keys and a policy. */
class Verifier {
public:
    /** Takes keys and the policy of jeton_verifier_new, a JSON object. */
    Verifier(const Key &key, std::string_view policy)
        : handle_(detail::make<jeton_verifier>(jeton_verifier_new, key.get(), policy.data(), policy.size())) {}

    /** Verifies a token. Returns its claims, the JSON text as it stood, or its payload where the policy says `bytes`. */
    std::string verify(std::string_view token, std::int64_t now_s = now()) const {
        return detail::fill(token.size(), [&](char *claims, std::size_t capacity, std::size_t *length, jeton_error *error) {
            return jeton_verifier_verify(get(), token.data(), token.size(), now_s, reinterpret_cast<std::uint8_t *>(claims), capacity,
                                         length, error);
        });
    }

    /** Verifies a token and returns its header too. */
    Verified open(std::string_view token, std::int64_t now_s = now()) const {
        return detail::contents<Verified>(detail::make<jeton_result>(jeton_verifier_open, get(), token.data(), token.size(), now_s));
    }

    /** Verifies many tokens in one call. Returns for each token, in order, what it says or why it was refused. */
    std::vector<std::variant<Verified, Error>> verify_batch(const std::vector<std::string_view> &tokens, std::int64_t now_s = now()) const {
        std::vector<const char *> texts;
        std::vector<std::size_t> lengths;
        for (const auto token : tokens) {
            texts.push_back(token.data());
            lengths.push_back(token.size());
        }
        const auto result =
            detail::make<jeton_result>(jeton_verifier_verify_batch, get(), texts.data(), lengths.data(), tokens.size(), now_s);
        std::vector<std::variant<Verified, Error>> outcomes;
        outcomes.reserve(tokens.size());
        for (std::size_t index = 0; index < jeton_result_count(result.get()); index++) {
            try {
                outcomes.emplace_back(detail::contents<Verified>(result, index));
            } catch (const Error &error) {
                outcomes.emplace_back(error);
            }
        }
        return outcomes;
    }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_verifier *get() const noexcept { return handle_.get(); }

private:
    friend class Vizzly;

    explicit Verifier(detail::Handle<jeton_verifier> handle) noexcept : handle_(std::move(handle)) {}

    detail::Handle<jeton_verifier> handle_;
};

/**
 * Shows what a token says. NOTHING IS VERIFIED: anyone can have written it. For logs, for choosing a verifier, never for
 * deciding anything.
 */
inline Unverified inspect_unverified(std::string_view token) {
    require_abi();
    return detail::contents<Unverified>(detail::make<jeton_result>(jeton_inspect_unverified, token.data(), token.size()));
}

/** The answer of a Vizzly identity endpoint, and its tokens one by one. */
struct VizzlyIdentity {
    /** The documented JSON with the tokens that were asked for: what the endpoint answers. */
    std::string json;
    /** The dashboard access token. */
    std::string dashboard;
    /** The data access token, if it was asked for. */
    std::optional<std::string> data;
    /** The query-engine access token, if it was asked for. */
    std::optional<std::string> query_engine;
};

/** Signs Vizzly access tokens. The arguments are JSON objects with the members that jeton_vizzly_dashboard and its kin list. */
class Vizzly {
public:
    /** Takes a private P-256 key. */
    explicit Vizzly(const Key &key) : handle_(detail::make<jeton_vizzly>(jeton_vizzly_new, key.get())) {}

    /** Signs a dashboard access token. */
    std::string dashboard(std::string_view args, std::int64_t now_s = now()) const {
        return detail::get(call(jeton_vizzly_dashboard, args, now_s), "token");
    }

    /** Signs a data access token. */
    std::string data(std::string_view args, std::int64_t now_s = now()) const {
        return detail::get(call(jeton_vizzly_data, args, now_s), "token");
    }

    /** Signs a query-engine access token. */
    std::string query_engine(std::string_view args, std::int64_t now_s = now()) const {
        return detail::get(call(jeton_vizzly_query_engine, args, now_s), "token");
    }

    /** Signs the whole answer of an identity endpoint: `{"dashboard": {…}, "data": {…}, "query_engine": {…}}`, the last two optional. */
    VizzlyIdentity identity(std::string_view args, std::int64_t now_s = now()) const {
        const auto result = call(jeton_vizzly_identity, args, now_s);
        return {detail::get(result, "identity"), detail::get(result, "dashboardAccessToken"),
                detail::find(result, "dataAccessToken"), detail::find(result, "queryEngineAccessToken")};
    }

    /** Makes a verifier for such tokens from the public or private key: ES256, ended by `expires`. */
    static Verifier verifier(const Key &key) {
        return Verifier(detail::make<jeton_verifier>(jeton_vizzly_verifier, key.get()));
    }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_vizzly *get() const noexcept { return handle_.get(); }

private:
    template <class Sign>
    detail::Handle<jeton_result> call(Sign sign, std::string_view args, std::int64_t now_s) const {
        return detail::make<jeton_result>(sign, get(), args.data(), args.size(), now_s);
    }

    detail::Handle<jeton_vizzly> handle_;
};

}  // namespace jeton

#endif
