package jeton_test

import (
	"encoding/json"
	"testing"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// benchmarkClaims is 252 bytes of JSON, the payload of every benchmark.
type benchmarkClaims struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience string   `json:"aud"`
	IssuedAt int64    `json:"iat"`
	Expires  int64    `json:"exp"`
	ID       string   `json:"jti"`
	Tenant   string   `json:"tenant"`
	Roles    []string `json:"roles"`
}

var benchmarked = benchmarkClaims{
	Issuer: "https://id.example", Subject: "user-5f0c2b9e4d7a4c1b9a43", Audience: "https://api.example", IssuedAt: 1799999940,
	Expires: 1800003540, ID: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", Tenant: "tenant-000042-eu-central-1-blue1",
	Roles: []string{"reader", "writer", "operator"},
}

var algorithms = []string{"HS256", "RS256", "PS256", "ES256", "ES384", "EdDSA"}

// forEach runs a benchmark for each algorithm, with claims as a struct and as text.
func forEach(b *testing.B, one func(b *testing.B, signer *jeton.Signer, verifier *jeton.Verifier, structs bool)) {
	for _, algorithm := range algorithms {
		key := newKey(b, algorithm)
		signer := newSigner(b, key, jeton.SignerOptions{})
		verifier := newVerifier(b, key, jeton.Policy{
			Algorithms: []string{algorithm}, Issuer: "https://id.example", Audience: []string{"https://api.example"},
		})
		for _, form := range []string{"struct", "text"} {
			b.Run(algorithm+"/"+form, func(b *testing.B) {
				b.ReportAllocs()
				one(b, signer, verifier, form == "struct")
			})
		}
	}
}

func BenchmarkSign(b *testing.B) {
	forEach(b, func(b *testing.B, signer *jeton.Signer, _ *jeton.Verifier, structs bool) {
		var claims any = &benchmarked
		if !structs {
			claims = must[[]byte](b)(json.Marshal(claims))
		}
		for b.Loop() {
			must[string](b)(signer.Sign(claims))
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	forEach(b, func(b *testing.B, signer *jeton.Signer, verifier *jeton.Verifier, structs bool) {
		token := sign(b, signer, benchmarked)
		var claims benchmarkClaims
		var text json.RawMessage
		var dst any = &claims
		if !structs {
			dst = &text
		}
		for b.Loop() {
			if err := verifier.Verify(token, dst, jeton.At(now)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A token that is at hand: by one goroutine, and by as many as there are processors.
func BenchmarkToken(b *testing.B) {
	source := newSource(b, jeton.StaticConfig{ExpiresAt: now.AddDate(50, 0, 0)}, jeton.Secrets{"token": sign(b, signerFor(b), benchmarked)})
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must[jeton.Token](b)(source.Token(background))
		}
	})
	b.Run("all", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				must[jeton.Token](b)(source.Token(background))
			}
		})
	})
}

func BenchmarkAuthenticate(b *testing.B) {
	access := newAccess(b, configured, jeton.AccessOptions{Environment: jeton.Environment{"BOT": "a token"}})
	headers := bearer("a token")
	b.ReportAllocs()
	for b.Loop() {
		must[*jeton.Authentication](b)(access.Authenticate(background, headers, nil))
	}
}

func signerFor(b *testing.B) *jeton.Signer {
	return newSigner(b, newKey(b, "ES256"), jeton.SignerOptions{})
}
