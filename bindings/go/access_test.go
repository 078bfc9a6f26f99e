package jeton_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

func newAccess(t testing.TB, config any, options jeton.AccessOptions) *jeton.Access {
	t.Helper()
	if options.Environment == nil {
		options.Environment = jeton.Environment{}
	}
	access := must[*jeton.Access](t)(jeton.NewAccess(config, options))
	t.Cleanup(access.Close)
	return access
}

// bearer is the headers of a request with a token.
func bearer(token string) map[string][]string {
	return map[string][]string{"Authorization": {"Bearer " + token}}
}

var configured = json.RawMessage(`{"param":"_auth","tokens":[{"token":{"$env":"BOT"},"actor":{"id":"bot","n":9007199254740993}}]}`)

func TestWhoIsCalling(t *testing.T) {
	access := newAccess(t, configured, jeton.AccessOptions{Environment: jeton.Environment{"BOT": "caf\u00e9"}})
	const bot = `{"id":"bot","n":9007199254740993}`
	for name, request := range map[string]struct {
		headers, query map[string][]string
		actor, scheme  string
	}{
		"a header":              {bearer("caf\xe9"), nil, bot, "token"},
		"a header in UTF-8":     {bearer("caf\u00e9"), nil, "", ""},
		"a parameter":           {nil, map[string][]string{"_auth": {"caf\u00e9", "other"}}, bot, "token"},
		"the last of two lines": {map[string][]string{"authorization": {"Bearer x", "Bearer caf\xe9"}}, nil, bot, "token"},
		"a token of nobody":     {bearer("other"), nil, "", ""},
		"no token":              {nil, nil, "", ""},
		"odd bytes":             {bearer("caf\xff\xfe"), map[string][]string{"\xff": {"\xff"}}, "", ""},
	} {
		who, err := access.Authenticate(background, request.headers, request.query)
		if err != nil || string(who.Actor) != request.actor || who.Scheme != request.scheme {
			t.Errorf("%s: %+v %v", name, who, err)
			continue
		}
		if (who.Challenge == `Bearer error="insufficient_scope"`) != (who.Actor != nil) {
			t.Errorf("%s: challenge %q", name, who.Challenge)
		}
	}
}

func TestSignedTokens(t *testing.T) {
	access := newAccess(t, map[string]any{}, jeton.AccessOptions{Secret: []byte("a datasette secret"), MaxSignedTokensTTL: time.Hour})
	token := must[string](t)(access.SignToken(background, jeton.SignTokenArgs{ActorID: "alice", TTL: jeton.Given(time.Minute),
		Restrictions: map[string]any{"a": []string{"vi"}}}, jeton.At(now)))
	if !strings.HasPrefix(token, "dstok_") {
		t.Fatal("another kind of token")
	}
	who := must[*jeton.Authentication](t)(access.Authenticate(background, bearer(token), nil, jeton.At(now)))
	var actor struct{ ID string }
	if err := json.Unmarshal(who.Actor, &actor); err != nil || actor.ID != "alice" || who.Scheme != "dstok" {
		t.Errorf("%+v", who)
	}
	for action, want := range map[string]bool{"view-instance": true, "insert-row": false} {
		if allowed, err := jeton.AllowedAction(who.Actor, action); err != nil || allowed != want {
			t.Error(action, allowed, err)
		}
	}
	late := must[*jeton.Authentication](t)(access.Authenticate(background, bearer(token), nil, jeton.At(now.Add(time.Hour))))
	if late.Actor != nil || late.Refused != "EXPIRED" {
		t.Errorf("%+v", late)
	}
	refusing := newAccess(t, map[string]any{}, jeton.AccessOptions{Secret: []byte("a datasette secret"), NoSignedTokens: true})
	if who, err := refusing.Authenticate(background, bearer(token), nil, jeton.At(now)); err != nil || who.Actor != nil {
		t.Errorf("%+v %v", who, err)
	}
}

func TestManagedTokens(t *testing.T) {
	access := newAccess(t, json.RawMessage(`{"manage_tokens":true,"manage_tokens_database":"tokens"}`), jeton.AccessOptions{
		Secret: []byte("a datasette secret"), Databases: map[string]string{"tokens": filepath.Join(t.TempDir(), "tokens.db")}})
	alice := map[string]string{"id": "alice"}
	created := must[*jeton.CreatedToken](t)(access.CreateToken(background, jeton.CreateTokenArgs{ActorID: "alice", Description: "mine",
		ExpiresAfter: jeton.Given(time.Hour), By: alice}, jeton.At(now)))
	if printed := fmt.Sprintf("%v %+v", created, *created); strings.Contains(printed, created.Token) {
		t.Error(printed)
	}
	who := must[*jeton.Authentication](t)(access.Authenticate(background, bearer(created.Token), nil, jeton.At(now)))
	if who.Scheme != "dsatok" || !strings.Contains(string(who.Actor), `"alice"`) {
		t.Errorf("%s %+v", who.Actor, who)
	}
	if _, err := access.CreateToken(background, jeton.CreateTokenArgs{ActorID: "alice", By: who.Actor}); !errors.Is(err, jeton.ErrDenied) {
		t.Error("a token made a token: ", err)
	}
	must[*jeton.CreatedToken](t)(access.CreateToken(background, jeton.CreateTokenArgs{ActorID: "bob", By: alice}, jeton.At(now)))

	first := must[*jeton.TokenPage](t)(access.ListTokens(background, jeton.ListTokensArgs{Limit: 1}, jeton.At(now)))
	if len(first.Tokens) != 1 || first.Next == nil {
		t.Errorf("%s %s", first.Tokens, first.Next)
	}
	second := must[*jeton.TokenPage](t)(access.ListTokens(background, jeton.ListTokensArgs{Next: first.Next}, jeton.At(now)))
	if len(second.Tokens) != 1 || second.Next != nil {
		t.Errorf("%s %s", second.Tokens, second.Next)
	}
	row := must[json.RawMessage](t)(access.TokenDetails(background, jeton.ManagedTokenArgs{ID: created.ID, By: alice}, jeton.At(now)))
	if !strings.Contains(string(row), `"mine"`) || strings.Contains(string(row), created.Token) {
		t.Errorf("%s", row)
	}

	revoke := jeton.ManagedTokenArgs{ID: created.ID, By: map[string]string{"id": "bob"}}
	if _, err := access.RevokeToken(background, revoke); !errors.Is(err, jeton.ErrDenied) {
		t.Error(err)
	}
	revoke.ByAdmin = true
	if revoked, err := access.RevokeToken(background, revoke); err != nil || !revoked {
		t.Error(revoked, err)
	}
	if who, err := access.Authenticate(background, bearer(created.Token), nil, jeton.At(now)); err != nil || who.Refused != "REVOKED" {
		t.Errorf("%+v %v", who, err)
	}
	if _, err := access.TokenDetails(background, jeton.ManagedTokenArgs{ID: 4711, By: alice}); !errors.Is(err, jeton.ErrUnknown) {
		t.Error(err)
	}
}

func TestRowsOfTheProgramsOwn(t *testing.T) {
	broken := errors.New("the database is away")
	rows := func(_ context.Context, sql string, parameters map[string]any) (any, error) {
		if sql != "select * from bots where id = :token_id" {
			t.Error(sql)
		}
		switch parameters["token_id"] {
		case "7":
			return map[string]any{"id": 7, "token_secret": "s3cret", "actor_name": "Bot 7"}, nil
		case "8":
			return nil, broken
		}
		return nil, nil
	}
	access := newAccess(t, json.RawMessage(`{"query":{"sql":"select * from bots where id = :token_id","database":"bots"}}`),
		jeton.AccessOptions{Rows: map[string]jeton.RowFunction{"bots": rows}})
	for token, want := range map[string]string{"7-s3cret": `"Bot 7"`, "7-other": "", "9-s3cret": "", "": ""} {
		who, err := access.Authenticate(background, bearer(token), nil)
		if err != nil || (who.Actor == nil) != (want == "") || !strings.Contains(string(who.Actor), want) {
			t.Errorf("%s: %s %v", token, who.Actor, err)
		}
	}
	if _, err := access.Authenticate(background, bearer("8-s3cret"), nil); !errors.Is(err, jeton.ErrStore) || !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestNobodyIsNullInArguments(t *testing.T) {
	access := newAccess(t, json.RawMessage(`{"manage_tokens":true,"manage_tokens_database":"tokens","act_as":{"allow":true}}`), jeton.AccessOptions{
		Secret: []byte("a datasette secret"), Databases: map[string]string{"tokens": filepath.Join(t.TempDir(), "tokens.db")}})
	nobody := must[*jeton.Authentication](t)(access.Authenticate(background, nil, nil)).Actor
	must[*jeton.CreatedToken](t)(access.CreateToken(background, jeton.CreateTokenArgs{ActorID: "alice", By: map[string]string{"id": "alice"}}))
	if _, err := access.CreateToken(background, jeton.CreateTokenArgs{ActorID: "alice", By: nobody}); !errors.Is(err, jeton.ErrDenied) {
		t.Error(err)
	}
	if _, err := access.RevokeToken(background, jeton.ManagedTokenArgs{ID: 1, By: nobody}); !errors.Is(err, jeton.ErrDenied) {
		t.Error(err)
	}
	_, info := access.AuthInfo(background, nobody, false)
	_, acting := access.ActAs(background, nobody, nobody)
	for place, err := range map[string]error{"args.actor: expected an object": info, "args.by: expected an object": acting} {
		if !errors.Is(err, jeton.ErrConfig) || !strings.Contains(err.Error(), place) {
			t.Error(err)
		}
	}
}

func TestAStoreThatCannotBeOpened(t *testing.T) {
	_, err := jeton.NewAccess(json.RawMessage(`{"manage_tokens":true,"manage_tokens_database":"tokens"}`), jeton.AccessOptions{
		Secret: []byte("a secret"), Databases: map[string]string{"tokens": "/dev/null/tokens.db"}})
	if !errors.Is(err, jeton.ErrStore) {
		t.Error(err)
	}
}

func TestActingForAnother(t *testing.T) {
	access := newAccess(t, json.RawMessage(`{"act_as":{"allow":{"id":"root"}},"auth_info":{"secrets":{"alice":{"s":"x"}}}}`), jeton.AccessOptions{})
	alice := map[string]any{"id": "alice", "groups": []string{"g"}}
	info := must[*jeton.ActorInfo](t)(access.AuthInfo(background, alice, true))
	if info.Identifier != "alice" || fmt.Sprint(info.Groups) != "[g]" || info.Secrets["s"] != "x" || info.Act != nil {
		t.Errorf("%+v", info)
	}
	acting := must[*jeton.ActingActor](t)(access.ActAs(background, map[string]string{"id": "root"}, alice))
	if info, err := access.AuthInfo(background, acting.Actor, false); err != nil || string(info.Act) != `{"sub":"root"}` || info.Secrets != nil {
		t.Errorf("%+v %v", info, err)
	}
	if !strings.Contains(string(acting.Claims), `"act"`) {
		t.Errorf("%s", acting.Claims)
	}
	if _, err := access.AuthInfo(background, acting.Actor, true); !errors.Is(err, jeton.ErrDenied) {
		t.Error(err)
	}
	if _, err := access.ActAs(background, alice, map[string]string{"id": "root"}); !errors.Is(err, jeton.ErrDenied) {
		t.Error(err)
	}
}

func TestAllowBlocks(t *testing.T) {
	for _, c := range []struct {
		actor any
		allow any
		want  bool
	}{
		{map[string]string{"id": "root"}, map[string]string{"id": "root"}, true},
		{json.RawMessage(`{"id":"root"}`), map[string]string{"id": "other"}, false},
		{nil, true, true},
		{json.RawMessage(nil), map[string]bool{"unauthenticated": true}, true},
		{nil, map[string]string{"id": "*"}, false},
	} {
		if allowed, err := jeton.Allowed(c.actor, c.allow); err != nil || allowed != c.want {
			t.Errorf("%v %v: %v %v", c.actor, c.allow, allowed, err)
		}
	}
	if _, err := jeton.Allowed("root", true); !errors.Is(err, jeton.ErrConfig) {
		t.Error(err)
	}
	if allowed, err := jeton.AllowedAction(map[string]string{"id": "root"}, "view-table", "db", "t"); err != nil || !allowed {
		t.Error(allowed, err)
	}
}

func TestAPIKeys(t *testing.T) {
	generated := must[*jeton.GeneratedAPIKey](t)(jeton.GenerateAPIKey("acme"))
	if !strings.HasPrefix(generated.APIKey, "acme_") || len(generated.Digest) != 32 {
		t.Fatal("not of the form that is promised")
	}
	if printed := fmt.Sprintf("%v %s", *generated, must[[]byte](t)(json.Marshal(generated))); strings.Contains(printed, generated.APIKey) {
		t.Error(printed)
	}
	info := must[*jeton.APIKeyInfo](t)(jeton.CheckAPIKey(generated.APIKey))
	if !info.Valid || info.Prefix != "acme" || string(info.Digest) != string(generated.Digest) {
		t.Errorf("%+v", info)
	}
	for _, other := range []string{"", "acme_", generated.APIKey + "0", strings.Replace(generated.APIKey, "acme", "acne", 1), "\xff"} {
		if info := must[*jeton.APIKeyInfo](t)(jeton.CheckAPIKey(other)); info.Valid || info.Prefix != "" || info.Digest != nil {
			t.Errorf("%q: %+v", other, info)
		}
	}
	if _, err := jeton.GenerateAPIKey("A"); !errors.Is(err, jeton.ErrConfig) {
		t.Error(err)
	}
}
