// The Go binding and its peer, golang-jwt: struct in, token out; token in, struct out.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/jeton-sdk/jeton/bindings/go"
)

type claims struct {
	jwt.RegisteredClaims
	Scope  string `json:"scope"`
	Tenant string `json:"tenant"`
}

func main() {
	var payload claims
	// golang-jwt writes one audience as a list unless it is told not to.
	jwt.MarshalSingleStringAsArray = false
	must(json.Unmarshal(fixture("claims.json"), &payload))
	for _, alg := range []string{"HS256", "RS256", "PS256", "ES256", "ES384", "EdDSA"} {
		jetonBench(alg, &payload)
		golangJWT(alg, &payload)
	}
	sourceBench()
}

// sourceBench measures what it costs to be given a token that is at hand.
func sourceBench() {
	key, err := jeton.KeyFromSecret(fixture("HS256.secret"), jeton.WithAlgorithm("HS256"))
	must(err)
	config := json.RawMessage(`{"kind":"signed","claims":{"sub":"me"},"options":{"ttl_s":3600}}`)
	source, err := jeton.NewSourceJSON(config, jeton.SourceOptions{SigningKey: key})
	must(err)
	defer source.Close()
	measure("Go", "read", "source", func() {
		_, err := source.Token(context.Background())
		must(err)
	})
}

func jetonBench(alg string, payload *claims) {
	var key *jeton.Key
	var err error
	if alg == "HS256" {
		key, err = jeton.KeyFromSecret(fixture("HS256.secret"), jeton.WithAlgorithm(alg))
	} else {
		key, err = jeton.KeyFromPEM(fixture(file(alg)+".pem"), jeton.WithAlgorithm(alg))
	}
	must(err)
	signer, err := jeton.NewSigner(key, jeton.SignerOptions{})
	must(err)
	verifier, err := jeton.NewVerifier(key, jeton.Policy{
		Algorithms: []string{alg}, Issuer: "https://issuer.example", Audience: []string{"api.example"},
	})
	must(err)
	token, err := signer.Sign(payload)
	must(err)

	measure("Go", "sign", alg, func() {
		_, err := signer.Sign(payload)
		must(err)
	})
	measure("Go", "verify", alg, func() {
		var read claims
		must(verifier.Verify(token, &read))
	})
}

func golangJWT(alg string, payload *claims) {
	method := jwt.GetSigningMethod(alg)
	private, public := golangKeys(alg)
	parser := jwt.NewParser(jwt.WithValidMethods([]string{alg}), jwt.WithIssuer("https://issuer.example"),
		jwt.WithAudience("api.example"), jwt.WithExpirationRequired())
	choose := func(*jwt.Token) (any, error) { return public, nil }
	token, err := jwt.NewWithClaims(method, payload).SignedString(private)
	must(err)

	measure("golang-jwt", "sign", alg, func() {
		_, err := jwt.NewWithClaims(method, payload).SignedString(private)
		must(err)
	})
	measure("golang-jwt", "verify", alg, func() {
		var read claims
		_, err := parser.ParseWithClaims(token, &read, choose)
		must(err)
	})
}

func golangKeys(alg string) (private, public any) {
	var err, publicErr error
	switch alg {
	case "HS256":
		secret := fixture("HS256.secret")
		return secret, secret
	case "RS256", "PS256":
		private, err = jwt.ParseRSAPrivateKeyFromPEM(fixture("RSA.pem"))
		public, publicErr = jwt.ParseRSAPublicKeyFromPEM(fixture("RSA.pub.pem"))
	case "ES256", "ES384":
		private, err = jwt.ParseECPrivateKeyFromPEM(fixture(alg + ".pem"))
		public, publicErr = jwt.ParseECPublicKeyFromPEM(fixture(alg + ".pub.pem"))
	default:
		private, err = jwt.ParseEdPrivateKeyFromPEM(fixture(alg + ".pem"))
		public, publicErr = jwt.ParseEdPublicKeyFromPEM(fixture(alg + ".pub.pem"))
	}
	must(err)
	must(publicErr)
	return private, public
}

func file(alg string) string {
	if alg == "RS256" || alg == "PS256" {
		return "RSA"
	}
	return alg
}

func fixture(name string) []byte {
	text, err := os.ReadFile("bench/fixtures/" + name)
	must(err)
	return text
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// measure prints the median of seven batches of about 20 ms.
func measure(lib, op, alg string, call func()) {
	timed := func(calls int) time.Duration {
		start := time.Now()
		for range calls {
			call()
		}
		return time.Since(start)
	}
	calls := 1
	for timed(calls) < 10*time.Millisecond {
		calls *= 2
	}
	batches := make([]float64, 7)
	for i := range batches {
		batches[i] = float64(timed(calls*2).Nanoseconds()) / float64(calls*2)
	}
	slices.Sort(batches)
	fmt.Printf("%s %s %s %.1f\n", lib, op, alg, batches[3])
}
