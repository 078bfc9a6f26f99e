package main

import (
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type vectors struct {
	Count int
	Cases []struct {
		Name    string
		Request json.RawMessage
		Line    *string // instead of a request: a whole line, id included
		Expect  map[string]json.RawMessage
	}
}

// The driver in this process, so that the race detector and the checks of cgo see the binding under all vectors.
func TestVectors(t *testing.T) {
	files, err := filepath.Glob("../../vectors/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors: ", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var v vectors
			if err := json.Unmarshal(text, &v); err != nil || v.Count != len(v.Cases) || v.Count == 0 {
				t.Fatal(v.Count, len(v.Cases), err)
			}
			for _, c := range v.Cases {
				line := []byte(c.Request)
				if c.Line != nil {
					line = []byte(*c.Line)
				}
				if got := respond(line); !meets(got, c.Expect) {
					t.Errorf("%s: %s\nexpected %s", c.Name, got, c.Expect)
				}
			}
		})
	}
}

// meets tells whether an answer is the expected one. What is random is only expected to succeed; the runner of the vectors
// looks inside.
func meets(line []byte, expect map[string]json.RawMessage) bool {
	var answer struct {
		OK    json.RawMessage
		Error *failure
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return false
	}
	if want, fails := expect["error"]; fails {
		var failed failure
		return json.Unmarshal(want, &failed) == nil && answer.Error != nil && answer.OK == nil && answer.Error.same(failed)
	}
	if answer.OK == nil || answer.Error != nil {
		return false
	}
	want, exact := expect["ok"]
	return !exact || equal(tree(answer.OK), tree(want))
}

type failure struct {
	Status string
	Claim  *string
}

func (f failure) same(other failure) bool {
	return f.Status == other.Status && (f.Claim == nil) == (other.Claim == nil) && (f.Claim == nil || *f.Claim == *other.Claim)
}

func tree(text json.RawMessage) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		panic(err)
	}
	return value
}

// equal compares JSON values, numbers by their exact decimal value. A failure in a list, as a batch has them, is compared
// without its message.
func equal(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		x, okX := new(big.Rat).SetString(a.String())
		y, okY := new(big.Rat).SetString(b.String())
		return ok && (a == b || okX && okY && x.Cmp(y) == 0)
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok {
			return false
		}
		if wanted, fails := b["error"].(map[string]any); fails {
			failed, _ := a["error"].(map[string]any)
			return failed != nil && equal(failed["status"], wanted["status"]) && equal(failed["claim"], wanted["claim"])
		}
		if len(a) != len(b) {
			return false
		}
		for name := range a {
			if other, found := b[name]; !found || !equal(a[name], other) {
				return false
			}
		}
		return true
	}
	return a == b
}

// No line stops the driver, and each has its own answer.
func TestBadLinesAreAnswered(t *testing.T) {
	for line, want := range map[string]string{
		``:                                 `{"id":null,"error":{"status":"BAD_REQUEST"`,
		"\n":                               `{"id":null,"error":{"status":"BAD_REQUEST"`,
		" \t\r\n":                          `{"id":null,"error":{"status":"BAD_REQUEST"`,
		"\v{\"op\":\"version\"}":           `{"id":null,"error":{"status":"BAD_REQUEST"`,
		"{\"op\":\"version\"}\f":           `{"id":null,"error":{"status":"BAD_REQUEST"`,
		"\u0085{\"op\":\"version\"}":       `{"id":null,"error":{"status":"BAD_REQUEST"`,
		"{\"op\":\"version\"}\u00a0":       `{"id":null,"error":{"status":"BAD_REQUEST"`,
		"{\"op\":\"version\"}\r\n":         `{"id":null,"ok":{"version":`,
		"{\"id\":[1,\r2,\n3],\"op\":\"\"}": `{"id":[1, 2, 3],"error":{"status":"UNSUPPORTED_OP"`,
		`null`:                             `{"id":null,"error":{"status":"BAD_REQUEST"`,
		`[1]`:                              `{"id":null,"error":{"status":"BAD_REQUEST"`,
		`{"id":{"a":[1.0]}}`:               `{"id":{"a":[1.0]},"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"nope"}`:             `{"id":1,"error":{"status":"UNSUPPORTED_OP"`,
		`{"id":1,"op":7}`:                  `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"verify"}`:           `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":{}}`:     `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":[1]}`:    `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":{"pem":"","secret":""}}`:                                 `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":{"secret_b64u":"AA=="}}`:                                 `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":{"secret_b64u":"A\nA"}}`:                                 `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"inspect","token":"\ud83d.b.c"}`:                                     `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"inspect","token":"\uD83d\uDE00\\ud83d\ufffd"}`:                      `{"id":1,"error":{"status":"MALFORMED"`,
		`{"id":1,"op":"key","key":{"secret":"\udE00\ud83d"}}`:                              `{"id":1,"error":{"status":"BAD_REQUEST"`,
		"{\"id\":1,\"op\":\"inspect\",\"token\":\"\xff\"}":                                 `{"id":null,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"inspect","token":"a.b.c","now_s":1.5}`:                              `{"id":1,"error":{"status":"MALFORMED"`,
		`{"id":1,"op":"verify","policy":{},"token":"","now_s":1.5,"key":{"pem":""}}`:       `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"verify_batch","policy":{},"tokens":[null],"key":{"pem":""}}`:        `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"vizzly","token":"other","args":{},"key":{"pem":""}}`:                `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"vizzly.identity","data":{},"key":{"pem":""}}`:                       `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"allowed","actor":null}`:                                             `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"allowed","actor":7,"allow":true}`:                                   `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"allowed_action","actor":null,"action":"a","resource":[1]}`:          `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"api_key.generate"}`:                                                 `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"source.token","source":"none"}`:                                     `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"source.open","source":"s"}`:                                         `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"source.open","source":"s","config":{},"secrets":{"token":null}}`:    `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"source.open","source":"s","config":{},"environment":[]}`:            `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"keyset.verify","keyset":"none","token":""}`:                         `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"client.call","client":"none","operation":"get_token"}`:              `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"client.open","client":"c"}`:                                         `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"access.close","access":"none"}`:                                     `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"sign","key":{"pem":""}}`:                                            `{"id":1,"error":{"status":"KEY"`,
		`{"id":1,"op":"sign","key":` + secret + `}`:                                        `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"sign","key":` + secret + `,"claims":{},"payload_b64u":""}`:          `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"sign","key":` + secret + `,"claims":{},"options":[]}`:               `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"sign","key":` + secret + `,"claims":{},"options":{"header":{}}}`:    `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"sign","key":` + secret + `,"claims":{},"options":{"issuer":"\n"} }`: `{"id":1,"ok":{"token":`,
	} {
		if got := respond([]byte(line)); !bytes.HasPrefix(got, []byte(want)) {
			t.Errorf("%s\nanswers %s", line, got)
		}
	}
}

// What was opened keeps its name until it is closed or the name is given anew; what happens to a source is told with the next answer about it.
func TestNamesStayOpen(t *testing.T) {
	for _, step := range [][2]string{
		{`{"id":1,"op":"source.open","source":"s","config":{"kind":"static"},"secrets":{"token":"w"}}`, `{"id":1,"ok":{"warnings":[]}}`},
		{`{"id":1,"op":"source.open","source":"s","config":{"kind":"static"},"secrets":{"token":"x"}}`, `{"id":1,"ok":{"warnings":[]}}`},
		{`{"id":1,"op":"source.token","source":"s","timeout_ms":0}`, `{"id":1,"ok":{"token":"x","expires_at_s":null,"warnings":[]}}`},
		{`{"id":1,"op":"source.token","source":"s","timeout_ms":-1}`, `{"id":1,"error":{"status":"BAD_REQUEST"`},
		{`{"id":1,"op":"source.revoke","source":"s","timeout_ms":99999999999999999}`, `{"id":1,"error":{"status":"UNSUPPORTED"`},
		{`{"id":1,"op":"source.invalidate","source":"s"}`, `{"id":1,"ok":{"invalidated":true,"warnings":[]}}`},
		{`{"id":1,"op":"source.close","source":"s"}`, `{"id":1,"ok":{}}`},
		{`{"id":1,"op":"source.close","source":"s"}`, `{"id":1,"error":{"status":"CONFIG"`},
		{`{"id":1,"op":"client.open","client":"c","vendor":"dataiku","config":{"host":"http://127.0.0.1:1"},"secrets":{"api_key":"k"}}`, `{"id":1,"ok":{}}`},
		{`{"id":1,"op":"client.call","client":"c","operation":"other"}`, `{"id":1,"error":{"status":"UNSUPPORTED_OP"`},
		{`{"id":1,"op":"client.call","client":"c","operation":"remove_secret","args":{"settings":{"n":5.0},"name":"n"}}`, `{"id":1,"ok":{"result":{"n":5.0`},
		{`{"id":1,"op":"client.as_user","client":"c","as":"b","login":"bob"}`, `{"id":1,"ok":{}}`},
		{`{"id":1,"op":"client.as_user","client":"c","as":"b","login":"bob"}`, `{"id":1,"ok":{}}`},
		{`{"id":1,"op":"client.close","client":"b"}`, `{"id":1,"ok":{}}`},
		{`{"id":1,"op":"client.close","client":"c"}`, `{"id":1,"ok":{}}`},
		{`{"id":1,"op":"access.open","access":"a","config":{"tokens":[{"token":"t","actor":{"n":5.0}}]},"environment":{}}`, `{"id":1,"ok":{}}`},
		{`{"id":1,"op":"access.authenticate","access":"a","headers":{"authorization":"Bearer t"}}`, `{"id":1,"ok":{"actor":{"n":5.0},"scheme":"token","refused":null}}`},
		{`{"id":1,"op":"access.close","access":"a"}`, `{"id":1,"ok":{}}`},
	} {
		if got := respond([]byte(step[0])); !bytes.HasPrefix(got, []byte(step[1])) {
			t.Errorf("%s\nanswers %s", step[0], got)
		}
	}
}

// The faults of a key come before those of what stands beside it, and before those of the options.
func TestKeyFaultsComeFirst(t *testing.T) {
	const (
		short   = `{"secret":"x","algorithm":7}`
		public  = `{"jwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}`
		unbound = `{"secret":"a secret of at least thirty-two bytes"}`
	)
	for request, want := range map[string]string{
		`"op":"key","key":` + short:                                                                "KEY_WEAK",
		`"op":"key","key":{"pem":"x","algorithm":7}`:                                               "KEY",
		`"op":"key","key":{"secret":"a secret of at least thirty-two bytes","algorithm":7}`:        "CONFIG",
		`"op":"key","key":{"secret":"a secret of at least thirty-two bytes","algorithm":null}`:     "CONFIG",
		`"op":"key","key":{"secret":"a secret of at least thirty-two bytes","algorithm":"\ud800"}`: "CONFIG",
		`"op":"sign","claims":{},"key":` + short + `,"options":{"algorithm":"HS512"}`:              "KEY_WEAK",
		`"op":"sign","claims":{},"key":` + public + `,"options":{"algorithm":"HS512"}`:             "CONFIG",
		`"op":"sign","claims":{},"key":` + secret + `,"options":{"algorithm":"HS512"}`:             "CONFIG",
		`"op":"sign","claims":{},"key":` + secret + `,"options":{"algorithm":"HS256"}`:             "CONFIG",
		`"op":"sign","claims":{},"key":` + unbound + `,"options":{"algorithm":"HS256"}`:            "CONFIG",
		`"op":"sign","claims":{},"key":` + secret + `,"options":{"header":{"x":1}}`:                "CONFIG",
		`"op":"sign","claims":{},"key":` + secret + `,"options":{"\u0061lgorithm":"HS512"}`:        "CONFIG",
		`"op":"sign_begin","claims":{},"key":` + public + `,"options":{"algorithm":"HS512"}`:       "CONFIG",
		`"op":"sign_begin","claims":{},"key":` + public + `,"options":{"header":{}}`:               "CONFIG",
		`"op":"sign_begin","claims":{},"key":{"pem":"x"},"options":{"algorithm":"HS512"}`:          "KEY",
		`"op":"sign_begin","claims":{},"key":` + public + `,"options":{},"algorithm":"HS512"`:      "KEY",
	} {
		if got := respond([]byte("{" + request + "}")); !bytes.Contains(got, []byte(`"error":{"status":"`+want+`"`)) {
			t.Errorf("%s\nanswers %s", request, got)
		}
	}
}

// What is too deep for encoding/json is for the library to judge, or for nobody.
func TestDepthIsForTheLibrary(t *testing.T) {
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	for request, want := range map[string]string{
		`"id":` + deep + `,"op":"version"`:                                             `{"id":` + deep + `,"ok":{"version":`,
		`"op":"sign","key":` + secret + `,"claims":{"a":` + deep + `}`:                 `{"id":null,"error":{"status":"CONFIG"`,
		`"op":"sign","key":` + secret + `,"claims":{},"options":{"a":` + deep + `}`:    `{"id":null,"error":{"status":"CONFIG"`,
		`"op":"verify","key":` + secret + `,"token":"","policy":{"a":` + deep + `}`:    `{"id":null,"error":{"status":"CONFIG"`,
		`"op":"key","key":{"jwk":{"kty":"oct","a":` + deep + `}}`:                      `{"id":null,"error":{"status":"KEY"`,
		`"op":"verify","key":{"secret":"x"},"token":"","policy":{},"else":` + deep:     `{"id":null,"error":{"status":"KEY_WEAK"`,
		`"op":"verify_batch","key":` + secret + `,"policy":{},"tokens":[` + deep + `]`: `{"id":null,"error":{"status":"BAD_REQUEST"`,
	} {
		if got := respond([]byte("{" + request + "}")); !bytes.HasPrefix(got, []byte(want)) {
			t.Errorf("%.80s\nanswers %.300s", request, got)
		}
	}
}

// Any second is a time, the first of the year 1 too.
func TestTheFirstSecondIsATime(t *testing.T) {
	for _, now := range []string{"-62135596800", "-9223372036854775808", "0"} {
		line := `{"op":"sign","key":` + secret + `,"claims":{},"now_s":` + now + `}`
		if got := respond([]byte(line)); !bytes.HasPrefix(got, []byte(`{"id":null,"ok":`)) {
			t.Errorf("%s: %s", now, got)
		}
	}
}

const secret = `{"secret":"a secret of at least thirty-two bytes","algorithm":"HS256"}`
