package jetonhttp

import (
	"errors"
	"io"
	"net/http"

	"github.com/jeton-sdk/jeton/bindings/go"
)

// Transport sends each request with the token of a source, as "Authorization: Bearer …". A server that answers 401 has the token
// invalidated, and is asked once more with a new one, if the request has no body or one that can be read again (GetBody, which
// http.NewRequest sets for the usual ones). A request that was redirected to another origin is sent without the token.
type Transport struct {
	// Source has the token. Required.
	Source *jeton.Source
	// Base sends the requests; nil is http.DefaultTransport.
	Base http.RoundTripper
}

// RoundTrip sends a request, and leaves it as it was. It waits for a token as long as the request's context allows.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	if isElsewhere(request) {
		return base.RoundTrip(request)
	}
	token, err := t.token(request)
	if err != nil {
		if request.Body != nil {
			_ = request.Body.Close()
		}
		return nil, err
	}
	response, err := base.RoundTrip(authorized(request, request.Body, token))
	if err != nil || response.StatusCode != http.StatusUnauthorized {
		return response, err
	}
	if _, err := t.Source.Invalidate(token.Value); err != nil {
		return response, nil
	}
	body, replayable := again(request)
	if !replayable {
		return response, nil
	}
	fresh, err := t.Source.Token(request.Context())
	if err != nil || fresh.Value == token.Value { // the refusal is all that there is to tell
		_ = body.Close()
		return response, nil
	}
	_, _ = io.CopyN(io.Discard, response.Body, 4096) // so that the connection can serve the second request
	_ = response.Body.Close()
	return base.RoundTrip(authorized(request, body, fresh))
}

func (t *Transport) token(request *http.Request) (jeton.Token, error) {
	if t.Source == nil {
		return jeton.Token{}, errors.New("jetonhttp: a Transport without a Source")
	}
	return t.Source.Token(request.Context())
}

// isElsewhere tells whether a client followed a redirect to another origin than that of the request that its caller made.
func isElsewhere(request *http.Request) bool {
	first := request
	for first.Response != nil && first.Response.Request != nil {
		first = first.Response.Request
	}
	return first.URL.Scheme != request.URL.Scheme || first.URL.Host != request.URL.Host
}

func authorized(request *http.Request, body io.ReadCloser, token jeton.Token) *http.Request {
	copied := request.Clone(request.Context())
	copied.Body = body
	copied.Header.Set("Authorization", "Bearer "+token.Value)
	return copied
}

// again gives the body of a request for the second time.
func again(request *http.Request) (body io.ReadCloser, replayable bool) {
	if request.Body == nil || request.Body == http.NoBody {
		return http.NoBody, true
	}
	if request.GetBody == nil {
		return nil, false
	}
	body, err := request.GetBody()
	return body, err == nil
}
