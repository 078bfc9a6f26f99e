//go:build cgo

package jeton

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// TigerGraph calls the identity interfaces of a TigerGraph server, of any version.
type TigerGraph struct {
	*Client
}

// TigerGraphConfig is a TigerGraph server. Zero values stand for the defaults. Its secrets are password, gsql_secret and api_token.
type TigerGraphConfig struct {
	// Host is by default http://127.0.0.1.
	Host string
	// RESTPPPort is by default 9000, GSPort 14240; equal ports mean that REST++ is below /restpp on it.
	RESTPPPort int
	GSPort     int
	// RESTPPURL and GSURL take the place of host and ports.
	RESTPPURL string
	GSURL     string
	// Graph is the graph that tokens are for.
	Graph string
	// Version is the server's, such as "3.9.3"; without it, the server is asked where that matters.
	Version string
	// Username goes with the secret password.
	Username string
	// Connection says how the server is reached.
	Connection
}

// MarshalJSON gives the config as [NewClientJSON] takes it.
func (c TigerGraphConfig) MarshalJSON() ([]byte, error) {
	var o object
	c.write(&o)
	return o.json()
}

func (c TigerGraphConfig) write(o *object) {
	o.add("host", c.Host)
	o.add("restpp_port", c.RESTPPPort)
	o.add("gs_port", c.GSPort)
	o.add("restpp_url", c.RESTPPURL)
	o.add("gs_url", c.GSURL)
	o.add("graph", c.Graph)
	o.add("version", c.Version)
	o.add("username", c.Username)
	c.Connection.write(o)
}

// NewTigerGraph opens a client. Nothing is sent.
func NewTigerGraph(config TigerGraphConfig, options ClientOptions) (*TigerGraph, error) {
	client, err := newVendorClient("tigergraph", config, options)
	if err != nil {
		return nil, err
	}
	return &TigerGraph{client}, nil
}

// TigerGraphTokenArgs is the arguments of [TigerGraph.GetToken] and [TigerGraph.RefreshToken]. Zero values stand for "not given".
// They print and log as nothing.
type TigerGraphTokenArgs struct {
	// Secret is the secret that the token is made of.
	Secret string
	// Token is the one to be refreshed; the client's own if it is empty.
	Token string
	// Lifetime is how long the token shall live: whole seconds.
	Lifetime time.Duration
	// IsGlobal says whether a new token is for all graphs, which is so if it is nil. See [Given].
	IsGlobal *bool
	// SetToken says whether the client's later calls use the token, which is so if it is nil.
	SetToken *bool
}

// Format keeps the secret and the token out of what fmt prints, whatever the verb.
func (TigerGraphTokenArgs) Format(state fmt.State, _ rune) {
	printRedacted(state, "TigerGraphTokenArgs")
}

// LogValue keeps the secret and the token out of logs.
func (TigerGraphTokenArgs) LogValue() slog.Value { return redacted("TigerGraphTokenArgs") }

// MarshalJSON gives the arguments as [Client.Call] takes them.
func (a TigerGraphTokenArgs) MarshalJSON() ([]byte, error) {
	var o object
	o.add("secret", a.Secret)
	o.add("token", a.Token)
	o.addSeconds("lifetime_s", a.Lifetime)
	o.add("is_global", a.IsGlobal)
	o.add("set_token", a.SetToken)
	return o.json()
}

// TigerGraphToken is a token that a TigerGraph server made. It prints and logs as nothing.
type TigerGraphToken struct {
	// Token is the token's text.
	Token string `json:"token"`
	// Expiration is when it ends, as the server said it; null if it did not.
	Expiration json.RawMessage `json:"expiration"`
	// ExpiresAtS is when it ends, in Unix seconds; nil where the server's text names no time zone.
	ExpiresAtS *int64 `json:"expires_at_s"`
}

// Format keeps the token out of what fmt prints, whatever the verb.
func (TigerGraphToken) Format(state fmt.State, _ rune) { printRedacted(state, "TigerGraphToken") }

// LogValue keeps the token out of logs.
func (TigerGraphToken) LogValue() slog.Value { return redacted("TigerGraphToken") }

// GetToken makes a token.
func (t *TigerGraph) GetToken(ctx context.Context, args TigerGraphTokenArgs) (*TigerGraphToken, error) {
	return callInto[TigerGraphToken](ctx, t.Client, "get_token", args)
}

// RefreshToken makes a token live longer. ErrUnsupported from version 4.0 on.
func (t *TigerGraph) RefreshToken(ctx context.Context, args TigerGraphTokenArgs) (*TigerGraphToken, error) {
	return callInto[TigerGraphToken](ctx, t.Client, "refresh_token", args)
}

// TigerGraphDeleteArgs is the arguments of [TigerGraph.DeleteToken]. Zero values stand for "not given".
// They print and log as nothing.
type TigerGraphDeleteArgs struct {
	// Secret is the secret that the token was made of.
	Secret string `json:"secret,omitempty"`
	// Token is the one to be deleted; the client's own if it is empty.
	Token string `json:"token,omitempty"`
	// SkipNA makes it no error that the token does not exist.
	SkipNA bool `json:"skip_na,omitempty"`
}

// Format keeps the secret and the token out of what fmt prints, whatever the verb.
func (TigerGraphDeleteArgs) Format(state fmt.State, _ rune) {
	printRedacted(state, "TigerGraphDeleteArgs")
}

// LogValue keeps the secret and the token out of logs.
func (TigerGraphDeleteArgs) LogValue() slog.Value { return redacted("TigerGraphDeleteArgs") }

// DeleteToken deletes a token.
func (t *TigerGraph) DeleteToken(ctx context.Context, args TigerGraphDeleteArgs) error {
	_, err := t.Call(ctx, "delete_token", args)
	return err
}

// CheckToken asks about a token, the client's own if it is empty. ErrUnsupported below version 4.0.
func (t *TigerGraph) CheckToken(ctx context.Context, token string) (json.RawMessage, error) {
	return t.Call(ctx, "check_token", struct {
		Token string `json:"token,omitempty"`
	}{token})
}

// GetVersion asks for the version of the server, such as "4.1.3".
func (t *TigerGraph) GetVersion(ctx context.Context) (string, error) {
	version, err := callInto[string](ctx, t.Client, "get_version", nil)
	if err != nil {
		return "", err
	}
	return *version, nil
}

// TigerGraphSecretArgs is the arguments of the operations on secrets. Zero values stand for "not given".
// They print and log as nothing.
type TigerGraphSecretArgs struct {
	// Alias is the secret's name.
	Alias string `json:"alias,omitempty"`
	// Value is the text of a new secret, which the server makes if it is empty; for CreateSecret.
	Value string `json:"value,omitempty"`
	// UserName is whose secret it is; the client's own user if it is empty.
	UserName string `json:"user_name,omitempty"`
	// CreateNew makes a secret if there is none; for GetSecrets.
	CreateNew bool `json:"create_new,omitempty"`
}

// Format keeps the secret out of what fmt prints, whatever the verb.
func (TigerGraphSecretArgs) Format(state fmt.State, _ rune) {
	printRedacted(state, "TigerGraphSecretArgs")
}

// LogValue keeps the secret out of logs.
func (TigerGraphSecretArgs) LogValue() slog.Value { return redacted("TigerGraphSecretArgs") }

// GetSecrets gives secrets by their aliases.
func (t *TigerGraph) GetSecrets(ctx context.Context, args TigerGraphSecretArgs) (Secrets, error) {
	secrets, err := callInto[Secrets](ctx, t.Client, "get_secrets", args)
	if err != nil {
		return nil, err
	}
	return *secrets, nil
}

// TigerGraphSecret is a secret that a TigerGraph server made. It prints and logs as nothing.
type TigerGraphSecret struct {
	// Alias is the secret's name; empty if the server did not say.
	Alias string `json:"alias"`
	// Value is its text.
	Value string `json:"value"`
}

// Format keeps the secret out of what fmt prints, whatever the verb.
func (TigerGraphSecret) Format(state fmt.State, _ rune) { printRedacted(state, "TigerGraphSecret") }

// LogValue keeps the secret out of logs.
func (TigerGraphSecret) LogValue() slog.Value { return redacted("TigerGraphSecret") }

// CreateSecret makes a secret.
func (t *TigerGraph) CreateSecret(ctx context.Context, args TigerGraphSecretArgs) (*TigerGraphSecret, error) {
	return callInto[TigerGraphSecret](ctx, t.Client, "create_secret", args)
}

// TigerGraphDropArgs is the arguments of [TigerGraph.DropSecret].
type TigerGraphDropArgs struct {
	// Aliases names the secrets. Required.
	Aliases []string `json:"alias"`
	// UserName is whose secrets they are; the client's own user's if it is empty.
	UserName string `json:"user_name,omitempty"`
	// IgnoreErrors makes it no error that a secret does not exist, which is so if it is nil. See [Given].
	IgnoreErrors *bool `json:"ignore_errors,omitempty"`
}

// DropSecret deletes secrets, and gives what the server said.
func (t *TigerGraph) DropSecret(ctx context.Context, args TigerGraphDropArgs) (json.RawMessage, error) {
	return t.Call(ctx, "drop_secret", args)
}
