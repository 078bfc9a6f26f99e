package jeton

// #include "jeton.h"
import "C"

// Allowed tells whether an allow block lets an actor in, by Datasette's rules; one that says nothing sensible allows nobody. Both are
// what encoding/json writes, and JSON text is taken as it stands; an actor is an object, or nil for nobody. ErrConfig for any other.
func Allowed(actor, allow any) (bool, error) {
	actorText, err := actorJSON(actor)
	if err != nil {
		return false, err
	}
	allowText, err := marshal(allow)
	if err != nil {
		return false, err
	}
	return decision(func(allowed *C.int32_t, failure *C.jeton_error) C.jeton_status {
		return C.jeton_allowed(chars(actorText), C.size_t(len(actorText)), chars(allowText), C.size_t(len(allowText)), allowed, failure)
	})
}

// AllowedAction tells whether the restrictions of an actor that came from a token leave an action, by Datasette's rules. The resource
// is nothing, a database, or a database and a table.
func AllowedAction(actor any, action string, resource ...string) (bool, error) {
	actorText, err := actorJSON(actor)
	if err != nil {
		return false, err
	}
	if resource == nil {
		resource = []string{}
	}
	resourceText, err := marshal(resource)
	if err != nil {
		return false, err
	}
	return decision(func(allowed *C.int32_t, failure *C.jeton_error) C.jeton_status {
		return C.jeton_allowed_action(chars(actorText), C.size_t(len(actorText)), stringChars(action), C.size_t(len(action)),
			chars(resourceText), C.size_t(len(resourceText)), allowed, failure)
	})
}

// actorJSON gives the text of an actor. Nobody is null, also as the JSON text of [Authentication], which is nil then.
func actorJSON(actor any) ([]byte, error) {
	text, err := marshal(actor)
	if err == nil && text == nil {
		text = []byte("null")
	}
	return text, err
}

func decision(call func(allowed *C.int32_t, failure *C.jeton_error) C.jeton_status) (bool, error) {
	var allowed C.int32_t
	var failure C.jeton_error
	if status := call(&allowed, &failure); status != C.JETON_OK {
		return false, newError(status, &failure)
	}
	return allowed != 0, nil
}
