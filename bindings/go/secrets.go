package jeton

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"unicode/utf8"
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

// json gives the secrets for the library; nil stays nil.
func (s Secrets) json() (json.RawMessage, error) {
	if s == nil {
		return nil, nil
	}
	return marshal(map[string]string(s))
}

// json gives the environment for the library. That of the process is taken from Go, which locks it, for C has nothing that keeps an
// os.Setenv from pulling it away while it is read; what is no text in it is nothing that a config can name.
func (e Environment) json() (json.RawMessage, error) {
	if e != nil {
		return marshal(map[string]string(e))
	}
	process := map[string]string{}
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); name != "" && utf8.ValidString(variable) {
			process[name] = value
		}
	}
	return marshal(process)
}
