//! Kind `tigergraph`: a token that is asked for anew before the old one ends, and deleted at the end if that is wished.

use zeroize::Zeroizing;

use super::TigerGraph;
use super::call::Credentials;
use super::settings::Settings;
use super::tokens::{Granted, Wish, delete_one, fetch, take_lifetime, take_secret};
use super::version::Version;
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;
use crate::jose::inspect_unverified;
use crate::jose::json::{Members, Value};
use crate::jose::time::numeric_date;
use crate::source::environment::Environment;
use crate::source::identity::Identity;
use crate::source::{Grant, Kind, Lifetime, Operation, Retries, Spread, Warning};

/// A source of kind `tigergraph`.
pub(in crate::vendors) struct TigerGraphToken {
    client: TigerGraph,
    wish: Wish,
    is_deleted_at_close: bool,
    retries: Retries,
}

impl TigerGraphToken {
    /// Reads the settings of a client, and what tokens are wished for. Missing credentials are a warning.
    pub(in crate::vendors) fn open(
        mut config: Config<'_>,
        mut secrets: Config<'_>,
        environment: &Environment,
    ) -> Result<TigerGraphToken> {
        secrets.refuse_others(&["secret", "password"])?;
        let secret = take_secret(&mut secrets)?;
        if secret.is_some() && secrets.kind("password").is_some() {
            return Err(secrets.failure("password", "there is a secret already"));
        }
        let settings = Settings::take(&mut config, &mut secrets, environment)?;
        let lifetime_s = take_lifetime(&mut config)?;
        let is_deleted_at_close = config.flag("delete_on_close")?.unwrap_or(false);
        let retries = Retries::take(&mut config, Spread::Full)?;
        config.finish()?;
        let wish = Wish { secret, lifetime_s, graph: None };
        Ok(TigerGraphToken { client: TigerGraph::new(settings), wish, is_deleted_at_close, retries })
    }

    fn has_credentials(&self) -> bool {
        self.wish.secret.is_some() || self.client.settings.basic.is_some()
    }

    /// Deletes a token. One that is not there any more is none.
    fn delete(&self, token: &str) -> Box<dyn Operation<Output = bool>> {
        let wish = Wish { secret: self.wish.secret.clone(), ..Wish::default() };
        let token = Zeroizing::new(token.to_owned());
        self.client.tell(move |call| delete_one(call, wish, token, true))
    }
}

impl Kind for TigerGraphToken {
    fn identity(&self) -> [u8; 32] {
        let settings = &self.client.settings;
        let lifetime_s = self.wish.lifetime_s.map(|lifetime_s| lifetime_s.to_string());
        let mut identity = Identity::of("tigergraph");
        for part in [
            Some(settings.restpp.url.as_str()),
            Some(settings.gsql.url.as_str()),
            settings.basic.as_ref().map(|basic| basic.as_str()),
            self.wish.secret.as_ref().map(|secret| secret.as_str()),
            lifetime_s.as_deref(),
            Some(if self.is_deleted_at_close { "deleted at close" } else { "left" }),
        ] {
            identity.add(part);
        }
        settings.restpp.transport.identify(&mut identity);
        identity.finish()
    }

    fn describe(&self) -> String {
        let settings = &self.client.settings;
        let token_url = match settings.version {
            Some(version) if version < Version::WITH_BODY => format!("{}/requesttoken", settings.restpp.url),
            _ => format!("{}/gsql/v1/tokens", settings.gsql.url),
        };
        let mut members = Members::default();
        members.text("kind", "tigergraph");
        members.text("token_url", &token_url);
        for name in ["client_id", "scope", "leeway_s", "token_path"] {
            members.json(name, "null");
        }
        members.json("retries", &self.retries.to_json());
        members.into_object()
    }

    fn warnings(&self) -> Vec<Warning> {
        let message = "there is neither a secret nor a password to ask for a token with".to_owned();
        if self.has_credentials() { Vec::new() } else { vec![Warning { code: "NO_CREDENTIALS", message }] }
    }

    fn retries(&self) -> Retries {
        self.retries.clone()
    }

    /// TigerGraph has codes for everything, and none that says what would help.
    fn has_final_codes(&self) -> bool {
        false
    }

    fn fetch(&self, _: Option<&str>) -> Result<Box<dyn Operation<Output = Grant>>> {
        if !self.has_credentials() {
            return Err(Failure::new(Status::NoCredentials, "there is neither a secret nor a password"));
        }
        let wish = self.wish.clone();
        Ok(self.client.tell(move |mut call| async move {
            let asked_s = call.line.now().unix_ms.div_euclid(1000);
            let granted = fetch(&mut call, &wish, Credentials::Any).await?;
            let lifetime = lifetime(&granted, wish.lifetime_s, asked_s);
            Ok(Grant { token: granted.token, lifetime, refresh_token: None, unfit: None })
        }))
    }

    fn revoke(&self, token: &str) -> Result<Box<dyn Operation<Output = bool>>> {
        Ok(self.delete(token))
    }

    fn at_close(&self, token: &str) -> Option<Box<dyn Operation<Output = bool>>> {
        self.is_deleted_at_close.then(|| self.delete(token))
    }
}

/// How long a token lives: as was asked for, or less where the server says so. What the server says is not believed where the token would
/// have ended before it was made: its clock is wrong then.
fn lifetime(granted: &Granted, asked_for_s: Option<i64>, asked_s: i64) -> Lifetime {
    match (asked_for_s, granted.expires_at_s.or_else(|| expires_at_s(&granted.token))) {
        (Some(lifetime_s), Some(end_s)) if (asked_s + 1..asked_s.saturating_add(lifetime_s)).contains(&end_s) => {
            Lifetime::Until(end_s)
        }
        (Some(lifetime_s), _) => Lifetime::In(lifetime_s),
        (None, Some(end_s)) => Lifetime::Until(end_s),
        (None, None) => Lifetime::Unknown,
    }
}

/// The end that a JWT names, for from 4.0 on the server tells it in a zone that it does not name.
fn expires_at_s(token: &str) -> Option<i64> {
    let token = inspect_unverified(token.as_bytes()).ok()?;
    numeric_date(Value::parse(token.payload()).ok()?.get("exp")?)
}
