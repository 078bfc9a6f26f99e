package jeton_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// The token of RFC 7515 appendix A.1, at a time when it was good, and later.
func ExampleVerifier_Verify() {
	secret, _ := base64.RawURLEncoding.DecodeString(
		"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
	key, err := jeton.KeyFromSecret(secret, jeton.WithAlgorithm("HS256"))
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := jeton.NewVerifier(key, jeton.Policy{Algorithms: []string{"HS256"}, Issuer: "joe", AnyAudience: true})
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()

	token := "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." +
		"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ." +
		"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	var claims struct {
		Root bool `json:"http://example.com/is_root"`
	}
	err = verifier.Verify(token, &claims, jeton.At(time.Unix(1300819379, 0)))
	fmt.Println(claims.Root, err)

	err = verifier.Verify(token, &claims)
	var failure *jeton.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Status, failure.Claim, errors.Is(err, jeton.ErrExpired))
	}
	// Output:
	// true <nil>
	// EXPIRED exp true
}

func ExampleSigner_Sign() {
	key, err := jeton.KeyFromSecret([]byte("a secret of at least thirty-two bytes"), jeton.WithAlgorithm("HS256"))
	if err != nil {
		log.Fatal(err)
	}
	signer, err := jeton.NewSigner(key, jeton.SignerOptions{Issuer: "joe", TTL: time.Hour})
	if err != nil {
		log.Fatal(err)
	}
	defer signer.Close()

	token, err := signer.Sign(map[string]string{"sub": "alice"}, jeton.At(time.Unix(1300819380, 0)))
	if err != nil {
		log.Fatal(err)
	}
	said, err := jeton.InspectUnverified(token)
	if err != nil {
		log.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(said.Claims, &claims); err != nil {
		log.Fatal(err)
	}
	fmt.Println(claims["sub"], claims["iss"], int64(claims["exp"].(float64)))
	// Output: alice joe 1300822980
}

// The key of RFC 7638 section 3.1.
func ExampleKey_Describe() {
	key, err := jeton.KeyFromJWK(json.RawMessage(`{"kty":"RSA","alg":"RS256","kid":"2011-04-29","e":"AQAB","n":"` +
		`0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs` +
		`tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91` +
		`CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}`))
	if err != nil {
		log.Fatal(err)
	}
	info, err := key.Describe()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.KeyType, info.Algorithm, *info.KeyID, info.Private, info.Thumbprint)
	// Output: RSA RS256 2011-04-29 false NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs
}
