// A service that says who is calling it, and calls another one with a token that is always fresh: go run ./service [ADDRESS]
//
// BOT_TOKEN is what callers have to present. UPSTREAM_URL is the other service, and TOKEN_URL, CLIENT_ID and CLIENT_SECRET say where
// its tokens come from.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/jeton-sdk/jeton/bindings/go"
	"github.com/jeton-sdk/jeton/bindings/go/jetonhttp"
)

func main() {
	access, err := jeton.NewAccess(json.RawMessage(`{"tokens": [{"token": {"$env": "BOT_TOKEN"}, "actor": {"id": "bot"}}]}`), jeton.AccessOptions{})
	check(err)
	source, err := jeton.NewSource(jeton.OAuth2Config{
		TokenURL: os.Getenv("TOKEN_URL"), Grant: "client_credentials", ClientID: os.Getenv("CLIENT_ID"), ClientAuth: "basic",
	}, jeton.SourceOptions{Secrets: jeton.Secrets{"client_secret": os.Getenv("CLIENT_SECRET")}})
	check(err)

	address := "127.0.0.1:8080"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	server := &http.Server{Addr: address, Handler: service(access, source, os.Getenv("UPSTREAM_URL")), ReadHeaderTimeout: 10 * time.Second}
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go func() {
		<-interrupted.Done()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(ctx)
	}()
	log.Print("http://", address, "/whoami and /upstream")
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

// service is the whole of it: /whoami gives the actor, and /upstream what the other service answers.
func service(access *jeton.Access, source *jeton.Source, upstream string) http.Handler {
	client := &http.Client{Transport: &jetonhttp.Transport{Source: source}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /whoami", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(jetonhttp.Actor(r.Context()))
	})
	mux.HandleFunc("GET /upstream", func(w http.ResponseWriter, r *http.Request) {
		request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, upstream, nil)
		if err != nil {
			http.Error(w, "Bad Gateway", http.StatusBadGateway)
			return
		}
		response, err := client.Do(request)
		if err != nil {
			log.Print(err)
			http.Error(w, "Bad Gateway", http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body)
	})
	return jetonhttp.Authenticate(access)(jetonhttp.RequireActor(mux))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
