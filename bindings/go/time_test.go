package jeton_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// timed is every call that depends on the time, each to be made with options.
func timed(t *testing.T) map[string]func(options ...jeton.CallOption) error {
	key := newKey(t, "ES256")
	signer, verifier := newSigner(t, key, jeton.SignerOptions{TTL: time.Minute}), newVerifier(t, key, anyone("ES256"))
	external := must[*jeton.ExternalSigner](t)(jeton.NewExternalSigner(key, jeton.SignerOptions{TTL: time.Minute}))
	vizzly := must[*jeton.Vizzly](t)(jeton.NewVizzly(key))
	dashboard := jeton.VizzlyDashboard{ExpiryTTLInMinutes: 1, ProjectID: "p", UserReference: "u"}
	data := jeton.VizzlyData{ExpiryTTLInMinutes: 1, AllDataSets: true, SecureFilters: map[string]any{}}
	good := must[string](t)(signer.Sign(struct{}{}))
	return map[string]func(...jeton.CallOption) error{
		"Sign":        func(o ...jeton.CallOption) error { return second(signer.Sign(struct{}{}, o...)) },
		"Begin":       func(o ...jeton.CallOption) error { return second(external.Begin(struct{}{}, o...)) },
		"Verify":      func(o ...jeton.CallOption) error { return verifier.Verify(good, nil, o...) },
		"Open":        func(o ...jeton.CallOption) error { return second(verifier.Open(good, o...)) },
		"VerifyBatch": func(o ...jeton.CallOption) error { return second(verifier.VerifyBatch([]string{good}, o...)) },
		"Dashboard":   func(o ...jeton.CallOption) error { return second(vizzly.Dashboard(dashboard, o...)) },
		"Data":        func(o ...jeton.CallOption) error { return second(vizzly.Data(data, o...)) },
		"QueryEngine": func(o ...jeton.CallOption) error {
			return second(vizzly.QueryEngine(jeton.VizzlyQueryEngine{ExpiryTTLInMinutes: 1}, o...))
		},
		"Identity": func(o ...jeton.CallOption) error {
			return second(vizzly.Identity(jeton.VizzlyIdentity{Dashboard: dashboard}, o...))
		},
	}
}

func second[T any](_ T, err error) error { return err }

func TestATimeThatWasNeverSetIsRefused(t *testing.T) {
	var unset time.Time
	for name, call := range timed(t) {
		for _, options := range [][]jeton.CallOption{
			{jeton.At(unset)},
			{jeton.At(unset.Local())},
			{jeton.At(unset), jeton.At(now)},
			{jeton.At(now), jeton.At(unset)},
			{jeton.At(unset), {}},
		} {
			if err := call(options...); !errors.Is(err, jeton.ErrZeroTime) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := call(jeton.CallOption{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnOptionThatWasNeverSetIsTheSystemClock(t *testing.T) {
	key := newKey(t, "ES256")
	signer, verifier := newSigner(t, key, jeton.SignerOptions{}), newVerifier(t, key, anyone("ES256"))
	var unset jeton.CallOption
	for want, token := range map[error]string{
		jeton.ErrExpired: sign(t, signer, map[string]int64{"exp": time.Now().Unix() - 10}),
		nil:              sign(t, signer, map[string]int64{"exp": time.Now().Unix() + 1000, "nbf": time.Now().Unix()}),
	} {
		if err := verifier.Verify(token, nil, unset); !errors.Is(err, want) {
			t.Errorf("%v, not %v", err, want)
		}
		if _, err := verifier.Open(token, unset); !errors.Is(err, want) {
			t.Errorf("%v, not %v", err, want)
		}
		if outcomes := must[[]jeton.Outcome](t)(verifier.VerifyBatch([]string{token}, unset)); !errors.Is(outcomes[0].Err, want) {
			t.Errorf("%v, not %v", outcomes[0].Err, want)
		}
	}
	timed := newSigner(t, key, jeton.SignerOptions{TTL: time.Hour})
	if err := verifier.Verify(must[string](t)(timed.Sign(struct{}{}, unset)), nil); err != nil {
		t.Error(err)
	}
	// An At stays in force beside one.
	for _, options := range [][]jeton.CallOption{{unset, jeton.At(now)}, {jeton.At(now), unset}} {
		var claims struct{ Iat int64 }
		said := must[*jeton.Unverified](t)(jeton.InspectUnverified(must[string](t)(timed.Sign(struct{}{}, options...))))
		if err := json.Unmarshal(said.Claims, &claims); err != nil || claims.Iat != now.Unix() {
			t.Errorf("%v %v", err, claims)
		}
	}
}
