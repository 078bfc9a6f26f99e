package jeton

// #include "jeton.h"
import "C"

import (
	"context"
	"encoding/json"
	"unsafe"
)

// RemoteVerifier checks tokens of one or more issuers, whose key sets are fetched when they are first needed and kept as long as
// their servers say. Any number of goroutines may use one at once.
type RemoteVerifier struct {
	handle *handle
}

// RemoteIssuer is an issuer of tokens, and where its keys are.
type RemoteIssuer struct {
	// JWKSURL is where the key set is. Required.
	JWKSURL string
	// Policy says which tokens are accepted. Issuer is required.
	Policy
	// Connection says how the server of the keys is reached.
	Connection
}

// MarshalJSON gives the issuer as [NewRemoteVerifierJSON] takes it, in a list.
func (i RemoteIssuer) MarshalJSON() ([]byte, error) {
	var o object
	i.Policy.write(&o)
	o.add("jwks_url", i.JWKSURL)
	i.Connection.write(&o)
	return o.json()
}

// RemoteVerifierOptions is what goes beside the issuers.
type RemoteVerifierOptions struct {
	// Environment stands for the environment of the process, which names proxies; nil is that of the process itself.
	Environment Environment
	// Cache holds the key sets; nil is the cache of the process.
	Cache *Cache
}

// NewRemoteVerifier makes a verifier. Nothing is fetched.
func NewRemoteVerifier(issuers []RemoteIssuer, options RemoteVerifierOptions) (*RemoteVerifier, error) {
	text, err := marshal(issuers)
	if err != nil {
		return nil, err
	}
	return NewRemoteVerifierJSON(text, options)
}

// NewRemoteVerifierJSON is NewRemoteVerifier with the issuers as the JSON text of a list, by the names of
// jeton_remote_verifier_new in jeton.h.
func NewRemoteVerifierJSON(issuers json.RawMessage, options RemoteVerifierOptions) (*RemoteVerifier, error) {
	environment, err := options.Environment.json()
	if err != nil {
		return nil, err
	}
	var out *C.jeton_remote_verifier
	err = options.Cache.with(func(cache *C.jeton_cache, failure *C.jeton_error) C.jeton_status {
		return C.jeton_remote_verifier_new(cache, chars(issuers), C.size_t(len(issuers)),
			chars(environment), C.size_t(len(environment)), &out, failure)
	})
	if err != nil {
		return nil, err
	}
	return &RemoteVerifier{newHandle(unsafe.Pointer(out), func(verifier unsafe.Pointer) {
		C.jeton_remote_verifier_free((*C.jeton_remote_verifier)(verifier))
	})}, nil
}

// Close frees the verifier. It may be called at any time and more than once.
func (v *RemoteVerifier) Close() {
	v.handle.close()
}

// Verify checks a token and puts its claims into dst, as [Verifier.Verify] does. It waits where keys have to be fetched first, as
// long as the context allows. ErrIssuer for an issuer that is none of these, ErrKeysUnavailable if there are no keys to judge by.
func (v *RemoteVerifier) Verify(ctx context.Context, token string, dst any, options ...CallOption) error {
	verified, err := v.Open(ctx, token, options...)
	if err != nil {
		return err
	}
	if verified.Claims == nil {
		return decode(verified.Payload, dst)
	}
	return decode(verified.Claims, dst)
}

// Open checks a token as Verify does, and gives its header too.
func (v *RemoteVerifier) Open(ctx context.Context, token string, options ...CallOption) (*Verified, error) {
	now, given, err := moment(options)
	if err != nil {
		return nil, err
	}
	nowMs := C.int64_t(C.JETON_CLOCK)
	if given {
		nowMs = C.int64_t(milliseconds(now))
	}
	r, err := v.atHand(token, nowMs)
	if err == nil && r.c == nil {
		r, err = v.handle.await(ctx, func(verifier unsafe.Pointer, limitMs C.uint64_t, out **C.jeton_wait, failure *C.jeton_error) C.jeton_status {
			return C.jeton_remote_verifier_begin((*C.jeton_remote_verifier)(verifier), stringChars(token), C.size_t(len(token)),
				limitMs, nowMs, out, failure)
		})
	}
	if err != nil {
		return nil, err
	}
	defer r.free()
	return r.verified(0)
}

// atHand verifies with the keys that are there; no result if some have to be fetched first.
func (v *RemoteVerifier) atHand(token string, nowMs C.int64_t) (result, error) {
	r, err := v.handle.result(func(verifier unsafe.Pointer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		status := C.jeton_remote_verifier_verify((*C.jeton_remote_verifier)(verifier), stringChars(token), C.size_t(len(token)),
			nowMs, out, failure)
		if status == C.JETON_WAIT {
			return C.JETON_OK
		}
		return status
	})
	return r, err
}
