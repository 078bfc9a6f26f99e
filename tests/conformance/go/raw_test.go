package main

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMembersAndItemsAreRawText(t *testing.T) {
	object, ok := members([]byte("\t{ \"a\" : 1.0 ,\"b\":[ {\"c\":\"]}\\\"\"} ] , \"\\u0061\":-0,\"\\ud800\":1,\"\":{ }}\r\n"))
	if !ok || len(object) != 3 || string(object["a"]) != "-0" || string(object["b"]) != `[ {"c":"]}\""} ]` || string(object[""]) != "{ }" {
		t.Errorf("%v %s", ok, object)
	}
	list, ok := items([]byte(` [1, [2,{"a":[]}] ,"\\" ]`))
	if !ok || len(list) != 3 || string(list[0]) != "1" || string(list[1]) != `[2,{"a":[]}]` || string(list[2]) != `"\\"` {
		t.Errorf("%v %s", ok, list)
	}
	for _, none := range []string{"", " ", "null", "{}", `"[]"`, "[", "[1", "[] []", "[1,]"} {
		if list, ok := items([]byte(none)); ok {
			t.Errorf("%q is the list %s", none, list)
		}
	}
	for _, none := range []string{"", "null", "[]", "{", `{"a"`, `{"a":`, `{"a":1`, `{"a":1,}`, `{a:1}`, `{1:1}`, `{"a" 1}`, `{"a":1]`, "{}{}"} {
		if object, ok := members([]byte(none)); ok {
			t.Errorf("%q is the object %s", none, object)
		}
	}
}

// Texts of few characters, in which all that can go wrong does, are JSON here if encoding/json says so.
func TestWhatIsJSON(t *testing.T) {
	pieces := []string{
		"{", "}", "[", "]", ",", ":", `"`, `"a"`, `"a":`, `\`, `\"`, `\u0041`, `\x`, "0", "1", "-", ".", "e", "+", "1.5e-3", "true", "nul", "null",
		" ", "\t", "\r", "\n", "\v", "\f", "\x00", "\u00a0", "\u0085", "\ufeff", "\u2028", "é", "[]", "{}",
	}
	random := rand.New(rand.NewPCG(1, 2))
	valid := 0
	for range 100_000 {
		var text strings.Builder
		for range 1 + random.IntN(7) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		want := json.Valid([]byte(text.String()))
		if _, _, got := cut([]byte(text.String())); got != want {
			t.Fatalf("%q: %v", text.String(), got)
		}
		if want {
			valid++
		}
	}
	if valid < 1000 {
		t.Errorf("only %d texts were JSON", valid)
	}
	if _, _, ok := cut([]byte("\"\xff\"")); ok || utf8.ValidString("\xff") {
		t.Error("not UTF-8")
	}
}

func TestDepthIsNoLimit(t *testing.T) {
	const levels = 100_000
	deep := strings.Repeat(`[{"a":`, levels) + "1" + strings.Repeat("}]", levels)
	object, ok := members([]byte(`{"deep":` + deep + `}`))
	if !ok || string(object["deep"]) != deep {
		t.Error("a deep value is not read")
	}
	if _, _, ok := cut([]byte(deep[:len(deep)-1])); ok {
		t.Error("a deep value may lack its end")
	}
}
