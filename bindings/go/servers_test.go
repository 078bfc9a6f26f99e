package jeton_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// A tokenServer is an OAuth2 token endpoint that answers when it is told to.
type tokenServer struct {
	*httptest.Server
	requests atomic.Int64
	// asked gets a value for each request that has come; answers gives the answers, of which a nil one hangs until the end.
	asked   chan http.Header
	answers chan answerer
	end     chan struct{}
}

type answerer func(w http.ResponseWriter, number int64)

func newTokenServer(t *testing.T) *tokenServer {
	s := &tokenServer{asked: make(chan http.Header, 1000), answers: make(chan answerer, 1000), end: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number := s.requests.Add(1)
		s.asked <- r.Header
		select {
		case answer := <-s.answers:
			answer(w, number)
		case <-s.end:
		}
	}))
	t.Cleanup(func() {
		close(s.end)
		s.Close()
	})
	return s
}

// grant answers with the token "token-N", N being the number of the request.
func grant(w http.ResponseWriter, number int64) {
	answerJSON(w, 200, map[string]any{"access_token": fmt.Sprint("token-", number), "token_type": "Bearer", "expires_in": 3600})
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// config is that of a source whose tokens the server makes.
func (s *tokenServer) config() jeton.OAuth2Config {
	return jeton.OAuth2Config{TokenURL: s.URL + "/token", Grant: "client_credentials", ClientID: "me", ClientAuth: "post",
		Retries: &jeton.Retries{Total: jeton.Given(0)}}
}

var clientSecret = jeton.Secrets{"client_secret": "a client's secret"}

func newSource(t testing.TB, config jeton.SourceConfig, secrets jeton.Secrets) *jeton.Source {
	t.Helper()
	source := must[*jeton.Source](t)(jeton.NewSource(config, jeton.SourceOptions{Secrets: secrets, Environment: jeton.Environment{}}))
	t.Cleanup(source.Close)
	return source
}

// source opens a source whose tokens the server makes.
func (s *tokenServer) source(t *testing.T) *jeton.Source {
	t.Helper()
	return newSource(t, s.config(), clientSecret)
}

// eventually waits until something that happens elsewhere has happened.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what, ": not within 10 seconds")
		}
	}
}

func stats(t *testing.T, source *jeton.Source) *jeton.SourceStats {
	t.Helper()
	return must[*jeton.SourceStats](t)(source.Stats())
}

var background = context.Background()
