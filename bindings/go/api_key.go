package jeton

// #include "jeton.h"
import "C"

import (
	"fmt"
	"log/slog"
)

// GeneratedAPIKey is a new API key. It prints and logs as nothing, and does not go into JSON.
type GeneratedAPIKey struct {
	// APIKey is the key itself, which is shown once.
	APIKey string
	// Digest is the SHA-256 that a service stores, and finds the key by.
	Digest []byte
}

// Format keeps the key out of what fmt prints, whatever the verb.
func (GeneratedAPIKey) Format(state fmt.State, _ rune) { printRedacted(state, "GeneratedAPIKey") }

// LogValue keeps the key out of logs.
func (GeneratedAPIKey) LogValue() slog.Value { return redacted("GeneratedAPIKey") }

// MarshalJSON keeps the key out of JSON.
func (GeneratedAPIKey) MarshalJSON() ([]byte, error) { return redactedJSON("GeneratedAPIKey"), nil }

// GenerateAPIKey makes an API key: the prefix, "_", 30 random characters and 6 of checksum. The prefix is 2 to 16 of a-z and 0-9, a
// letter first.
func GenerateAPIKey(prefix string) (*GeneratedAPIKey, error) {
	parts, err := partsOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_api_key_generate(stringChars(prefix), C.size_t(len(prefix)), out, failure)
	}, "api_key", "digest")
	if err != nil {
		return nil, err
	}
	return &GeneratedAPIKey{APIKey: string(parts[0]), Digest: parts[1]}, nil
}

// APIKeyInfo is what the form of an API key tells.
type APIKeyInfo struct {
	// Valid tells whether form and checksum are good. Whether the key was ever given to anybody is for the service to know.
	Valid bool
	// Prefix is the key's; empty if it is not valid.
	Prefix string
	// Digest is the SHA-256 of the key; nil if it is not valid.
	Digest []byte
}

// CheckAPIKey looks at the form and the checksum of an API key, which costs no look-up.
func CheckAPIKey(apiKey string) (*APIKeyInfo, error) {
	parts, err := partsOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_api_key_check(octets([]byte(apiKey)), C.size_t(len(apiKey)), out, failure)
	}, "prefix", "digest")
	if err != nil {
		return nil, err
	}
	return &APIKeyInfo{Valid: parts[1] != nil, Prefix: string(parts[0]), Digest: parts[1]}, nil
}
