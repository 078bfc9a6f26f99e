// Answers as a Vizzly identity endpoint does, then checks each token of the answer: go run . KEY.pem
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/jeton-sdk/jeton/bindings/go"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: identity KEY.pem")
	}
	pem, err := os.ReadFile(os.Args[1])
	check(err)
	key, err := jeton.KeyFromPEM(pem)
	check(err)

	// What the endpoint answers to a user who is signed in.
	vizzly, err := jeton.NewVizzly(key)
	check(err)
	tokens, err := vizzly.Identity(jeton.VizzlyIdentity{
		Dashboard: jeton.VizzlyDashboard{ExpiryTTLInMinutes: 60, ProjectID: "prj_demo", UserReference: "alice"},
		Data: &jeton.VizzlyData{
			ExpiryTTLInMinutes: 20,
			AllDataSets:        true,
			SecureFilters:      map[string]any{},
		},
		QueryEngine: &jeton.VizzlyQueryEngine{ExpiryTTLInMinutes: 20, AllowDataPreviewAccess: true},
	})
	check(err)
	fmt.Printf("%s\n", tokens.JSON)

	// What whoever has the public key makes of it.
	verifier, err := jeton.NewVizzlyVerifier(key)
	check(err)
	for _, token := range []string{tokens.DashboardAccessToken, tokens.DataAccessToken, tokens.QueryEngineAccessToken} {
		var claims json.RawMessage
		check(verifier.Verify(token, &claims))
		fmt.Printf("%s\n", claims)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
