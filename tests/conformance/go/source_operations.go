package main

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

var sources = names[*jeton.Source]{}

func openSource(r request) answer {
	config := r.raw("config")
	if r.has("secret") && !r.has("secrets") {
		r["secrets"] = r.join(nil, "secret")
	}
	source, err := sources.give(r, "source", func() (*jeton.Source, error) {
		var options jeton.SourceOptions
		if r.has("key") {
			key, err := r.key()()
			if err != nil {
				return nil, err
			}
			defer key.Close()
			options.SigningKey = key
		}
		options.Secrets, options.Environment = r.texts("secrets"), r.texts("environment")
		return jeton.NewSourceJSON(config, options)
	})
	if err != nil {
		return failed(err)
	}
	return answer(object(member{"ok", with("{}", warnings(source))}))
}

// onSource makes an operation on a source: the text of what it gives, beside which the warnings of the source stand.
func onSource(run func(context.Context, *jeton.Source, request) (string, error)) func(request) answer {
	return func(r request) answer {
		source := sources.find(r, "source")
		ctx, cancel := r.context()
		defer cancel()
		text, err := run(ctx, source, r)
		if err != nil {
			return answer(with(string(failed(err)), warnings(source)))
		}
		return okText(with(text, warnings(source)))
	}
}

// warnings drains the events of a source, and gives those that are warnings.
func warnings(source *jeton.Source) member {
	events, err := source.Events()
	if err != nil {
		refuse("DRIVER", err.Error())
	}
	var told []string
	for _, event := range events {
		if event.Warning {
			told = append(told, object(member{"code", quote(event.Code)}, member{"message", quote(event.Message)}))
		}
	}
	return member{"warnings", "[" + strings.Join(told, ",") + "]"}
}

func sourceToken(ctx context.Context, source *jeton.Source, _ request) (string, error) {
	token, err := source.Token(ctx)
	return tokenText(token), err
}

func refreshSource(ctx context.Context, source *jeton.Source, _ request) (string, error) {
	token, err := source.Refresh(ctx)
	return tokenText(token), err
}

func tokenText(token jeton.Token) string {
	expires := "null"
	if !token.ExpiresAt.IsZero() {
		expires = strconv.FormatInt(token.ExpiresAt.Unix(), 10)
	}
	return object(member{"token", quote(token.Value)}, member{"expires_at_s", expires})
}

func sourceIdentity(ctx context.Context, source *jeton.Source, _ request) (string, error) {
	identity, err := source.Identity(ctx)
	if err != nil {
		return "", err
	}
	return verbatim(identity.JSON), nil
}

func describeSource(_ context.Context, source *jeton.Source, _ request) (string, error) {
	info, err := source.Describe()
	if err != nil {
		return "", err
	}
	return verbatim(info.JSON), nil
}

func sourceStats(_ context.Context, source *jeton.Source, _ request) (string, error) {
	stats, err := source.Stats()
	if err != nil {
		return "", err
	}
	return verbatim(stats.JSON), nil
}

func invalidateSource(_ context.Context, source *jeton.Source, r request) (string, error) {
	invalidated, err := source.Invalidate(r.optionalText("token"))
	return object(member{"invalidated", strconv.FormatBool(invalidated)}), err
}

func revokeSource(ctx context.Context, source *jeton.Source, r request) (string, error) {
	revoked, err := source.Revoke(ctx, r.optionalText("token"))
	return object(member{"revoked", strconv.FormatBool(revoked)}), err
}

func closeSource(r request) answer {
	source := sources.find(r, "source")
	ctx, cancel := r.context()
	defer cancel()
	err := source.Shutdown(ctx)
	closed := sources.close(r, "source")
	if err != nil {
		return failed(err)
	}
	return closed
}

var keysets = names[*jeton.RemoteVerifier]{}

func openKeyset(r request) answer {
	issuers := r.raw("issuers")
	options := jeton.RemoteVerifierOptions{Environment: r.texts("environment")}
	_, err := keysets.give(r, "keyset", func() (*jeton.RemoteVerifier, error) { return jeton.NewRemoteVerifierJSON(issuers, options) })
	if err != nil {
		return failed(err)
	}
	return ok()
}

func verifyRemote(r request) answer {
	keyset, text, at := keysets.find(r, "keyset"), r.text("token"), r.time()
	ctx, cancel := r.context()
	defer cancel()
	opened, err := keyset.Open(ctx, text, at...)
	if err != nil {
		return failed(err)
	}
	var payload json.RawMessage
	if err := keyset.Verify(ctx, text, &payload, at...); err != nil || string(payload) != string(opened.Claims)+string(opened.Payload) {
		refuse("DRIVER", "Open and Verify have two verdicts")
	}
	return okText(token(opened.Header, opened.Claims, opened.Payload))
}
