// Package jeton makes, checks and describes tokens: compact JWS (RFC 7515) with claims (RFC 7519) or with bytes.
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
// # Errors
//
// A failure of the library is an [*Error] that carries exactly one [Code], so errors.Is(err, jeton.ErrExpired) is true only
// of a token whose signature is good. No error text holds a byte of a token, a key, a secret or a claim value.
//
// # Closing
//
// Every handle has a Close, which frees its memory and wipes its secrets at once. It may be left out: a finalizer does the
// same later. Closing twice is fine, closing while other goroutines are inside a call is safe (they finish, and the last of
// them frees), and a call after Close returns [ErrClosed].
//
// # Time
//
// Calls that depend on the time take the system clock, or the moment of an [At] option. The zero time.Time is no moment: it is
// refused with [ErrZeroTime].
package jeton
