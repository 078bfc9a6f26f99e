package jeton

// #include "jeton.h"
import "C"

import (
	"encoding/json"
	"unsafe"
)

// ExternalSigner makes tokens whose signature somebody else computes, such as a KMS: Begin gives the bytes to be signed, Finish
// takes the signature. Any number of goroutines may use one at once.
type ExternalSigner struct {
	handle *handle
}

// NewExternalSigner makes an external signer from the public key. The key may be closed after it.
func NewExternalSigner(key *Key, options SignerOptions) (*ExternalSigner, error) {
	text, err := options.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return NewExternalSignerJSON(key, text)
}

// NewExternalSignerJSON is NewExternalSigner with the options as JSON text; empty text is no options.
func NewExternalSignerJSON(key *Key, options json.RawMessage) (*ExternalSigner, error) {
	var out *C.jeton_external_signer
	err := key.with(func(key *C.jeton_key, failure *C.jeton_error) C.jeton_status {
		return C.jeton_external_signer_new(key, chars(options), C.size_t(len(options)), &out, failure)
	})
	if err != nil {
		return nil, err
	}
	return &ExternalSigner{newHandle(unsafe.Pointer(out), func(signer unsafe.Pointer) {
		C.jeton_external_signer_free((*C.jeton_external_signer)(signer))
	})}, nil
}

// Close frees the signer. It may be called at any time and more than once.
func (s *ExternalSigner) Close() {
	s.handle.close()
}

// Begin gives the bytes to be signed for claims, which are what [Signer.Sign] takes.
func (s *ExternalSigner) Begin(claims any, options ...CallOption) (signingInput []byte, err error) {
	text, err := marshal(claims)
	if err != nil {
		return nil, err
	}
	nowS, err := clock(options)
	if err != nil {
		return nil, err
	}
	return s.part("signing_input", func(signer *C.jeton_external_signer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_external_signer_begin(signer, chars(text), C.size_t(len(text)), C.int64_t(nowS), out, failure)
	})
}

// BeginBytes gives the bytes to be signed for a payload of any bytes.
func (s *ExternalSigner) BeginBytes(payload []byte) (signingInput []byte, err error) {
	return s.part("signing_input", func(signer *C.jeton_external_signer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_external_signer_begin_bytes(signer, octets(payload), C.size_t(len(payload)), out, failure)
	})
}

// Finish verifies the signature over a signing input that Begin gave, and makes the token. The signature has the form of RFC 7518:
// for ES256 and ES384 it is R and S, each of full length, not DER. ErrSignature if it is not good.
func (s *ExternalSigner) Finish(signingInput, signature []byte) (token string, err error) {
	text, err := s.part("token", func(signer *C.jeton_external_signer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_external_signer_finish(signer, chars(signingInput), C.size_t(len(signingInput)),
			octets(signature), C.size_t(len(signature)), out, failure)
	})
	return string(text), err
}

type externalFunction func(signer *C.jeton_external_signer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status

func (s *ExternalSigner) part(name string, call externalFunction) ([]byte, error) {
	pointer, err := s.handle.enter()
	if err != nil {
		return nil, err
	}
	defer s.handle.leave()
	parts, err := partsOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return call((*C.jeton_external_signer)(pointer), out, failure)
	}, name)
	if err != nil {
		return nil, err
	}
	return parts[0], nil
}
