package jeton

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"sync"
	"time"
)

// An encoder is the reused storage of a value that becomes JSON text.
type encoder struct {
	text bytes.Buffer
	json *json.Encoder
}

var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.json = json.NewEncoder(&e.text)
	e.json.SetEscapeHTML(false) // <, > and & are as good in a token as anything else, and shorter as they are
	return e
}}

// encode gives the JSON text of value until the next encode. JSON text and bytes are passed on as they are, for the library to
// judge; in any other value text that is not UTF-8 is refused.
func (e *encoder) encode(value any) ([]byte, error) {
	switch text := value.(type) {
	case json.RawMessage:
		return text, nil
	case []byte:
		return text, nil
	}
	e.text.Reset()
	if err := e.json.Encode(value); err != nil {
		return nil, encodeError(value, err)
	}
	text := bytes.TrimSuffix(e.text.Bytes(), []byte("\n"))
	if isAltered(text) {
		return nil, notUTF8(fmt.Sprintf("a %T", value))
	}
	return text, nil
}

// An escape for U+FFFD, with an even number of backslashes before it.
var replacement = regexp.MustCompile(`[^\\](?:\\\\)*\\ufffd`)

// isAltered tells whether encoding/json put U+FFFD in place of bytes that are not UTF-8: this it writes as an escape, and a U+FFFD
// that was there as itself. So two texts that differ would become one, such as two subjects.
func isAltered(text []byte) bool {
	return bytes.Contains(text, []byte(`\ufffd`)) && replacement.Match(text)
}

func (e *encoder) release() {
	if e.text.Cap() <= maxPooled {
		encoders.Put(e)
	}
}

// marshal gives the JSON text of value.
func marshal(value any) (json.RawMessage, error) {
	e := encoders.Get().(*encoder)
	defer e.release()
	text, err := e.encode(value)
	return bytes.Clone(text), err
}

// decode puts a verified payload into *dst as a whole, or leaves it as it was. What an earlier token left in dst must not
// look as if this one had said it, so the text is never merged into old values.
func decode(payload []byte, dst any) error {
	if dst == nil {
		return nil
	}
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return &json.InvalidUnmarshalError{Type: target.Type()}
	}
	switch raw := dst.(type) {
	case *json.RawMessage:
		*raw = append((*raw)[:0], payload...)
		return nil
	case *[]byte:
		*raw = append((*raw)[:0], payload...)
		return nil
	}
	fresh := reflect.New(target.Type().Elem())
	if err := json.Unmarshal(payload, fresh.Interface()); err != nil {
		return decodeError(target.Type().Elem(), err)
	}
	target.Elem().Set(fresh.Elem())
	return nil
}

// decodeAnswer puts a text of the library's own into a value.
func decodeAnswer(text []byte, dst any) error {
	if err := json.Unmarshal(text, dst); err != nil {
		return &JSONError{"jeton: an answer does not fit into a " + reflect.TypeOf(dst).Elem().String(), err}
	}
	return nil
}

// An object is JSON text that is written member by member, in order. Whether the members make sense is for the library to say.
type object struct {
	text []byte
	err  error
}

// set writes a member.
func (o *object) set(name string, value any) {
	text, err := marshal(value)
	if errors.Is(err, ErrUTF8) {
		err = notUTF8(name)
	}
	if err != nil && o.err == nil {
		o.err = err
	}
	if text == nil { // the JSON text of nobody, as [Authentication] has it
		text = json.RawMessage("null")
	}
	separator := byte('{')
	if len(o.text) != 0 {
		separator = ','
	}
	o.text = append(o.text, separator, '"')
	o.text = append(append(o.text, name...), `":`...)
	o.text = append(o.text, text...)
}

// members are those of an object in which JSON text stays as it stands.
type members map[string]any

func (m members) MarshalJSON() ([]byte, error) {
	var o object
	for name, value := range m {
		o.set(name, value)
	}
	return o.json()
}

// add writes a member unless it has its zero value, which stands for "not given"; an empty list is given, and so is a pointer.
func (o *object) add(name string, value any) {
	if !reflect.ValueOf(value).IsZero() {
		o.set(name, value)
	}
}

// given writes a member that may be any JSON; nil stands for "not given".
func (o *object) given(name string, value any) {
	if value != nil {
		o.set(name, value)
	}
}

// addSeconds is add for a duration, of which a fraction of a second is not lost but left for the library to refuse.
func (o *object) addSeconds(name string, duration time.Duration) {
	o.add(name, duration.Seconds())
}

// addMilliseconds is add for a duration in milliseconds, with the same care.
func (o *object) addMilliseconds(name string, duration time.Duration) {
	o.add(name, float64(duration)/float64(time.Millisecond))
}

// notBoth refuses two fields that give the same member: the library would only see its name twice, and could not name the fields.
func (o *object) notBoth(first string, firstGiven bool, second string, secondGiven bool) {
	if firstGiven && secondGiven && o.err == nil {
		o.err = bothGiven(first, second)
	}
}

func (o *object) json() (json.RawMessage, error) {
	if o.err != nil {
		return nil, o.err
	}
	if len(o.text) == 0 {
		return json.RawMessage("{}"), nil
	}
	return append(o.text, '}'), nil
}
