package jeton

import (
	"encoding/json"
	"time"
)

// Given is a pointer to a value, for a field of which nil stands for "not given". These are the fields whose absence lets more
// through: a Subject: jeton.Given(os.Getenv("SUBJECT")) that turns out empty is refused, and is never a policy without a subject.
func Given[T any](value T) *T {
	return &value
}

// Policy says which tokens a [Verifier] accepts. Zero values stand for "not given", and no check is the zero value of a text or a
// number: what may be absent has a pointer, see [Given], and for what may not [NewVerifier] refuses the absence, as it refuses all
// that contradicts itself.
type Policy struct {
	// Algorithms is what a token's alg may be. Required.
	Algorithms []string
	// Issuer is what iss must be, or with Issuers, which of them. Exactly one of Issuer, Issuers and AnyIssuer is required.
	Issuer  string
	Issuers []string
	// AnyIssuer leaves iss unchecked, and optional.
	AnyIssuer bool
	// Audience lists texts of which aud must hold one. Exactly one of Audience and AnyAudience is required.
	Audience []string
	// AnyAudience leaves aud unchecked, and optional.
	AnyAudience bool
	// Subject is what sub must be; nil leaves it unchecked.
	Subject *string
	// Type is what the header's typ must be, compared as a media type; nil leaves it unchecked.
	Type *string
	// Leeway is the clock tolerance of every time claim: whole seconds, at most 300.
	Leeway time.Duration
	// MaxAge demands iat, and that it is no older: whole seconds; nil leaves the age unchecked.
	MaxAge *time.Duration
	// Required lists claims that must be there and not be null.
	Required []string
	// AllowMissingExp accepts tokens that never end. An exp that is there still counts.
	AllowMissingExp bool
	// ExpiryClaim is the claim that ends the token, if it is not exp; it then holds an RFC 3339 time.
	ExpiryClaim string
	// Payload is "claims", which is the default, or "bytes": a payload that is not JSON, for which only Algorithms, Type,
	// MaxTokenBytes and TryKeys may be given.
	Payload string
	// MaxTokenBytes limits the length of a token: 256 to 1048576, by default 65536.
	MaxTokenBytes int
	// TryKeys is how many keys a token without kid may be tried against: 1 to 8, by default 1.
	TryKeys int
	// VerifiedCacheBytes is the memory in which the verifier keeps the texts of tokens that verified, so that their signature is not
	// computed again: 0, which keeps none, to 67108864. All else is judged anew in each call.
	VerifiedCacheBytes int
}

// MarshalJSON gives the policy as [NewVerifierJSON] takes it; ErrUTF8 if a text is not UTF-8, ErrConfig for both Issuer and Issuers.
func (p Policy) MarshalJSON() ([]byte, error) {
	var o object
	p.write(&o)
	return o.json()
}

func (p Policy) write(o *object) {
	o.add("algorithms", p.Algorithms)
	o.notBoth("Issuer", p.Issuer != "", "Issuers", p.Issuers != nil)
	o.add("issuer", p.Issuer)
	o.add("issuer", p.Issuers)
	o.add("any_issuer", p.AnyIssuer)
	o.add("audience", p.Audience)
	o.add("any_audience", p.AnyAudience)
	o.add("subject", p.Subject)
	o.add("typ", p.Type)
	o.addSeconds("leeway_s", p.Leeway)
	if p.MaxAge != nil {
		o.set("max_age_s", p.MaxAge.Seconds())
	}
	o.add("required", p.Required)
	o.add("allow_missing_exp", p.AllowMissingExp)
	o.add("expiry_claim", p.ExpiryClaim)
	o.add("payload", p.Payload)
	o.add("max_token_bytes", p.MaxTokenBytes)
	o.add("try_keys", p.TryKeys)
	o.add("verified_cache_bytes", p.VerifiedCacheBytes)
}

// UnmarshalJSON always fails. encoding/json passes over the members it finds no field for, and each of them may be a check: give
// the text to [NewVerifierJSON], which refuses what it does not know.
func (*Policy) UnmarshalJSON([]byte) error {
	return notRead("Policy", "NewVerifierJSON")
}

// SignerOptions says what a [Signer] adds to each token. Zero values stand for "not given", and a token that lacks a claim for
// it is one that a [Policy] which demands the claim refuses. [NewSigner] refuses what contradicts itself, and signing refuses
// claims that repeat one of an option.
type SignerOptions struct {
	// Algorithm is needed where the key names none.
	Algorithm string
	// Header holds extra header members; not alg, crit, b64 or zip.
	Header map[string]any
	// KeyID is the header's kid, by default the key's own. NoKeyID leaves it out.
	KeyID   string
	NoKeyID bool
	// Type is the header's typ, by default JWT for claims and none for bytes. NoType leaves it out.
	Type   string
	NoType bool
	// Issuer is the claim iss.
	Issuer string
	// Audience is the claim aud, which is written as a list, also of one.
	Audience []string
	// Subject is the claim sub.
	Subject string
	// TTL sets iat to the time of signing, and exp to that time plus TTL: whole seconds.
	TTL time.Duration
	// TokenID adds a random jti of 128 bits.
	TokenID bool
}

// MarshalJSON gives the options as [NewSignerJSON] takes them; ErrUTF8 if a text is not UTF-8, ErrConfig for a field beside
// the one that leaves it out.
func (s SignerOptions) MarshalJSON() ([]byte, error) {
	var o object
	o.add("algorithm", s.Algorithm)
	o.add("header", s.Header)
	o.notBoth("KeyID", s.KeyID != "", "NoKeyID", s.NoKeyID)
	o.add("kid", s.KeyID)
	if s.NoKeyID {
		o.set("kid", nil)
	}
	o.notBoth("Type", s.Type != "", "NoType", s.NoType)
	o.add("typ", s.Type)
	if s.NoType {
		o.set("typ", nil)
	}
	o.add("issuer", s.Issuer)
	o.add("audience", s.Audience)
	o.add("subject", s.Subject)
	o.addSeconds("ttl_s", s.TTL)
	o.add("jti", s.TokenID)
	return o.json()
}

// UnmarshalJSON always fails, as it does for a [Policy]: give the text to [NewSignerJSON] or [NewExternalSignerJSON].
func (*SignerOptions) UnmarshalJSON([]byte) error {
	return notRead("SignerOptions", "NewSignerJSON or NewExternalSignerJSON")
}

// A jsonWriter goes into JSON text, and never comes from it.
type jsonWriter interface {
	json.Marshaler
	json.Unmarshaler
}

var (
	_ jsonWriter = (*Policy)(nil)
	_ jsonWriter = (*SignerOptions)(nil)
	_ jsonWriter = (*VizzlyDashboard)(nil)
	_ jsonWriter = (*VizzlyData)(nil)
)
