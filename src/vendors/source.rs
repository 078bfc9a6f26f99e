//! Sources by the name of their kind.

use std::sync::Arc;

use super::descartes_labs::DescartesLabs;
use super::tigergraph::TigerGraphToken;
use crate::error::{Failure, Result, Status};
use crate::jose::Key;
use crate::jose::config::{Config, config_failure};
use crate::source::environment::Environment;
use crate::source::fixed::Fixed;
use crate::source::oauth2::OAuth2;
use crate::source::signed::Signed;
use crate::source::{Kind, Now};

/// Reads the settings of a source, whose `kind` says what the others are. `config` and `secrets` are JSON objects; `key` is for `signed`
/// alone.
pub fn open_kind(
    config: &str,
    secrets: &str,
    environment: &Environment,
    key: Option<&Arc<Key>>,
    now: Now,
) -> Result<Box<dyn Kind>> {
    let (mut config, secrets) = (Config::parse(config, "config")?, Config::parse(secrets, "secrets")?);
    let kind = config.text("kind")?.ok_or_else(|| config.failure("kind", "missing"))?;
    match (&*kind, key) {
        ("signed", Some(key)) => return Ok(Box::new(Signed::open(config, secrets, key, now)?)),
        ("signed", None) => return Err(Failure::new(Status::Key, "a source of kind signed needs a key")),
        (_, Some(_)) => return Err(config_failure("key", "is for sources of kind signed")),
        (_, None) => {}
    }
    Ok(match &*kind {
        "oauth2" => Box::new(OAuth2::open(config, secrets, environment)?),
        "descarteslabs" => Box::new(DescartesLabs::open(config, secrets, environment, now)?),
        "tigergraph" => Box::new(TigerGraphToken::open(config, secrets, environment)?),
        "static" => Box::new(Fixed::open(config, secrets, now)?),
        _ => return Err(config.failure("kind", "expected oauth2, descarteslabs, tigergraph, signed or static")),
    })
}
