//go:build !race && !jeton_gc

package jeton_test

import (
	"encoding/json"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// A hot call allocates what it returns and nothing else.
func TestHotCallsAllocateOnlyWhatTheyReturn(t *testing.T) {
	signer, verifier := pair(t, "HS256")
	good := sign(t, signer, later)
	source := newSource(t, jeton.StaticConfig{ExpiresAt: time.Now().Add(time.Hour)}, jeton.Secrets{"token": "a-token"})
	var raw json.RawMessage
	type claims struct {
		Exp int64 `json:"exp"`
	}
	var fields claims
	var text any = later
	decoding := testing.AllocsPerRun(200, func() {
		if err := json.Unmarshal(later, new(claims)); err != nil {
			t.Fatal(err)
		}
	})
	for name, call := range map[string]struct {
		most float64
		call func() error
	}{
		"verify into text":         {0, func() error { return verifier.Verify(good, &raw, jeton.At(now)) }},
		"verify and drop":          {0, func() error { return verifier.Verify(good, nil, jeton.At(now)) }},
		"verify into a struct":     {decoding, func() error { return verifier.Verify(good, &fields, jeton.At(now)) }},
		"sign a text":              {1, func() error { _, err := signer.Sign(text, jeton.At(now)); return err }},
		"sign a pointer to struct": {1, func() error { _, err := signer.Sign(&fields, jeton.At(now)); return err }},
		"a token at hand":          {1, func() error { _, err := source.Token(background); return err }},
		"sign bytes":               {1, func() error { _, err := signer.SignBytes(later); return err }},
	} {
		allocations := testing.AllocsPerRun(200, func() {
			if err := call.call(); err != nil {
				t.Fatal(err)
			}
		})
		if allocations > call.most {
			t.Errorf("%s: %v allocations, not %v", name, allocations, call.most)
		}
	}
}
