//go:build cgo

package jeton

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// CreateTokenArgs is the arguments of [Access.CreateToken]. Zero values stand for "not given".
type CreateTokenArgs struct {
	// ActorID is whose token it is. Required.
	ActorID string
	// Description is for people.
	Description string
	// ExpiresAfter is how long the token lives: whole seconds. nil is for ever; see [Given].
	ExpiresAfter *time.Duration
	// Restrictions limit what the token may be used for, in the form of an actor's "_r".
	Restrictions any
	// By is the actor that asks for the token; one with "token", "_r" or "act" is refused with ErrDenied. Where it is nil nothing is
	// checked: who may ask for whose token is the program's to decide.
	By any
}

// MarshalJSON gives the arguments as [Access.Call] takes them.
func (a CreateTokenArgs) MarshalJSON() ([]byte, error) {
	var o object
	o.add("actor_id", a.ActorID)
	o.add("description", a.Description)
	o.addPeriod("expires_after_s", a.ExpiresAfter)
	o.given("restrictions", a.Restrictions)
	o.given("by", a.By)
	return o.json()
}

// CreatedToken is a new managed token. It prints and logs as nothing.
type CreatedToken struct {
	// Token is the token's text, which cannot be had again.
	Token string `json:"token"`
	// ID is what the token is called in lists.
	ID int64 `json:"id"`
}

// Format keeps the token out of what fmt prints, whatever the verb.
func (CreatedToken) Format(state fmt.State, _ rune) { printRedacted(state, "CreatedToken") }

// LogValue keeps the token out of logs.
func (CreatedToken) LogValue() slog.Value { return redacted("CreatedToken") }

// CreateToken makes a managed token.
func (a *Access) CreateToken(ctx context.Context, args CreateTokenArgs, options ...CallOption) (*CreatedToken, error) {
	return accessInto[CreatedToken](ctx, a, "create_token", args, options)
}

// ListTokensArgs is the arguments of [Access.ListTokens]. Zero values stand for "not given".
type ListTokensArgs struct {
	// ActorID is whose tokens; those of all if it is empty.
	ActorID string
	// Next is that of the page before.
	Next json.RawMessage
	// Limit is how many at most, by default 30.
	Limit int
}

// MarshalJSON gives the arguments as [Access.Call] takes them.
func (a ListTokensArgs) MarshalJSON() ([]byte, error) {
	var o object
	o.add("actor_id", a.ActorID)
	o.add("next", a.Next)
	o.add("limit", a.Limit)
	return o.json()
}

// TokenPage is a page of managed tokens.
type TokenPage struct {
	// Tokens are rows of the table, JSON objects by the names of its columns, without the text of the tokens.
	Tokens []json.RawMessage
	// Next is for the next page; nil after the last one.
	Next json.RawMessage
}

// ListTokens lists managed tokens.
func (a *Access) ListTokens(ctx context.Context, args ListTokensArgs, options ...CallOption) (*TokenPage, error) {
	page, err := accessInto[TokenPage](ctx, a, "list_tokens", args, options)
	if err == nil && string(page.Next) == "null" {
		page.Next = nil
	}
	return page, err
}

// ManagedTokenArgs says which managed token is meant, and who asks.
type ManagedTokenArgs struct {
	// ID is the token's. Required.
	ID int64
	// By is the actor that asks, whose token it has to be: ErrDenied otherwise. Required without ByAdmin.
	By any
	// ByAdmin says that the token may be anybody's.
	ByAdmin bool
}

// MarshalJSON gives the arguments as [Access.Call] takes them.
func (a ManagedTokenArgs) MarshalJSON() ([]byte, error) {
	var o object
	o.set("id", a.ID)
	o.given("by", a.By)
	o.add("by_admin", a.ByAdmin)
	return o.json()
}

// TokenDetails gives the row of a managed token, by the names of its columns and without the text of the token. ErrUnknown, ErrDenied.
func (a *Access) TokenDetails(ctx context.Context, args ManagedTokenArgs, options ...CallOption) (json.RawMessage, error) {
	text, err := args.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return a.Call(ctx, "token_details", json.RawMessage(text), options...)
}

// RevokeToken ends a managed token for ever, and tells whether it was alive. ErrUnknown, ErrDenied.
func (a *Access) RevokeToken(ctx context.Context, args ManagedTokenArgs, options ...CallOption) (bool, error) {
	answer, err := accessInto[struct{ Revoked bool }](ctx, a, "revoke_token", args, options)
	return err == nil && answer.Revoked, err
}

// SignTokenArgs is the arguments of [Access.SignToken].
type SignTokenArgs struct {
	// ActorID is whom the token stands for. Required.
	ActorID string
	// TTL is how long the token lives: whole seconds. nil is as long as MaxSignedTokensTTL allows; see [Given].
	TTL *time.Duration
	// Restrictions limit what the token may be used for, in the form of an actor's "_r"; nil limits nothing.
	Restrictions any
}

// MarshalJSON gives the arguments as [Access.Call] takes them.
func (a SignTokenArgs) MarshalJSON() ([]byte, error) {
	var o object
	o.add("actor_id", a.ActorID)
	o.addPeriod("ttl_s", a.TTL)
	o.given("restrictions", a.Restrictions)
	return o.json()
}

// SignToken makes a token that is signed with the secret and stored nowhere (dstok_…).
func (a *Access) SignToken(ctx context.Context, args SignTokenArgs, options ...CallOption) (string, error) {
	answer, err := accessInto[struct{ Token string }](ctx, a, "sign_token", args, options)
	if err != nil {
		return "", err
	}
	return answer.Token, nil
}
