package jeton_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

func TestManyCallersCauseOneRequest(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	tokens := make(chan jeton.Token)
	const callers = 64
	for range callers {
		go func() {
			token, err := source.Token(background)
			if err != nil {
				t.Error(err)
			}
			tokens <- token
		}()
	}
	eventually(t, "all wait", func() bool { return stats(t, source).Waits >= callers })
	server.answers <- grant
	for range callers {
		token := <-tokens
		if token.Value != "token-1" || time.Until(token.ExpiresAt) < 50*time.Minute {
			t.Errorf("%q until %v", token.Value, token.ExpiresAt)
		}
	}
	if server.requests.Load() != 1 {
		t.Errorf("%d requests", server.requests.Load())
	}
}

func TestATokenAtHandNeedsNoContext(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	server.answers <- grant
	must[jeton.Token](t)(source.Token(background))
	before := stats(t, source).Hits
	ended, cancel := context.WithCancel(background)
	cancel()
	if token, err := source.Token(ended); err != nil || token.Value != "token-1" {
		t.Errorf("%q %v", token.Value, err)
	}
	if hits := stats(t, source).Hits - before; hits != 1 {
		t.Errorf("%d hits more", hits)
	}
}

func TestRefreshFetchesAnother(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	server.answers <- grant
	server.answers <- grant
	for i, get := range []func(context.Context) (jeton.Token, error){source.Token, source.Refresh, source.Token} {
		if token, err := get(background); err != nil || token.Value != []string{"token-1", "token-2", "token-2"}[i] {
			t.Errorf("%d: %q %v", i, token.Value, err)
		}
	}
	if refreshes := stats(t, source).Refreshes; refreshes != 2 {
		t.Errorf("%d refreshes", refreshes)
	}
}

// A thousand callers that saw the same 401 cause one fetch.
func TestATokenIsInvalidatedOnce(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	server.answers <- grant
	refused := must[jeton.Token](t)(source.Token(background)).Value
	news := make(chan bool)
	for range 100 {
		go func() {
			invalidated, err := source.Invalidate(refused)
			if err != nil {
				t.Error(err)
			}
			news <- invalidated
		}()
	}
	count := 0
	for range 100 {
		if <-news {
			count++
		}
	}
	if count != 1 {
		t.Errorf("invalidated %d times", count)
	}
	server.answers <- grant
	if token, err := source.Token(background); err != nil || token.Value != "token-2" {
		t.Errorf("%q %v", token.Value, err)
	}
	if current, err := source.Invalidate(""); err != nil || !current {
		t.Error(current, err)
	}
}

func TestARefusalTellsWhatTheServerSaid(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	server.answers <- func(w http.ResponseWriter, _ int64) {
		answerJSON(w, 400, map[string]string{"error": "invalid_client", "error_description": "who is a client's secret?"})
	}
	_, err := source.Token(background)
	var failure *jeton.Error
	if !errors.As(err, &failure) || !errors.Is(err, jeton.ErrRefused) || failure.HTTPStatus != 400 ||
		failure.ServerCode != "invalid_client" || failure.Claim != "" {
		t.Fatalf("%+v", failure)
	}
	if strings.Contains(err.Error(), clientSecret["client_secret"]) {
		t.Error("the message holds the secret")
	}
	if counted := stats(t, source).Failures["REFUSED"]; counted != 1 {
		t.Errorf("%d failures counted", counted)
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	server.Close()
	if _, err := source.Token(background); !errors.Is(err, jeton.ErrUnavailable) {
		t.Error(err)
	}
}

func TestASourceTellsWhatItIs(t *testing.T) {
	server := newTokenServer(t)
	config := server.config()
	config.Scope, config.Leeway = []string{"read", "write"}, jeton.Given(time.Minute)
	info := must[*jeton.SourceInfo](t)(newSource(t, config, clientSecret).Describe())
	if info.Kind != "oauth2" || info.TokenURL != server.URL+"/token" || info.ClientID != "me" ||
		fmt.Sprint(info.Scope) != "[read write]" || info.LeewayS == nil || *info.LeewayS != 60 || info.TokenPath != "" {
		t.Errorf("%+v", info)
	}
	if !json.Valid(info.JSON) || strings.Contains(string(info.JSON), clientSecret["client_secret"]) {
		t.Errorf("%s", info.JSON)
	}
}

// A server that rotates refresh tokens, where no file keeps them: the new one comes out as an event.
func TestANewRefreshTokenIsToldOnce(t *testing.T) {
	server := newTokenServer(t)
	config := server.config()
	config.Grant = "refresh_token"
	source := newSource(t, config, jeton.Secrets{"refresh_token": "the old one", "client_secret": "a client's secret"})
	server.answers <- func(w http.ResponseWriter, _ int64) {
		answerJSON(w, 200, map[string]any{"access_token": "a", "expires_in": 60, "refresh_token": "the new one"})
	}
	must[jeton.Token](t)(source.Token(background))
	events := must[[]jeton.Event](t)(source.Events())
	told := map[string]jeton.Event{}
	for _, event := range events {
		told[event.Code] = event
	}
	if told["NEW_REFRESH_TOKEN"].RefreshToken != "the new one" || told["RENEWED"].Code == "" {
		t.Errorf("%+v", told)
	}
	if at := told["RENEWED"].At; time.Since(at).Abs() > time.Minute {
		t.Error(at)
	}
	if printed := fmt.Sprintf("%+v %#v %s", events, events, must[[]byte](t)(json.Marshal(events))); strings.Contains(printed, "the new one") {
		t.Error(printed)
	}
	if again := must[[]jeton.Event](t)(source.Events()); len(again) != 0 {
		t.Error(again)
	}
}

func TestMissingCredentialsAreAWarningAndThenAnError(t *testing.T) {
	source := newSource(t, jeton.DescartesLabsConfig{NoTokenFile: true}, nil)
	events := must[[]jeton.Event](t)(source.Events())
	if len(events) != 1 || !events[0].Warning || events[0].Code != "NO_CREDENTIALS" || events[0].Message == "" {
		t.Errorf("%v", events)
	}
	if _, err := source.Token(background); !errors.Is(err, jeton.ErrNoCredentials) {
		t.Error(err)
	}
	if _, err := source.Identity(background); !errors.Is(err, jeton.ErrNoCredentials) {
		t.Error(err)
	}
}

func TestAnIdentityIsReadFromTheToken(t *testing.T) {
	signer, _ := pair(t, "HS256")
	token := must[string](t)(signer.Sign(map[string]any{"sub": "alice", "groups": []string{"g"}, "exp": time.Now().Unix() + 3600}))
	source := newSource(t, jeton.DescartesLabsConfig{NoTokenFile: true}, jeton.Secrets{"jwt_token": token})
	identity := must[*jeton.Identity](t)(source.Identity(background))
	if identity.Namespace == "" || len(identity.AllACLSubjects) == 0 || !strings.Contains(string(identity.Payload), `"alice"`) {
		t.Errorf("%s", identity.JSON)
	}
}

func TestSourcesThatFetchNothing(t *testing.T) {
	ends := time.Now().Add(time.Hour).Truncate(time.Second)
	static := newSource(t, jeton.StaticConfig{ExpiresAt: ends}, jeton.Secrets{"token": "fixed"})
	if token, err := static.Token(background); err != nil || token.Value != "fixed" || !token.ExpiresAt.Equal(ends) {
		t.Errorf("%q %v %v", token.Value, token.ExpiresAt, err)
	}
	endless := newSource(t, jeton.StaticConfig{}, jeton.Secrets{"token": "fixed"})
	if token, err := endless.Token(background); err != nil || !token.ExpiresAt.IsZero() {
		t.Error(token.ExpiresAt, err)
	}
	if _, err := static.Revoke(background, ""); !errors.Is(err, jeton.ErrUnsupported) {
		t.Error(err)
	}

	key := newKey(t, "ES256")
	config := jeton.SignedConfig{Claims: map[string]string{"sub": "alice"}, Options: jeton.SignerOptions{TTL: time.Hour}}
	signed := must[*jeton.Source](t)(jeton.NewSource(config, jeton.SourceOptions{SigningKey: key}))
	defer signed.Close()
	token := must[jeton.Token](t)(signed.Token(background))
	var claims struct{ Sub string }
	if err := newVerifier(t, key, anyone("ES256")).Verify(token.Value, &claims); err != nil || claims.Sub != "alice" {
		t.Error(claims, err)
	}
	if _, err := jeton.NewSource(config, jeton.SourceOptions{}); !errors.Is(err, jeton.ErrKey) && !errors.Is(err, jeton.ErrConfig) && !errors.Is(err, jeton.ErrNull) {
		t.Error(err)
	}
}

func TestARevokedTokenIsEndedAtItsServer(t *testing.T) {
	server := newTokenServer(t)
	config := server.config()
	config.RevocationURL = server.URL + "/revoke"
	source := newSource(t, config, clientSecret)
	server.answers <- grant
	must[jeton.Token](t)(source.Token(background))
	server.answers <- func(w http.ResponseWriter, _ int64) { w.WriteHeader(200) }
	if revoked, err := source.Revoke(background, ""); err != nil || !revoked {
		t.Error(revoked, err)
	}
}

// Two sources of one token file: the second finds what the first one fetched.
func TestATokenFileIsShared(t *testing.T) {
	server := newTokenServer(t)
	config := server.config()
	config.Grant, config.TokenFile = "refresh_token", filepath.Join(t.TempDir(), "folder", "token.json")
	secrets := jeton.Secrets{"refresh_token": "the old one", "client_secret": "a client's secret"}
	server.answers <- func(w http.ResponseWriter, _ int64) {
		answerJSON(w, 200, map[string]any{"access_token": "a", "expires_in": 3600, "refresh_token": "the new one"})
	}
	for range 2 {
		cache := must[*jeton.Cache](t)(jeton.NewCache(jeton.CacheOptions{MaxEntries: 10}))
		source := must[*jeton.Source](t)(jeton.NewSource(config, jeton.SourceOptions{Secrets: secrets, Environment: jeton.Environment{}, Cache: cache}))
		cache.Close()
		if token, err := source.Token(background); err != nil || token.Value != "a" {
			t.Error(token.Value, err)
		}
		source.Close()
	}
	file := must[os.FileInfo](t)(os.Stat(config.TokenFile))
	if file.Mode().Perm() != 0o600 || server.requests.Load() != 1 {
		t.Error(file.Mode(), server.requests.Load())
	}
}

func TestTheDefaultSourceIsMadeOnce(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Cleanup(func() { jeton.SetDefaultSource(nil) })
	var group sync.WaitGroup
	made := make([]*jeton.Source, 8)
	for i := range made {
		group.Add(1)
		go func() {
			defer group.Done()
			made[i] = must[*jeton.Source](t)(jeton.DefaultSource())
		}()
	}
	group.Wait()
	for _, source := range made {
		if source != made[0] {
			t.Error("two sources")
		}
	}
	if info := must[*jeton.SourceInfo](t)(made[0].Describe()); info.Kind != "descarteslabs" {
		t.Errorf("%+v", info)
	}
	mine := newSource(t, jeton.StaticConfig{}, jeton.Secrets{"token": "mine"})
	jeton.SetDefaultSource(mine)
	if source, err := jeton.DefaultSource(); err != nil || source != mine {
		t.Error(source, err)
	}
}

func TestAConfigThatIsNotPossible(t *testing.T) {
	for name, config := range map[string]jeton.SourceConfig{
		"no url":          jeton.OAuth2Config{Grant: "client_credentials"},
		"no grant":        jeton.OAuth2Config{TokenURL: "https://id.example"},
		"plain http":      jeton.OAuth2Config{TokenURL: "http://id.example", Grant: "client_credentials", ClientID: "me"},
		"a fraction":      jeton.TigerGraphSourceConfig{Lifetime: 1500 * time.Millisecond},
		"two token files": jeton.DescartesLabsConfig{NoTokenFile: true, TokenInfoPath: jeton.Given("x")},
	} {
		if _, err := jeton.NewSource(config, jeton.SourceOptions{Secrets: clientSecret, Environment: jeton.Environment{}}); !errors.Is(err, jeton.ErrConfig) {
			t.Error(name, err)
		}
	}
	if _, err := jeton.NewSourceJSON(json.RawMessage(`{"kind":"static","colour":"red"}`), jeton.SourceOptions{Secrets: jeton.Secrets{"token": "x"}}); !errors.Is(err, jeton.ErrConfig) || !strings.Contains(err.Error(), "colour") {
		t.Error(err)
	}
	if _, err := jeton.NewSource(jeton.StaticConfig{}, jeton.SourceOptions{Secrets: jeton.Secrets{"token": "\xff"}}); !errors.Is(err, jeton.ErrUTF8) {
		t.Error(err)
	}
}
