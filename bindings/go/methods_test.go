package jeton

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"unsafe"
)

// Every method of every handle leaves it again, so that Close frees at once, and refuses it afterwards.
func TestEveryMethodEntersAndLeavesItsHandle(t *testing.T) {
	generated, err := GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	make := func(value any, err error) any {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	newKey := func() *Key { return make(KeyFromJWK(generated.PrivateJWK)).(*Key) }
	policy := Policy{Algorithms: []string{"ES256"}, AnyIssuer: true, AnyAudience: true}
	claims := json.RawMessage(`{"exp":4000000000}`)
	token := make(make(NewSigner(newKey(), SignerOptions{})).(*Signer).Sign(claims)).(string)
	begun := make(make(NewExternalSigner(newKey(), SignerOptions{})).(*ExternalSigner).Begin(claims)).([]byte)
	dashboard := VizzlyDashboard{ExpiryTTLInMinutes: 1, ProjectID: "p", UserReference: "u"}
	data := VizzlyData{ExpiryTTLInMinutes: 1, AllDataSets: true, SecureFilters: map[string]any{}}
	managed := json.RawMessage(`{"manage_tokens":true,"manage_tokens_database":"tokens"}`)
	tokens := map[string]string{"tokens": filepath.Join(t.TempDir(), "tokens.db")}
	ctx := context.Background()
	text := func(value any) json.RawMessage { return make(marshal(value)).(json.RawMessage) }

	check(t, func() *Key { return newKey() }, func(k *Key) *handle { return k.handle }, (*Key).Close, map[string]func(*Key) error{
		"Describe": func(k *Key) error { return last(k.Describe()) },
		"Public":   func(k *Key) error { return last(k.Public()) },
	})
	check(t, func() *Signer { return make(NewSigner(newKey(), SignerOptions{})).(*Signer) },
		func(s *Signer) *handle { return s.handle }, (*Signer).Close, map[string]func(*Signer) error{
			"Sign":      func(s *Signer) error { return last(s.Sign(claims)) },
			"SignBytes": func(s *Signer) error { return last(s.SignBytes(nil)) },
		})
	check(t, func() *ExternalSigner { return make(NewExternalSigner(newKey(), SignerOptions{})).(*ExternalSigner) },
		func(s *ExternalSigner) *handle { return s.handle }, (*ExternalSigner).Close, map[string]func(*ExternalSigner) error{
			"Begin":      func(s *ExternalSigner) error { return last(s.Begin(claims)) },
			"BeginBytes": func(s *ExternalSigner) error { return last(s.BeginBytes(nil)) },
			"Finish": func(s *ExternalSigner) error {
				if _, err := s.Finish(begun, nil); !errors.Is(err, ErrSignature) {
					return err
				}
				return nil
			},
		})
	check(t, func() *Verifier { return make(NewVerifier(newKey(), policy)).(*Verifier) },
		func(v *Verifier) *handle { return v.handle }, (*Verifier).Close, map[string]func(*Verifier) error{
			"Verify":      func(v *Verifier) error { return v.Verify(token, nil) },
			"Open":        func(v *Verifier) error { return last(v.Open(token)) },
			"VerifyBatch": func(v *Verifier) error { return last(v.VerifyBatch([]string{token})) },
		})
	check(t, func() *Vizzly { return make(NewVizzly(newKey())).(*Vizzly) },
		func(v *Vizzly) *handle { return v.handle }, (*Vizzly).Close, map[string]func(*Vizzly) error{
			"Dashboard":       func(v *Vizzly) error { return last(v.Dashboard(dashboard)) },
			"DashboardJSON":   func(v *Vizzly) error { return last(v.DashboardJSON(text(dashboard))) },
			"Data":            func(v *Vizzly) error { return last(v.Data(data)) },
			"DataJSON":        func(v *Vizzly) error { return last(v.DataJSON(text(data))) },
			"QueryEngine":     func(v *Vizzly) error { return last(v.QueryEngine(VizzlyQueryEngine{ExpiryTTLInMinutes: 1})) },
			"QueryEngineJSON": func(v *Vizzly) error { return last(v.QueryEngineJSON(text(VizzlyQueryEngine{ExpiryTTLInMinutes: 1}))) },
			"Identity":        func(v *Vizzly) error { return last(v.Identity(VizzlyIdentity{Dashboard: dashboard})) },
			"IdentityJSON":    func(v *Vizzly) error { return last(v.IdentityJSON(text(VizzlyIdentity{Dashboard: dashboard}))) },
		})
	check(t, func() *Source {
		return make(NewSource(StaticConfig{}, SourceOptions{Secrets: Secrets{"token": "x"}})).(*Source)
	}, func(s *Source) *handle { return s.handle }, (*Source).Close, map[string]func(*Source) error{
		"Token":      func(s *Source) error { return last(s.Token(ctx)) },
		"Refresh":    func(s *Source) error { return but(ErrNoCredentials, last(s.Refresh(ctx))) },
		"Invalidate": func(s *Source) error { return last(s.Invalidate("")) },
		"Revoke":     func(s *Source) error { return but(ErrUnsupported, last(s.Revoke(ctx, ""))) },
		"Identity":   func(s *Source) error { return but(ErrUnsupported, last(s.Identity(ctx))) },
		"Describe":   func(s *Source) error { return last(s.Describe()) },
		"Stats":      func(s *Source) error { return last(s.Stats()) },
		"Events":     func(s *Source) error { return last(s.Events()) },
		"Shutdown":   func(s *Source) error { return s.Shutdown(ctx) },
	})
	check(t, func() *Client {
		return make(NewClientJSON("dataiku", json.RawMessage(`{"host":"http://127.0.0.1:1"}`), ClientOptions{Secrets: Secrets{"api_key": "k"}})).(*Client)
	}, func(c *Client) *handle { return c.handle }, (*Client).Close, map[string]func(*Client) error{
		"Call": func(c *Client) error {
			return last(c.Call(ctx, "remove_secret", json.RawMessage(`{"settings":{},"name":"n"}`)))
		},
		"AsUser": func(c *Client) error { return last(c.AsUser("bob")) },
	})
	check(t, func() *RemoteVerifier {
		return make(NewRemoteVerifier([]RemoteIssuer{{JWKSURL: "http://127.0.0.1:1", Policy: Policy{Algorithms: []string{"ES256"}, Issuer: "i",
			AnyAudience: true}}}, RemoteVerifierOptions{})).(*RemoteVerifier)
	}, func(v *RemoteVerifier) *handle { return v.handle }, (*RemoteVerifier).Close, map[string]func(*RemoteVerifier) error{
		"Verify": func(v *RemoteVerifier) error { return but(ErrMalformed, v.Verify(ctx, "", nil)) },
		"Open":   func(v *RemoteVerifier) error { return but(ErrMalformed, last(v.Open(ctx, ""))) },
		"Stats":  func(v *RemoteVerifier) error { return last(v.Stats()) },
	})
	check(t, func() *Access {
		return make(NewAccess(managed, AccessOptions{Secret: []byte("secret"), Databases: tokens})).(*Access)
	}, func(a *Access) *handle { return a.handle }, (*Access).Close, map[string]func(*Access) error{
		"Call":         func(a *Access) error { return last(a.Call(ctx, "list_tokens", json.RawMessage(`{}`))) },
		"Authenticate": func(a *Access) error { return last(a.Authenticate(ctx, nil, nil)) },
		"CreateToken":  func(a *Access) error { return last(a.CreateToken(ctx, CreateTokenArgs{ActorID: "a"})) },
		"ListTokens":   func(a *Access) error { return last(a.ListTokens(ctx, ListTokensArgs{})) },
		"TokenDetails": func(a *Access) error {
			return but(ErrUnknown, last(a.TokenDetails(ctx, ManagedTokenArgs{ID: 4711, ByAdmin: true})))
		},
		"RevokeToken": func(a *Access) error {
			return but(ErrUnknown, last(a.RevokeToken(ctx, ManagedTokenArgs{ID: 4711, ByAdmin: true})))
		},
		"AuthInfo": func(a *Access) error { return last(a.AuthInfo(ctx, map[string]string{"id": "a"}, true)) },
		"ActAs": func(a *Access) error {
			return but(ErrDenied, last(a.ActAs(ctx, map[string]string{"id": "a"}, map[string]string{"id": "b"})))
		},
		"SignToken": func(a *Access) error { return last(a.SignToken(ctx, SignTokenArgs{ActorID: "a"})) },
	})
	check(t, func() *Cache { return make(NewCache(CacheOptions{})).(*Cache) }, func(c *Cache) *handle { return c.handle }, (*Cache).Close, nil)
}

// but takes one failure for success.
func but(code Code, err error) error {
	if errors.Is(err, code) {
		return nil
	}
	return err
}

func last[T any](_ T, err error) error { return err }

// check runs each method of T, all of which must be in the table.
func check[T any](t *testing.T, make func() *T, handleOf func(*T) *handle, close func(*T), methods map[string]func(*T) error) {
	t.Helper()
	for i := range reflect.TypeFor[*T]().NumMethod() {
		name := reflect.TypeFor[*T]().Method(i).Name
		method, found := methods[name]
		if name == "Close" {
			continue
		}
		if !found {
			t.Errorf("%v.%s is not tested", reflect.TypeFor[T](), name)
			continue
		}
		value := make()
		h := handleOf(value)
		frees, free := 0, h.free
		h.free = func(pointer unsafe.Pointer) { frees++; free(pointer) }
		if err := method(value); err != nil {
			t.Errorf("%v.%s: %v", reflect.TypeFor[T](), name, err)
		}
		close(value)
		if frees != 1 {
			t.Errorf("%v.%s: freed %d times", reflect.TypeFor[T](), name, frees)
		}
		if err := method(value); !errors.Is(err, ErrClosed) {
			t.Errorf("%v.%s of a closed one: %v", reflect.TypeFor[T](), name, err)
		}
	}
}
