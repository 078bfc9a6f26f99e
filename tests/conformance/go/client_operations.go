package main

import jeton "github.com/jeton-sdk/jeton/bindings/go"

var clients = names[*jeton.Client]{}

// The operations of the clients, so that another one is UNSUPPORTED_OP; which vendor has them is for the library to say.
var clientOperations = map[string]bool{
	"get_token": true, "refresh_token": true, "delete_token": true, "check_token": true, "get_version": true,
	"get_secrets": true, "create_secret": true, "drop_secret": true,

	"auth_info": true, "auth_info_from_browser_headers": true, "ticket_from_browser_headers": true,
	"own_settings": true, "user_settings": true, "save_own_settings": true, "save_user_settings": true,
	"add_secret": true, "remove_secret": true, "set_user_property": true,
	"set_basic_connection_credential": true, "remove_connection_credential": true,
	"set_basic_plugin_credential": true, "set_oauth2_plugin_credential": true, "remove_plugin_credential": true,
}

func openClient(r request) answer {
	vendor, config := r.text("vendor"), r.raw("config")
	options := jeton.ClientOptions{Secrets: r.texts("secrets"), Environment: r.texts("environment")}
	_, err := clients.give(r, "client", func() (*jeton.Client, error) { return jeton.NewClientJSON(vendor, config, options) })
	if err != nil {
		return failed(err)
	}
	return ok()
}

func clientAsUser(r request) answer {
	client, login := clients.find(r, "client"), r.text("login")
	if _, err := clients.give(r, "as", func() (*jeton.Client, error) { return client.AsUser(login) }); err != nil {
		return failed(err)
	}
	return ok()
}

func callClient(r request) answer {
	client, operation := clients.find(r, "client"), r.text("operation")
	if !clientOperations[operation] {
		refuse("UNSUPPORTED_OP", "no such operation")
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
