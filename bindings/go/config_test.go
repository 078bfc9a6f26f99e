package jeton_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// Every field under its documented name, and none where nothing was given.
func TestConfigsAsJSON(t *testing.T) {
	connection := jeton.Connection{CAFile: "ca", ClientCertificate: "cert", ClientKey: "key", ConnectTimeout: time.Second,
		RequestTimeout: 1500 * time.Millisecond, Proxy: "http://p", AllowHTTP: true}
	const connectionText = `"ca_file":"ca","client_certificate":"cert","client_key":"key","connect_timeout_ms":1000,` +
		`"request_timeout_ms":1500,"proxy":"http://p","allow_http":true`
	retries := &jeton.Retries{Total: jeton.Given(0), BackoffFactor: jeton.Given(10 * time.Millisecond), BackoffMax: jeton.Given(time.Duration(0)),
		RetryAfterMax: jeton.Given(time.Minute), Statuses: []int{500}}
	const retriesText = `"retries":{"total":0,"backoff_factor_s":0.01,"backoff_max_s":0,"retry_after_max_s":60,"statuses":[500]}`
	server := jeton.TigerGraphConfig{Host: "h", RESTPPPort: 1, GSPort: 2, RESTPPURL: "r", GSURL: "g", Graph: "gr", Version: "4.1", Username: "u", Connection: connection}
	const serverText = `"host":"h","restpp_port":1,"gs_port":2,"restpp_url":"r","gs_url":"g","graph":"gr","version":"4.1","username":"u",` + connectionText

	for want, config := range map[string]json.Marshaler{
		`{"kind":"oauth2"}`: jeton.OAuth2Config{},
		`{"kind":"oauth2","token_url":"t","grant":"g","client_id":"c","client_auth":"a","private_key_algorithm":"RS256","private_key_id":"k",` +
			`"assertion_claims":{"x":1},"scope":["s"],"audience":"au","extra":{"e":"f"},"revocation_url":"r","token_file":"f",` + retriesText +
			`,"leeway_s":0,` + connectionText + `}`: jeton.OAuth2Config{TokenURL: "t", Grant: "g", ClientID: "c", ClientAuth: "a", PrivateKeyAlgorithm: "RS256",
			PrivateKeyID: "k", AssertionClaims: map[string]any{"x": 1}, Scope: []string{"s"}, Audience: "au", Extra: map[string]any{"e": "f"},
			RevocationURL: "r", TokenFile: "f", Retries: retries, Leeway: jeton.Given(time.Duration(0)), Connection: connection},
		`{"kind":"descarteslabs"}`: jeton.DescartesLabsConfig{},
		`{"kind":"descarteslabs","domain":"d","client_id":"","scope":[],"leeway":5,"token_info_path":"",` + retriesText + `,"suppress_warning":true,` +
			connectionText + `}`: jeton.DescartesLabsConfig{Domain: "d", ClientID: jeton.Given(""), Scope: []string{}, Leeway: jeton.Given(5 * time.Second),
			TokenInfoPath: jeton.Given(""), Retries: retries, SuppressWarning: true, Connection: connection},
		`{"kind":"descarteslabs","token_info_path":null}`: jeton.DescartesLabsConfig{NoTokenFile: true},
		`{"kind":"tigergraph"}`:                           jeton.TigerGraphSourceConfig{},
		`{"kind":"tigergraph",` + serverText + `,"lifetime_s":60,"delete_on_close":true,` + retriesText + `}`: jeton.TigerGraphSourceConfig{
			TigerGraphConfig: server, Lifetime: time.Minute, DeleteOnClose: true, Retries: retries},
		`{"kind":"signed","claims":{"sub":"a"},"options":{"ttl_s":60}}`: jeton.SignedConfig{Claims: json.RawMessage(`{"sub":"a"}`), Options: jeton.SignerOptions{TTL: time.Minute}},
		`{"kind":"static"}`:                  jeton.StaticConfig{},
		`{"kind":"static","expires_at_s":7}`: jeton.StaticConfig{ExpiresAt: time.Unix(7, 5)},
		`{}`:                                 jeton.TigerGraphConfig{},
		`{` + serverText + `}`:               server,
		`{"host":"h","extra_headers":{"a":"b"},` + connectionText + `}`: jeton.DataikuConfig{Host: "h", ExtraHeaders: map[string]string{"a": "b"}, Connection: connection},
		`{"algorithms":["ES256"],"issuer":"i","any_audience":true,"jwks_url":"j",` + connectionText + `}`: jeton.RemoteIssuer{JWKSURL: "j",
			Policy: jeton.Policy{Algorithms: []string{"ES256"}, Issuer: "i", AnyAudience: true}, Connection: connection},
		`{"secret":"s","token":"t","lifetime_s":60,"is_global":false,"set_token":false}`: jeton.TigerGraphTokenArgs{Secret: "s", Token: "t", Lifetime: time.Minute,
			IsGlobal: jeton.Given(false), SetToken: jeton.Given(false)},
		`{"actor_id":"a","description":"d","expires_after_s":0,"restrictions":{"a":[]},"by":{"id":"b"}}`: jeton.CreateTokenArgs{ActorID: "a", Description: "d",
			ExpiresAfter: jeton.Given(time.Duration(0)), Restrictions: json.RawMessage(`{"a":[]}`), By: map[string]string{"id": "b"}},
		`{"actor_id":"a","next":7,"limit":2}`:                jeton.ListTokensArgs{ActorID: "a", Next: json.RawMessage(`7`), Limit: 2},
		`{"id":0,"by":{"id":"b"},"by_admin":true}`:           jeton.ManagedTokenArgs{By: map[string]string{"id": "b"}, ByAdmin: true},
		`{"actor_id":"a","ttl_s":60,"restrictions":{"x":1}}`: jeton.SignTokenArgs{ActorID: "a", TTL: jeton.Given(time.Minute), Restrictions: map[string]int{"x": 1}},
	} {
		text, err := config.MarshalJSON()
		if err != nil || string(text) != want {
			t.Errorf("%s %v\nnot %s", text, err, want)
		}
	}
}

// What holds a secret says that it is there, and nothing of what is in it.
func TestSecretsAreNotPrinted(t *testing.T) {
	for _, value := range []any{
		jeton.Secrets{"a": "s3cret"}, jeton.Environment{"A": "s3cret"}, jeton.Token{Value: "s3cret"}, jeton.Event{RefreshToken: "s3cret"},
		jeton.SourceOptions{Secrets: jeton.Secrets{"a": "s3cret"}, Environment: jeton.Environment{"A": "s3cret"}},
		jeton.ClientOptions{Secrets: jeton.Secrets{"a": "s3cret"}}, jeton.GeneratedAPIKey{APIKey: "s3cret"},
	} {
		text, err := json.Marshal(value)
		if printed := fmt.Sprintf("%v %+v %#v %s %s", value, value, value, value, text); err != nil || strings.Contains(printed, "s3cret") {
			t.Errorf("%T: %s %v", value, printed, err)
		}
	}
	for _, value := range []any{jeton.TigerGraphToken{Token: "s3cret"}, jeton.TigerGraphSecret{Value: "s3cret"}, jeton.AccessOptions{Secret: []byte("s3cret")},
		jeton.CreatedToken{Token: "s3cret"}} {
		if printed := fmt.Sprintf("%v %+v %#v", value, value, value); strings.Contains(printed, "s3cret") {
			t.Errorf("%T: %s", value, printed)
		}
	}
}
