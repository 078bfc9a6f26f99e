//! Vizzly: the access tokens of an embedded dashboard, ES256 JWTs that end by a claim `expires`, an ISO 8601 time.
//!
//! Arguments have the names of the vendor's documentation. Minutes are minutes here; in the vendor's own Python client they are
//! days. `expires` always has an offset and never a fraction of a second.

use std::fmt;
use std::sync::Arc;

use crate::error::{Failure, Result};
use crate::jose::config::Config;
use crate::jose::decimal::Decimal;
use crate::jose::json::{Kind, Members, Value};
use crate::jose::time::{LAST_SECOND, UtcOffset, to_rfc3339};
use crate::jose::{Algorithm, Key, KeySet, Signer, Verifier};

/// Signs access tokens with one key. Immutable, and shared freely between threads.
#[derive(Debug)]
pub struct Vizzly {
    signer: Signer,
}

impl Vizzly {
    /// Takes a private P-256 key.
    pub fn new(key: &Arc<Key>) -> Result<Vizzly> {
        Ok(Vizzly { signer: Signer::new(key, r#"{"algorithm":"ES256","kid":null}"#)? })
    }

    /// Signs a dashboard access token; the arguments are listed at `jeton_vizzly_dashboard`.
    pub fn dashboard(&self, args: &str, now_s: i64) -> Result<String> {
        self.sign(Config::parse(args, "args")?, dashboard_claims, now_s)
    }

    /// Signs a data access token; the arguments are listed at `jeton_vizzly_data`.
    pub fn data(&self, args: &str, now_s: i64) -> Result<String> {
        self.sign(Config::parse(args, "args")?, data_claims, now_s)
    }

    /// Signs a query-engine access token; the arguments are listed at `jeton_vizzly_query_engine`.
    pub fn query_engine(&self, args: &str, now_s: i64) -> Result<String> {
        self.sign(Config::parse(args, "args")?, query_engine_claims, now_s)
    }

    /// Signs all tokens of an identity answer; the arguments are those of `dashboard`, and optionally of `data` and `query_engine`.
    pub fn identity(&self, args: &str, now_s: i64) -> Result<Identity> {
        let mut args = Config::parse(args, "args")?;
        let dashboard = required(args.object("dashboard")?, &args, "dashboard")?;
        let (data, query_engine) = (args.object("data")?, args.object("query_engine")?);
        args.finish()?;
        Ok(Identity {
            dashboard: self.sign(dashboard, dashboard_claims, now_s)?,
            data: data.map(|args| self.sign(args, data_claims, now_s)).transpose()?,
            query_engine: query_engine.map(|args| self.sign(args, query_engine_claims, now_s)).transpose()?,
        })
    }

    fn sign(&self, mut args: Config<'_>, claims: ClaimsOf, now_s: i64) -> Result<String> {
        let mut members = claims(&mut args)?;
        write_times(&mut members, &mut args, now_s)?;
        args.finish()?;
        self.signer.sign(members.into_object().as_bytes(), now_s)
    }
}

/// Makes a verifier for access tokens from the public, or private, P-256 key. The tokens name no issuer and no audience.
pub fn verifier(keys: &KeySet) -> Result<Verifier> {
    keys.check_has(Algorithm::Es256)?;
    let policy = r#"{"algorithms":["ES256"],"any_issuer":true,"any_audience":true,"expiry_claim":"expires"}"#;
    Verifier::new(keys, policy)
}

/// The answer of an identity endpoint: a token for each kind that was asked for.
pub struct Identity {
    /// The `dashboardAccessToken`.
    pub dashboard: String,
    /// The `dataAccessToken`.
    pub data: Option<String>,
    /// The `queryEngineAccessToken`.
    pub query_engine: Option<String>,
}

impl Identity {
    /// The answer as the vendor documents it.
    pub fn to_json(&self) -> String {
        let mut members = Members::default();
        members.text("dashboardAccessToken", &self.dashboard);
        for (name, token) in [("dataAccessToken", &self.data), ("queryEngineAccessToken", &self.query_engine)] {
            if let Some(token) = token {
                members.text(name, token);
            }
        }
        members.into_object()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// The claims of one kind of token, from its arguments.
type ClaimsOf = fn(&mut Config<'_>) -> Result<Members>;

fn dashboard_claims(args: &mut Config<'_>) -> Result<Members> {
    let mut claims = Members::default();
    claims.text("accessType", args.text("access_type")?.as_deref().unwrap_or("standard"));
    claims.text("projectId", &required(args.text("project_id")?, args, "project_id")?);
    claims.text("userReference", &required(args.text("user_reference")?, args, "user_reference")?);
    claims.text("scope", args.text("scope")?.as_deref().unwrap_or("read_write"));
    if let Some(ids) = args.texts("parent_dashboard_ids")? {
        claims.texts("parentDashboardIds", &ids);
    }
    Ok(claims)
}

fn data_claims(args: &mut Config<'_>) -> Result<Members> {
    let mut claims = Members::default();
    let data_set_ids = required(args.take("data_set_ids"), args, "data_set_ids")?;
    let is_texts = data_set_ids.items().is_some_and(|mut ids| ids.all(|id| id.kind() == Kind::String));
    if !is_texts && data_set_ids.as_str().as_deref() != Some("*") {
        return Err(args.failure("data_set_ids", "expected \"*\" or a list of strings"));
    }
    claims.json("dataSetIds", data_set_ids.raw());
    let secure_filters = object(args, "secure_filters")?;
    claims.json("secureFilters", required(secure_filters, args, "secure_filters")?.raw());
    claims.json("parameters", object(args, "parameters")?.map_or("{}", |parameters| parameters.raw()));
    Ok(claims)
}

fn query_engine_claims(args: &mut Config<'_>) -> Result<Members> {
    let mut claims = Members::default();
    for (arg, claim) in [
        ("allow_data_preview_access", "allowDataPreviewAccess"),
        ("allow_database_schema_access", "allowDatabaseSchemaAccess"),
    ] {
        let allowed = required(args.flag(arg)?, args, arg)?;
        claims.json(claim, if allowed { "true" } else { "false" });
    }
    Ok(claims)
}

/// The times of a token, which are the same for every kind. `expires` is the last claim.
fn write_times(claims: &mut Members, args: &mut Config<'_>, now_s: i64) -> Result<()> {
    const TTL: &str = "expiry_ttl_in_minutes";
    let minutes = required(args.take(TTL), args, TTL)?;
    let minutes = Decimal::read(minutes).filter(|minutes| minutes.is_positive());
    let ttl_s = minutes.ok_or_else(|| args.failure(TTL, "expected a number of minutes above 0"))?.times(60);
    let offset = match args.text("timezone")?.as_deref() {
        None | Some("UTC") => UtcOffset::UTC,
        Some(offset) => {
            UtcOffset::parse(offset).ok_or_else(|| args.failure("timezone", "expected UTC, +HH:MM or -HH:MM"))?
        }
    };
    let registered = args.flag("registered_claims")?.unwrap_or(false);
    let expires = now_s.saturating_add_unsigned(ttl_s);
    let text = to_rfc3339(expires, offset).filter(|_| (0..=LAST_SECOND).contains(&expires));
    let text = text.ok_or_else(|| args.failure(TTL, "the token would not end before the year 10000"))?;
    if registered {
        claims.json("iat", &now_s.to_string());
        claims.json("exp", &expires.to_string());
    }
    claims.text("expires", &text);
    Ok(())
}

fn object<'a>(args: &mut Config<'a>, name: &str) -> Result<Option<Value<'a>>> {
    match args.take(name) {
        Some(value) if value.kind() != Kind::Object => Err(args.failure(name, "expected an object")),
        value => Ok(value),
    }
}

fn required<T>(arg: Option<T>, args: &Config<'_>, name: &str) -> Result<T, Failure> {
    arg.ok_or_else(|| args.failure(name, "missing"))
}
