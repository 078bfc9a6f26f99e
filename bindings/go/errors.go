package jeton

// #include "jeton.h"
import "C"

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// Code says which failure it is. Each one is an error of its own, for errors.Is:
//
//	if errors.Is(err, jeton.ErrExpired) { … }
//
// The numbers are those of the C constants JETON_E_… and never change; later versions add some. Those from 200 to 499 are the
// token's, which a server answers with 401; 5xx and 6xx are about what is fetched, stored or permitted.
type Code int32

// The failures, in the order of their numbers. 1xx is the caller's mistake, 2xx a token that cannot be read, 3xx its algorithm,
// key and signature, 4xx its claims, 5xx what could not be fetched or stored, 6xx what is not permitted, 9xx a defect. A 4xx is only
// ever about a token whose signature is good.
const (
	// ErrNull: a handle that is needed is nil.
	ErrNull Code = C.JETON_E_NULL
	// ErrUTF8: a text is not UTF-8.
	ErrUTF8 Code = C.JETON_E_UTF8
	// ErrLength: a length is larger than any object in memory can be.
	ErrLength Code = C.JETON_E_LENGTH
	// ErrBuffer: an output buffer is too small. This package grows its buffers and never returns it.
	ErrBuffer Code = C.JETON_E_BUFFER
	// ErrConfig: a policy, an option, an argument or the claims to sign contradict themselves or the documentation; the
	// message names the path.
	ErrConfig Code = C.JETON_E_CONFIG
	// ErrKey: a key cannot be read, is inconsistent, or does not fit its algorithm or the operation.
	ErrKey Code = C.JETON_E_KEY
	// ErrKeyWeak: a short HMAC secret, an RSA modulus below 2048 bits or an exponent below 65537.
	ErrKeyWeak Code = C.JETON_E_KEY_WEAK
	// ErrKeyUnsupported: a well-formed key outside this library, such as P-521, secp256k1 or an encrypted PEM.
	ErrKeyUnsupported Code = C.JETON_E_KEY_UNSUPPORTED

	// ErrTooLarge: the token is longer than the policy's MaxTokenBytes.
	ErrTooLarge Code = C.JETON_E_TOO_LARGE
	// ErrMalformed: not a compact JWS: segments, base64url, or a header that is not a JSON object with a text alg.
	ErrMalformed Code = C.JETON_E_MALFORMED
	// ErrHeaderUnsupported: the header has crit, b64 or zip; no extension is supported.
	ErrHeaderUnsupported Code = C.JETON_E_HEADER_UNSUPPORTED

	// ErrAlgorithm: the header's alg is not allowed by the policy, or is not the algorithm of the key.
	ErrAlgorithm Code = C.JETON_E_ALGORITHM
	// ErrKeyNotFound: no key, or more than one, answers to the token.
	ErrKeyNotFound Code = C.JETON_E_KEY_NOT_FOUND
	// ErrSignature: the signature is not that key's over these bytes.
	ErrSignature Code = C.JETON_E_SIGNATURE

	// ErrTyp: the policy names a typ, and the header has none or another.
	ErrTyp Code = C.JETON_E_TYP
	// ErrClaimsMalformed: the verified payload is not a JSON object.
	ErrClaimsMalformed Code = C.JETON_E_CLAIMS_MALFORMED
	// ErrClaimInvalid: a claim has the wrong type or is out of range.
	ErrClaimInvalid Code = C.JETON_E_CLAIM_INVALID
	// ErrClaimMissing: a claim that the policy demands is not there.
	ErrClaimMissing Code = C.JETON_E_CLAIM_MISSING
	// ErrExpired: the token has ended, or is older than the policy allows.
	ErrExpired Code = C.JETON_E_EXPIRED
	// ErrNotYetValid: the token is not valid yet, or was issued in the future.
	ErrNotYetValid Code = C.JETON_E_NOT_YET_VALID
	// ErrIssuer: iss is not one of the policy's issuers.
	ErrIssuer Code = C.JETON_E_ISSUER
	// ErrSubject: sub is not the policy's subject.
	ErrSubject Code = C.JETON_E_SUBJECT
	// ErrAudience: aud holds none of the policy's audiences.
	ErrAudience Code = C.JETON_E_AUDIENCE

	// ErrUnavailable: the server cannot be reached, or says that it cannot answer now: connection, TLS, HTTP 429 or 5xx, retries
	// used up.
	ErrUnavailable Code = C.JETON_E_UNAVAILABLE
	// ErrTimeout: the context's deadline or a network timeout passed, or HTTP 408.
	ErrTimeout Code = C.JETON_E_TIMEOUT
	// ErrRefused: the server refuses: HTTP 4xx, or an answer whose body says that it is an error.
	ErrRefused Code = C.JETON_E_REFUSED
	// ErrProtocol: an answer that is none: another HTTP status, a body that is not JSON, lacks what was asked for or is too large.
	ErrProtocol Code = C.JETON_E_PROTOCOL
	// ErrStore: a token file or database that must be read or written cannot be.
	ErrStore Code = C.JETON_E_STORE
	// ErrNoCredentials: there is nothing to fetch with, and no token that is still valid.
	ErrNoCredentials Code = C.JETON_E_NO_CREDENTIALS
	// ErrUnsupported: this server, or this build of the library, does not offer the operation.
	ErrUnsupported Code = C.JETON_E_UNSUPPORTED
	// ErrKeysUnavailable: there are no keys to judge the token by, for they could not be fetched.
	ErrKeysUnavailable Code = C.JETON_E_KEYS_UNAVAILABLE
	// ErrCancelled: the context was cancelled.
	ErrCancelled Code = C.JETON_E_CANCELLED
	// ErrClosed: the handle was closed, before the call or during it, or no constructor made it.
	ErrClosed Code = C.JETON_E_CLOSED

	// ErrUnknown: there is no such token.
	ErrUnknown Code = C.JETON_E_UNKNOWN
	// ErrRevoked: the token was revoked.
	ErrRevoked Code = C.JETON_E_REVOKED
	// ErrDenied: the actor may not do that.
	ErrDenied Code = C.JETON_E_DENIED

	// ErrPanic: a defect of the library was caught at its boundary. The call had no effect; every handle stays usable.
	ErrPanic Code = C.JETON_E_PANIC
	// ErrInternal: the operating system did not give what the call needs, such as random bytes.
	ErrInternal Code = C.JETON_E_INTERNAL
)

// Status is the code's name in capitals, such as "EXPIRED"; empty for a number that the library does not know.
func (c Code) Status() string {
	return C.GoString(C.jeton_status_name(C.jeton_status(c)))
}

// Error is the code in words.
func (c Code) Error() string {
	return fmt.Sprintf("jeton: %s (%d)", c.Status(), int32(c))
}

// Error is one failed call.
type Error struct {
	// Status is the name of the code, such as "EXPIRED".
	Status string
	// Code says which failure it is.
	Code Code
	// Claim is the claim or header member that decided, such as "exp"; empty if none did.
	Claim string
	// HTTPStatus is the status of the server that answered; 0 if none did.
	HTTPStatus int
	// ServerCode is the server's own error code, such as "invalid_grant"; empty if it gave none.
	ServerCode string
	// Message is one line for people. Its wording may change, and it holds no byte of a token, key, secret or claim value. Where a
	// server refused it may hold the server's text.
	Message string

	cause error
}

// Error is the status and the message.
func (e *Error) Error() string {
	return "jeton: " + e.Status + ": " + e.Message
}

// Is reports whether target is the code of this failure.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// Unwrap gives the error of the context that ended the call, context.Canceled or context.DeadlineExceeded, or that of a [RowFunction];
// else nil.
func (e *Error) Unwrap() error { return e.cause }

func newError(status C.jeton_status, failure *C.jeton_error) *Error {
	code := Code(status)
	err := &Error{
		Status:     code.Status(),
		Code:       code,
		HTTPStatus: int(failure.http_status),
		Message:    textOf(failure.message[:]),
	}
	if code >= ErrUnavailable && code < ErrPanic { // about servers and stores, which know no claims
		err.ServerCode = textOf(failure.claim[:])
	} else {
		err.Claim = textOf(failure.claim[:])
	}
	return err
}

// closedError is ErrClosed for a handle that the library does not get to see.
func closedError() error {
	return &Error{Status: ErrClosed.Status(), Code: ErrClosed, Message: "the handle is closed"}
}

// textOf copies the text of a field that ends in NUL. (C.GoString would move every jeton_error to the heap.)
func textOf(field []C.char) string {
	text := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(field))), len(field))
	if end := bytes.IndexByte(text, 0); end >= 0 {
		text = text[:end]
	}
	return string(text)
}

// JSONError is a Go value that does not go into JSON text, or JSON text that does not go into a Go value. Its own text names
// types only, for encoding/json puts values into its messages; errors.As and errors.Is reach the error below.
type JSONError struct {
	message string
	err     error
}

// Error says which type did not fit.
func (e *JSONError) Error() string { return e.message }

// Unwrap gives the error of encoding/json, or of the type's own methods; nil if there is none. Its text may hold claim values.
func (e *JSONError) Unwrap() error { return e.err }

// notUTF8 is ErrUTF8 for text that the library does not get to see.
func notUTF8(what string) error {
	return &Error{Status: ErrUTF8.Status(), Code: ErrUTF8, Message: what + " holds text that is not UTF-8"}
}

// bothGiven is ErrConfig for two fields that would become one member.
func bothGiven(first, second string) error {
	return &Error{Status: ErrConfig.Status(), Code: ErrConfig, Message: first + " and " + second + " are both given"}
}

func encodeError(value any, err error) error {
	var failure *Error
	if errors.As(err, &failure) { // of a MarshalJSON of this package
		return failure
	}
	return &JSONError{fmt.Sprintf("jeton: a %T cannot be written as JSON", value), err}
}

// notRead is the error of a type that writes JSON text and reads none.
func notRead(name, reader string) error {
	return &JSONError{message: "jeton: a " + name + " is not read from JSON text: give the text to " + reader}
}

func decodeError(target reflect.Type, err error) error {
	return &JSONError{fmt.Sprintf("jeton: the verified claims do not fit into a %v", target), err}
}
