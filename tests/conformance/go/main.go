// The conformance driver of the Go binding: one JSON request a line in, one JSON answer a line out. It decides nothing.
package main

import (
	"bufio"
	"fmt"
	"os"
)

var operations = map[string]func(request) answer{
	"version":         version,
	"sign":            sign,
	"sign_begin":      signBegin,
	"sign_finish":     signFinish,
	"verify":          verify,
	"verify_batch":    verifyBatch,
	"inspect":         inspect,
	"key":             describeKey,
	"generate":        generate,
	"vizzly":          vizzly,
	"vizzly.identity": vizzlyIdentity,
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, end := lines.ReadBytes('\n')
		if len(line) != 0 {
			if _, err := fmt.Printf("%s\n", respond(line)); err != nil {
				os.Exit(1)
			}
		}
		if end != nil {
			return
		}
	}
}

// respond answers one line. A request that lacks what its op needs says so by a panic with a refusal.
func respond(line []byte) (text []byte) {
	id := "null"
	defer func() {
		if refused := recover(); refused != nil {
			text = failed(refused.(refusal)).line(id)
		}
	}()
	r := parse(line)
	if r.has("id") {
		id = verbatim(r["id"])
	}
	operation, known := operations[r.text("op")]
	if !known {
		refuse("UNSUPPORTED_OP", "no such op")
	}
	return operation(r).line(id)
}
