package main

import (
	"encoding/base64"
	"encoding/json"
	"strconv"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

func allowed(r request) answer {
	decided, err := jeton.Allowed(r.raw("actor"), r.raw("allow"))
	return decision(decided, err)
}

func allowedAction(r request) answer {
	actor, action := r.raw("actor"), r.text("action")
	var resource []string
	if r.has("resource") {
		list, isList := items(r["resource"])
		if !isList {
			refuse("CONFIG", "resource is not a list")
		}
		for _, item := range list {
			name, isText := textOf(item)
			if !isText {
				refuse("CONFIG", "resource is not a list of texts")
			}
			resource = append(resource, name)
		}
	}
	decided, err := jeton.AllowedAction(actor, action, resource...)
	return decision(decided, err)
}

func decision(allowed bool, err error) answer {
	if err != nil {
		return failed(err)
	}
	return ok(member{"allowed", strconv.FormatBool(allowed)})
}

func generateAPIKey(r request) answer {
	generated, err := jeton.GenerateAPIKey(r.text("prefix"))
	if err != nil {
		return failed(err)
	}
	return ok(member{"api_key", quote(generated.APIKey)},
		member{"digest_b64u", quote(base64.RawURLEncoding.EncodeToString(generated.Digest))})
}

func checkAPIKey(r request) answer {
	info, err := jeton.CheckAPIKey(r.text("api_key"))
	if err != nil {
		return failed(err)
	}
	return ok(member{"valid", strconv.FormatBool(info.Valid)}, member{"prefix", orNull(info.Prefix)})
}

var accesses = names[*jeton.Access]{}

func openAccess(r request) answer {
	config, settings, environment := r.raw("config"), r["settings"], r.texts("environment")
	if _, isObject := members(settings); isObject || settings == nil {
		settings = r.join(settings, "databases")
	}
	var secret []byte
	if r.has("secret") {
		secret = append([]byte{}, r.text("secret")...)
	}
	_, err := accesses.give(r, "access", func() (*jeton.Access, error) {
		return jeton.NewAccessJSON(config, settings, secret, environment)
	})
	if err != nil {
		return failed(err)
	}
	return ok()
}

// accessOf is an operation whose arguments are members of the request.
func accessOf(operation string, args ...string) func(request) answer {
	return func(r request) answer { return r.access(operation, r.join(nil, args...)) }
}

// accessCall is an operation whose arguments stand in args.
func accessCall(operation string) func(request) answer {
	return func(r request) answer { return r.access(operation, r.orEmpty("args")) }
}

func (r request) access(operation string, args json.RawMessage) answer {
	access, at := accesses.find(r, "access"), r.time()
	ctx, cancel := r.context()
	defer cancel()
	found, err := access.Call(ctx, operation, args, at...)
	if err != nil {
		return failed(err)
	}
	return okText(verbatim(found))
}

func closeAccess(r request) answer {
	return accesses.close(r, "access")
}
