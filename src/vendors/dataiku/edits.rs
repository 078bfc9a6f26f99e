//! Edits of a user's settings. They send nothing: settings go in, edited settings come out, to be saved by another operation.

use super::ascii;
use super::document::Document;
use crate::error::Result;
use crate::jose::config::Config;
use crate::jose::json::{Kind, Members, Value};
use crate::vendors::client::required;

/// One of them.
type Edit = fn(&mut Settings<'_>, &mut Config<'_>) -> Result<()>;

/// The edit of this name, if there is one.
pub(super) fn find(name: &str) -> Option<Edit> {
    Some(match name {
        "add_secret" => add_secret,
        "remove_secret" => remove_secret,
        "set_user_property" => set_user_property,
        "set_basic_connection_credential" => set_basic_connection_credential,
        "remove_connection_credential" => remove_connection_credential,
        "set_basic_plugin_credential" => set_basic_plugin_credential,
        "set_oauth2_plugin_credential" => set_oauth2_plugin_credential,
        "remove_plugin_credential" => remove_plugin_credential,
        _ => return None,
    })
}

/// Does an edit with all its arguments, of which `settings` is one.
pub(super) fn run(edit: Edit, mut args: Config<'_>) -> Result<String> {
    let settings = required(args.take("settings"), &args, "settings")?;
    let document = Document::read(settings).ok_or_else(|| args.failure("settings", "expected an object"))?;
    let mut settings = Settings { original: settings, document };
    edit(&mut settings, &mut args)?;
    args.finish()?;
    Ok(settings.document.into_json())
}

/// A secret of the same name is replaced, and moves to the end, as in Dataiku's own client.
fn add_secret(settings: &mut Settings<'_>, args: &mut Config<'_>) -> Result<()> {
    let (name, value) = (text(args, "name")?, text(args, "value")?);
    let mut secrets = settings.secrets_but(&name, args)?.unwrap_or_default();
    let mut secret = Members::default();
    secret.text("name", &name);
    secret.text("value", &value);
    secret.json("secret", "true");
    secrets.push(secret.into_object());
    settings.document.set("secrets", list(&secrets));
    Ok(())
}

fn remove_secret(settings: &mut Settings<'_>, args: &mut Config<'_>) -> Result<()> {
    let name = text(args, "name")?;
    if let Some(secrets) = settings.secrets_but(&name, args)? {
        settings.document.set("secrets", list(&secrets));
    }
    Ok(())
}

fn set_user_property(settings: &mut Settings<'_>, args: &mut Config<'_>) -> Result<()> {
    let name = text(args, "name")?;
    let value = required(args.take("value"), args, "value")?;
    settings.set_in("userProperties", &name, value.raw().to_owned(), args)
}

fn set_basic_connection_credential(settings: &mut Settings<'_>, args: &mut Config<'_>) -> Result<()> {
    let connection = text(args, "connection")?;
    let credential = basic_credential(args)?;
    settings.set_in("credentials", &connection, credential, args)
}

fn remove_connection_credential(settings: &mut Settings<'_>, args: &mut Config<'_>) -> Result<()> {
    let connection = text(args, "connection")?;
    settings.remove_in("credentials", &connection, args)
}

fn set_basic_plugin_credential(settings: &mut Settings<'_>, args: &mut Config<'_>) -> Result<()> {
    let name = plugin_credential_name(args)?;
    let credential = basic_credential(args)?;
    settings.set_in("credentials", &name, credential, args)
}

fn set_oauth2_plugin_credential(settings: &mut Settings<'_>, args: &mut Config<'_>) -> Result<()> {
    let name = plugin_credential_name(args)?;
    let mut credential = Members::default();
    credential.text("type", "OAUTH_REFRESH_TOKEN");
    credential.text("refreshToken", &text(args, "refresh_token")?);
    settings.set_in("credentials", &name, credential.into_object(), args)
}

fn remove_plugin_credential(settings: &mut Settings<'_>, args: &mut Config<'_>) -> Result<()> {
    let name = plugin_credential_name(args)?;
    settings.remove_in("credentials", &name, args)
}

/// Under which name a plugin's credential is kept: a JSON list without its brackets.
fn plugin_credential_name(args: &mut Config<'_>) -> Result<String> {
    let mut name = |name| text(args, name);
    let parts = [name("plugin_id")?, name("param_set_id")?, name("preset_id")?, name("param_name")?];
    let [plugin, param_set, preset, param] = &parts;
    Ok(ascii::names(&["PLUGIN", plugin, param_set, preset, param]))
}

fn basic_credential(args: &mut Config<'_>) -> Result<String> {
    let mut credential = Members::default();
    credential.text("type", "BASIC");
    credential.text("user", &text(args, "login")?);
    credential.text("password", &text(args, "password")?);
    Ok(credential.into_object())
}

fn text(args: &mut Config<'_>, name: &str) -> Result<String> {
    Ok(required(args.text(name)?, args, name)?.into_owned())
}

fn list(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// The settings under edit.
pub(super) struct Settings<'a> {
    original: Value<'a>,
    document: Document<'a>,
}

impl Settings<'_> {
    /// The secrets of other names, as JSON texts; None if there is no list.
    fn secrets_but(&self, name: &str, args: &Config<'_>) -> Result<Option<Vec<String>>> {
        let Some(secrets) = self.member("secrets") else { return Ok(None) };
        let secrets = secrets.items().ok_or_else(|| args.failure("settings.secrets", "expected a list"))?;
        let is_named =
            |secret: &Value<'_>| secret.get("name").and_then(|name| name.as_str()).is_some_and(|known| known == name);
        Ok(Some(secrets.filter(|secret| !is_named(secret)).map(|secret| secret.raw().to_owned()).collect()))
    }

    fn set_in(&mut self, member: &str, name: &str, json: String, args: &Config<'_>) -> Result<()> {
        let mut inner = self.inner(member, args)?.unwrap_or_else(Document::empty);
        inner.set(name, json);
        let inner = inner.into_json();
        self.document.set(member, inner);
        Ok(())
    }

    fn remove_in(&mut self, member: &str, name: &str, args: &Config<'_>) -> Result<()> {
        if let Some(mut inner) = self.inner(member, args)? {
            inner.remove(name);
            let inner = inner.into_json();
            self.document.set(member, inner);
        }
        Ok(())
    }

    /// An object within the settings, if it is there.
    fn inner(&self, member: &str, args: &Config<'_>) -> Result<Option<Document<'_>>> {
        let Some(value) = self.member(member) else { return Ok(None) };
        let failure = || args.failure(&format!("settings.{member}"), "expected an object");
        Document::read(value).map(Some).ok_or_else(failure)
    }

    /// A member as it was before the edit; one that is null counts as missing.
    fn member(&self, name: &str) -> Option<Value<'_>> {
        self.original.get(name).filter(|value| value.kind() != Kind::Null)
    }
}
