package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// A part is a member of an object, or an item of a list, which has no name: each is the raw text that it was.
type part struct {
	name, value json.RawMessage
}

// cut takes JSON text of any depth apart, so that what a driver hands on reaches the library byte for byte: the one value in the
// text, and the parts of that. encoding/json stops at 10,000 levels; here it only judges strings, numbers and words.
func cut(text []byte) (value json.RawMessage, parts []part, ok bool) {
	s := scanner{text: text}
	s.space()
	start, from := s.at, s.at
	var name json.RawMessage
	for {
		depth := len(s.open)
		if depth == 1 {
			from = s.at
		}
		if !s.begin() {
			return nil, nil, false
		}
		// If nothing was opened a value is complete: another one follows a comma, or its container ends and is complete itself.
		for complete := len(s.open) == depth; complete; {
			switch len(s.open) {
			case 0:
				value = text[start:s.at]
				s.space()
				return value, parts, s.at == len(text) && utf8.Valid(text)
			case 1:
				parts = append(parts, part{name, text[from:s.at]})
			}
			s.space()
			if complete = !s.take(','); complete && !s.close() {
				return nil, nil, false
			}
		}
		s.space()
		if s.open[len(s.open)-1] == '}' {
			before := s.at
			if !s.scalar() || s.text[before] != '"' {
				return nil, nil, false
			}
			if len(s.open) == 1 {
				name = text[before:s.at]
			}
			s.space()
			if !s.take(':') {
				return nil, nil, false
			}
			s.space()
		}
	}
}

// A scanner moves over a text. What each method reads may also not be there, which it tells.
type scanner struct {
	text []byte
	at   int
	open []byte // how each container that has begun must end; no recursion, for a line may nest to any depth
}

// space passes over the white space of RFC 8259, of which Go's own idea has more.
func (s *scanner) space() {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
		s.at++
	}
}

func (s *scanner) take(c byte) bool {
	found := s.at < len(s.text) && s.text[s.at] == c
	if found {
		s.at++
	}
	return found
}

// begin reads a scalar or an empty container, or opens another container.
func (s *scanner) begin() bool {
	switch {
	case s.take('{'):
		s.open = append(s.open, '}')
	case s.take('['):
		s.open = append(s.open, ']')
	default:
		return s.scalar()
	}
	s.space()
	s.close()
	return true
}

func (s *scanner) close() bool {
	last := len(s.open) - 1
	closed := s.take(s.open[last])
	if closed {
		s.open = s.open[:last]
	}
	return closed
}

func (s *scanner) scalar() bool {
	start := s.at
	if s.take('"') {
		for s.at < len(s.text) && s.text[s.at] != '"' {
			if s.text[s.at] == '\\' {
				s.at++
			}
			s.at++
		}
		s.at = min(s.at+1, len(s.text))
	} else if end := bytes.IndexAny(s.text[start:], "{}[]:,\" \t\r\n"); end >= 0 {
		s.at += end
	} else {
		s.at = len(s.text)
	}
	return json.Valid(s.text[start:s.at])
}

// members gives the members of an object by name, of two of one name the last. No name that is asked for has a lone surrogate.
func members(text json.RawMessage) (request, bool) {
	value, parts, ok := cut(text)
	if !ok || value[0] != '{' {
		return nil, false
	}
	r := make(request)
	for _, p := range parts {
		if name, isText := textOf(p.name); isText {
			r[name] = p.value
		}
	}
	return r, true
}

// items gives the items of a list.
func items(text json.RawMessage) ([]json.RawMessage, bool) {
	value, parts, ok := cut(text)
	if !ok || value[0] != '[' {
		return nil, false
	}
	list := make([]json.RawMessage, len(parts))
	for i, p := range parts {
		list[i] = p.value
	}
	return list, true
}
