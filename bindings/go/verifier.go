package jeton

/*
#cgo noescape jeton_verifier_verify
#cgo nocallback jeton_verifier_verify
#include "jeton.h"
*/
import "C"

import (
	"encoding/json"
	"runtime"
	"unsafe"
)

// Verifier checks tokens against keys and a policy. Any number of goroutines may use one at once.
type Verifier struct {
	handle *handle
}

// NewVerifier makes a verifier. The key may be closed after it. ErrConfig for a policy that contradicts itself, ErrKey for a key
// that cannot verify.
func NewVerifier(key *Key, policy Policy) (*Verifier, error) {
	text, err := policy.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return NewVerifierJSON(key, text)
}

// NewVerifierJSON is NewVerifier with the policy as JSON text, by the names of jeton_verifier_new in jeton.h.
func NewVerifierJSON(key *Key, policy json.RawMessage) (*Verifier, error) {
	return newVerifier(key, func(key *C.jeton_key, out **C.jeton_verifier, failure *C.jeton_error) C.jeton_status {
		return C.jeton_verifier_new(key, chars(policy), C.size_t(len(policy)), out, failure)
	})
}

type verifierMaker func(key *C.jeton_key, out **C.jeton_verifier, failure *C.jeton_error) C.jeton_status

func newVerifier(key *Key, make verifierMaker) (*Verifier, error) {
	var out *C.jeton_verifier
	err := key.with(func(key *C.jeton_key, failure *C.jeton_error) C.jeton_status {
		return make(key, &out, failure)
	})
	if err != nil {
		return nil, err
	}
	return &Verifier{newHandle(unsafe.Pointer(out), func(verifier unsafe.Pointer) {
		C.jeton_verifier_free((*C.jeton_verifier)(verifier))
	})}, nil
}

// Close frees the verifier. It may be called at any time and more than once.
func (v *Verifier) Close() {
	v.handle.close()
}

// Verify checks a token and puts its claims into dst, as json.Unmarshal would into a new value: dst is replaced as a whole, and
// only if the result is nil. A *json.RawMessage or a *[]byte gets the payload as it stood, in the storage that it has; nil gets
// nothing. Numbers go into an any as float64, so integers beyond 2^53 need a field of an integer type, or the text.
//
// The error is the first failure in the order: the token's form, its algorithm, key and signature, its claims; or a [*JSONError]
// for claims that do not fit into dst.
func (v *Verifier) Verify(token string, dst any, options ...CallOption) error {
	nowS, err := clock(options)
	if err != nil {
		return err
	}
	output := buffers.Get().(*buffer)
	defer output.release()
	output.grow(len(token)) // which is always enough: the payload is shorter
	payload, err := v.payload(token, nowS, output)
	if err != nil {
		return err
	}
	return decode(payload, dst)
}

// payload verifies into a buffer that is as long as the token.
func (v *Verifier) payload(token string, nowS int64, output *buffer) ([]byte, error) {
	pointer, err := v.handle.enter()
	if err != nil {
		return nil, err
	}
	defer v.handle.leave()
	var length C.size_t
	var failure C.jeton_error
	status := C.jeton_verifier_verify((*C.jeton_verifier)(pointer), stringChars(token), C.size_t(len(token)), C.int64_t(nowS),
		octets(output.bytes), C.size_t(len(output.bytes)), &length, &failure)
	if status != C.JETON_OK {
		return nil, newError(status, &failure)
	}
	return output.bytes[:length], nil
}

// Verified is what a token says whose signature and claims are good.
type Verified struct {
	// Header is the header as it stood.
	Header json.RawMessage
	// Claims is the payload as it stood; nil where the policy says that payloads are bytes.
	Claims json.RawMessage
	// Payload is the payload where the policy says that payloads are bytes; else nil.
	Payload []byte
}

// Open checks a token as Verify does, and gives its header too.
func (v *Verifier) Open(token string, options ...CallOption) (*Verified, error) {
	nowS, err := clock(options)
	if err != nil {
		return nil, err
	}
	pointer, err := v.handle.enter()
	if err != nil {
		return nil, err
	}
	defer v.handle.leave()
	r, err := resultOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_verifier_open((*C.jeton_verifier)(pointer), stringChars(token), C.size_t(len(token)),
			C.int64_t(nowS), out, failure)
	})
	if err != nil {
		return nil, err
	}
	defer r.free()
	return r.verified(0)
}

func (r result) verified(index int) (*Verified, error) {
	header, claims, payload, err := r.contents(index)
	if err != nil {
		return nil, err
	}
	return &Verified{Header: header, Claims: claims, Payload: payload}, nil
}

// Outcome is what became of one token of a batch: Verified or Err, of which the other is nil.
type Outcome struct {
	Verified *Verified
	Err      error
}

// VerifyBatch checks many tokens at one moment in one call. The outcomes are in the order of the tokens; the error is about the
// call itself and says nothing about a token.
func (v *Verifier) VerifyBatch(tokens []string, options ...CallOption) ([]Outcome, error) {
	nowS, err := clock(options)
	if err != nil {
		return nil, err
	}
	pointer, err := v.handle.enter()
	if err != nil {
		return nil, err
	}
	defer v.handle.leave()

	// C gets an array of pointers into Go memory, all of which must be pinned while it looks.
	var pinner runtime.Pinner
	defer pinner.Unpin()
	texts := make([]*C.char, len(tokens))
	lengths := make([]C.size_t, len(tokens))
	for i, token := range tokens {
		if token != "" {
			texts[i] = stringChars(token)
			pinner.Pin(texts[i])
		}
		lengths[i] = C.size_t(len(token))
	}
	r, err := resultOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_verifier_verify_batch((*C.jeton_verifier)(pointer), unsafe.SliceData(texts), unsafe.SliceData(lengths),
			C.size_t(len(tokens)), C.int64_t(nowS), out, failure)
	})
	if err != nil {
		return nil, err
	}
	defer r.free()
	outcomes := make([]Outcome, len(tokens))
	for i := range outcomes {
		outcomes[i].Verified, outcomes[i].Err = r.verified(i)
	}
	return outcomes, nil
}
