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

	"allowed":          allowed,
	"allowed_action":   allowedAction,
	"api_key.generate": generateAPIKey,
	"api_key.check":    checkAPIKey,

	"access.open":          openAccess,
	"access.authenticate":  accessOf("authenticate", "headers", "query"),
	"access.sign_token":    accessOf("sign_token", "actor_id", "ttl_s", "restrictions"),
	"access.create_token":  accessCall("create_token"),
	"access.list_tokens":   accessCall("list_tokens"),
	"access.token_details": accessCall("token_details"),
	"access.revoke_token":  accessCall("revoke_token"),
	"access.auth_info":     accessCall("auth_info"),
	"access.act_as":        accessCall("act_as"),
	"access.close":         closeAccess,

	"source.open":       openSource,
	"source.describe":   onSource(describeSource),
	"source.stats":      onSource(sourceStats),
	"source.token":      onSource(sourceToken),
	"source.refresh":    onSource(refreshSource),
	"source.identity":   onSource(sourceIdentity),
	"source.invalidate": onSource(invalidateSource),
	"source.revoke":     onSource(revokeSource),
	"source.close":      closeSource,
	"keyset.open":       openKeyset,
	"keyset.verify":     verifyRemote,

	"client.open":    openClient,
	"client.as_user": clientAsUser,
	"client.call":    callClient,
	"client.close":   closeClient,
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
