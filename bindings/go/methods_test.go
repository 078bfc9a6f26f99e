package jeton

import (
	"encoding/json"
	"errors"
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
