// Prints every value of the Go binding in every way that Go has.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

var input struct {
	Secret, PEM, JWK, JWKS, Policy, Options, Token, Expired, Forged string
	WrongPolicy                                                     string `json:"wrong_policy"`
	NowS                                                            int64  `json:"now_s"`
}

func show(value any) {
	fmt.Printf("%v\n%+v\n%#v\n%s\n%q\n%x\n%d\n%T\n", value, value, value, value, value, value, value, value)
	fmt.Println(value, []any{value}, map[string]any{"v": value}, struct{ V any }{value})
	fmt.Printf("%+v %#v\n", []any{value}, struct{ V any }{value})
	log.Print(value)
	slog.Info("shown", "value", value)
	slog.New(slog.NewJSONHandler(os.Stdout, nil)).Info("shown", "value", value)
	text, err := json.Marshal(value)
	fmt.Println(string(text), err)
}

func failure(err error) {
	if err == nil {
		panic("that was no failure")
	}
	show(err)
	var own *jeton.Error
	if errors.As(err, &own) {
		show(*own)
		show(own.Code)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func second[T any](_ T, err error) error { return err }

type narrow struct {
	Sub int8 `json:"sub"`
}

func main() {
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		panic(err)
	}
	now := jeton.At(time.Unix(input.NowS, 0))
	secret := must(jeton.KeyFromSecret([]byte(input.Secret), jeton.WithAlgorithm("HS256")))
	pair := must(jeton.KeyFromPEM([]byte(input.PEM)))
	set := must(jeton.KeyFromJWKS(json.RawMessage(input.JWKS)))
	signer := must(jeton.NewSignerJSON(secret, json.RawMessage(input.Options)))
	external := must(jeton.NewExternalSignerJSON(pair, json.RawMessage(input.Options)))
	verifier := must(jeton.NewVerifierJSON(set, json.RawMessage(input.Policy)))
	vizzly := must(jeton.NewVizzly(pair))
	jwk := must(jeton.KeyFromJWK(json.RawMessage(input.JWK)))
	for _, value := range []any{secret, pair, jwk, set, signer, external, verifier, vizzly, *secret, *signer, *external, *verifier, *vizzly} {
		show(value)
	}
	generated := must(jeton.GenerateKey("HS256"))
	fmt.Printf("%v %+v %#v %s %x\n", generated, generated, *generated, generated, *generated)

	failure(verifier.Verify(input.Expired, nil, now))
	failure(verifier.Verify(input.Forged, nil, now))
	failure(verifier.Verify(input.Secret, nil, now))
	failure(verifier.Verify(input.Token, &narrow{}, now))
	failure(verifier.Verify(input.Token, narrow{}, now))
	failure(second(verifier.Open(input.Secret, now)))
	failure(second(jeton.NewVerifierJSON(secret, json.RawMessage(input.WrongPolicy))))
	failure(second(jeton.NewVerifierJSON(secret, json.RawMessage(input.Secret))))
	failure(second(jeton.NewVerifier(secret, jeton.Policy{Algorithms: []string{input.Secret}, Issuer: input.Secret})))
	failure(second(jeton.NewSignerJSON(secret, json.RawMessage(input.Secret))))
	failure(second(signer.Sign(input.Secret)))
	failure(second(signer.Sign(json.RawMessage(input.Secret))))
	failure(second(signer.Sign(map[string]any{"sub": input.Secret, "f": func() {}})))
	failure(second(signer.Sign(map[string]any{"sub": []string{input.Secret}})))
	failure(second(external.Finish([]byte(input.Secret), []byte(input.Secret))))
	failure(second(jeton.KeyFromPEM([]byte(input.Secret))))
	failure(second(jeton.KeyFromDER([]byte(input.Secret))))
	failure(second(jeton.KeyFromJWK(json.RawMessage(input.Secret))))
	failure(second(jeton.KeyFromSecret([]byte(input.Secret), jeton.WithAlgorithm(input.Secret))))
	failure(second(jeton.KeyFromSecret([]byte(input.Secret), jeton.WithAlgorithm("HS512"))))
	failure(second(jeton.GenerateKey(input.Secret)))
	failure(second(jeton.InspectUnverified(input.Secret)))
	failure(second(vizzly.DashboardJSON(json.RawMessage(input.Secret))))
	failure(second(vizzly.Dashboard(jeton.VizzlyDashboard{ProjectID: input.Secret, UserReference: input.Secret})))
	for _, outcome := range must(verifier.VerifyBatch([]string{input.Expired, input.Secret}, now)) {
		failure(outcome.Err)
	}
	secret.Close()
	failure(second(secret.Describe()))
	show(secret)
	failure(jeton.ErrPanic)
}
