//go:build cgo

package jeton

import (
	"context"
	"encoding/json"
)

// ActorInfo is what an actor may know about itself.
type ActorInfo struct {
	// Identifier is the actor's id.
	Identifier string `json:"identifier"`
	// Groups are what the actor belongs to.
	Groups []string `json:"groups"`
	// Act says who acts for the actor (RFC 8693 section 4.1); nil if nobody does.
	Act json.RawMessage `json:"act"`
	// Secrets are the actor's own, if they were asked for.
	Secrets Secrets `json:"secrets"`
}

// AuthInfo tells an actor about itself, as the config has it. Secrets are told on request, and to the actor itself only: ErrDenied for
// one that somebody acts for, or that came from a restricted token.
func (a *Access) AuthInfo(ctx context.Context, actor any, withSecrets bool) (*ActorInfo, error) {
	return accessInto[ActorInfo](ctx, a, "auth_info", members{"actor": actor, "with_secrets": withSecrets}, nil)
}

// ActingActor is an actor for whom another one acts.
type ActingActor struct {
	// Actor is the actor, whose member "act" says who acts.
	Actor json.RawMessage `json:"actor"`
	// Claims are those of a token that says the same.
	Claims json.RawMessage `json:"claims"`
}

// ActAs lets the actor by act as another one. ErrDenied if the config does not allow it.
func (a *Access) ActAs(ctx context.Context, by, actor any) (*ActingActor, error) {
	return accessInto[ActingActor](ctx, a, "act_as", members{"by": by, "actor": actor}, nil)
}
