//! From a configuration to an authenticator.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::config::{Settings, object, resolved, tokens};
use super::signed::Secret;
use super::tokens::Managed;
use super::{Access, Query, Tokens, actors};
use crate::access::configured::ConfiguredTokens;
use crate::access::store::{RowSource, TokenStore};
use crate::access::verified::VerifiedActors;
use crate::error::Result;
#[cfg(not(feature = "sqlite"))]
use crate::error::{Failure, Status};
use crate::jose::config::Config;
use crate::source::Cache;
use crate::source::environment::Environment;

/// The database that Datasette keeps its own tables in.
const INTERNAL: &str = "_internal";

/// The members that the plugin reads. What is nothing to Python is to it a member that is not there.
const PLUGINS: [&str; 5] = ["tokens", "param", "query", "manage_tokens", "manage_tokens_database"];

const NO_DATABASE: &str = "expected the name of one of the databases in the settings";

impl Access {
    /// Opens an authenticator: reads its secrets, opens its databases. `config` and `settings` are JSON, described at `jeton_access_new`; without
    /// a `secret` that of `DATASETTE_SECRET` counts, if there is one. `cache` is asked for only if keys have to be fetched.
    pub fn open(
        config: &str,
        settings: Option<&str>,
        secret: Option<&[u8]>,
        environment: &Environment,
        cache: impl FnOnce() -> Result<Arc<Cache>>,
    ) -> Result<Access> {
        let settings = Settings::read(settings)?;
        let secret = match secret {
            Some(secret) => Some(Secret::new(secret)?),
            // As for Datasette, an empty variable is none.
            None => match environment.get("DATASETTE_SECRET").filter(|secret| !secret.is_empty()) {
                Some(secret) => Some(Secret::new(secret.as_bytes())?),
                None => None,
            },
        };
        let config = resolved(config, environment)?;
        let secret = secret.map(Arc::new);
        let mut config = Config::parse(&config, "")?;
        config.refuse_others(&[&PLUGINS[..], &["jwt", "act_as", "auth_info"]].concat())?;
        // But who lists no tokens wants somebody let in, and made a mistake.
        config.drop_null("tokens");
        PLUGINS.iter().skip(1).for_each(|name| config.drop_empty(name));
        let access = Access {
            param: config.filled_text("param")?.map(|param| param.into_owned()),
            jwt: config.object("jwt")?.map(|jwt| VerifiedActors::read(jwt, cache, environment)).transpose()?,
            actors: actors::Rules::read(&mut config)?,
            tokens: read_tokens(&mut config, &settings, secret.as_ref())?,
            allow_signed_tokens: settings.allow_signed_tokens,
            max_signed_tokens_ttl_s: settings.max_signed_tokens_ttl_s,
            secret,
        };
        config.finish()?;
        Ok(access)
    }
}

fn read_tokens(config: &mut Config<'_>, settings: &Settings, secret: Option<&Arc<Secret>>) -> Result<Tokens> {
    let configured = match config.take("tokens") {
        Some(value) => tokens(value)?,
        None => ConfiguredTokens::default(),
    };
    let query = match object(config, "query")? {
        Some(query) => Some(read_query(Config::parse(query.raw(), "query")?, settings)?),
        None => None,
    };
    let database = config.text("manage_tokens_database")?;
    if !config.flag("manage_tokens")?.unwrap_or(false) {
        return Ok(Tokens::Configured(configured, query));
    }
    let secret = secret.ok_or_else(|| config.failure("manage_tokens", "a secret is needed to sign with"))?;
    let no_file = |what: &str| config.failure("manage_tokens_database", what);
    let named = |name: &str| settings.databases.iter().find(|(known, _)| known == name);
    let found = match database.as_deref() {
        Some(name) => named(name),
        None => named(INTERNAL).or(settings.databases.first().filter(|_| settings.databases.len() == 1)),
    };
    match found {
        Some((_, Some(path))) => {
            let (store, secret) = (managed_table(path)?, Arc::clone(secret));
            Ok(Tokens::Managed(Arc::new(Managed { store, secret, place: place_of(path) })))
        }
        Some((_, None)) => Err(no_file("the tokens of a host's database cannot be managed")),
        None => Err(no_file(NO_DATABASE)),
    }
}

/// Without a name, the first database is meant.
fn read_query(mut query: Config<'_>, settings: &Settings) -> Result<Query> {
    query.drop_null("database");
    let sql = query.filled_text("sql")?.ok_or_else(|| query.failure("sql", "missing"))?;
    let found = match query.text("database")? {
        Some(name) => settings.databases.iter().find(|(known, _)| *known == name),
        None => settings.databases.first(),
    };
    let Some((name, path)) = found else {
        return Err(query.failure("database", NO_DATABASE));
    };
    query.finish()?;
    match path {
        Some(path) => Ok(Query::Database { source: look_up(path, &sql)?, place: place_of(path) }),
        None => Ok(Query::Host { database: name.clone(), sql: sql.into_owned() }),
    }
}

/// By whatever names a file was opened, it is one place.
fn place_of(path: &str) -> Arc<str> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
    format!("database {}", path.display()).into()
}

#[cfg(feature = "sqlite")]
fn managed_table(path: &str) -> Result<Box<dyn TokenStore>> {
    Ok(Box::new(crate::access::sqlite::ManagedTable::open(path.as_ref())?))
}

#[cfg(feature = "sqlite")]
fn look_up(path: &str, sql: &str) -> Result<Arc<dyn RowSource>> {
    Ok(Arc::new(crate::access::sqlite::Lookup::open(path.as_ref(), sql)?))
}

#[cfg(not(feature = "sqlite"))]
fn managed_table(_path: &str) -> Result<Box<dyn TokenStore>> {
    Err(without_sqlite())
}

#[cfg(not(feature = "sqlite"))]
fn look_up(_path: &str, _sql: &str) -> Result<Arc<dyn RowSource>> {
    Err(without_sqlite())
}

#[cfg(not(feature = "sqlite"))]
fn without_sqlite() -> Failure {
    Failure::new(Status::Unsupported, "this build of the library has no SQLite")
}
