package jeton

// #include "jeton.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
	"unsafe"
)

// SourceInfo tells what a source is. It holds no secret.
type SourceInfo struct {
	// JSON is the whole description, by the names of docs/SOURCES.md.
	JSON json.RawMessage `json:"-"`
	// Kind is "oauth2", "descarteslabs", "tigergraph", "signed" or "static".
	Kind string `json:"kind"`
	// TokenURL is where tokens are fetched; empty if none are.
	TokenURL string `json:"token_url"`
	// ClientID is the client's name; empty if it has none.
	ClientID string `json:"client_id"`
	// Scope is what is asked for; nil for nothing in particular.
	Scope []string `json:"scope"`
	// LeewayS is how many seconds before its end a token is renewed; nil if that depends on the token.
	LeewayS *float64 `json:"leeway_s"`
	// TokenPath is the token file; empty if there is none.
	TokenPath string `json:"token_path"`
}

// Describe tells what the source is.
func (s *Source) Describe() (*SourceInfo, error) {
	text, err := s.part("description", func(source unsafe.Pointer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_source_describe((*C.jeton_source)(source), out, failure)
	})
	if err != nil {
		return nil, err
	}
	info := &SourceInfo{JSON: text}
	return info, decodeAnswer(text, info)
}

// SourceStats counts what happened so far.
type SourceStats struct {
	// JSON is the whole answer, by the names of docs/SOURCES.md.
	JSON json.RawMessage `json:"-"`
	// Hits is how often a token was at hand, Misses how often it was not, Waits how often somebody waited for one.
	Hits   uint64 `json:"hits"`
	Misses uint64 `json:"misses"`
	Waits  uint64 `json:"waits"`
	// Refreshes is how often a token was fetched.
	Refreshes uint64 `json:"refreshes"`
	// Failures is how often that failed, by the name of the code.
	Failures map[string]uint64 `json:"failures"`
}

// Stats counts what happened so far.
func (s *Source) Stats() (*SourceStats, error) {
	text, err := s.part("stats", func(source unsafe.Pointer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_source_stats((*C.jeton_source)(source), out, failure)
	})
	if err != nil {
		return nil, err
	}
	stats := &SourceStats{JSON: text}
	return stats, decodeAnswer(text, stats)
}

// Event is something that happened to a source. It prints and logs without its refresh token, and does not go into JSON.
type Event struct {
	// Code is RENEWED, FAILED, NEW_REFRESH_TOKEN, or the code of a warning, such as TOKEN_FILE_NOT_SAVED.
	Code string
	// Warning tells whether it is one.
	Warning bool
	// Message is one line for people.
	Message string
	// At is when it happened.
	At time.Time
	// RefreshToken is what replaces the old refresh token, and must be stored; only with NEW_REFRESH_TOKEN.
	RefreshToken string
	// Lost is how many older events were dropped, because nobody asked for them.
	Lost uint64
}

// Format keeps the refresh token out of what fmt prints, whatever the verb.
func (e Event) Format(state fmt.State, _ rune) {
	_, _ = fmt.Fprintf(state, "jeton.Event(%s: %s)", e.Code, e.Message)
}

// LogValue keeps the refresh token out of logs.
func (e Event) LogValue() slog.Value {
	return slog.GroupValue(slog.String("code", e.Code), slog.String("message", e.Message), slog.Time("at", e.At))
}

// MarshalJSON keeps the refresh token out of JSON.
func (Event) MarshalJSON() ([]byte, error) { return redactedJSON("Event"), nil }

// Events takes out what happened since the last call, oldest first.
func (s *Source) Events() ([]Event, error) {
	r, err := s.handle.result(func(source unsafe.Pointer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_source_events((*C.jeton_source)(source), out, failure)
	})
	if err != nil {
		return nil, err
	}
	defer r.free()
	events := make([]Event, C.jeton_result_count(r.c))
	for i := range events {
		text, err := r.part(i, "event")
		if err != nil {
			return nil, err
		}
		if events[i], err = newEvent(text); err != nil {
			return nil, err
		}
	}
	return events, nil
}

func newEvent(text []byte) (Event, error) {
	var told struct {
		Code         string `json:"code"`
		Warning      bool   `json:"warning"`
		Message      string `json:"message"`
		AtMs         int64  `json:"at_ms"`
		RefreshToken string `json:"refresh_token"`
		Lost         uint64 `json:"lost"`
	}
	err := decodeAnswer(text, &told)
	return Event{told.Code, told.Warning, told.Message, time.UnixMilli(told.AtMs), told.RefreshToken, told.Lost}, err
}

type sourceFunction func(source unsafe.Pointer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status

// part copies the one part of a result.
func (s *Source) part(name string, call sourceFunction) (json.RawMessage, error) {
	r, err := s.handle.result(call)
	if err != nil {
		return nil, err
	}
	defer r.free()
	return r.part(0, name)
}
