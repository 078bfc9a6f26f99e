package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jeton-sdk/jeton/bindings/go"
)

func TestService(t *testing.T) {
	answering := func(handler http.HandlerFunc) string {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server.URL
	}
	tokens := answering(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"access_token":"a-token","expires_in":3600}`)
	})
	upstream := answering(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "sent: ", r.Header.Get("Authorization")) })
	access, err := jeton.NewAccess(json.RawMessage(`{"tokens":[{"token":"bot's","actor":{"id":"bot"}}]}`), jeton.AccessOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer access.Close()
	source, err := jeton.NewSource(jeton.OAuth2Config{TokenURL: tokens, Grant: "client_credentials", ClientID: "c", ClientAuth: "basic"},
		jeton.SourceOptions{Secrets: jeton.Secrets{"client_secret": "s"}})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	url := answering(service(access, source, upstream).ServeHTTP)

	for _, c := range []struct {
		path, token, answer string
	}{
		{"/whoami", "bot's", `200 {"id":"bot"}`},
		{"/upstream", "bot's", "200 sent: Bearer a-token"},
		{"/whoami", "other", "401 Unauthorized\n"},
	} {
		request, err := http.NewRequest(http.MethodGet, url+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+c.token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if answer := fmt.Sprintf("%d %s", response.StatusCode, body); answer != c.answer {
			t.Errorf("%s: %q", c.path, answer)
		}
	}
}
