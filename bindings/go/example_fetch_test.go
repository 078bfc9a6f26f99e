package jeton_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// jsonServer stands for the server of somebody else: it gives one answer to everything.
func jsonServer(answer string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) }))
}

func ExampleSource_Token() {
	server := jsonServer(`{"access_token":"a-token","expires_in":3600,"refresh_token":"the-next-one"}`)
	defer server.Close()
	source, err := jeton.NewSource(jeton.OAuth2Config{
		TokenURL: server.URL, Grant: "refresh_token", ClientID: "reports", ClientAuth: "none",
	}, jeton.SourceOptions{Secrets: jeton.Secrets{"refresh_token": "the-first-one"}})
	if err != nil {
		log.Fatal(err)
	}
	defer source.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	token, err := source.Token(ctx) // waits
	if err != nil {
		log.Fatal(err)
	}
	again, err := source.Token(ctx) // does not
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.Value, token == again, token)

	events, err := source.Events()
	if err != nil {
		log.Fatal(err)
	}
	for _, event := range events {
		if event.Code == "NEW_REFRESH_TOKEN" { // without a TokenFile it is ours to store
			fmt.Println(event.RefreshToken)
		}
	}
	// Output:
	// a-token true jeton.Token(redacted)
	// the-next-one
}

func ExampleRemoteVerifier_Verify() {
	generated, err := jeton.GenerateKey("ES256")
	if err != nil {
		log.Fatal(err)
	}
	server := jsonServer(`{"keys":[` + string(generated.PublicJWK) + `]}`)
	defer server.Close()
	verifier, err := jeton.NewRemoteVerifier([]jeton.RemoteIssuer{{
		JWKSURL: server.URL,
		Policy:  jeton.Policy{Algorithms: []string{"ES256"}, Issuer: "https://id.example", Audience: []string{"api"}},
	}}, jeton.RemoteVerifierOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()

	key, err := jeton.KeyFromJWK(generated.PrivateJWK)
	if err != nil {
		log.Fatal(err)
	}
	signer, err := jeton.NewSigner(key, jeton.SignerOptions{Issuer: "https://id.example", Audience: []string{"api"}, TTL: time.Minute})
	if err != nil {
		log.Fatal(err)
	}
	token, err := signer.Sign(map[string]string{"sub": "alice"})
	if err != nil {
		log.Fatal(err)
	}
	var claims struct{ Sub string }
	err = verifier.Verify(context.Background(), token, &claims)
	fmt.Println(claims.Sub, err)
	// Output: alice <nil>
}

func ExampleRemoteVerifier_Stats() {
	verifier, err := jeton.NewRemoteVerifier([]jeton.RemoteIssuer{{
		JWKSURL: "https://id.example/jwks",
		Policy:  jeton.Policy{Algorithms: []string{"ES256"}, Issuer: "https://id.example", Audience: []string{"api"}},
	}}, jeton.RemoteVerifierOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	stats, err := verifier.Stats()
	if err != nil {
		log.Fatal(err)
	}
	for _, issuer := range stats { // for a metric, or the answer of a health check
		fmt.Println(issuer.Issuer, issuer.Refreshes, issuer.LastFailure == "", issuer.Stale)
	}
	// Output: https://id.example 0 true false
}

func ExampleTigerGraph_GetToken() {
	server := jsonServer(`{"error":false,"token":"a-token","expiration":"2030-01-02 03:24:05"}`)
	defer server.Close()
	graph, err := jeton.NewTigerGraph(jeton.TigerGraphConfig{RESTPPURL: server.URL, GSURL: server.URL}, jeton.ClientOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer graph.Close()
	token, err := graph.GetToken(context.Background(), jeton.TigerGraphTokenArgs{Secret: "a secret of the graph", Lifetime: time.Hour})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.Token, string(token.Expiration))
	// Output: a-token "2030-01-02 03:24:05"
}

func ExampleDataiku_AsUser() {
	server := jsonServer(`{"authIdentifier":"bob"}`)
	defer server.Close()
	dataiku, err := jeton.NewDataiku(jeton.DataikuConfig{Host: server.URL}, jeton.ClientOptions{Secrets: jeton.Secrets{"api_key": "…"}})
	if err != nil {
		log.Fatal(err)
	}
	defer dataiku.Close()
	bob, err := dataiku.AsUser("bob")
	if err != nil {
		log.Fatal(err)
	}
	defer bob.Close()
	info, err := bob.AuthInfo(context.Background(), false)
	fmt.Println(string(info), err)
	// Output: {"authIdentifier":"bob"} <nil>
}

func ExampleDataiku_SetUserProperty() {
	dataiku, err := jeton.NewDataiku(jeton.DataikuConfig{Host: "https://dss.example"}, jeton.ClientOptions{Secrets: jeton.Secrets{"api_key": "…"}})
	if err != nil {
		log.Fatal(err)
	}
	defer dataiku.Close()
	settings, err := dataiku.SetUserProperty(json.RawMessage(`{"n":5.0,"userProperties":{}}`), "colour", "red")
	fmt.Println(string(settings), err)
	// Output: {"n":5.0,"userProperties":{"colour":"red"}} <nil>
}

func ExampleAccess_Authenticate() {
	access, err := jeton.NewAccess(json.RawMessage(`{"tokens":[{"token":"a-token","actor":{"id":"bot"}}]}`), jeton.AccessOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer access.Close()
	headers := http.Header{"Authorization": {"Bearer a-token"}}
	who, err := access.Authenticate(context.Background(), headers, nil)
	if err != nil {
		log.Fatal(err)
	}
	allowed, err := jeton.Allowed(who.Actor, map[string][]string{"id": {"bot", "root"}})
	fmt.Println(string(who.Actor), who.Scheme, allowed, err)
	// Output: {"id":"bot"} token true <nil>
}

func ExampleAccess_SignToken() {
	access, err := jeton.NewAccess(struct{}{}, jeton.AccessOptions{Secret: []byte("a secret that nobody else knows")})
	if err != nil {
		log.Fatal(err)
	}
	defer access.Close()
	ctx := context.Background()
	token, err := access.SignToken(ctx, jeton.SignTokenArgs{ActorID: "alice", TTL: jeton.Given(time.Hour)})
	if err != nil {
		log.Fatal(err)
	}
	later, err := access.Authenticate(ctx, http.Header{"Authorization": {"Bearer " + token}}, nil, jeton.At(time.Now().Add(2*time.Hour)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(later.Actor == nil, later.Refused)
	// Output: true EXPIRED
}

func ExampleAllowedAction() {
	actor := map[string]any{"id": "bot", "_r": map[string]any{"d": map[string][]string{"sales": {"view-database"}}}}
	here, err := jeton.AllowedAction(actor, "view-database", "sales")
	if err != nil {
		log.Fatal(err)
	}
	there, err := jeton.AllowedAction(actor, "view-database", "salaries")
	fmt.Println(here, there, err)
	// Output: true false <nil>
}

func ExampleGenerateAPIKey() {
	generated, err := jeton.GenerateAPIKey("acme")
	if err != nil {
		log.Fatal(err)
	}
	// generated.APIKey is shown once; generated.Digest is stored, and found again by that of a key that somebody sends.
	info, err := jeton.CheckAPIKey(generated.APIKey)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Valid, info.Prefix, string(info.Digest) == string(generated.Digest))
	// Output: true acme true
}
