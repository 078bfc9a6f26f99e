package jeton

/*
#cgo noescape jeton_source_token
#cgo nocallback jeton_source_token
#include "jeton.h"
*/
import "C"

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"time"
	"unsafe"
)

// Source is one token that is kept fresh: fetched when it is first asked for, renewed ahead of its end while callers are served the
// old one. Many callers cause one request, and a renewal that fails does not throw a good token away. Any number of goroutines may
// use one at once.
type Source struct {
	handle *handle
}

// SourceOptions is what goes beside the config of a [Source].
type SourceOptions struct {
	// Secrets are what the kind of source needs.
	Secrets Secrets
	// Environment stands for the environment of the process; nil is that of the process itself. It is read when the source is made.
	Environment Environment
	// SigningKey is the key of a [SignedConfig]. It may be closed afterwards.
	SigningKey *Key
	// Cache holds the token; nil is the cache of the process.
	Cache *Cache
}

// NewSource opens a source. Nothing is fetched, but files and the environment are read. ErrConfig for a config that is not possible;
// missing credentials are only a warning, which [Source.Events] tells.
func NewSource(config SourceConfig, options SourceOptions) (*Source, error) {
	text, err := config.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return NewSourceJSON(text, options)
}

// NewSourceJSON is NewSource with the config as JSON text, by the names of docs/SOURCES.md.
func NewSourceJSON(config json.RawMessage, options SourceOptions) (*Source, error) {
	secrets, err := options.Secrets.json()
	if err != nil {
		return nil, err
	}
	environment, err := options.Environment.json()
	if err != nil {
		return nil, err
	}
	key, leave, err := options.SigningKey.lend()
	if err != nil {
		return nil, err
	}
	defer leave()
	var out *C.jeton_source
	err = options.Cache.with(func(cache *C.jeton_cache, failure *C.jeton_error) C.jeton_status {
		return C.jeton_source_new(cache, chars(config), C.size_t(len(config)), chars(secrets), C.size_t(len(secrets)),
			chars(environment), C.size_t(len(environment)), key, C.JETON_CLOCK, &out, failure)
	})
	if err != nil {
		return nil, err
	}
	return &Source{newHandle(unsafe.Pointer(out), func(source unsafe.Pointer) {
		C.jeton_source_free((*C.jeton_source)(source))
	})}, nil
}

// Close closes and frees the source at once: whoever waits for its token gets [ErrClosed]. It may be called at any time and more
// than once. What the config wants done at the end is left out; see [Source.Shutdown].
func (s *Source) Close() {
	s.handle.close()
}

// Shutdown closes the source as Close does, and does before what the config wants done at the end, such as DeleteOnClose. It is closed
// when Shutdown returns, also with an error, which says why the end could not be done.
func (s *Source) Shutdown(ctx context.Context) error {
	defer s.Close()
	_, err := s.begin(ctx, "close", "")
	return err
}

// Token is an access token. It prints and logs as nothing, and does not go into JSON.
type Token struct {
	// Value is the token's text.
	Value string
	// ExpiresAt is when it ends; the zero time if that is not known.
	ExpiresAt time.Time
}

// Format keeps the token out of what fmt prints, whatever the verb.
func (Token) Format(state fmt.State, _ rune) { printRedacted(state, "Token") }

// LogValue keeps the token out of logs.
func (Token) LogValue() slog.Value { return redacted("Token") }

// MarshalJSON keeps the token out of JSON.
func (Token) MarshalJSON() ([]byte, error) { return redactedJSON("Token"), nil }

// Token gives the token, which has not ended. It waits for a fetch if there is none, or only one in its last moments, as long as the
// context allows, and never while there is a better one, whatever the context says; the fetch goes on for others when the context ends.
// Between two fetches the error is that of the last one, at once.
func (s *Source) Token(ctx context.Context) (Token, error) {
	if token, there, err := s.cached(); there || err != nil {
		return token, err
	}
	return s.await(ctx, "token")
}

// Refresh fetches a new token now, and waits for it.
func (s *Source) Refresh(ctx context.Context) (Token, error) {
	return s.await(ctx, "refresh")
}

// Invalidate says that a server refused a token, such as with 401: the token is not served again, and the next call fetches. It
// tells whether this was news, which it is once for each distinct token; an empty text stands for the current token.
func (s *Source) Invalidate(token string) (bool, error) {
	var invalidated C.int32_t
	err := s.handle.call(func(source unsafe.Pointer, failure *C.jeton_error) C.jeton_status {
		return C.jeton_source_invalidate((*C.jeton_source)(source), stringChars(token), C.size_t(len(token)), C.JETON_CLOCK,
			&invalidated, failure)
	})
	return invalidated != 0, err
}

// Revoke ends a token at its server, and tells whether it did; an empty text stands for the current token. ErrUnsupported where the
// kind of source knows no such thing.
func (s *Source) Revoke(ctx context.Context, token string) (bool, error) {
	parts, err := s.begin(ctx, "revoke", token, "revoked")
	return err == nil && string(parts[0]) == "true", err
}

// Identity is what a token says of its subject.
type Identity struct {
	// JSON is the whole answer as it stood.
	JSON json.RawMessage `json:"-"`
	// Namespace is the subject's own.
	Namespace string `json:"namespace"`
	// Payload holds the token's claims, without the vendor's prefix.
	Payload json.RawMessage `json:"payload"`
	// AllACLSubjects lists all that the subject is, for access lists.
	AllACLSubjects []string `json:"all_acl_subjects"`
	// AllOwnerACLSubjects lists those of them that may own something.
	AllOwnerACLSubjects []string `json:"all_owner_acl_subjects"`
}

// Identity tells what the token says of its subject, and waits for a token where [Source.Token] would. ErrUnsupported where the
// tokens of this kind say nothing.
func (s *Source) Identity(ctx context.Context) (*Identity, error) {
	parts, err := s.begin(ctx, "identity", "", "identity")
	if err != nil {
		return nil, err
	}
	identity := &Identity{JSON: parts[0]}
	return identity, decodeAnswer(parts[0], identity)
}

// cached gives the token that is at hand, if there is one.
func (s *Source) cached() (token Token, there bool, err error) {
	pointer, err := s.handle.enter()
	if err != nil {
		return Token{}, false, err
	}
	defer s.handle.leave()
	output := buffers.Get().(*buffer)
	defer output.release()
	for {
		var length C.size_t
		var expiresAtS C.int64_t
		var failure C.jeton_error
		status := C.jeton_source_token((*C.jeton_source)(pointer), C.JETON_CLOCK, octets(output.bytes), C.size_t(len(output.bytes)),
			&length, &expiresAtS, &failure)
		switch status {
		case C.JETON_OK:
			return newToken(output.bytes[:length], int64(expiresAtS)), true, nil
		case C.JETON_WAIT:
			return Token{}, false, nil
		case C.JETON_E_BUFFER:
			output.grow(int(length))
		default:
			return Token{}, false, newError(status, &failure)
		}
	}
}

// await begins an operation that gives a token, and waits for it.
func (s *Source) await(ctx context.Context, operation string) (Token, error) {
	parts, err := s.begin(ctx, operation, "", "token", "expires_at_s")
	if err != nil {
		return Token{}, err
	}
	expiresAtS := int64(math.MaxInt64)
	if parts[1] != nil {
		if expiresAtS, err = strconv.ParseInt(string(parts[1]), 10, 64); err != nil {
			return Token{}, err
		}
	}
	return newToken(parts[0], expiresAtS), nil
}

func newToken(value []byte, expiresAtS int64) Token {
	token := Token{Value: string(value)}
	if expiresAtS != math.MaxInt64 {
		token.ExpiresAt = time.Unix(expiresAtS, 0)
	}
	return token
}

// begin begins an operation, waits for its result, and copies some parts of it.
func (s *Source) begin(ctx context.Context, operation, token string, names ...string) ([][]byte, error) {
	return s.handle.awaitParts(ctx, func(source unsafe.Pointer, limitMs C.uint64_t, out **C.jeton_wait, failure *C.jeton_error) C.jeton_status {
		return C.jeton_source_begin((*C.jeton_source)(source), stringChars(operation), C.size_t(len(operation)),
			stringChars(token), C.size_t(len(token)), limitMs, C.JETON_CLOCK, out, failure)
	}, names...)
}
