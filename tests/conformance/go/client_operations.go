package main

import (
	"slices"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// A vendorClient is a client, which of itself does not say whose it is.
type vendorClient struct {
	*jeton.Client
	vendor string
}

var clients = names[vendorClient]{}

// The operations that the client of each vendor has as methods, so that another one is UNSUPPORTED_OP.
var clientOperations = map[string][]string{
	"tigergraph": {
		"get_token", "refresh_token", "delete_token", "check_token", "get_version", "get_secrets", "create_secret", "drop_secret",
	},
	"dataiku": {
		"auth_info", "auth_info_from_browser_headers", "ticket_from_browser_headers",
		"own_settings", "user_settings", "save_own_settings", "save_user_settings",
		"add_secret", "remove_secret", "set_user_property",
		"set_basic_connection_credential", "remove_connection_credential",
		"set_basic_plugin_credential", "set_oauth2_plugin_credential", "remove_plugin_credential",
	},
}

func openClient(r request) answer {
	vendor, config := r.text("vendor"), r.raw("config")
	options := jeton.ClientOptions{Secrets: r.texts("secrets"), Environment: r.texts("environment")}
	_, err := clients.give(r, "client", func() (vendorClient, error) {
		client, err := jeton.NewClientJSON(vendor, config, options)
		return vendorClient{client, vendor}, err
	})
	if err != nil {
		return failed(err)
	}
	return ok()
}

func clientAsUser(r request) answer {
	client, login := clients.find(r, "client"), r.text("login")
	_, err := clients.give(r, "as", func() (vendorClient, error) {
		other, err := client.AsUser(login)
		return vendorClient{other, client.vendor}, err
	})
	if err != nil {
		return failed(err)
	}
	return ok()
}

func callClient(r request) answer {
	client, operation := clients.find(r, "client"), r.text("operation")
	if !slices.Contains(clientOperations[client.vendor], operation) {
		refuse("UNSUPPORTED_OP", "the vendor has no such operation")
	}
	var args any
	if r.has("args") {
		args = r["args"]
	}
	ctx, cancel := r.context()
	defer cancel()
	result, err := client.Call(ctx, operation, args)
	if err != nil {
		return failed(err)
	}
	return ok(member{"result", verbatim(result)})
}

func closeClient(r request) answer {
	return clients.close(r, "client")
}
