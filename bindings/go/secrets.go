package jeton

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

// Secrets are the secret texts of a source or a client by their names, which stand in the documentation of its config. They print
// and log as nothing, and do not go into JSON.
type Secrets map[string]string

// Format keeps the secrets out of what fmt prints, whatever the verb.
func (Secrets) Format(state fmt.State, _ rune) { printRedacted(state, "Secrets") }

// LogValue keeps the secrets out of logs.
func (Secrets) LogValue() slog.Value { return redacted("Secrets") }

// MarshalJSON keeps the secrets out of JSON.
func (Secrets) MarshalJSON() ([]byte, error) { return redactedJSON("Secrets"), nil }

// Environment stands for the environment of the process: names to values. nil is the environment of the process itself, an empty
// one has no variable. It may hold secrets, so it prints and logs as nothing, and does not go into JSON.
type Environment map[string]string

// Format keeps the values out of what fmt prints, whatever the verb.
func (Environment) Format(state fmt.State, _ rune) { printRedacted(state, "Environment") }

// LogValue keeps the values out of logs.
func (Environment) LogValue() slog.Value { return redacted("Environment") }

// MarshalJSON keeps the values out of JSON.
func (Environment) MarshalJSON() ([]byte, error) { return redactedJSON("Environment"), nil }

// textsJSON gives the JSON text of secrets or an environment for the library; nil stays nil.
func textsJSON[M ~map[string]string](texts M) (json.RawMessage, error) {
	if texts == nil {
		return nil, nil
	}
	return marshal(map[string]string(texts))
}
