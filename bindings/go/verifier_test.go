package jeton_test

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

func TestClaimsGoIntoAnyKindOfValue(t *testing.T) {
	signer, verifier := pair(t, "ES256")
	token := sign(t, signer, json.RawMessage(`{"sub":"alice","exp":1800000060,"n":9007199254740993}`))

	var fields struct {
		Subject string `json:"sub"`
		N       int64  `json:"n"`
	}
	var members map[string]any
	var anything any
	var raw json.RawMessage
	var octets []byte
	for _, dst := range []any{&fields, &members, &anything, &raw, &octets, nil} {
		if err := verifier.Verify(token, dst, jeton.At(now)); err != nil {
			t.Fatalf("%T: %v", dst, err)
		}
	}
	if fields.Subject != "alice" || fields.N != 9007199254740993 {
		t.Errorf("%+v", fields)
	}
	if members["sub"] != "alice" || anything.(map[string]any)["sub"] != "alice" {
		t.Errorf("%v %v", members, anything)
	}
	if string(raw) != `{"sub":"alice","exp":1800000060,"n":9007199254740993}` || string(octets) != string(raw) {
		t.Errorf("%s %s", raw, octets)
	}
}

func TestClaimsReplaceWhatWasThere(t *testing.T) {
	signer, verifier := pair(t, "ES256")
	type claims struct {
		Subject string `json:"sub"`
		Admin   bool   `json:"admin"`
	}
	reused := claims{Subject: "bob", Admin: true}
	members := map[string]any{"admin": true}
	old := members
	token := sign(t, signer, later)
	if err := errors.Join(verifier.Verify(token, &reused, jeton.At(now)), verifier.Verify(token, &members, jeton.At(now))); err != nil {
		t.Fatal(err)
	}
	if (reused != claims{Subject: "alice"}) || members["admin"] != nil || !maps.Equal(old, map[string]any{"admin": true}) {
		t.Errorf("%+v %v %v", reused, members, old)
	}
}

func TestClaimsAreUntouchedUnlessAllIsWell(t *testing.T) {
	signer, verifier := pair(t, "ES256")
	good := sign(t, signer, later)
	type claims struct {
		Subject any `json:"sub"`
		Exp     int8
	}
	for name, call := range map[string]struct {
		token string
		at    time.Time
		want  error
	}{
		"expired":      {good, time.Unix(1800000060, 0), jeton.ErrExpired},
		"forged":       {good[:len(good)-86] + strings.Repeat("A", 86), now, jeton.ErrSignature},
		"no token":     {"", now, jeton.ErrMalformed},
		"NUL":          {"a\x00b", now, jeton.ErrMalformed},
		"not UTF-8":    {"\xff\xfe", now, jeton.ErrMalformed},
		"too long":     {strings.Repeat("a", 1<<20), now, jeton.ErrTooLarge},
		"does not fit": {good, now, new(jeton.JSONError)},
	} {
		want := claims{Subject: "before", Exp: 1}
		dst := want
		err := verifier.Verify(call.token, &dst, jeton.At(call.at))
		var misfit *jeton.JSONError
		if !errors.Is(err, call.want) && !(name == "does not fit" && errors.As(err, &misfit)) {
			t.Errorf("%s: %v", name, err)
		}
		if dst != want {
			t.Errorf("%s: %+v", name, dst)
		}
	}
	var failure *jeton.Error
	if err := verifier.Verify(good, nil); !errors.As(err, &failure) && err != nil {
		t.Errorf("%v", err)
	}
	if err := verifier.Verify(good, nil, jeton.At(time.Unix(1800000060, 0))); !errors.As(err, &failure) || failure.Claim != "exp" {
		t.Errorf("%v", err)
	}
	var wrong *json.InvalidUnmarshalError
	for _, dst := range []any{claims{}, (*claims)(nil), (*json.RawMessage)(nil)} {
		if err := verifier.Verify(good, dst, jeton.At(now)); !errors.As(err, &wrong) {
			t.Errorf("%T: %v", dst, err)
		}
	}
}

func TestOpenGivesTextsAsTheyStood(t *testing.T) {
	key := newKey(t, "EdDSA")
	signer := newSigner(t, key, jeton.SignerOptions{NoKeyID: true, NoType: true, Header: map[string]any{"x": "<&>"}})
	verifier := newVerifier(t, key, anyone("EdDSA"))
	text := json.RawMessage("{ \"big\": 18446744073709551615,\n \"exp\":1800000060}")
	verified := must[*jeton.Verified](t)(verifier.Open(sign(t, signer, text), jeton.At(now)))
	if string(verified.Claims) != string(text) || verified.Payload != nil {
		t.Errorf("%s", verified.Claims)
	}
	var header map[string]string
	if err := json.Unmarshal(verified.Header, &header); err != nil || !maps.Equal(header, map[string]string{"alg": "EdDSA", "x": "<&>"}) {
		t.Errorf("%s", verified.Header)
	}
	if _, err := verifier.Open("a.b.c", jeton.At(now)); !errors.Is(err, jeton.ErrMalformed) {
		t.Errorf("%v", err)
	}
}

func TestPayloadsMayBeBytes(t *testing.T) {
	key := newKey(t, "HS256")
	signer := newSigner(t, key, jeton.SignerOptions{})
	verifier := newVerifier(t, key, jeton.Policy{Algorithms: []string{"HS256"}, Payload: "bytes"})
	for _, payload := range [][]byte{{}, {0, 255, 10}, make([]byte, 40_000)} {
		token := must[string](t)(signer.SignBytes(payload))
		verified := must[*jeton.Verified](t)(verifier.Open(token))
		if verified.Claims != nil || verified.Payload == nil || string(verified.Payload) != string(payload) {
			t.Errorf("%d bytes: %v", len(payload), verified.Payload)
		}
		got := []byte("before")
		if err := verifier.Verify(token, &got); err != nil || string(got) != string(payload) {
			t.Errorf("%d bytes: %v %v", len(payload), err, got)
		}
	}
}

func TestALongTokenGetsItsRoom(t *testing.T) {
	key := newKey(t, "HS256")
	policy := anyone("HS256")
	policy.MaxTokenBytes = 1 << 20
	verifier := newVerifier(t, key, policy)
	text := json.RawMessage(`{"exp":1800000060,"pad":"` + strings.Repeat("x", 600_000) + `"}`)
	var claims json.RawMessage
	if err := verifier.Verify(sign(t, newSigner(t, key, jeton.SignerOptions{}), text), &claims, jeton.At(now)); err != nil {
		t.Fatal(err)
	}
	if string(claims) != string(text) {
		t.Error("the claims are not what was signed")
	}
}

func TestABatchHasAnOutcomeForEachToken(t *testing.T) {
	signer, verifier := pair(t, "ES256")
	good := sign(t, signer, later)
	outcomes, err := verifier.VerifyBatch([]string{good, "", "a.b", good + "="}, jeton.At(now))
	if err != nil || len(outcomes) != 4 {
		t.Fatal(outcomes, err)
	}
	if o := outcomes[0]; o.Err != nil || string(o.Verified.Claims) != string(later) || o.Verified.Header == nil {
		t.Errorf("%+v", o)
	}
	for _, o := range outcomes[1:] {
		if !errors.Is(o.Err, jeton.ErrMalformed) || o.Verified != nil {
			t.Errorf("%+v", o)
		}
	}
	if outcomes, err := verifier.VerifyBatch(nil); err != nil || len(outcomes) != 0 {
		t.Error(outcomes, err)
	}
}

func TestPoliciesReachTheLibrary(t *testing.T) {
	key := newKey(t, "HS256")
	options := jeton.SignerOptions{Issuer: "me", Audience: []string{"api", "app"}, Subject: "alice", Type: "at+jwt", TTL: time.Minute, TokenID: true}
	token := must[string](t)(newSigner(t, key, options).Sign(struct{}{}, jeton.At(now)))
	full := jeton.Policy{
		Algorithms: []string{"HS256"}, Issuers: []string{"you", "me"}, Audience: []string{"app"},
		Subject: jeton.Given("alice"), Type: jeton.Given("application/AT+jwt"),
		Leeway: time.Second, MaxAge: jeton.Given(time.Minute), Required: []string{"jti"}, MaxTokenBytes: 1000, TryKeys: 2,
	}
	if err := newVerifier(t, key, full).Verify(token, nil, jeton.At(now.Add(60*time.Second))); err != nil {
		t.Error(err)
	}
	for _, wrong := range []struct {
		want   jeton.Code
		change func(*jeton.Policy)
	}{
		{jeton.ErrIssuer, func(p *jeton.Policy) { p.Issuers = nil; p.Issuer = "you" }},
		{jeton.ErrAudience, func(p *jeton.Policy) { p.Audience = []string{"none"} }},
		{jeton.ErrSubject, func(p *jeton.Policy) { p.Subject = jeton.Given("bob") }},
		{jeton.ErrTyp, func(p *jeton.Policy) { p.Type = jeton.Given("JWT") }},
		{jeton.ErrClaimMissing, func(p *jeton.Policy) { p.Required = []string{"email"} }},
		{jeton.ErrExpired, func(p *jeton.Policy) { p.Leeway = 0 }},
		{jeton.ErrExpired, func(p *jeton.Policy) { p.MaxAge = jeton.Given(58 * time.Second) }},
		{jeton.ErrTooLarge, func(p *jeton.Policy) { p.MaxTokenBytes = 256 }},
		{jeton.ErrAlgorithm, func(p *jeton.Policy) { p.Algorithms = []string{"ES256"} }},
	} {
		policy := full
		wrong.change(&policy)
		if err := newVerifier(t, key, policy).Verify(token, nil, jeton.At(now.Add(60*time.Second))); !errors.Is(err, wrong.want) {
			t.Errorf("%v: %v", wrong.want, err)
		}
	}
}

func TestWrongPoliciesAreRefused(t *testing.T) {
	key := newKey(t, "HS256")
	for name, change := range map[string]func(*jeton.Policy){
		"no algorithm":       func(p *jeton.Policy) { p.Algorithms = nil },
		"unknown algorithm":  func(p *jeton.Policy) { p.Algorithms = []string{"none"} },
		"no word on issuers": func(p *jeton.Policy) { p.AnyIssuer = false },
		"two words on them":  func(p *jeton.Policy) { p.Issuer = "me" },
		"one and several":    func(p *jeton.Policy) { p.AnyIssuer = false; p.Issuer = "me"; p.Issuers = []string{"you"} },
		"half a second":      func(p *jeton.Policy) { p.Leeway = 1500 * time.Millisecond },
		"negative":           func(p *jeton.Policy) { p.MaxAge = jeton.Given(-time.Second) },
		// What a variable that nobody set holds must not become a policy without the check.
		"an empty subject":  func(p *jeton.Policy) { p.Subject = jeton.Given("") },
		"an empty type":     func(p *jeton.Policy) { p.Type = jeton.Given("") },
		"no age at all":     func(p *jeton.Policy) { p.MaxAge = jeton.Given(time.Duration(0)) },
		"an empty issuer":   func(p *jeton.Policy) { p.AnyIssuer = false; p.Issuer = "" },
		"no issuers":        func(p *jeton.Policy) { p.AnyIssuer = false; p.Issuers = []string{} },
		"an empty audience": func(p *jeton.Policy) { p.AnyAudience = false; p.Audience = []string{""} },
		"no audiences":      func(p *jeton.Policy) { p.AnyAudience = false; p.Audience = []string{} },
		"bytes and claims":  func(p *jeton.Policy) { p.Payload = "bytes" },
	} {
		policy := anyone("HS256")
		change(&policy)
		if _, err := jeton.NewVerifier(key, policy); !errors.Is(err, jeton.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []json.RawMessage{nil, json.RawMessage("{"), json.RawMessage("null")} {
		if _, err := jeton.NewVerifierJSON(key, text); !errors.Is(err, jeton.ErrConfig) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestInspectionSaysWhatStandsThere(t *testing.T) {
	signer, _ := pair(t, "HS256")
	said := must[*jeton.Unverified](t)(jeton.InspectUnverified(sign(t, signer, later)))
	if string(said.Claims) != string(later) || said.Payload != nil || !strings.Contains(string(said.Header), "HS256") {
		t.Errorf("%s %s", said.Header, said.Claims)
	}
	said = must[*jeton.Unverified](t)(jeton.InspectUnverified(must[string](t)(signer.SignBytes(nil))))
	if said.Claims != nil || said.Payload == nil {
		t.Errorf("%s %v", said.Claims, said.Payload)
	}
	if _, err := jeton.InspectUnverified(""); !errors.Is(err, jeton.ErrMalformed) {
		t.Errorf("%v", err)
	}
}
