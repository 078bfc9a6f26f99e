package jeton

// #include "jeton.h"
import "C"

import "encoding/json"

// Unverified is what a token says. Nothing of it was verified: anyone can have written it.
type Unverified struct {
	// Header is the header as it stood.
	Header json.RawMessage
	// Claims is the payload as it stood, if it is a JSON object; else nil.
	Claims json.RawMessage
	// Payload is a payload that is no JSON object; else nil.
	Payload []byte
}

// InspectUnverified shows what a token says. NOTHING IS VERIFIED: it is for logs and for choosing a verifier, never for deciding
// anything.
func InspectUnverified(token string) (*Unverified, error) {
	r, err := resultOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_inspect_unverified(stringChars(token), C.size_t(len(token)), out, failure)
	})
	if err != nil {
		return nil, err
	}
	defer r.free()
	header, claims, payload, err := r.contents(0)
	if err != nil {
		return nil, err
	}
	return &Unverified{Header: header, Claims: claims, Payload: payload}, nil
}
