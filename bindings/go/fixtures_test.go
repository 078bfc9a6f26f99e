package jeton_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// now is the time of every test that does not say another.
var now = time.Unix(1_800_000_000, 0)

// anyone is a policy that leaves everything but the signature and exp unchecked.
func anyone(algorithms ...string) jeton.Policy {
	return jeton.Policy{Algorithms: algorithms, AnyIssuer: true, AnyAudience: true}
}

// must gives the value of a call that cannot fail here.
func must[T any](t testing.TB) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// newKey makes a new key for any algorithm; the library makes none for RSA.
func newKey(t testing.TB, algorithm string) *jeton.Key {
	t.Helper()
	if algorithm[:2] == "RS" || algorithm[:2] == "PS" {
		private := must[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048))
		der := must[[]byte](t)(x509.MarshalPKCS8PrivateKey(private))
		return must[*jeton.Key](t)(jeton.KeyFromDER(der, jeton.WithAlgorithm(algorithm)))
	}
	generated := must[*jeton.GeneratedKey](t)(jeton.GenerateKey(algorithm))
	return must[*jeton.Key](t)(jeton.KeyFromJWK(generated.PrivateJWK))
}

func newSigner(t testing.TB, key *jeton.Key, options jeton.SignerOptions) *jeton.Signer {
	t.Helper()
	return must[*jeton.Signer](t)(jeton.NewSigner(key, options))
}

func newVerifier(t testing.TB, key *jeton.Key, policy jeton.Policy) *jeton.Verifier {
	t.Helper()
	return must[*jeton.Verifier](t)(jeton.NewVerifier(key, policy))
}

// pair gives a signer and a verifier of one new key.
func pair(t testing.TB, algorithm string) (*jeton.Signer, *jeton.Verifier) {
	t.Helper()
	key := newKey(t, algorithm)
	return newSigner(t, key, jeton.SignerOptions{}), newVerifier(t, key, anyone(algorithm))
}

func sign(t testing.TB, signer *jeton.Signer, claims any) string {
	t.Helper()
	return must[string](t)(signer.Sign(claims, jeton.At(now)))
}

// later is claims that are good for a minute.
var later = json.RawMessage(`{"sub":"alice","exp":1800000060}`)
