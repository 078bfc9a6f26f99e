// A source that renews itself while callers go on: go run ./renew TOKEN_URL
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"sync"
	"time"

	"github.com/jeton-sdk/jeton/bindings/go"
)

type caller struct {
	calls, failed int
	tokens        map[string]bool
	longest       time.Duration
}

// call asks for the token every millisecond, as a server does that makes a call for each request. Its context has ended: Token gives
// what is at hand all the same, and would fail if it had to wait.
func (c *caller) call(source *jeton.Source) {
	ended, end := context.WithCancel(context.Background())
	end()
	for until := time.Now().Add(6 * time.Second); time.Now().Before(until); time.Sleep(time.Millisecond) {
		start := time.Now()
		token, err := source.Token(ended)
		c.longest = max(c.longest, time.Since(start))
		c.calls++
		if err != nil {
			c.failed++
		} else {
			c.tokens[token.Value] = true
		}
	}
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: renew TOKEN_URL")
	}
	config := jeton.OAuth2Config{TokenURL: os.Args[1], Grant: "client_credentials", ClientID: "me", Leeway: jeton.Given(time.Second)}
	source, err := jeton.NewSource(config, jeton.SourceOptions{Secrets: jeton.Secrets{"client_secret": "only for this example"}})
	if err != nil {
		log.Fatal(err)
	}
	defer source.Close()
	// The first one has to be waited for.
	if _, err := source.Token(context.Background()); err != nil {
		log.Fatal(err)
	}

	var callers [8]caller
	var running sync.WaitGroup
	for i := range callers {
		callers[i].tokens = map[string]bool{}
		running.Add(1)
		go func() {
			defer running.Done()
			callers[i].call(source)
		}()
	}
	running.Wait()
	all := callers[0]
	for _, other := range callers[1:] {
		all.calls += other.calls
		all.failed += other.failed
		all.longest = max(all.longest, other.longest)
		for token := range other.tokens {
			all.tokens[token] = true
		}
	}
	fmt.Printf("%d calls, %d failed, %d tokens; the longest call took %.1f ms\n", all.calls, all.failed, len(all.tokens),
		float64(all.longest.Microseconds())/1000)
}
