package jeton

import (
	"fmt"
	"log/slog"
)

// printRedacted, redacted and redactedJSON say that there is a value of a type, and nothing of what is in it.
func printRedacted(state fmt.State, name string) {
	_, _ = fmt.Fprintf(state, "jeton.%s(redacted)", name)
}

func redacted(name string) slog.Value {
	return slog.StringValue("jeton." + name + "(redacted)")
}

func redactedJSON(name string) []byte {
	return []byte(`"jeton.` + name + `(redacted)"`)
}
