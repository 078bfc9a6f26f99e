package jetonhttp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
	"github.com/jeton-sdk/jeton/bindings/go/jetonhttp"
)

// serve starts a server for the time of the test.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// numbered opens a source whose tokens are "token-1", "token-2" and so on.
func numbered(t *testing.T) *jeton.Source {
	t.Helper()
	var count atomic.Int64
	tokens := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": fmt.Sprint("token-", count.Add(1)), "expires_in": 3600})
	})
	source, err := jeton.NewSource(jeton.OAuth2Config{TokenURL: tokens.URL, Grant: "client_credentials", ClientID: "me", ClientAuth: "post"},
		jeton.SourceOptions{Secrets: jeton.Secrets{"client_secret": "s"}, Environment: jeton.Environment{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(source.Close)
	return source
}

// An api accepts one token, and keeps what it was asked.
type api struct {
	*httptest.Server
	accepts string
	asked   []string
}

func newAPI(t *testing.T, accepts string) *api {
	a := &api{accepts: accepts}
	a.Server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.asked = append(a.asked, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+" "+string(body))
		if r.Header.Get("Authorization") != "Bearer "+a.accepts {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, "who?")
		}
	})
	return a
}

func TestTransport(t *testing.T) {
	for name, c := range map[string]struct {
		accepts string
		body    io.Reader
		status  int
		asked   string
	}{
		"the token fits":           {"token-1", nil, 200, "[token-1 ]"},
		"a new token is needed":    {"token-2", nil, 200, "[token-1  token-2 ]"},
		"with a body":              {"token-2", strings.NewReader("body"), 200, "[token-1 body token-2 body]"},
		"with a body that is gone": {"token-2", struct{ io.Reader }{strings.NewReader("body")}, 401, "[token-1 body]"},
		"no token is good":         {"none", nil, 401, "[token-1  token-2 ]"},
	} {
		api := newAPI(t, c.accepts)
		client := &http.Client{Transport: &jetonhttp.Transport{Source: numbered(t)}}
		request, err := http.NewRequest("POST", api.URL, c.body)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(name, err)
		}
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != c.status || fmt.Sprint(api.asked) != c.asked || (c.status == 401) != (string(text) == "who?") {
			t.Errorf("%s: %d %s, asked %v", name, response.StatusCode, text, api.asked)
		}
		if len(request.Header) != 0 {
			t.Errorf("%s: the request was changed: %v", name, request.Header)
		}
	}
}

// A body that cannot be sent twice costs one refusal, and not those after it.
func TestARefusedTokenIsNotUsedAgain(t *testing.T) {
	api := newAPI(t, "token-2")
	client := &http.Client{Transport: &jetonhttp.Transport{Source: numbered(t)}}
	for range 2 {
		response, err := client.Post(api.URL, "text/plain", struct{ io.Reader }{strings.NewReader("body")})
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	if fmt.Sprint(api.asked) != "[token-1 body token-2 body]" {
		t.Error(api.asked)
	}
}

func TestARedirectElsewhereTakesNoToken(t *testing.T) {
	elsewhere := newAPI(t, "token-1")
	var redirecting *httptest.Server
	redirecting = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token-1" {
			t.Error("no token for ", r.URL)
		}
		target := map[string]string{"/": redirecting.URL + "/here", "/here": elsewhere.URL}[r.URL.Path]
		http.Redirect(w, r, target, http.StatusTemporaryRedirect)
	})
	client := &http.Client{Transport: &jetonhttp.Transport{Source: numbered(t)}}
	response, err := client.Get(redirecting.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if fmt.Sprint(elsewhere.asked) != "[ ]" {
		t.Error(elsewhere.asked)
	}
}

// closing notes that a body was closed, as a RoundTripper promises.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

func TestWithoutATokenNothingIsSent(t *testing.T) {
	source := numbered(t)
	source.Close()
	api := newAPI(t, "")
	body := &closing{Reader: strings.NewReader("body")}
	_, err := (&http.Client{Transport: &jetonhttp.Transport{Source: source}}).Post(api.URL, "text/plain", body)
	if !errors.Is(err, jeton.ErrClosed) || !body.closed || len(api.asked) != 0 {
		t.Error(err, body.closed, api.asked)
	}
}

func TestATransportWithoutASource(t *testing.T) {
	body := &closing{Reader: strings.NewReader("body")}
	_, err := (&http.Client{Transport: &jetonhttp.Transport{}}).Post("http://127.0.0.1:1/", "text/plain", body)
	if err == nil || !strings.Contains(err.Error(), "without a Source") || !body.closed {
		t.Error(err, body.closed)
	}
}

func newAccess(t *testing.T, config string) *jeton.Access {
	t.Helper()
	access, err := jeton.NewAccess(json.RawMessage(config), jeton.AccessOptions{Secret: []byte("a datasette secret"), Environment: jeton.Environment{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(access.Close)
	return access
}

const bots = `{"param":"_auth","tokens":[{"token":"good","actor":{"id":"bot"}},{"token":"root's","actor":{"id":"root"}},
	{"token":"caf\u00e9","actor":{"id":"cafe"}}]}`

func TestMiddleware(t *testing.T) {
	access := newAccess(t, bots)
	expired, err := access.SignToken(t.Context(), jeton.SignTokenArgs{ActorID: "a", TTL: jeton.Given(time.Second)}, jeton.At(time.Unix(1_000_000_000, 0)))
	if err != nil {
		t.Fatal(err)
	}
	actor := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s", jetonhttp.Actor(r.Context())) })
	mux := http.NewServeMux()
	mux.Handle("/open", actor)
	mux.Handle("/actors", jetonhttp.RequireActor(actor))
	mux.Handle("/root", jetonhttp.RequireAllowed(map[string]string{"id": "root"})(actor))
	server := serve(t, jetonhttp.Authenticate(access)(mux).ServeHTTP)

	const refused, forbidden = `Bearer error="invalid_token"`, `Bearer error="insufficient_scope"`
	for _, c := range []struct {
		path, token string
		status      int
		body        string
		challenge   string
	}{
		{"/open", "", 200, "", ""},
		{"/open", "good", 200, `{"id":"bot"}`, ""},
		{"/open?_auth=good", "", 200, `{"id":"bot"}`, ""},
		{"/open?x=%&_auth=go%6fd", "", 200, `{"id":"bot"}`, ""},
		{"/open?x=;&_auth=good", "", 200, `{"id":"bot"}`, ""},
		{"/open?_auth=caf%C3%A9", "", 200, `{"id":"cafe"}`, ""},
		{"/open?_auth=caf%E9", "", 401, "Unauthorized\n", refused},
		{"/open?_auth=%FF", "", 401, "Unauthorized\n", refused},
		{"/open?_auth=%", "", 401, "Unauthorized\n", refused},
		{"/open?_auth=%zz", "", 401, "Unauthorized\n", refused},
		{"/open", "caf\xe9", 200, `{"id":"cafe"}`, ""},
		{"/open", "caf\u00e9", 401, "Unauthorized\n", refused},
		{"/open", "\xff", 401, "Unauthorized\n", refused},
		{"/open", expired, 401, "Unauthorized\n", refused},
		{"/actors", "", 401, "Unauthorized\n", "Bearer"},
		{"/actors", expired, 401, "Unauthorized\n", refused},
		{"/actors", "good", 200, `{"id":"bot"}`, ""},
		{"/root", "", 401, "Unauthorized\n", "Bearer"},
		{"/root", "good", 403, "Forbidden\n", forbidden},
		{"/root", "root's", 200, `{"id":"root"}`, ""},
	} {
		request, err := http.NewRequest("GET", server.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.token != "" {
			request.Header.Set("Authorization", "Bearer "+c.token)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		challenge := response.Header.Get("WWW-Authenticate")
		if response.StatusCode != c.status || string(body) != c.body || challenge != c.challenge {
			t.Errorf("%s %q: %d %q, challenge %q", c.path, c.token, response.StatusCode, body, challenge)
		}
	}
}

func TestWhyATokenWasRefusedIsForTheLog(t *testing.T) {
	var log strings.Builder
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	request := httptest.NewRequest("GET", "/", nil)
	request.Header.Set("Authorization", "Bearer a-secret")
	answer := httptest.NewRecorder()
	jetonhttp.Authenticate(newAccess(t, bots))(http.NotFoundHandler()).ServeHTTP(answer, request)
	if answer.Code != 401 || !strings.Contains(log.String(), "refused=UNKNOWN") || strings.Contains(log.String(), "a-secret") {
		t.Error(answer.Code, log.String())
	}
}

func TestAServerThatCannotJudge(t *testing.T) {
	access := newAccess(t, bots)
	access.Close()
	reached := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("reached") })
	for name, c := range map[string]struct {
		handler http.Handler
		status  int
	}{
		"a closed authenticator":      {jetonhttp.Authenticate(access)(reached), 503},
		"no middleware":               {jetonhttp.RequireActor(reached), 500},
		"no middleware, an allow":     {jetonhttp.RequireAllowed(true)(reached), 500},
		"an allow block that is none": {jetonhttp.Authenticate(newAccess(t, bots))(jetonhttp.RequireAllowed(json.RawMessage(`{`))(reached)), 500},
	} {
		answer := httptest.NewRecorder()
		c.handler.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
		if answer.Code != c.status || strings.TrimSpace(answer.Body.String()) != http.StatusText(c.status) {
			t.Errorf("%s: %d %s", name, answer.Code, answer.Body)
		}
	}
}
