//go:build cgo

package jeton

import (
	"encoding/json"
	"time"
)

// SourceConfig is what a [Source] fetches, and from where: [OAuth2Config], [DescartesLabsConfig], [TigerGraphSourceConfig],
// [SignedConfig] or [StaticConfig].
type SourceConfig interface {
	json.Marshaler
	isSource()
}

func (OAuth2Config) isSource()           {}
func (DescartesLabsConfig) isSource()    {}
func (TigerGraphSourceConfig) isSource() {}
func (SignedConfig) isSource()           {}
func (StaticConfig) isSource()           {}

// OAuth2Config is a token endpoint of OAuth 2.0 (RFC 6749). Its secrets are client_secret, refresh_token, private_key and
// assertion, as the grant and the client's authentication need them. Zero values stand for "not given".
type OAuth2Config struct {
	// TokenURL is required.
	TokenURL string
	// Grant is "refresh_token", "client_credentials" or "jwt_bearer" (RFC 7523). Required.
	Grant string
	// ClientID is the client's name.
	ClientID string
	// ClientAuth is how the client says who it is: "basic", "post", "private_key_jwt" or "none".
	ClientAuth string
	// PrivateKeyAlgorithm and PrivateKeyID are of the secret private_key.
	PrivateKeyAlgorithm string
	PrivateKeyID        string
	// AssertionClaims are the claims of an assertion that is signed with private_key, for "jwt_bearer".
	AssertionClaims map[string]any
	// Scope lists what is asked for.
	Scope []string
	// Audience is whom the token is for, where a server wants to know.
	Audience string
	// Extra are further members of the request.
	Extra map[string]any
	// RevocationURL is where tokens are ended (RFC 7009).
	RevocationURL string
	// TokenFile keeps the tokens between processes and shares them: one of all that use the file renews.
	TokenFile string
	// Retries has its defaults if it is nil.
	Retries *Retries
	// Leeway is how long before its end a token is renewed: by default a fifth of its life, at most 5 minutes. See [Given].
	Leeway *time.Duration
	// Connection says how the servers are reached.
	Connection
}

// MarshalJSON gives the config as [NewSourceJSON] takes it.
func (c OAuth2Config) MarshalJSON() ([]byte, error) {
	var o object
	o.set("kind", "oauth2")
	o.add("token_url", c.TokenURL)
	o.add("grant", c.Grant)
	o.add("client_id", c.ClientID)
	o.add("client_auth", c.ClientAuth)
	o.add("private_key_algorithm", c.PrivateKeyAlgorithm)
	o.add("private_key_id", c.PrivateKeyID)
	o.add("assertion_claims", c.AssertionClaims)
	o.add("scope", c.Scope)
	o.add("audience", c.Audience)
	o.add("extra", c.Extra)
	o.add("revocation_url", c.RevocationURL)
	o.add("token_file", c.TokenFile)
	o.add("retries", c.Retries)
	o.addPeriod("leeway_s", c.Leeway)
	c.Connection.write(&o)
	return o.json()
}

// DescartesLabsConfig is Descartes Labs' token service. What is not given comes from the environment (DESCARTESLABS_CLIENT_ID and
// its like) or from the token file; its secrets are client_secret, refresh_token and jwt_token. An empty text that is given hides
// the environment and the file, so texts are pointers; see [Given].
type DescartesLabsConfig struct {
	// Domain is the URL of the service, if it is not the vendor's own.
	Domain string
	// ClientID is the client's name.
	ClientID *string
	// Scope lists what is asked for.
	Scope []string
	// Leeway is how long before its end a token is renewed, by default 500 seconds.
	Leeway *time.Duration
	// TokenInfoPath is the token file. NoTokenFile means that none is read or written.
	TokenInfoPath *string
	NoTokenFile   bool
	// Retries has its defaults if it is nil.
	Retries *Retries
	// SuppressWarning leaves out the warnings about missing credentials and unreadable token files.
	SuppressWarning bool
	// Connection says how the service is reached.
	Connection
}

// MarshalJSON gives the config as [NewSourceJSON] takes it; ErrConfig for both TokenInfoPath and NoTokenFile.
func (c DescartesLabsConfig) MarshalJSON() ([]byte, error) {
	var o object
	o.set("kind", "descarteslabs")
	o.add("domain", c.Domain)
	o.add("client_id", c.ClientID)
	o.add("scope", c.Scope)
	o.addPeriod("leeway", c.Leeway)
	o.notBoth("TokenInfoPath", c.TokenInfoPath != nil, "NoTokenFile", c.NoTokenFile)
	o.add("token_info_path", c.TokenInfoPath)
	if c.NoTokenFile {
		o.set("token_info_path", nil)
	}
	o.add("retries", c.Retries)
	o.add("suppress_warning", c.SuppressWarning)
	c.Connection.write(&o)
	return o.json()
}

// TigerGraphSourceConfig keeps a token of a TigerGraph server. Its secret is one of secret and password.
type TigerGraphSourceConfig struct {
	// TigerGraphConfig is the server.
	TigerGraphConfig
	// Lifetime is how long a token shall live: whole seconds; the server's own default if it is 0.
	Lifetime time.Duration
	// DeleteOnClose deletes the token at the server when the source is closed by [Source.Shutdown].
	DeleteOnClose bool
	// Retries has its defaults if it is nil.
	Retries *Retries
}

// MarshalJSON gives the config as [NewSourceJSON] takes it.
func (c TigerGraphSourceConfig) MarshalJSON() ([]byte, error) {
	var o object
	o.set("kind", "tigergraph")
	c.TigerGraphConfig.write(&o)
	o.addSeconds("lifetime_s", c.Lifetime)
	o.add("delete_on_close", c.DeleteOnClose)
	o.add("retries", c.Retries)
	return o.json()
}

// SignedConfig makes its tokens itself, with the SigningKey of the [SourceOptions].
type SignedConfig struct {
	// Claims are what [Signer.Sign] takes.
	Claims any
	// Options are those of a signer. Their TTL is what makes a new token necessary.
	Options SignerOptions
}

// MarshalJSON gives the config as [NewSourceJSON] takes it.
func (c SignedConfig) MarshalJSON() ([]byte, error) {
	var o object
	o.set("kind", "signed")
	o.add("claims", c.Claims)
	o.set("options", c.Options)
	return o.json()
}

// StaticConfig is a token that somebody else made, which is the secret token.
type StaticConfig struct {
	// ExpiresAt is when it ends; the zero time if that is not known. Seconds count.
	ExpiresAt time.Time
}

// MarshalJSON gives the config as [NewSourceJSON] takes it.
func (c StaticConfig) MarshalJSON() ([]byte, error) {
	var o object
	o.set("kind", "static")
	if !c.ExpiresAt.IsZero() {
		o.set("expires_at_s", c.ExpiresAt.Unix())
	}
	return o.json()
}
