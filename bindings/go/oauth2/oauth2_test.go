package jetonoauth2_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
	jetonoauth2 "github.com/jeton-sdk/jeton/bindings/go/oauth2"
	"golang.org/x/oauth2"
)

// A client of golang.org/x/oauth2 sends what the source has.
func TestTokenSource(t *testing.T) {
	ends := time.Now().Add(time.Hour).Truncate(time.Second)
	source, err := jeton.NewSource(jeton.StaticConfig{ExpiresAt: ends}, jeton.SourceOptions{Secrets: jeton.Secrets{"token": "fixed"}})
	if err != nil {
		t.Fatal(err)
	}
	tokens := jetonoauth2.TokenSource(t.Context(), source)
	token, err := tokens.Token()
	if err != nil || token.AccessToken != "fixed" || !token.Expiry.Equal(ends) || !token.Valid() {
		t.Error(token, err)
	}

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header["Authorization"]) }))
	defer server.Close()
	response, err := oauth2.NewClient(t.Context(), tokens).Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var sent string
	if _, err := fmt.Fscan(response.Body, &sent); err != nil || sent != "[Bearer" {
		t.Error(sent, err)
	}

	source.Close()
	if _, err := tokens.Token(); !errors.Is(err, jeton.ErrClosed) {
		t.Error(err)
	}
}

func TestTheContextEndsTheWait(t *testing.T) {
	asked, end := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(asked); <-end }))
	defer server.Close()
	defer close(end)
	source, err := jeton.NewSource(jeton.OAuth2Config{TokenURL: server.URL, Grant: "client_credentials", ClientID: "me", ClientAuth: "post"},
		jeton.SourceOptions{Secrets: jeton.Secrets{"client_secret": "s"}, Environment: jeton.Environment{}})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if _, err := jetonoauth2.TokenSource(ctx, source).Token(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
