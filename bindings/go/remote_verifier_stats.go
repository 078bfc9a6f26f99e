package jeton

// #include "jeton.h"
import "C"

import (
	"encoding/json"
	"unsafe"
)

// RemoteIssuerStats tells how the keys of one issuer stand.
type RemoteIssuerStats struct {
	// JSON is all that is told of it, by the names of docs/SOURCES.md.
	JSON json.RawMessage `json:"-"`
	// Issuer is its name, JWKSURL where its keys are.
	Issuer  string `json:"issuer"`
	JWKSURL string `json:"jwks_url"`
	// Keys is how many usable keys are at hand; nil if there is no set.
	Keys *int `json:"keys"`
	// Refreshes is how often a server gave a set, or said that the one at hand is still the one.
	Refreshes uint64 `json:"refreshes"`
	// Failures is how often it did neither, by the name of the code.
	Failures map[string]uint64 `json:"failures"`
	// LastFailure is why the last fetch failed, one line for people; empty if it did not.
	LastFailure string `json:"last_failure"`
	// Stale tells whether the last token was judged by a set that is old, because its server gives no newer one.
	Stale bool `json:"is_stale"`
}

// Stats tells how the keys of each issuer stand, in the order of the issuers. It asks no server.
func (v *RemoteVerifier) Stats() ([]RemoteIssuerStats, error) {
	r, err := v.handle.result(func(verifier unsafe.Pointer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_remote_verifier_stats((*C.jeton_remote_verifier)(verifier), out, failure)
	})
	if err != nil {
		return nil, err
	}
	defer r.free()
	text, err := r.part(0, "stats")
	if err != nil {
		return nil, err
	}
	var entries []json.RawMessage
	if err := decodeAnswer(text, &entries); err != nil {
		return nil, err
	}
	stats := make([]RemoteIssuerStats, len(entries))
	for i, entry := range entries {
		stats[i].JSON = entry
		if err := decodeAnswer(entry, &stats[i]); err != nil {
			return nil, err
		}
	}
	return stats, nil
}
