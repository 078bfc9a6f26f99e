package jeton

/*
#cgo noescape jeton_signer_sign
#cgo nocallback jeton_signer_sign
#cgo noescape jeton_signer_sign_bytes
#cgo nocallback jeton_signer_sign_bytes
#include "jeton.h"
*/
import "C"

import (
	"encoding/json"
	"unsafe"
)

// Signer makes tokens with one key and one header. Any number of goroutines may use one at once.
type Signer struct {
	handle *handle
}

// NewSigner makes a signer from a private key or a secret. The key may be closed after it.
func NewSigner(key *Key, options SignerOptions) (*Signer, error) {
	text, err := options.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return NewSignerJSON(key, text)
}

// NewSignerJSON is NewSigner with the options as JSON text, by the names of jeton_signer_new in jeton.h; empty text is no options.
func NewSignerJSON(key *Key, options json.RawMessage) (*Signer, error) {
	var out *C.jeton_signer
	err := key.with(func(key *C.jeton_key, failure *C.jeton_error) C.jeton_status {
		return C.jeton_signer_new(key, chars(options), C.size_t(len(options)), &out, failure)
	})
	if err != nil {
		return nil, err
	}
	return &Signer{newHandle(unsafe.Pointer(out), func(signer unsafe.Pointer) {
		C.jeton_signer_free((*C.jeton_signer)(signer))
	})}, nil
}

// Close wipes and frees the signer. It may be called at any time and more than once.
func (s *Signer) Close() {
	s.handle.close()
}

// Sign makes a token of claims: a struct, a map or anything else that encoding/json writes as an object. A json.RawMessage or a
// []byte is taken as that text, and goes into the token unchanged, followed by the claims of the options. ErrUTF8 for a string that
// is not UTF-8, wherever it is in the claims: encoding/json would write U+FFFD, and sign another name than the one that was given.
// All that this leaves to be seen is the escape \ufffd, so a json.RawMessage or a MarshalJSON inside the claims must write U+FFFD
// as itself.
func (s *Signer) Sign(claims any, options ...CallOption) (string, error) {
	input := encoders.Get().(*encoder)
	defer input.release()
	text, err := input.encode(claims)
	if err != nil {
		return "", err
	}
	nowS, err := clock(options)
	if err != nil {
		return "", err
	}
	return s.token(text, true, nowS)
}

// SignBytes makes a token of a payload of any bytes, which may be none.
func (s *Signer) SignBytes(payload []byte) (string, error) {
	return s.token(payload, false, 0)
}

// token signs claims, or else bytes, into a buffer. (It names the C functions, for what is passed to a function that is a value
// is moved to the heap.)
func (s *Signer) token(payload []byte, claims bool, nowS int64) (string, error) {
	pointer, err := s.handle.enter()
	if err != nil {
		return "", err
	}
	defer s.handle.leave()
	output := buffers.Get().(*buffer)
	defer output.release()
	for {
		signer, given, room := (*C.jeton_signer)(pointer), C.size_t(len(payload)), C.size_t(len(output.bytes))
		var length C.size_t
		var failure C.jeton_error
		var status C.jeton_status
		if claims {
			status = C.jeton_signer_sign(signer, chars(payload), given, C.int64_t(nowS), chars(output.bytes), room, &length, &failure)
		} else {
			status = C.jeton_signer_sign_bytes(signer, octets(payload), given, chars(output.bytes), room, &length, &failure)
		}
		switch status {
		case C.JETON_OK:
			return string(output.bytes[:length]), nil
		case C.JETON_E_BUFFER: // nothing was signed yet, and length is what the token needs
			output.grow(int(length))
		default:
			return "", newError(status, &failure)
		}
	}
}
