package jeton

// #include "jeton.h"
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unsafe"
)

// Access says who is calling: a request's headers and query become an actor, or nobody. Any number of goroutines may use one at once.
// The package jetonhttp has it as a middleware of net/http.
type Access struct {
	handle *handle
	// Calls may wait for a database, so the runtime makes them.
	waits bool
	// rows is nil where no call asks for any.
	rows map[string]RowFunction
}

// AccessOptions is what goes beside the config of an [Access]. Zero values stand for the defaults.
type AccessOptions struct {
	// Secret is what signed tokens are signed with; nil is DATASETTE_SECRET of the environment.
	Secret []byte
	// Databases are paths of SQLite files by the names in the config.
	Databases map[string]string
	// Rows look up rows in databases of the program's own, by the names in the config.
	Rows map[string]RowFunction
	// NoSignedTokens refuses signed tokens.
	NoSignedTokens bool
	// MaxSignedTokensTTL is how long a signed token may live at most: whole seconds; 0 is no limit.
	MaxSignedTokensTTL time.Duration
	// Environment stands for the environment of the process; nil is that of the process itself.
	Environment Environment
}

// Format keeps the secret out of what fmt prints, whatever the verb.
func (AccessOptions) Format(state fmt.State, _ rune) { printRedacted(state, "AccessOptions") }

// LogValue keeps the secret out of logs.
func (AccessOptions) LogValue() slog.Value { return redacted("AccessOptions") }

// NewAccess opens an authenticator. Databases, files and the environment are opened here; where another process has a database locked,
// that waits up to 10 seconds. The config is what encoding/json writes
// as an object, and JSON text is taken as it stands: what Datasette's plugin takes, see docs/ACCESS.md.
func NewAccess(config any, options AccessOptions) (*Access, error) {
	text, err := marshal(config)
	if err != nil {
		return nil, err
	}
	var settings object
	databases := map[string]any{}
	for name, path := range options.Databases {
		databases[name] = path
	}
	for name := range options.Rows {
		databases[name] = nil
	}
	settings.set("databases", databases)
	if options.NoSignedTokens {
		settings.set("allow_signed_tokens", false)
	}
	settings.addSeconds("max_signed_tokens_ttl", options.MaxSignedTokensTTL)
	settingsText, err := settings.json()
	if err != nil {
		return nil, err
	}
	access, err := NewAccessJSON(text, settingsText, options.Secret, options.Environment)
	if err == nil {
		access.waits = len(options.Databases) != 0
		if access.asksRows() {
			access.rows = options.Rows
		}
	}
	return access, err
}

// NewAccessJSON is NewAccess with config and settings as JSON texts, by the names of jeton_access_new in jeton.h; empty settings are
// none.
func NewAccessJSON(config, settings json.RawMessage, secret []byte, environment Environment) (*Access, error) {
	variables, err := environment.json()
	if err != nil {
		return nil, err
	}
	var out *C.jeton_access
	var failure C.jeton_error
	status := C.jeton_access_new(chars(config), C.size_t(len(config)), chars(settings), C.size_t(len(settings)),
		octets(secret), C.size_t(len(secret)), chars(variables), C.size_t(len(variables)), &out, &failure)
	if status != C.JETON_OK {
		return nil, newError(status, &failure)
	}
	handle := newHandle(unsafe.Pointer(out), func(access unsafe.Pointer) { C.jeton_access_free((*C.jeton_access)(access)) })
	return &Access{handle: handle, waits: true}, nil
}

// asksRows tells whether calls may ask for rows.
func (a *Access) asksRows() bool {
	asks := false
	_ = a.handle.call(func(access unsafe.Pointer, _ *C.jeton_error) C.jeton_status {
		asks = C.jeton_access_asks_rows((*C.jeton_access)(access)) == 1
		return C.JETON_OK
	})
	return asks
}

// Close frees the authenticator and closes its databases. It may be called at any time and more than once.
func (a *Access) Close() {
	a.handle.close()
}

// Call runs an operation of the table in docs/ACCESS.md. The arguments are what encoding/json writes as an object; JSON text is taken
// as it stands. The answer is JSON text as the library gave it.
func (a *Access) Call(ctx context.Context, operation string, args any, options ...CallOption) (json.RawMessage, error) {
	text, err := marshal(args)
	if err != nil {
		return nil, err
	}
	parts, err := a.parts(ctx, operation, text, options, "answer")
	if err != nil {
		return nil, err
	}
	return parts[0], nil
}

// Authentication is who sent a request.
type Authentication struct {
	// Actor is the actor, a JSON object; nil for nobody.
	Actor json.RawMessage
	// Scheme is how the actor was found: "token", "query", "dsatok", "dstok" or "jwt"; empty for nobody.
	Scheme string
	// Refused is why a token that was there is not accepted, such as "EXPIRED"; else empty. It is not for the caller to know.
	Refused string
	// Challenge is the value of WWW-Authenticate for an answer 401 to nobody, or 403 to an actor.
	Challenge string
}

// Authenticate says who sends a request with these headers, their names in any case, and this query: http.Header and url.Values fit.
// The bytes of headers are read as Latin-1, those of the query as UTF-8. A token that is not accepted is no error; ErrStore is, for a
// database that cannot be read.
func (a *Access) Authenticate(ctx context.Context, headers, query map[string][]string, options ...CallOption) (*Authentication, error) {
	args, err := members{"headers": latin1(headers), "query": repaired(query)}.MarshalJSON()
	if err != nil {
		return nil, err
	}
	parts, err := a.parts(ctx, "authenticate", args, options, "answer", "actor", "challenge")
	if err != nil {
		return nil, err
	}
	var answer struct{ Scheme, Refused string }
	if err := decodeAnswer(parts[0], &answer); err != nil {
		return nil, err
	}
	return &Authentication{parts[1], answer.Scheme, answer.Refused, string(parts[2])}, nil
}

// latin1 makes text of headers: each byte is one character.
func latin1(headers map[string][]string) map[string][]string {
	return mapped(headers, func(value string) string {
		characters := make([]rune, len(value))
		for i := range len(value) {
			characters[i] = rune(value[i])
		}
		return string(characters)
	})
}

// repaired makes text of what may be in a query: bytes that are not UTF-8 become U+FFFD, which no token has.
func repaired(query map[string][]string) map[string][]string {
	return mapped(query, func(value string) string { return strings.ToValidUTF8(value, "\uFFFD") })
}

func mapped(lists map[string][]string, convert func(string) string) map[string][]string {
	texts := make(map[string][]string, len(lists))
	for name, values := range lists {
		for _, value := range values {
			texts[convert(name)] = append(texts[convert(name)], convert(value))
		}
	}
	return texts
}

// parts runs an operation: at once where no database can make it wait, else, and where keys have to be fetched, on the runtime.
func (a *Access) parts(ctx context.Context, operation string, args json.RawMessage, options []CallOption, names ...string) ([][]byte, error) {
	now, given, err := moment(options)
	if err != nil {
		return nil, err
	}
	nowS := C.int64_t(C.JETON_CLOCK)
	if given {
		nowS = C.int64_t(now.Unix())
	}
	if a.rows != nil {
		parts, err := a.lookUp(ctx, operation, args, nowS, names)
		if !errors.Is(err, ErrKeysUnavailable) { // for them only the runtime can wait
			return parts, err
		}
	} else if !a.waits {
		parts, asks, err := a.atOnce(operation, args, nowS, names)
		if !asks {
			return parts, err
		}
	}
	return a.handle.awaitParts(ctx, func(access unsafe.Pointer, limitMs C.uint64_t, out **C.jeton_wait, failure *C.jeton_error) C.jeton_status {
		return C.jeton_access_begin((*C.jeton_access)(access), stringChars(operation), C.size_t(len(operation)),
			chars(args), C.size_t(len(args)), nowS, limitMs, out, failure)
	}, names...)
}

// atOnce runs an operation that asks for nothing, or tells that it asks.
func (a *Access) atOnce(operation string, args json.RawMessage, nowS C.int64_t, names []string) (parts [][]byte, asks bool, err error) {
	r, err := a.handle.result(func(access unsafe.Pointer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		status := C.jeton_access_call((*C.jeton_access)(access), stringChars(operation), C.size_t(len(operation)),
			chars(args), C.size_t(len(args)), nowS, out, failure)
		if asks = status == C.JETON_ASK; asks {
			return C.JETON_OK
		}
		return status
	})
	if err != nil || asks {
		return nil, asks, err
	}
	defer r.free()
	parts, err = r.parts(0, names...)
	return parts, false, err
}

// accessInto is Call with the answer put into a new value.
func accessInto[T any](ctx context.Context, a *Access, operation string, args json.Marshaler, options []CallOption) (*T, error) {
	text, err := args.MarshalJSON()
	if err != nil {
		return nil, err
	}
	answer, err := a.Call(ctx, operation, json.RawMessage(text), options...)
	if err != nil {
		return nil, err
	}
	value := new(T)
	return value, decodeAnswer(answer, value)
}
