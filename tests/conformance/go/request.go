package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// A request is the members of one line, each as the raw text that it is.
type request map[string]json.RawMessage

// A refusal is a failure of the request, not of the library.
type refusal struct {
	status, message string
}

func (r refusal) Error() string { return r.message }

func refuse(status, message string) {
	panic(refusal{status, message})
}

func parse(line []byte) request {
	r, ok := members(line)
	if !ok {
		refuse("BAD_REQUEST", "the line is not a JSON object")
	}
	return r
}

func (r request) has(name string) bool {
	_, there := r[name]
	return there
}

func (r request) raw(name string) json.RawMessage {
	if !r.has(name) {
		refuse("BAD_REQUEST", name+" is missing")
	}
	return r[name]
}

// orEmpty is an object that may be absent, which is one without members.
func (r request) orEmpty(name string) json.RawMessage {
	if !r.has(name) {
		return json.RawMessage("{}")
	}
	return r[name]
}

func (r request) text(name string) string {
	text, ok := textOf(r.raw(name))
	if !ok {
		refuse("BAD_REQUEST", name+" is not a text")
	}
	return text
}

func textOf(raw json.RawMessage) (text string, ok bool) {
	ok = bytes.HasPrefix(raw, []byte{'"'}) && !hasLoneSurrogate(raw) && json.Unmarshal(raw, &text) == nil
	return text, ok
}

// Every escape in a JSON string, two that are a pair of surrogates as one.
var escapes = regexp.MustCompile(`(?i)\\(?:ud[89ab]..\\ud[c-f]..|u....|.)`)
var loneSurrogate = regexp.MustCompile(`(?i)^\\ud[89a-f]..$`)

// hasLoneSurrogate finds what encoding/json would read as U+FFFD, as if that had been written.
func hasLoneSurrogate(raw json.RawMessage) bool {
	return slices.ContainsFunc(escapes.FindAll(raw, -1), loneSurrogate.Match)
}

func (r request) bytes(name string) []byte {
	text := r.text(name)
	data, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") { // which Go's decoder passes over
		refuse("BAD_REQUEST", name+" is not base64url")
	}
	return data
}

// time is the moment of the call, as options for it.
func (r request) time() []jeton.CallOption {
	if !r.has("now_s") {
		return nil
	}
	seconds, err := strconv.ParseInt(string(r["now_s"]), 10, 64)
	if err != nil {
		refuse("BAD_REQUEST", "now_s is not an integer")
	}
	// A nanosecond more, which does not count, so that the first second of the year 1 is not the zero time.
	return []jeton.CallOption{jeton.At(time.Unix(seconds, 1))}
}

// optionalText is a text that may be absent.
func (r request) optionalText(name string) string {
	if !r.has(name) {
		return ""
	}
	return r.text(name)
}

// texts is an object of texts that may be absent, which is nil. One that is anything else is no map of Go.
func (r request) texts(name string) map[string]string {
	if !r.has(name) {
		return nil
	}
	inside, isObject := members(r[name])
	if !isObject {
		refuse("CONFIG", name+" is not an object")
	}
	texts := make(map[string]string)
	for member := range inside {
		text, isText := textOf(inside[member])
		if !isText {
			refuse("CONFIG", name+"."+member+" is not a text")
		}
		texts[member] = text
	}
	return texts
}

// context ends after the timeout of the request.
func (r request) context() (context.Context, context.CancelFunc) {
	timeoutMs := int64(30000)
	if r.has("timeout_ms") {
		var err error
		if timeoutMs, err = strconv.ParseInt(string(r["timeout_ms"]), 10, 64); err != nil || timeoutMs < 0 {
			refuse("BAD_REQUEST", "timeout_ms is not a number of milliseconds")
		}
	}
	longest := int64(math.MaxInt64 / time.Millisecond)
	return context.WithTimeout(context.Background(), time.Duration(min(timeoutMs, longest))*time.Millisecond)
}

// join makes an object of the members inside the text of another, and of those named of the request that are there.
func (r request) join(object json.RawMessage, names ...string) json.RawMessage {
	var parts []string
	if _, inside, _ := cut(object); len(inside) != 0 {
		parts = append(parts, string(object[1:len(object)-1]))
	}
	for _, name := range names {
		if r.has(name) {
			parts = append(parts, `"`+name+`":`+string(r[name]))
		}
	}
	return json.RawMessage("{" + strings.Join(parts, ",") + "}")
}

// A keySource reads the key of a request, which is whole by then.
type keySource func() (*jeton.Key, error)

// but refuses once the key is found to be sound.
func (source keySource) but(status, message string) keySource {
	return func() (*jeton.Key, error) {
		key, err := source()
		if err == nil {
			key.Close()
			refuse(status, message)
		}
		return nil, err
	}
}

type keyReader = func([]byte, ...jeton.KeyOption) (*jeton.Key, error)

func (r request) key() keySource {
	key, _ := members(r.raw("key"))
	forms := []struct {
		name     string
		read     keyReader
		material func(string) []byte
	}{
		{"pem", jeton.KeyFromPEM, key.textBytes},
		{"der_b64u", jeton.KeyFromDER, key.bytes},
		{"jwk", fromJSON(jeton.KeyFromJWK), key.rawBytes},
		{"jwks", fromJSON(jeton.KeyFromJWKS), key.rawBytes},
		{"secret", jeton.KeyFromSecret, key.textBytes},
		{"secret_b64u", jeton.KeyFromSecret, key.bytes},
	}
	var source keySource
	for _, form := range forms {
		if !key.has(form.name) {
			continue
		}
		if source != nil {
			refuse("BAD_REQUEST", "key has two forms")
		}
		material := form.material(form.name)
		source = func() (*jeton.Key, error) { return form.read(material, key.algorithm()...) }
	}
	if source == nil {
		refuse("BAD_REQUEST", "key has no form")
	}
	return source
}

func fromJSON(read func(json.RawMessage, ...jeton.KeyOption) (*jeton.Key, error)) keyReader {
	return func(text []byte, options ...jeton.KeyOption) (*jeton.Key, error) { return read(text, options...) }
}

func (r request) rawBytes(name string) []byte  { return r.raw(name) }
func (r request) textBytes(name string) []byte { return []byte(r.text(name)) }

// algorithm is the algorithm beside a key, as options for it. One that is no text becomes the name of none, for which the library
// has an answer, after what it has to say of the key.
func (r request) algorithm() []jeton.KeyOption {
	if !r.has("algorithm") {
		return nil
	}
	name, ok := textOf(r["algorithm"])
	if !ok {
		name = string(r["algorithm"])
	}
	return []jeton.KeyOption{jeton.WithAlgorithm(name)}
}
