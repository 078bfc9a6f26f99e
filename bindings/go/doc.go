// Package jeton makes, checks and describes tokens: compact JWS (RFC 7515) with claims (RFC 7519) or with bytes. It fetches tokens
// and keeps them fresh, and says who is calling.
//
// A [Key] is checked when it is made, and bound to one algorithm. A [Signer] is a private key with options, a [Verifier] is
// keys with a [Policy]; both are made once, and then any number of goroutines may use one at once.
//
//	verifier, err := jeton.NewVerifier(key, jeton.Policy{
//		Algorithms: []string{"ES256"},
//		Issuer:     "https://id.example",
//		Audience:   []string{"api"},
//	})
//	var claims struct{ Subject string `json:"sub"` }
//	err = verifier.Verify(token, &claims) // claims are untouched unless err == nil
//	if errors.Is(err, jeton.ErrExpired) { … }
//
// A [Source] is one token of a server: fetched when it is first asked for, renewed ahead of its end while callers are served the old
// one. A [RemoteVerifier] is a verifier whose keys are fetched. [TigerGraph] and [Dataiku] call the identity interfaces of these
// servers. An [Access] makes an actor of a request's headers and query; the package jetonhttp in this module has it as a middleware
// of net/http, and a RoundTripper that sends the token of a source. The module oauth2 beside this one is for golang.org/x/oauth2.
//
//	token, err := source.Token(ctx) // the one at hand, else as long as ctx allows
//
// # Errors
//
// A failure of the library is an [*Error] that carries exactly one [Code], so errors.Is(err, jeton.ErrExpired) is true only
// of a token whose signature is good. No error text holds a byte of a token, a key, a secret or a claim value. Where a server
// refused, the error has its HTTP status and its own code.
//
// # Waiting
//
// What may wait takes a context, and nothing else does. A call whose context ends is back at once, with an error that is both
// [ErrCancelled] and context.Canceled, or both [ErrTimeout] and context.DeadlineExceeded; what it waited for goes on for others. Waiting
// goroutines are parked in Go's poller and hold no thread.
//
// # Closing
//
// Every handle has a Close, which frees its memory and wipes its secrets at once. It may be left out: a finalizer does the
// same later. Closing twice is fine, closing while other goroutines are inside a call is safe (they finish, and the last of
// them frees), and a call after Close returns [ErrClosed]. Whoever waits for a source that is closed gets ErrClosed too.
//
// # Time
//
// Calls that depend on the time take the system clock, or the moment of an [At] option. The zero time.Time is no moment: it is
// refused with [ErrZeroTime].
package jeton
