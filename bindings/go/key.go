package jeton

// #include "jeton.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"unsafe"
)

// Key is one key, or the key set of a JWKS. It is checked in full when it is made: an unsound or weak key does not exist.
// Any number of goroutines may use one at once, and it may be closed once signers and verifiers are made from it.
type Key struct {
	handle *handle
}

// KeyOption changes how a key is made. [WithAlgorithm] is one.
type KeyOption struct {
	algorithm string
}

// WithAlgorithm binds a key to an algorithm, such as "RS256". EC and Ed25519 keys name theirs, and so does a JWK with alg; an RSA
// key or a secret does not, and a verifier needs one.
func WithAlgorithm(name string) KeyOption {
	return KeyOption{algorithm: name}
}

// KeyFromPEM reads one key from PEM: PKCS#8 (PRIVATE KEY), SEC 1 (EC PRIVATE KEY), PKCS#1 (RSA PRIVATE KEY, RSA PUBLIC KEY), SPKI
// (PUBLIC KEY) or an X.509 CERTIFICATE, of which only the public key is taken.
func KeyFromPEM(pem []byte, options ...KeyOption) (*Key, error) {
	return newKey(options, func(c keyCall) C.jeton_status {
		return C.jeton_key_from_pem(chars(pem), C.size_t(len(pem)), c.algorithm, c.algorithmLen, c.out, c.failure)
	})
}

// KeyFromDER reads one key from the DER of any structure that KeyFromPEM knows.
func KeyFromDER(der []byte, options ...KeyOption) (*Key, error) {
	return newKey(options, func(c keyCall) C.jeton_status {
		return C.jeton_key_from_der(octets(der), C.size_t(len(der)), c.algorithm, c.algorithmLen, c.out, c.failure)
	})
}

// KeyFromJWK reads one key from the text of a JWK (RFC 7517).
func KeyFromJWK(jwk json.RawMessage, options ...KeyOption) (*Key, error) {
	return newKey(options, func(c keyCall) C.jeton_status {
		return C.jeton_key_from_jwk(chars(jwk), C.size_t(len(jwk)), c.algorithm, c.algorithmLen, c.out, c.failure)
	})
}

// KeyFromJWKS reads a key set from the text of a JWKS, of at most 64 keys. Members that are unusable here are passed over. A set
// can only verify.
func KeyFromJWKS(jwks json.RawMessage, options ...KeyOption) (*Key, error) {
	return newKey(options, func(c keyCall) C.jeton_status {
		return C.jeton_key_from_jwks(chars(jwks), C.size_t(len(jwks)), c.algorithm, c.algorithmLen, c.out, c.failure)
	})
}

// KeyFromSecret takes raw bytes as an HMAC secret, neither trimmed nor decoded. It is at least as long as the hash: 32 bytes for
// HS256, 48 for HS384, 64 for HS512. Text or DER that is a public key is refused.
func KeyFromSecret(secret []byte, options ...KeyOption) (*Key, error) {
	return newKey(options, func(c keyCall) C.jeton_status {
		return C.jeton_key_from_secret(octets(secret), C.size_t(len(secret)), c.algorithm, c.algorithmLen, c.out, c.failure)
	})
}

// A keyCall is what the functions that read a key take besides the key's text.
type keyCall struct {
	algorithm    *C.char
	algorithmLen C.size_t
	out          **C.jeton_key
	failure      *C.jeton_error
}

func newKey(options []KeyOption, read func(keyCall) C.jeton_status) (*Key, error) {
	var out *C.jeton_key
	var failure C.jeton_error
	call := keyCall{out: &out, failure: &failure}
	if len(options) != 0 {
		name := options[len(options)-1].algorithm
		// No name is a null pointer; an empty name must not look like it.
		call.algorithm, call.algorithmLen = stringChars(name+"\x00"), C.size_t(len(name))
	}
	if status := read(call); status != C.JETON_OK {
		return nil, newError(status, &failure)
	}
	return &Key{newHandle(unsafe.Pointer(out), func(key unsafe.Pointer) { C.jeton_key_free((*C.jeton_key)(key)) })}, nil
}

// Close wipes and frees the key. It may be called at any time and more than once.
func (k *Key) Close() {
	k.handle.close()
}

// with runs a call that takes a key; nil is passed on, and is ErrNull.
func (k *Key) with(call func(key *C.jeton_key, failure *C.jeton_error) C.jeton_status) error {
	key, leave, err := k.lend()
	if err != nil {
		return err
	}
	defer leave()
	var failure C.jeton_error
	if status := call(key, &failure); status != C.JETON_OK {
		return newError(status, &failure)
	}
	return nil
}

// lend gives the key for the time until leave; nil stays nil.
func (k *Key) lend() (key *C.jeton_key, leave func(), err error) {
	if k == nil {
		return nil, func() {}, nil
	}
	pointer, err := k.handle.enter()
	return (*C.jeton_key)(pointer), k.handle.leave, err
}

type keyFunction func(key *C.jeton_key, out **C.jeton_result, failure *C.jeton_error) C.jeton_status

// parts runs a call that tells something of the key.
func (k *Key) parts(call keyFunction, names ...string) ([][]byte, error) {
	var r result
	err := k.with(func(key *C.jeton_key, failure *C.jeton_error) C.jeton_status {
		return call(key, &r.c, failure)
	})
	if err != nil {
		return nil, err
	}
	defer r.free()
	return r.parts(0, names...)
}

// KeyInfo says what a key is.
type KeyInfo struct {
	// KeyType is the JWK kty: "oct", "RSA", "EC" or "OKP".
	KeyType string
	// Algorithm is the one that the key is bound to; empty where nothing binds an RSA key or a secret.
	Algorithm string
	// KeyID is the kid, nil if the key has none.
	KeyID *string
	// Private is true of a private key and of a secret.
	Private bool
	// Thumbprint is the RFC 7638 thumbprint with SHA-256, in base64url.
	Thumbprint string
}

// Describe says what the key is; ErrKey for a key set.
func (k *Key) Describe() (*KeyInfo, error) {
	parts, err := k.parts(func(key *C.jeton_key, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_key_describe(key, out, failure)
	}, "kty", "algorithm", "kid", "private", "thumbprint")
	if err != nil {
		return nil, err
	}
	info := &KeyInfo{
		KeyType:    string(parts[0]),
		Algorithm:  string(parts[1]),
		Private:    string(parts[3]) == "true",
		Thumbprint: string(parts[4]),
	}
	if parts[2] != nil {
		kid := string(parts[2])
		info.KeyID = &kid
	}
	return info, nil
}

// PublicKey is the public half of a key, or of all keys of a set.
type PublicKey struct {
	// JWKS holds all keys.
	JWKS json.RawMessage
	// JWK is the single key; nil for a set.
	JWK json.RawMessage
	// PEM is the single key as SPKI; empty for a set.
	PEM string
}

// Public gives the public half; ErrKey for a secret, which has none.
func (k *Key) Public() (*PublicKey, error) {
	parts, err := k.parts(func(key *C.jeton_key, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_key_public(key, out, failure)
	}, "jwks", "jwk", "pem")
	if err != nil {
		return nil, err
	}
	return &PublicKey{JWKS: parts[0], JWK: parts[1], PEM: string(parts[2])}, nil
}

// GeneratedKey is a new key in its written forms. It prints, logs and goes into JSON without them, by itself and inside another
// value: to be stored, its fields are taken one by one.
type GeneratedKey struct {
	// PrivateJWK is the private key, or the secret, with its alg and kid.
	PrivateJWK json.RawMessage
	// PublicJWK is nil for a secret.
	PublicJWK json.RawMessage
	// PrivatePEM is PKCS#8; empty for a secret.
	PrivatePEM string
	// PublicPEM is SPKI; empty for a secret.
	PublicPEM string
}

// GenerateKey makes a new key for ES256, ES384, EdDSA, HS256, HS384 or HS512; ErrKeyUnsupported for RSA.
func GenerateKey(algorithm string) (*GeneratedKey, error) {
	parts, err := partsOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_key_generate(stringChars(algorithm), C.size_t(len(algorithm)), out, failure)
	}, "private_jwk", "public_jwk", "private_pem", "public_pem")
	if err != nil {
		return nil, err
	}
	return &GeneratedKey{
		PrivateJWK: parts[0], PublicJWK: parts[1], PrivatePEM: string(parts[2]), PublicPEM: string(parts[3]),
	}, nil
}

// Format keeps the private key out of what fmt prints, whatever the verb.
func (GeneratedKey) Format(state fmt.State, _ rune) { printRedacted(state, "GeneratedKey") }

// LogValue keeps the private key out of logs.
func (GeneratedKey) LogValue() slog.Value { return redacted("GeneratedKey") }

// MarshalJSON keeps the private key out of JSON, which is how slog writes a value inside another one.
func (GeneratedKey) MarshalJSON() ([]byte, error) { return redactedJSON("GeneratedKey"), nil }
