//go:build cgo

package jeton

import (
	"context"
	"encoding/json"
)

// Dataiku calls the identity interfaces of a Dataiku server. Settings are JSON text: the edits keep members that they do not know, the
// text of numbers and the order of members; they send nothing, Save does.
type Dataiku struct {
	*Client
}

// DataikuConfig is a Dataiku server. Its secrets are api_key, internal_ticket or jwt_bearer_token, of which the first counts.
type DataikuConfig struct {
	// Host is the server's URL, with its base path. Required.
	Host string
	// ExtraHeaders go out with every request.
	ExtraHeaders map[string]string
	// Connection says how the server is reached.
	Connection
}

// MarshalJSON gives the config as [NewClientJSON] takes it.
func (c DataikuConfig) MarshalJSON() ([]byte, error) {
	var o object
	o.add("host", c.Host)
	o.add("extra_headers", c.ExtraHeaders)
	c.Connection.write(&o)
	return o.json()
}

// NewDataiku opens a client. Nothing is sent. ErrConfig without a secret.
func NewDataiku(config DataikuConfig, options ClientOptions) (*Dataiku, error) {
	client, err := newVendorClient("dataiku", config, options)
	if err != nil {
		return nil, err
	}
	return &Dataiku{client}, nil
}

// AsUser gives a client of the same server that acts as another user and keeps everything else.
func (d *Dataiku) AsUser(login string) (*Dataiku, error) {
	client, err := d.Client.AsUser(login)
	if err != nil {
		return nil, err
	}
	return &Dataiku{client}, nil
}

// call is Call with arguments of which JSON text stays as it stands.
func (d *Dataiku) call(ctx context.Context, operation string, args members) (json.RawMessage, error) {
	text, err := args.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return d.Call(ctx, operation, json.RawMessage(text))
}

// AuthInfo tells who the client is, as the server says it.
func (d *Dataiku) AuthInfo(ctx context.Context, withSecrets bool) (json.RawMessage, error) {
	return d.call(ctx, "auth_info", members{"with_secrets": withSecrets})
}

// AuthInfoFromBrowserHeaders tells whom the headers of a browser's request belong to.
func (d *Dataiku) AuthInfoFromBrowserHeaders(ctx context.Context, headers map[string]string, withSecrets bool) (json.RawMessage, error) {
	return d.call(ctx, "auth_info_from_browser_headers", members{"headers": headers, "with_secrets": withSecrets})
}

// TicketFromBrowserHeaders gives an API ticket for whom the headers of a browser's request belong to.
func (d *Dataiku) TicketFromBrowserHeaders(ctx context.Context, headers map[string]string) (string, error) {
	ticket, err := callInto[string](ctx, d.Client, "ticket_from_browser_headers", members{"headers": headers})
	if err != nil {
		return "", err
	}
	return *ticket, nil
}

// OwnSettings gives the settings of the client's own user.
func (d *Dataiku) OwnSettings(ctx context.Context) (json.RawMessage, error) {
	return d.Call(ctx, "own_settings", nil)
}

// SaveOwnSettings stores the settings of the client's own user.
func (d *Dataiku) SaveOwnSettings(ctx context.Context, settings json.RawMessage) error {
	_, err := d.call(ctx, "save_own_settings", members{"settings": settings})
	return err
}

// UserSettings gives the settings of a user, to an administrator.
func (d *Dataiku) UserSettings(ctx context.Context, login string) (json.RawMessage, error) {
	return d.call(ctx, "user_settings", members{"login": login})
}

// SaveUserSettings stores the settings of a user.
func (d *Dataiku) SaveUserSettings(ctx context.Context, login string, settings json.RawMessage) error {
	_, err := d.call(ctx, "save_user_settings", members{"login": login, "settings": settings})
	return err
}

// AddSecret gives the settings with a secret of this name.
func (d *Dataiku) AddSecret(settings json.RawMessage, name, value string) (json.RawMessage, error) {
	return d.edit("add_secret", members{"settings": settings, "name": name, "value": value})
}

// RemoveSecret gives the settings without the secret of this name.
func (d *Dataiku) RemoveSecret(settings json.RawMessage, name string) (json.RawMessage, error) {
	return d.edit("remove_secret", members{"settings": settings, "name": name})
}

// SetUserProperty gives the settings with a property of this name, which may be anything that JSON can say.
func (d *Dataiku) SetUserProperty(settings json.RawMessage, name string, value any) (json.RawMessage, error) {
	return d.edit("set_user_property", members{"settings": settings, "name": name, "value": value})
}

// SetBasicConnectionCredential gives the settings with a login and password for a connection.
func (d *Dataiku) SetBasicConnectionCredential(settings json.RawMessage, connection, login, password string) (json.RawMessage, error) {
	return d.edit("set_basic_connection_credential",
		members{"settings": settings, "connection": connection, "login": login, "password": password})
}

// RemoveConnectionCredential gives the settings without the credential of a connection.
func (d *Dataiku) RemoveConnectionCredential(settings json.RawMessage, connection string) (json.RawMessage, error) {
	return d.edit("remove_connection_credential", members{"settings": settings, "connection": connection})
}

// DataikuPlugin names a parameter of a plugin that holds a credential.
type DataikuPlugin struct {
	// PluginID is the plugin.
	PluginID string
	// ParamSetID is one of its sets of parameters.
	ParamSetID string
	// PresetID is a preset of that set.
	PresetID string
	// ParamName is the parameter that holds the credential.
	ParamName string
}

func (p DataikuPlugin) in(settings json.RawMessage) members {
	return members{"settings": settings, "plugin_id": p.PluginID, "param_set_id": p.ParamSetID, "preset_id": p.PresetID,
		"param_name": p.ParamName}
}

// SetBasicPluginCredential gives the settings with a login and password for a plugin.
func (d *Dataiku) SetBasicPluginCredential(settings json.RawMessage, plugin DataikuPlugin, login, password string) (json.RawMessage, error) {
	args := plugin.in(settings)
	args["login"], args["password"] = login, password
	return d.edit("set_basic_plugin_credential", args)
}

// SetOAuth2PluginCredential gives the settings with a refresh token for a plugin.
func (d *Dataiku) SetOAuth2PluginCredential(settings json.RawMessage, plugin DataikuPlugin, refreshToken string) (json.RawMessage, error) {
	args := plugin.in(settings)
	args["refresh_token"] = refreshToken
	return d.edit("set_oauth2_plugin_credential", args)
}

// RemovePluginCredential gives the settings without the credential of a plugin.
func (d *Dataiku) RemovePluginCredential(settings json.RawMessage, plugin DataikuPlugin) (json.RawMessage, error) {
	return d.edit("remove_plugin_credential", plugin.in(settings))
}

// edit runs an operation that sends nothing.
func (d *Dataiku) edit(operation string, args members) (json.RawMessage, error) {
	return d.call(context.Background(), operation, args)
}
