/**
 * @file
 * Keys, and the tokens that they sign and verify.
 */
#ifndef JETON_TOKEN_HPP
#define JETON_TOKEN_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base.hpp"

namespace jeton {

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

namespace detail {

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

}  // namespace jeton

#endif
