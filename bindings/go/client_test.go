package jeton_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// A recorder gives one answer to every request, and keeps what was asked.
type recorder struct {
	*httptest.Server
	mutex   sync.Mutex
	status  int
	answer  string
	asked   string
	headers http.Header
}

func newRecorder(t *testing.T) *recorder {
	r := &recorder{status: 200}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.asked = request.Method + " " + request.URL.RequestURI() + " " + string(body)
		r.headers = request.Header
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, r.answer)
	}))
	t.Cleanup(r.Close)
	return r
}

// answers sets what the server says from now on.
func (r *recorder) answers(status int, answer string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.status, r.answer = status, answer
}

// expect takes the last request, checks that it is what was meant, and gives its headers.
func (r *recorder) expect(t *testing.T, err error, parts ...string) http.Header {
	t.Helper()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err != nil {
		t.Error(err)
	}
	for _, part := range parts {
		if !strings.Contains(r.asked, part) {
			t.Errorf("asked %q, not %q", r.asked, parts)
		}
	}
	r.asked = ""
	return r.headers
}

func TestTigerGraph(t *testing.T) {
	server := newRecorder(t)
	graph := must[*jeton.TigerGraph](t)(jeton.NewTigerGraph(jeton.TigerGraphConfig{RESTPPURL: server.URL, GSURL: server.URL, Version: "4.1.3",
		Graph: "g", Username: "alice"}, jeton.ClientOptions{Secrets: jeton.Secrets{"password": "a password"}, Environment: jeton.Environment{}}))
	defer graph.Close()

	server.answers(200, `{"error":false,"token":"a-token","expiration":"2030-01-02 03:24:05"}`)
	token, err := graph.GetToken(background, jeton.TigerGraphTokenArgs{Secret: "s", Lifetime: time.Hour, IsGlobal: jeton.Given(false)})
	server.expect(t, err, "POST /gsql/v1/tokens", `"3600"`, `"g"`)
	if token == nil || token.Token != "a-token" || string(token.Expiration) != `"2030-01-02 03:24:05"` || token.ExpiresAtS != nil {
		t.Errorf("%+v", token)
	}
	if printed := fmt.Sprintf("%v", token); strings.Contains(printed, "a-token") {
		t.Error(printed)
	}
	server.answers(200, `{"error":false,"valid":true}`)
	checked, err := graph.CheckToken(background, "")
	server.expect(t, err, "/gsql/v1/tokens/check", "a-token")
	if !strings.Contains(string(checked), "valid") {
		t.Errorf("%s", checked)
	}
	server.answers(200, `{"error":false,"message":"done"}`)
	server.expect(t, graph.DeleteToken(background, jeton.TigerGraphDeleteArgs{Secret: "s", SkipNA: true}), "DELETE /gsql/v1/tokens", "a-token")
	if _, err := graph.RefreshToken(background, jeton.TigerGraphTokenArgs{Secret: "s", Token: "another"}); !errors.Is(err, jeton.ErrUnsupported) {
		t.Error(err)
	}

	server.answers(200, `{"error":false,"results":[{"alias":"one","value":"x"}]}`)
	secrets, err := graph.GetSecrets(background, jeton.TigerGraphSecretArgs{UserName: "bob"})
	server.expect(t, err, "GET /gsql/v1/secrets")
	if secrets["one"] != "x" || strings.Contains(fmt.Sprint(secrets), "x:") {
		t.Error(len(secrets))
	}
	server.answers(200, `{"error":false,"results":{"alias":"new","value":"v"}}`)
	created, err := graph.CreateSecret(background, jeton.TigerGraphSecretArgs{Alias: "new"})
	server.expect(t, err, "POST /gsql/v1/secrets", "new")
	if created == nil || created.Alias != "new" || created.Value != "v" {
		t.Errorf("%v", created)
	}
	dropped, err := graph.DropSecret(background, jeton.TigerGraphDropArgs{Aliases: []string{"new"}, IgnoreErrors: jeton.Given(false)})
	server.expect(t, err, "DELETE /gsql/v1/secrets/new")
	if !json.Valid(dropped) {
		t.Errorf("%s", dropped)
	}

	server.answers(200, `{"error":false,"message":"TigerGraph RESTPP: \n --- Version --- \n\nproduct              release_4.1.3_01-01-2030  aaaaaaaa"}`)
	version, err := graph.GetVersion(background)
	server.expect(t, err, "GET /version")
	if version != "4.1.3" {
		t.Error(version)
	}
	server.answers(200, `{"error":true,"code":"REST-3300","message":"no such token"}`)
	err = graph.DeleteToken(background, jeton.TigerGraphDeleteArgs{Secret: "s", Token: "another"})
	var failure *jeton.Error
	if !errors.As(err, &failure) || failure.Code != jeton.ErrRefused || failure.HTTPStatus != 200 || failure.ServerCode != "REST-3300" {
		t.Errorf("%+v", failure)
	}
}

func TestDataiku(t *testing.T) {
	server := newRecorder(t)
	options := jeton.ClientOptions{Secrets: jeton.Secrets{"api_key": "a key"}, Environment: jeton.Environment{}}
	dataiku := must[*jeton.Dataiku](t)(jeton.NewDataiku(jeton.DataikuConfig{Host: server.URL + "/base", ExtraHeaders: map[string]string{"X-Extra": "e"}}, options))
	defer dataiku.Close()
	if _, err := jeton.NewDataiku(jeton.DataikuConfig{Host: server.URL}, jeton.ClientOptions{Environment: jeton.Environment{}}); !errors.Is(err, jeton.ErrConfig) {
		t.Error(err)
	}

	server.answers(200, `{"authIdentifier":"alice","n":9007199254740993}`)
	info, err := dataiku.AuthInfo(background, true)
	headers := server.expect(t, err, "GET /base/dip/publicapi/auth/info", "withSecrets=True")
	if string(info) != `{"authIdentifier":"alice","n":9007199254740993}` || headers.Get("X-Extra") != "e" || headers.Get("X-DKU-ProxyUser") != "" {
		t.Errorf("%s %v", info, headers)
	}
	bob := must[*jeton.Dataiku](t)(dataiku.AsUser("bob"))
	defer bob.Close()
	settings, err := bob.OwnSettings(background)
	headers = server.expect(t, err, "GET /base/dip/publicapi/current-user")
	if headers.Get("X-DKU-ProxyUser") != "bob" || headers.Get("X-Extra") != "e" {
		t.Error(headers)
	}
	_, err = dataiku.UserSettings(background, "a/b")
	server.expect(t, err, "GET /base/dip/publicapi/admin/users/a%2Fb")
	server.expect(t, dataiku.SaveOwnSettings(background, settings), "PUT ", "9007199254740993")
	server.expect(t, dataiku.SaveUserSettings(background, "alice", settings), "PUT ", "alice", "9007199254740993")
	_, err = dataiku.AuthInfoFromBrowserHeaders(background, map[string]string{"Cookie": "c"}, false)
	server.expect(t, err, "POST ", "withSecrets=False", "Cookie")
	server.answers(200, `{"msg":"a ticket"}`)
	ticket, err := dataiku.TicketFromBrowserHeaders(background, map[string]string{"Cookie": "c"})
	server.expect(t, err, "POST ", "Cookie")
	if ticket != "a ticket" {
		t.Error(ticket)
	}

	server.answers(403, `{"errorType":"com.dataiku.Denied","message":"no"}`)
	_, err = dataiku.AuthInfo(background, false)
	var failure *jeton.Error
	if !errors.As(err, &failure) || failure.Code != jeton.ErrRefused || failure.HTTPStatus != 403 || failure.ServerCode != "com.dataiku.Denied" {
		t.Errorf("%+v", failure)
	}
}

// Edits send nothing, and leave the rest as it stood.
func TestDataikuEdits(t *testing.T) {
	dataiku := must[*jeton.Dataiku](t)(jeton.NewDataiku(jeton.DataikuConfig{Host: "http://127.0.0.1:1"}, jeton.ClientOptions{Secrets: jeton.Secrets{"api_key": "k"}}))
	defer dataiku.Close()
	settings := json.RawMessage(`{"z":5.0,"a":"\ufffd"}`)
	plugin := jeton.DataikuPlugin{PluginID: "plug", ParamSetID: "set", PresetID: "preset", ParamName: "param"}
	for name, edit := range map[string]func(json.RawMessage) (json.RawMessage, error){
		"s3cret": func(s json.RawMessage) (json.RawMessage, error) { return dataiku.AddSecret(s, "n", "s3cret") },
		"lucky":  func(s json.RawMessage) (json.RawMessage, error) { return dataiku.SetUserProperty(s, "lucky", 7) },
		"conn": func(s json.RawMessage) (json.RawMessage, error) {
			return dataiku.SetBasicConnectionCredential(s, "conn", "l", "p")
		},
		"pass": func(s json.RawMessage) (json.RawMessage, error) {
			return dataiku.SetBasicPluginCredential(s, plugin, "l", "pass")
		},
		"refresh": func(s json.RawMessage) (json.RawMessage, error) {
			return dataiku.SetOAuth2PluginCredential(s, plugin, "refresh")
		},
	} {
		edited, err := edit(settings)
		if err != nil || !strings.HasPrefix(string(edited), `{"z":5.0,"a":"\ufffd"`) || !strings.Contains(string(edited), name) {
			t.Errorf("%s: %s %v", name, edited, err)
		}
	}
	full := must[json.RawMessage](t)(dataiku.AddSecret(settings, "n", "s3cret"))
	full = must[json.RawMessage](t)(dataiku.SetBasicConnectionCredential(full, "conn", "l", "p4ss"))
	full = must[json.RawMessage](t)(dataiku.SetBasicPluginCredential(full, plugin, "l", "pl4in"))
	full = must[json.RawMessage](t)(dataiku.RemoveSecret(full, "n"))
	full = must[json.RawMessage](t)(dataiku.RemoveConnectionCredential(full, "conn"))
	full = must[json.RawMessage](t)(dataiku.RemovePluginCredential(full, plugin))
	for _, gone := range []string{"s3cret", "p4ss", "pl4in"} {
		if strings.Contains(string(full), gone) {
			t.Errorf("%s is still there: %s", gone, full)
		}
	}
	if _, err := dataiku.AddSecret(json.RawMessage(`[]`), "n", "v"); !errors.Is(err, jeton.ErrConfig) {
		t.Error(err)
	}
}

func TestAnOperationThatIsNoneOfTheVendor(t *testing.T) {
	client := must[*jeton.Client](t)(jeton.NewClientJSON("tigergraph", json.RawMessage(`{}`), jeton.ClientOptions{Environment: jeton.Environment{}}))
	defer client.Close()
	if _, err := client.Call(background, "own_settings", nil); !errors.Is(err, jeton.ErrUnsupported) && !errors.Is(err, jeton.ErrConfig) {
		t.Error(err)
	}
	if _, err := client.Call(background, "get_token", map[string]int{"colour": 1}); !errors.Is(err, jeton.ErrConfig) {
		t.Error(err)
	}
	if _, err := client.AsUser("bob"); !errors.Is(err, jeton.ErrUnsupported) {
		t.Error(err)
	}
	if _, err := jeton.NewClientJSON("other", json.RawMessage(`{}`), jeton.ClientOptions{}); !errors.Is(err, jeton.ErrConfig) {
		t.Error(err)
	}
}

func TestArgumentsWithSecretsPrintAsNothing(t *testing.T) {
	for _, args := range []any{
		jeton.TigerGraphTokenArgs{Secret: "s3cret", Token: "s3cret"},
		jeton.TigerGraphDeleteArgs{Secret: "s3cret", Token: "s3cret"},
		jeton.TigerGraphSecretArgs{Value: "s3cret"},
	} {
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("call", "args", args)
		if printed := fmt.Sprintf("%v %+v %#v %s", args, args, args, log.String()); strings.Contains(printed, "s3cret") {
			t.Error(printed)
		}
	}
}
