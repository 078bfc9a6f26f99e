package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// An answer is the text of an object with `ok` or `error`.
type answer string

// A member is a name and the JSON text of its value.
type member struct {
	name, value string
}

func object(members ...member) string {
	parts := make([]string, len(members))
	for i, m := range members {
		parts[i] = `"` + m.name + `":` + m.value
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func ok(members ...member) answer {
	return okText(object(members...))
}

func okText(value string) answer {
	return answer(object(member{"ok", value}))
}

// failed says what the library, or the request itself, failed with.
func failed(err error) answer {
	status, claim, httpStatus, code := "INTERNAL", "null", "null", "null"
	var failure *jeton.Error
	var request refusal
	message := err.Error()
	switch {
	case errors.As(err, &failure):
		status, message = failure.Status, failure.Message
		claim, code = orNull(failure.Claim), orNull(failure.ServerCode)
		if failure.HTTPStatus != 0 {
			httpStatus = strconv.Itoa(failure.HTTPStatus)
		}
	case errors.As(err, &request):
		status = request.status
	}
	return answer(object(member{"error", object(member{"status", quote(status)}, member{"claim", claim},
		member{"message", quote(message)}, member{"http_status", httpStatus}, member{"code", code})}))
}

// with puts a member beside those of an object.
func with(object string, m member) string {
	inside := strings.TrimSpace(object)
	inside = inside[1 : len(inside)-1]
	if strings.TrimSpace(inside) != "" {
		inside += ","
	}
	return "{" + inside + `"` + m.name + `":` + m.value + "}"
}

// line puts the id into the answer.
func (a answer) line(id string) []byte {
	return []byte(`{"id":` + id + "," + string(a[1:]))
}

func quote(text string) string {
	quoted, _ := json.Marshal(text) // a string is always JSON
	return string(quoted)
}

// verbatim is JSON text as it stood, on one line; line breaks in it can only be white space.
func verbatim(text json.RawMessage) string {
	if text == nil {
		return "null"
	}
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(string(text))
}

// orNull is a text, or null for the empty text that stands for absence.
func orNull(text string) string {
	if text == "" {
		return "null"
	}
	return quote(text)
}

// token is what a token says.
func token(header, claims json.RawMessage, payload []byte) string {
	body := member{"claims", verbatim(claims)}
	if claims == nil {
		body = member{"payload_b64u", quote(base64.RawURLEncoding.EncodeToString(payload))}
	}
	return object(member{"header", verbatim(header)}, body)
}
