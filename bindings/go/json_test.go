package jeton_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// What encoding/json wrote could be read back with fewer checks than it had.
func TestWhatWritesJSONIsNotReadFromIt(t *testing.T) {
	for name, c := range map[string]struct {
		written any
		read    any
	}{
		"NewVerifierJSON": {anyone("ES256"), new(jeton.Policy)},
		"NewSignerJSON":   {jeton.SignerOptions{Issuer: "me"}, new(jeton.SignerOptions)},
		"DashboardJSON":   {jeton.VizzlyDashboard{ProjectID: "p"}, new(jeton.VizzlyDashboard)},
		"DataJSON":        {jeton.VizzlyData{AllDataSets: true}, new(jeton.VizzlyData)},
	} {
		text := must[[]byte](t)(json.Marshal(c.written))
		for _, text := range []string{string(text), "{}", "null", `{"algorithms":["ES256"]}`} {
			var failure *jeton.JSONError
			if err := json.Unmarshal([]byte(text), c.read); !errors.As(err, &failure) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s from %s: %v", name, text, err)
			}
		}
	}
	var configuration struct{ Policy jeton.Policy }
	if err := json.Unmarshal([]byte(`{"policy":{"subject":"alice"}}`), &configuration); err == nil {
		t.Error("a policy inside another value is read")
	}
}

const notUTF8 = "ali\xffce"

func TestTextThatIsNotUTF8IsRefused(t *testing.T) {
	key := newKey(t, "ES256")
	verifier := func(change func(*jeton.Policy)) func() error {
		return func() error {
			policy := jeton.Policy{Algorithms: []string{"ES256"}, Issuer: "i", Audience: []string{"a"}}
			change(&policy)
			return second(jeton.NewVerifier(key, policy))
		}
	}
	signer := func(options jeton.SignerOptions) func() error {
		return func() error {
			return errors.Join(second(jeton.NewSigner(key, options)), second(jeton.NewExternalSigner(key, options)))
		}
	}
	vizzly := must[*jeton.Vizzly](t)(jeton.NewVizzly(key))
	dashboard := func(change func(*jeton.VizzlyDashboard)) func() error {
		return func() error {
			args := jeton.VizzlyDashboard{ExpiryTTLInMinutes: 1, ProjectID: "p", UserReference: "u"}
			change(&args)
			return errors.Join(second(vizzly.Dashboard(args)), second(vizzly.Identity(jeton.VizzlyIdentity{Dashboard: args})))
		}
	}
	data := func(change func(*jeton.VizzlyData)) func() error {
		return func() error {
			args := jeton.VizzlyData{ExpiryTTLInMinutes: 1, DataSetIDs: []string{"d"}, SecureFilters: map[string]any{}}
			change(&args)
			return second(vizzly.Data(args))
		}
	}
	for name, make := range map[string]func() error{
		"policy algorithms":         verifier(func(p *jeton.Policy) { p.Algorithms = []string{"ES256", notUTF8} }),
		"policy issuer":             verifier(func(p *jeton.Policy) { p.Issuer = notUTF8 }),
		"issuers issuer":            verifier(func(p *jeton.Policy) { p.Issuer, p.Issuers = "", []string{notUTF8} }),
		"policy audience":           verifier(func(p *jeton.Policy) { p.Audience = []string{"a", notUTF8} }),
		"policy subject":            verifier(func(p *jeton.Policy) { p.Subject = jeton.Given(notUTF8) }),
		"policy typ":                verifier(func(p *jeton.Policy) { p.Type = jeton.Given(notUTF8) }),
		"policy required":           verifier(func(p *jeton.Policy) { p.Required = []string{notUTF8} }),
		"policy expiry_claim":       verifier(func(p *jeton.Policy) { p.ExpiryClaim = notUTF8 }),
		"policy payload":            verifier(func(p *jeton.Policy) { p.Payload = notUTF8 }),
		"options algorithm":         signer(jeton.SignerOptions{Algorithm: notUTF8}),
		"options header":            signer(jeton.SignerOptions{Header: map[string]any{"x": []any{map[string]string{"y": notUTF8}}}}),
		"name header":               signer(jeton.SignerOptions{Header: map[string]any{notUTF8: 1}}),
		"options kid":               signer(jeton.SignerOptions{KeyID: notUTF8}),
		"options typ":               signer(jeton.SignerOptions{Type: notUTF8}),
		"options issuer":            signer(jeton.SignerOptions{Issuer: notUTF8}),
		"options audience":          signer(jeton.SignerOptions{Audience: []string{notUTF8}}),
		"options subject":           signer(jeton.SignerOptions{Subject: notUTF8}),
		"args project_id":           dashboard(func(d *jeton.VizzlyDashboard) { d.ProjectID = notUTF8 }),
		"args user_reference":       dashboard(func(d *jeton.VizzlyDashboard) { d.UserReference = notUTF8 }),
		"args scope":                dashboard(func(d *jeton.VizzlyDashboard) { d.Scope = jeton.Given(notUTF8) }),
		"args access_type":          dashboard(func(d *jeton.VizzlyDashboard) { d.AccessType = notUTF8 }),
		"args parent_dashboard_ids": dashboard(func(d *jeton.VizzlyDashboard) { d.ParentDashboardIDs = []string{notUTF8} }),
		"args timezone":             dashboard(func(d *jeton.VizzlyDashboard) { d.Timezone = notUTF8 }),
		"data data_set_ids":         data(func(d *jeton.VizzlyData) { d.DataSetIDs = []string{notUTF8} }),
		"data secure_filters":       data(func(d *jeton.VizzlyData) { d.SecureFilters = map[string]any{"d": []string{notUTF8}} }),
		"data parameters":           data(func(d *jeton.VizzlyData) { d.Parameters = map[string]any{"p": notUTF8} }),
		"data timezone":             data(func(d *jeton.VizzlyData) { d.Timezone = notUTF8 }),
		"engine jeton.VizzlyQueryEngine": func() error {
			return second(vizzly.QueryEngine(jeton.VizzlyQueryEngine{ExpiryTTLInMinutes: 1, Timezone: notUTF8}))
		},
	} {
		err := make()
		field := name[strings.Index(name, " ")+1:]
		if !errors.Is(err, jeton.ErrUTF8) || !strings.Contains(err.Error(), field) || strings.Contains(err.Error(), "ali") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Two fields that become one member of the JSON text.
func TestFieldsThatContradictAreNamed(t *testing.T) {
	key := newKey(t, "ES256")
	vizzly := must[*jeton.Vizzly](t)(jeton.NewVizzly(key))
	policy := anyone("ES256")
	policy.Issuer, policy.Issuers = "alice", []string{}
	options := jeton.SignerOptions{KeyID: "alice", NoKeyID: true}
	data := jeton.VizzlyData{ExpiryTTLInMinutes: 1, DataSetIDs: []string{"alice"}, AllDataSets: true, SecureFilters: map[string]any{}}
	identity := jeton.VizzlyIdentity{
		Dashboard: jeton.VizzlyDashboard{ExpiryTTLInMinutes: 1, ProjectID: "p", UserReference: "u"}, Data: &data,
	}
	for _, c := range []struct {
		err   error
		named string
	}{
		{second(jeton.NewVerifier(key, policy)), "Issuer and Issuers"},
		{second(jeton.NewSigner(key, options)), "KeyID and NoKeyID"},
		{second(jeton.NewExternalSigner(key, options)), "KeyID and NoKeyID"},
		{second(jeton.NewSigner(key, jeton.SignerOptions{Type: "alice", NoType: true})), "Type and NoType"},
		{second(vizzly.Data(data)), "DataSetIDs and AllDataSets"},
		{second(vizzly.Identity(identity)), "DataSetIDs and AllDataSets"},
	} {
		if !errors.Is(c.err, jeton.ErrConfig) || !strings.Contains(c.err.Error(), c.named) || strings.Contains(c.err.Error(), "alice") {
			t.Errorf("%s: %v", c.named, c.err)
		}
	}
}

func TestClaimsThatAreNotUTF8AreRefused(t *testing.T) {
	key := newKey(t, "ES256")
	signer := newSigner(t, key, jeton.SignerOptions{})
	external := must[*jeton.ExternalSigner](t)(jeton.NewExternalSigner(key, jeton.SignerOptions{}))
	type named struct {
		Subject string `json:"sub"`
	}
	raw := json.RawMessage(`{"sub":"` + notUTF8 + `"}`) // which goes to the library as it is
	for _, wrong := range []struct {
		claims any
		want   jeton.Code
	}{
		{named{notUTF8}, jeton.ErrUTF8},
		{&named{notUTF8}, jeton.ErrUTF8},
		{map[string]any{"sub": notUTF8}, jeton.ErrUTF8},
		{map[string]any{notUTF8: "alice"}, jeton.ErrUTF8},
		{map[string]any{"a": []any{named{"\\\xff"}}}, jeton.ErrUTF8},
		{map[string]json.RawMessage{"a": raw}, jeton.ErrConfig},
		{map[string]json.RawMessage{"a": json.RawMessage(`"\ufffd"`)}, jeton.ErrUTF8}, // which cannot be told from a replacement
		{raw, jeton.ErrConfig},
		{[]byte(raw), jeton.ErrConfig},
	} {
		if err := second(signer.Sign(wrong.claims)); !errors.Is(err, wrong.want) {
			t.Errorf("%T: %v", wrong.claims, err)
		}
		if err := second(external.Begin(wrong.claims)); !errors.Is(err, wrong.want) {
			t.Errorf("%T: %v", wrong.claims, err)
		}
	}
	// What looks like the replacement and is none.
	for _, name := range []string{"ali\ufffdce", `ali\ufffdce`, `\\ufffd`, `\ufffd`, "\ufffd"} {
		var claims named
		said := must[*jeton.Unverified](t)(jeton.InspectUnverified(must[string](t)(signer.Sign(named{name}))))
		if err := json.Unmarshal(said.Claims, &claims); err != nil || claims.Subject != name {
			t.Errorf("%q: %v %q", name, err, claims.Subject)
		}
	}
}
