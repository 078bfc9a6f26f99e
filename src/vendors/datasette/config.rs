//! The configuration of the plugin, accepted as it is: `{"$env": name}` and `{"$file": path}` stand for secrets that are elsewhere.

use std::borrow::Cow;
use std::fs;

use zeroize::Zeroizing;

use crate::access::configured::ConfiguredTokens;
use crate::error::Result;
use crate::jose::config::{Config, config_failure};
use crate::jose::json::{Kind, Value, write_string};
use crate::source::environment::Environment;

/// The configuration with every secret in its place. A list is the older form, in which it is all tokens.
pub(super) fn resolved(text: &str, environment: &Environment) -> Result<Zeroizing<String>> {
    let value = Value::parse(text.as_bytes()).map_err(|malformed| {
        config_failure("config", &format!("at byte {}: {}", malformed.offset, malformed.reason))
    })?;
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    match value.kind() {
        Kind::Array => {
            out.push_str("{\"tokens\":");
            resolve(&mut out, value, "tokens", environment)?;
            out.push('}');
        }
        _ => resolve(&mut out, value, "", environment)?,
    }
    Ok(out)
}

fn resolve(out: &mut String, value: Value<'_>, path: &str, environment: &Environment) -> Result<()> {
    if let Some((name, inner)) = only_member(value) {
        let place = format!("{path}.{name}");
        match &*name {
            "$env" => {
                write_string(out, variable(inner, &place, environment)?);
                return Ok(());
            }
            "$file" => {
                write_string(out, &file(inner, &place)?);
                return Ok(());
            }
            _ => {}
        }
    }
    if let Some(items) = value.items() {
        out.push('[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                out.push(',');
            }
            resolve(out, item, &format!("{path}[{index}]"), environment)?;
        }
        out.push(']');
    } else if let Some(members) = value.members() {
        out.push('{');
        for (index, (name, member)) in members.enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_string(out, &name);
            out.push(':');
            let path = if path.is_empty() { name.into_owned() } else { format!("{path}.{name}") };
            resolve(out, member, &path, environment)?;
        }
        out.push('}');
    } else {
        out.push_str(value.raw());
    }
    Ok(())
}

fn only_member<'a>(value: Value<'a>) -> Option<(Cow<'a, str>, Value<'a>)> {
    let mut members = value.members()?;
    let member = members.next()?;
    members.next().is_none().then_some(member)
}

fn variable<'a>(name: Value<'_>, place: &str, environment: &'a Environment) -> Result<&'a str> {
    let name = name.as_str().ok_or_else(|| config_failure(place, "expected the name of a variable"))?;
    environment.get(&name).ok_or_else(|| config_failure(place, "the variable is not set"))
}

fn file(path: Value<'_>, place: &str) -> Result<Zeroizing<String>> {
    let path = path.as_str().ok_or_else(|| config_failure(place, "expected the path of a file"))?;
    let read = fs::read_to_string(&*path).map(Zeroizing::new);
    let mut text =
        read.map_err(|error| config_failure(place, &format!("the file cannot be read: {}", error.kind())))?;
    // Editors end the last line; no header could ever carry the line break.
    let end = text.strip_suffix("\r\n").or(text.strip_suffix('\n')).map_or(text.len(), str::len);
    text.truncate(end);
    Ok(text)
}

/// Reads `tokens`: a list of `{"token": …, "actor": …}`, or one of these alone.
pub(super) fn tokens(value: Value<'_>) -> Result<ConfiguredTokens> {
    let mut tokens = ConfiguredTokens::default();
    let Some(items) = value.items() else {
        add_token(&mut tokens, value, "tokens")?;
        return Ok(tokens);
    };
    let mut count = 0;
    for (index, item) in items.enumerate() {
        add_token(&mut tokens, item, &format!("tokens[{index}]"))?;
        count += 1;
    }
    // Whoever lists tokens wants somebody let in.
    if count == 0 { Err(config_failure("tokens", "expected at least one token")) } else { Ok(tokens) }
}

/// What else stands in an entry, such as what its token is for, is the host's own.
fn add_token(tokens: &mut ConfiguredTokens, entry: Value<'_>, path: &str) -> Result<()> {
    let mut entry = Config::parse(entry.raw(), path)?;
    let token = entry.filled_text("token")?.ok_or_else(|| entry.failure("token", "missing"))?;
    let actor = object(&mut entry, "actor")?.ok_or_else(|| entry.failure("actor", "missing"))?;
    tokens.add(&token, actor.raw());
    Ok(())
}

/// Takes an object as it stands.
pub(super) fn object<'a>(config: &mut Config<'a>, name: &str) -> Result<Option<Value<'a>>> {
    match config.take(name) {
        Some(value) if value.kind() != Kind::Object => Err(config.failure(name, "expected an object")),
        value => Ok(value),
    }
}

/// Beside the configuration: what Datasette itself is started with.
pub(super) struct Settings {
    /// Files by the names of their databases, in order; `None` where the host is asked for rows.
    pub(super) databases: Vec<(String, Option<String>)>,
    pub(super) allow_signed_tokens: bool,
    /// 0: no cap.
    pub(super) max_signed_tokens_ttl_s: i64,
}

impl Settings {
    pub(super) fn read(text: Option<&str>) -> Result<Settings> {
        let mut config = Config::parse(text.unwrap_or("{}"), "settings")?;
        let mut databases = Vec::new();
        if let Some(named) = object(&mut config, "databases")? {
            for (name, path) in named.members().into_iter().flatten() {
                let path = match path.kind() {
                    Kind::Null => None,
                    _ => Some(path.as_str().filter(|path| !path.is_empty())),
                };
                let path = path.map(|path| path.ok_or_else(|| config.failure("databases", "expected paths or null")));
                databases.push((name.into_owned(), path.transpose()?.map(|path| path.into_owned())));
            }
        }
        let settings = Settings {
            databases,
            allow_signed_tokens: switch(&mut config, "allow_signed_tokens")?.unwrap_or(true),
            max_signed_tokens_ttl_s: seconds(&mut config, "max_signed_tokens_ttl")?.unwrap_or(0),
        };
        config.finish()?;
        Ok(settings)
    }
}

/// A setting that is on or off; on a command line it is a text.
fn switch(config: &mut Config<'_>, name: &str) -> Result<Option<bool>> {
    let Some(value) = config.take(name) else { return Ok(None) };
    match (value.as_bool(), value.as_str().as_deref()) {
        (Some(on), _) => Ok(Some(on)),
        (_, Some("on" | "true" | "1")) => Ok(Some(true)),
        (_, Some("off" | "false" | "0")) => Ok(Some(false)),
        _ => Err(config.failure(name, "expected true or false")),
    }
}

/// A setting that is a number of seconds; on a command line it is a text.
fn seconds(config: &mut Config<'_>, name: &str) -> Result<Option<i64>> {
    let Some(value) = config.take(name) else { return Ok(None) };
    let number = match value.as_str() {
        Some(text) => text.parse().ok(),
        None => value.as_integer(),
    };
    let number = number.filter(|seconds| *seconds >= 0);
    number.map(Some).ok_or_else(|| config.failure(name, "expected a number of seconds"))
}
