package jeton

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// aSigner and aVerifier belong to one new key.
func aSigner(t *testing.T) (*Signer, *Verifier) {
	t.Helper()
	generated, err := GenerateKey("HS256")
	if err != nil {
		t.Fatal(err)
	}
	key, err := KeyFromJWK(generated.PrivateJWK)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := NewSigner(key, SignerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := NewVerifier(key, Policy{Algorithms: []string{"HS256"}, AnyIssuer: true, AnyAudience: true})
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

// Goroutines move between threads; every failure must still be that of its own call.
func TestFailuresKeepTheirCalls(t *testing.T) {
	signer, verifier := aSigner(t)
	expired, err := signer.Sign(json.RawMessage(`{"exp":1}`))
	if err != nil {
		t.Fatal(err)
	}
	early, err := signer.Sign(json.RawMessage(`{"exp":4000000000,"nbf":3999999999}`))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		token string
		want  Error
	}{
		{expired, Error{Code: ErrExpired, Claim: "exp"}},
		{early, Error{Code: ErrNotYetValid, Claim: "nbf"}},
		{early[:len(early)-43] + strings.Repeat("A", 43), Error{Code: ErrSignature}},
		{"a.b", Error{Code: ErrMalformed}},
	}
	var group sync.WaitGroup
	for i := range 64 {
		group.Add(1)
		go func() {
			defer group.Done()
			c := cases[i%len(cases)]
			for range rounds {
				var claims json.RawMessage
				err := verifier.Verify(c.token, &claims, At(time.Unix(1_800_000_000, 0)))
				var got *Error
				if !errors.As(err, &got) || got.Code != c.want.Code || got.Claim != c.want.Claim || claims != nil {
					t.Errorf("%v, not %v", err, c.want.Code)
					return
				}
			}
		}()
	}
	group.Wait()
}

// Closing under calls gives them their answer or ErrClosed, and nothing else.
func TestClosingUnderCalls(t *testing.T) {
	calls := func(signer *Signer, verifier *Verifier) error {
		token, err := signer.Sign(json.RawMessage(`{"exp":4000000000,"sub":"alice"}`))
		if err != nil {
			return err
		}
		var claims struct {
			Subject string `json:"sub"`
		}
		if err := verifier.Verify(token, &claims); err != nil {
			return err
		}
		if claims.Subject != "alice" {
			return errors.New("the claims are not what was signed")
		}
		if _, err := verifier.Open(token); err != nil {
			return err
		}
		outcomes, err := verifier.VerifyBatch([]string{token, "", token})
		if err == nil && (outcomes[0].Err != nil || outcomes[2].Err != nil || string(outcomes[2].Verified.Claims) == "") {
			return errors.New("the batch lost a token")
		}
		return err
	}
	for range max(1, rounds/50) {
		signer, verifier := aSigner(t)
		var started, group sync.WaitGroup
		for range 16 {
			started.Add(1)
			group.Add(1)
			go func() {
				defer group.Done()
				err := calls(signer, verifier)
				started.Done()
				for err == nil {
					err = calls(signer, verifier)
				}
				if !errors.Is(err, ErrClosed) {
					t.Error(err)
				}
			}()
		}
		started.Wait()
		for _, close := range []func(){verifier.Close, signer.Close, verifier.Close} {
			group.Add(1)
			go func() {
				defer group.Done()
				close()
			}()
		}
		group.Wait()
	}
}

// Nothing but the calls themselves keeps these handles, so a call that did not would be caught by the build tag jeton_gc.
func TestCallsOnHandlesThatNobodyKeeps(t *testing.T) {
	for range max(1, rounds/50) {
		generated, err := GenerateKey("ES256")
		if err != nil {
			t.Fatal(err)
		}
		key := func() *Key {
			key, err := KeyFromPEM([]byte(generated.PrivatePEM))
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		if _, err := key().Describe(); err != nil {
			t.Error(err)
		}
		if _, err := key().Public(); err != nil {
			t.Error(err)
		}
		signer := func() *Signer {
			signer, err := NewSigner(key(), SignerOptions{TTL: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			return signer
		}
		token, err := signer().Sign(map[string]string{"sub": "alice"})
		if err != nil {
			t.Fatal(err)
		}
		verifier := func() *Verifier {
			verifier, err := NewVerifier(key(), Policy{Algorithms: []string{"ES256"}, AnyIssuer: true, AnyAudience: true})
			if err != nil {
				t.Fatal(err)
			}
			return verifier
		}
		var claims map[string]any
		if err := verifier().Verify(token, &claims); err != nil || claims["sub"] != "alice" {
			t.Error(err, claims)
		}
		if outcomes, err := verifier().VerifyBatch([]string{token}); err != nil || outcomes[0].Err != nil {
			t.Error(outcomes, err)
		}
	}
}
