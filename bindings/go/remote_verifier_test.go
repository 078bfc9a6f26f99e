package jeton_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// An issuer signs tokens, and serves the set of its keys when it is told to.
type issuer struct {
	*httptest.Server
	signer   *jeton.Signer
	requests atomic.Int64
	asked    chan struct{}
	may      chan struct{}
}

func newIssuer(t *testing.T) *issuer {
	key := newKey(t, "ES256")
	public := must[*jeton.PublicKey](t)(key.Public())
	i := &issuer{asked: make(chan struct{}, 100), may: make(chan struct{}, 100)}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.requests.Add(1)
		i.asked <- struct{}{}
		<-i.may
		_, _ = w.Write(public.JWKS)
	}))
	i.signer = newSigner(t, key, jeton.SignerOptions{Issuer: i.URL})
	t.Cleanup(func() {
		close(i.may)
		i.Close()
	})
	return i
}

func (i *issuer) config() jeton.RemoteIssuer {
	return jeton.RemoteIssuer{JWKSURL: i.URL + "/jwks", Policy: jeton.Policy{Algorithms: []string{"ES256"}, Issuer: i.URL, AnyAudience: true}}
}

func newRemoteVerifier(t *testing.T, issuers ...*issuer) *jeton.RemoteVerifier {
	t.Helper()
	var configs []jeton.RemoteIssuer
	for _, issuer := range issuers {
		configs = append(configs, issuer.config())
	}
	verifier := must[*jeton.RemoteVerifier](t)(jeton.NewRemoteVerifier(configs, jeton.RemoteVerifierOptions{Environment: jeton.Environment{}}))
	t.Cleanup(verifier.Close)
	return verifier
}

func TestKeysAreFetchedOnceForEachIssuer(t *testing.T) {
	first, second := newIssuer(t), newIssuer(t)
	verifier := newRemoteVerifier(t, first, second)
	done := make(chan error)
	const callers = 16
	for _, issuer := range []*issuer{first, second} {
		token := sign(t, issuer.signer, later)
		for range callers {
			go func() {
				var claims struct{ Sub string }
				err := verifier.Verify(background, token, &claims, jeton.At(now))
				if err == nil && claims.Sub != "alice" {
					err = errors.New("other claims")
				}
				done <- err
			}()
		}
		<-issuer.asked
		issuer.may <- struct{}{}
		for range callers {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if issuer.requests.Load() != 1 {
			t.Errorf("%d requests", issuer.requests.Load())
		}
		opened, err := verifier.Open(background, token, jeton.At(now))
		if err != nil || !json.Valid(opened.Header) || len(opened.Claims) == 0 {
			t.Error(opened, err)
		}
		for _, late := range []time.Time{now.Add(time.Hour), time.Unix(math.MaxInt64, 0), time.Unix(math.MaxInt64/1000, 999999999)} {
			if err := verifier.Verify(background, token, nil, jeton.At(late)); !errors.Is(err, jeton.ErrExpired) {
				t.Error(late.Unix(), err)
			}
		}
		if err := verifier.Verify(background, token, nil, jeton.At(time.Unix(math.MinInt64, 0))); err != nil {
			t.Error(err)
		}
	}
}

func TestTokensOfOthersAreRefusedAndNothingIsFetched(t *testing.T) {
	mine, other := newIssuer(t), newIssuer(t)
	verifier := newRemoteVerifier(t, mine)
	if err := verifier.Verify(background, sign(t, other.signer, later), nil, jeton.At(now)); !errors.Is(err, jeton.ErrIssuer) {
		t.Error(err)
	}
	if err := verifier.Verify(background, "a.b", nil); !errors.Is(err, jeton.ErrMalformed) {
		t.Error(err)
	}
	if mine.requests.Load()+other.requests.Load() != 0 {
		t.Error("keys were fetched")
	}
}

func TestWithoutKeysNothingIsSaidOfTheSignature(t *testing.T) {
	issuer := newIssuer(t)
	verifier := newRemoteVerifier(t, issuer)
	token := sign(t, issuer.signer, later)
	issuer.Listener.Close()
	if err := verifier.Verify(background, token, nil, jeton.At(now)); !errors.Is(err, jeton.ErrKeysUnavailable) {
		t.Error(err)
	}
}

func TestAServerThatIsAwayIsSeen(t *testing.T) {
	first, second := newIssuer(t), newIssuer(t)
	verifier := newRemoteVerifier(t, first, second)
	first.may <- struct{}{}
	if err := verifier.Verify(background, sign(t, first.signer, later), nil, jeton.At(now)); err != nil {
		t.Fatal(err)
	}
	second.Listener.Close()
	if err := verifier.Verify(background, sign(t, second.signer, later), nil, jeton.At(now)); !errors.Is(err, jeton.ErrKeysUnavailable) {
		t.Error(err)
	}
	stats := must[[]jeton.RemoteIssuerStats](t)(verifier.Stats())
	if len(stats) != 2 || stats[0].Issuer != first.URL || stats[1].JWKSURL != second.URL+"/jwks" {
		t.Fatalf("%+v", stats)
	}
	if well := stats[0]; well.Keys == nil || *well.Keys != 1 || well.Refreshes != 1 || len(well.Failures) != 0 || well.LastFailure != "" || well.Stale {
		t.Errorf("%+v", well)
	}
	away := stats[1]
	if away.Keys != nil || away.Refreshes != 0 || away.Failures["KEYS_UNAVAILABLE"] != 1 || away.LastFailure == "" || away.Stale {
		t.Errorf("%+v", away)
	}
	if !json.Valid(away.JSON) {
		t.Errorf("%s", away.JSON)
	}
}

func TestAVerificationCanBeCancelled(t *testing.T) {
	issuer := newIssuer(t)
	verifier := newRemoteVerifier(t, issuer)
	token := sign(t, issuer.signer, later)
	ctx, cancel := context.WithCancel(background)
	done := make(chan error, 1)
	go func() { done <- verifier.Verify(ctx, token, nil, jeton.At(now)) }()
	<-issuer.asked
	cancel()
	if err := within(t, soon, done); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
