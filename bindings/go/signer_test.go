package jeton_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

func TestEveryAlgorithmSignsWhatItVerifies(t *testing.T) {
	for _, algorithm := range []string{
		"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
	} {
		signer, verifier := pair(t, algorithm)
		var claims json.RawMessage
		if err := verifier.Verify(sign(t, signer, later), &claims, jeton.At(now)); err != nil || string(claims) != string(later) {
			t.Errorf("%s: %v %s", algorithm, err, claims)
		}
	}
}

func TestClaimsComeFromAnyKindOfValue(t *testing.T) {
	signer, verifier := pair(t, "HS256")
	type named struct {
		Exp int64  `json:"exp"`
		URL string `json:"url"`
	}
	want := `{"exp":1800000060,"url":"https://a.example/?b&c=<d>"}`
	for _, claims := range []any{
		named{1800000060, "https://a.example/?b&c=<d>"},
		&named{1800000060, "https://a.example/?b&c=<d>"},
		map[string]any{"exp": 1800000060, "url": "https://a.example/?b&c=<d>"},
		json.RawMessage(want),
		[]byte(want),
	} {
		var got json.RawMessage
		if err := verifier.Verify(sign(t, signer, claims), &got, jeton.At(now)); err != nil || string(got) != want {
			t.Errorf("%T: %v %s", claims, err, got)
		}
	}
}

func TestWrongClaimsAreRefused(t *testing.T) {
	signer := newSigner(t, newKey(t, "HS256"), jeton.SignerOptions{Issuer: "me"})
	for _, wrong := range []struct {
		claims any
		want   jeton.Code
	}{
		{nil, jeton.ErrConfig},
		{"text", jeton.ErrConfig},
		{[]int{1}, jeton.ErrConfig},
		{json.RawMessage(nil), jeton.ErrConfig},
		{json.RawMessage(`{"a":1,"a":2}`), jeton.ErrConfig},
		{json.RawMessage(`{"iss":"you"}`), jeton.ErrConfig},
		{json.RawMessage(`{"exp":"soon"}`), jeton.ErrClaimInvalid},
	} {
		if token, err := signer.Sign(wrong.claims); !errors.Is(err, wrong.want) || token != "" {
			t.Errorf("%v: %v", wrong.claims, err)
		}
	}
	var failure *jeton.JSONError
	if _, err := signer.Sign(make(chan int)); !errors.As(err, &failure) {
		t.Errorf("%v", err)
	}
	if _, err := signer.SignBytes(nil); !errors.Is(err, jeton.ErrConfig) {
		t.Errorf("bytes beside an issuer: %v", err)
	}
}

func TestWrongOptionsAreRefused(t *testing.T) {
	key := newKey(t, "HS256")
	for name, options := range map[string]jeton.SignerOptions{
		"crit":          {Header: map[string]any{"crit": []string{"b64"}}},
		"kid and none":  {KeyID: "1", NoKeyID: true},
		"typ and none":  {Type: "JWT", NoType: true},
		"half a second": {TTL: 500 * time.Millisecond},
		"unknown name":  {Algorithm: "HS1"},
	} {
		if _, err := jeton.NewSigner(key, options); !errors.Is(err, jeton.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := jeton.NewSigner(key, jeton.SignerOptions{Algorithm: "ES256"}); !errors.Is(err, jeton.ErrKey) {
		t.Errorf("%v", err)
	}
	if _, err := jeton.NewSignerJSON(key, json.RawMessage(`{"kid":7}`)); !errors.Is(err, jeton.ErrConfig) {
		t.Errorf("%v", err)
	}
	must[*jeton.Signer](t)(jeton.NewSignerJSON(key, nil)).Close()
}

func TestOptionsReachTheLibrary(t *testing.T) {
	key := must[*jeton.Key](t)(jeton.KeyFromSecret(make([]byte, 32)))
	for want, options := range map[string]jeton.SignerOptions{
		`{"alg":"HS256","typ":"JWT"}`:           {Algorithm: "HS256"},
		`{"alg":"HS256"}`:                       {Algorithm: "HS256", NoType: true, NoKeyID: true},
		`{"alg":"HS256","kid":"1","typ":"x"}`:   {Algorithm: "HS256", KeyID: "1", Type: "x"},
		`{"alg":"HS256","typ":"JWT","x":[1,2]}`: {Algorithm: "HS256", Header: map[string]any{"x": []int{1, 2}}},
	} {
		said := must[*jeton.Unverified](t)(jeton.InspectUnverified(sign(t, newSigner(t, key, options), struct{}{})))
		var got any
		if err := json.Unmarshal(said.Header, &got); err != nil {
			t.Fatal(err)
		}
		if sorted, _ := json.Marshal(got); string(sorted) != want {
			t.Errorf("%s is not %s", sorted, want)
		}
	}
}

// The private key is in crypto/ecdsa alone, as it would be in a KMS.
func TestASignatureMayComeFromElsewhere(t *testing.T) {
	private := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	key := must[*jeton.Key](t)(jeton.KeyFromDER(must[[]byte](t)(x509.MarshalPKIXPublicKey(&private.PublicKey))))
	signer := must[*jeton.ExternalSigner](t)(jeton.NewExternalSigner(key, jeton.SignerOptions{TTL: time.Minute}))
	input := must[[]byte](t)(signer.Begin(map[string]string{"sub": "alice"}, jeton.At(now)))

	digest := sha256.Sum256(input)
	r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])

	token := must[string](t)(signer.Finish(input, signature))
	var claims map[string]any
	if err := newVerifier(t, key, anyone("ES256")).Verify(token, &claims, jeton.At(now)); err != nil || claims["sub"] != "alice" {
		t.Errorf("%v %v", err, claims)
	}

	signature[0] ^= 1
	if _, err := signer.Finish(input, signature); !errors.Is(err, jeton.ErrSignature) {
		t.Errorf("%v", err)
	}
	if _, err := signer.Finish(nil, signature); !errors.Is(err, jeton.ErrMalformed) {
		t.Errorf("%v", err)
	}
	if _, err := signer.Begin(make(chan int)); err == nil {
		t.Error("a channel is no claims")
	}
	plain := must[*jeton.ExternalSigner](t)(jeton.NewExternalSignerJSON(key, nil))
	if input := must[[]byte](t)(plain.BeginBytes([]byte{1})); !strings.HasSuffix(string(input), ".AQ") {
		t.Errorf("%s", input)
	}
}
