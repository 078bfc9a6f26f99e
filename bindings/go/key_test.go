package jeton_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// The key of RFC 8037 appendix A.
const ed25519 = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`

func TestAKeyIsDescribed(t *testing.T) {
	key := must[*jeton.Key](t)(jeton.KeyFromJWK(json.RawMessage(ed25519)))
	info := must[*jeton.KeyInfo](t)(key.Describe())
	want := jeton.KeyInfo{KeyType: "OKP", Algorithm: "EdDSA", Thumbprint: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}
	if *info != want {
		t.Errorf("%+v", *info)
	}

	key = must[*jeton.Key](t)(jeton.KeyFromSecret(make([]byte, 32)))
	info = must[*jeton.KeyInfo](t)(key.Describe())
	if info.KeyType != "oct" || info.Algorithm != "" || info.KeyID != nil || !info.Private {
		t.Errorf("%+v", *info)
	}
}

func TestEveryFormOfAKeyIsTheSameKey(t *testing.T) {
	for _, algorithm := range []string{"ES256", "ES384", "EdDSA"} {
		generated := must[*jeton.GeneratedKey](t)(jeton.GenerateKey(algorithm))
		thumbprint := func(key *jeton.Key, err error) string {
			return must[*jeton.KeyInfo](t)(must[*jeton.Key](t)(key, err).Describe()).Thumbprint
		}
		block, _ := pem.Decode([]byte(generated.PublicPEM))
		want := thumbprint(jeton.KeyFromJWK(generated.PrivateJWK))
		for name, got := range map[string]string{
			"private_pem": thumbprint(jeton.KeyFromPEM([]byte(generated.PrivatePEM))),
			"public_pem":  thumbprint(jeton.KeyFromPEM([]byte(generated.PublicPEM))),
			"public_jwk":  thumbprint(jeton.KeyFromJWK(generated.PublicJWK)),
			"der":         thumbprint(jeton.KeyFromDER(block.Bytes)),
		} {
			if got != want {
				t.Errorf("%s %s: %s is not %s", algorithm, name, got, want)
			}
		}
		private := must[*jeton.Key](t)(jeton.KeyFromPEM([]byte(generated.PrivatePEM)))
		public := must[*jeton.PublicKey](t)(private.Public())
		if public.PEM != generated.PublicPEM || public.JWK == nil || bytes.Contains(public.JWKS, []byte(`"d"`)) {
			t.Errorf("%s: %+v", algorithm, public)
		}
		set := must[*jeton.Key](t)(jeton.KeyFromJWKS(public.JWKS))
		if exported := must[*jeton.PublicKey](t)(set.Public()); exported.JWK != nil || exported.PEM != "" || exported.JWKS == nil {
			t.Errorf("%s: %+v", algorithm, exported)
		}
	}
}

func TestAGeneratedSecretHasNoPublicHalf(t *testing.T) {
	generated := must[*jeton.GeneratedKey](t)(jeton.GenerateKey("HS256"))
	if generated.PrivateJWK == nil || generated.PublicJWK != nil || generated.PrivatePEM != "" || generated.PublicPEM != "" {
		t.Error("a part is there, or is not")
	}
}

func TestAGeneratedKeyIsNeverPrinted(t *testing.T) {
	generated := must[*jeton.GeneratedKey](t)(jeton.GenerateKey("ES256"))
	var parts struct{ D string }
	if err := json.Unmarshal(generated.PrivateJWK, &parts); err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("made", "key", generated)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("made", "key", *generated)
	type nested struct {
		Key   *jeton.GeneratedKey
		Value jeton.GeneratedKey
		List  []jeton.GeneratedKey
	}
	inside := nested{generated, *generated, []jeton.GeneratedKey{*generated}}
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("made", "nested", inside, "map", map[string]any{"key": generated})
	slog.New(slog.NewTextHandler(&logged, nil)).Info("made", "nested", inside, "map", map[string]any{"key": *generated})
	written := must[[]byte](t)(json.Marshal(inside))
	printed := fmt.Sprintf("%v %+v %#v %s %q %x %v", generated, generated, generated, generated, generated, generated, *generated)
	for _, text := range []string{printed, logged.String(), string(written), fmt.Sprintf("%v %+v", inside, inside)} {
		if !strings.Contains(text, "redacted") || strings.Contains(text, parts.D) || strings.Contains(text, "PRIVATE KEY") {
			t.Error("the private key is in the text")
		}
	}
}

func TestWrongKeysHaveTheirCode(t *testing.T) {
	p521 := `{"kty":"EC","crv":"P-521","x":"AA","y":"AA"}`
	for _, wrong := range []struct {
		name string
		make func() (*jeton.Key, error)
		want jeton.Code
	}{
		{"no pem", func() (*jeton.Key, error) { return jeton.KeyFromPEM(nil) }, jeton.ErrKey},
		{"no der", func() (*jeton.Key, error) { return jeton.KeyFromDER([]byte{0}) }, jeton.ErrKey},
		{"no jwk", func() (*jeton.Key, error) { return jeton.KeyFromJWK(json.RawMessage(`[]`)) }, jeton.ErrKey},
		{"empty set", func() (*jeton.Key, error) { return jeton.KeyFromJWKS(json.RawMessage(`{"keys":[]}`)) }, jeton.ErrKey},
		{"short secret", func() (*jeton.Key, error) {
			return jeton.KeyFromSecret(make([]byte, 31), jeton.WithAlgorithm("HS256"))
		}, jeton.ErrKeyWeak},
		{"P-521", func() (*jeton.Key, error) { return jeton.KeyFromJWK(json.RawMessage(p521)) }, jeton.ErrKeyUnsupported},
		{"two algorithms", func() (*jeton.Key, error) {
			return jeton.KeyFromJWK(json.RawMessage(ed25519), jeton.WithAlgorithm("ES256"))
		}, jeton.ErrKey},
		{"unknown algorithm", func() (*jeton.Key, error) {
			return jeton.KeyFromSecret(make([]byte, 32), jeton.WithAlgorithm("hs256"))
		}, jeton.ErrConfig},
		{"empty algorithm", func() (*jeton.Key, error) {
			return jeton.KeyFromSecret(make([]byte, 32), jeton.WithAlgorithm(""))
		}, jeton.ErrConfig},
		{"text that is not UTF-8", func() (*jeton.Key, error) {
			return jeton.KeyFromSecret(make([]byte, 32), jeton.WithAlgorithm("\xff"))
		}, jeton.ErrUTF8},
	} {
		if _, err := wrong.make(); !errors.Is(err, wrong.want) {
			t.Errorf("%s: %v", wrong.name, err)
		}
	}
	if _, err := jeton.GenerateKey("RS256"); !errors.Is(err, jeton.ErrKeyUnsupported) {
		t.Errorf("%v", err)
	}
	if _, err := jeton.NewVerifier(nil, anyone("ES256")); !errors.Is(err, jeton.ErrNull) {
		t.Errorf("%v", err)
	}
	if _, err := jeton.NewSigner(&jeton.Key{}, jeton.SignerOptions{}); !errors.Is(err, jeton.ErrClosed) {
		t.Errorf("%v", err)
	}
}
