package main

import (
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
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
		``:                              `{"id":null,"error":{"status":"BAD_REQUEST"`,
		`null`:                          `{"id":null,"error":{"status":"BAD_REQUEST"`,
		`[1]`:                           `{"id":null,"error":{"status":"BAD_REQUEST"`,
		`{"id":{"a":[1.0]}}`:            `{"id":{"a":[1.0]},"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"nope"}`:          `{"id":1,"error":{"status":"UNSUPPORTED_OP"`,
		`{"id":1,"op":7}`:               `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"verify"}`:        `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":{}}`:  `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":[1]}`: `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":{"pem":"","secret":""}}`:                                 `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":{"secret_b64u":"AA=="}}`:                                 `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":{"secret_b64u":"A\nA"}}`:                                 `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"key","key":{"secret":"","algorithm":7}}`:                            `{"id":1,"error":{"status":"CONFIG"`,
		`{"id":1,"op":"inspect","token":"\ud83d.b.c"}`:                                     `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"inspect","token":"\uD83d\uDE00\\ud83d\ufffd"}`:                      `{"id":1,"error":{"status":"MALFORMED"`,
		`{"id":1,"op":"key","key":{"secret":"\udE00\ud83d"}}`:                              `{"id":1,"error":{"status":"BAD_REQUEST"`,
		"{\"id\":1,\"op\":\"inspect\",\"token\":\"\xff\"}":                                 `{"id":null,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"inspect","token":"a.b.c","now_s":1.5}`:                              `{"id":1,"error":{"status":"MALFORMED"`,
		`{"id":1,"op":"verify","policy":{},"token":"","now_s":1.5,"key":{"pem":""}}`:       `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"verify_batch","policy":{},"tokens":[null],"key":{"pem":""}}`:        `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"vizzly","token":"other","args":{},"key":{"pem":""}}`:                `{"id":1,"error":{"status":"BAD_REQUEST"`,
		`{"id":1,"op":"vizzly.identity","data":{},"key":{"pem":""}}`:                       `{"id":1,"error":{"status":"BAD_REQUEST"`,
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

const secret = `{"secret":"a secret of at least thirty-two bytes","algorithm":"HS256"}`
