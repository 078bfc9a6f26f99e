// Package jetonoauth2 lends a source of Jeton to libraries that take an oauth2.TokenSource.
package jetonoauth2

import (
	"context"

	"github.com/jeton-sdk/jeton/bindings/go"
	"golang.org/x/oauth2"
)

// TokenSource gives the tokens of a source, and waits for them as long as the context allows. It needs no
// oauth2.ReuseTokenSource around it, for the source keeps its token fresh by itself.
func TokenSource(ctx context.Context, source *jeton.Source) oauth2.TokenSource {
	return tokenSource{ctx, source}
}

type tokenSource struct {
	ctx    context.Context
	source *jeton.Source
}

// Token gives the token that is at hand, or waits for one.
func (s tokenSource) Token() (*oauth2.Token, error) {
	token, err := s.source.Token(s.ctx)
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: token.Value, TokenType: "Bearer", Expiry: token.ExpiresAt}, nil
}
